"""What tags promise: no exception, escape, generator or thread confuses anything."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from mixes import MIXES, PURE, along_vectors, assert_close, by_vectors, modes, nested

from diffops import EscapedValueError, diff, grad, jacobian, stop_gradient
from diffops.tags import Level, Tracked, belongs, levels, lower, newest, strip


def test_tags_are_never_used_twice():
    tags = []

    def work(_):
        return [Level().tag for _ in range(500)]

    with ThreadPoolExecutor(8) as pool:
        for mine in pool.map(work, range(8)):
            assert mine == sorted(mine)
            tags += mine
    assert len(set(tags)) == len(tags)
    assert Level().tag > max(tags)


def tracked(level, primal):
    value = Tracked()
    value.level, value.primal = level, primal
    return value


def test_levels_of_a_value():
    older, newer = Level(), Level()
    x = tracked(older, 3.0)
    y = tracked(newer, x)
    assert newest([1.0, x, "text", y, x]) is newer
    assert newest([x, 2.0]) is older
    assert newest([1.0, None, np.ones(2)]) is None
    assert list(levels(y)) == [newer, older]
    assert list(levels(3.0)) == []
    assert strip(y) == 3.0
    assert belongs(y, newer) and belongs(x, older)
    assert not belongs(y, older) and not belongs(3.0, older)


def test_lower_frees_a_value_of_what_has_ended():
    older, newer = Level(), Level()
    y = tracked(newer, tracked(older, 3.0))
    assert lower(y) is y
    newer.end()
    assert lower(y) is y.primal
    older.end()
    assert lower(y) == 3.0
    assert lower("anything") == "anything"


def test_a_value_under_a_running_level_is_not_lowered():
    older, newer = Level(), Level()
    y = tracked(newer, tracked(older, 3.0))
    older.end()
    assert lower(y) is y


@nested(MIXES, 2)
def test_escaped_value_counts_for_nobody_else(D):
    escaped = []
    D[0](lambda x: (escaped.append(x * 1), x * x)[1])(2.0)
    assert_close(D[1](lambda y: y * escaped[0])(3.0), 2.0)
    assert_close(D[1](lambda y: y * y + escaped[0] * escaped[0])(3.0), 6.0)
    assert_close(D[1](D[0](lambda y: y**3 * escaped[0]))(3.0), 36.0)


@nested(MIXES, 2)
def test_value_escaped_from_an_inner_differentiation(D):
    """Only the inner perturbation ends: the outer one lives on in the value."""

    def outer(x):
        escaped = []
        D[1](lambda y: (escaped.append(x * y * y), y)[1])(3.0)
        return escaped[0]

    assert_close(D[0](outer)(2.0), 9.0)


@modes
def test_escaped_value_is_a_plain_number_again(D):
    escaped = []
    D(lambda x: (escaped.append(x * 3), x)[1])(2.0)
    assert float(escaped[0]) == 6.0
    assert stop_gradient(escaped[0]) == 6.0
    assert type(np.sin(escaped[0])) is np.float64
    assert np.sin(escaped[0]) == np.sin(6.0)
    assert type(escaped[0] + 1) in (float, np.float64)


def test_writing_into_an_escaped_array_raises():
    escaped = []
    grad(lambda x: (escaped.append(x * 1), x.sum())[1])(np.ones(3))
    with pytest.raises(EscapedValueError, match="ended"):
        escaped[0][0] = 5.0


@nested(MIXES, 2)
def test_exception_in_the_middle(D):
    def fails(y):
        y = y * y
        raise ZeroDivisionError(str(float(stop_gradient(y))))

    def outer(x):
        try:
            D[1](lambda y: fails(x * y))(2.0)
        except ZeroDivisionError:
            return x * D[1](lambda y: x * y)(2.0)

    assert_close(D[0](outer)(3.0), 6.0)
    with pytest.raises(ZeroDivisionError):
        D[0](fails)(3.0)
    assert_close(D[0](lambda x: x * D[1](lambda y: x + y)(1.0))(1.0), 1.0)


@nested(MIXES, 2)
def test_generators_interleave(D):
    """Generators begun in one differentiation go on inside another."""

    def powers(x):
        y = x
        while True:
            yield y
            y = y * x

    def outer(x):
        mine = powers(x)
        next(mine)

        def inner(y):
            theirs = powers(y)
            return next(theirs) * next(mine) + next(theirs) * next(mine)  # y x² + y² x³

        return D[1](inner)(2.0) * next(mine)  # (x² + 4x³) x⁴

    x = 1.1
    assert_close(D[0](outer)(x), 6 * x**5 + 28 * x**6)


@nested(PURE, 2)
def test_differentiations_suspended_in_turn(D):
    """Two threads take turns at every operation inside their differentiations."""
    turns = [threading.Semaphore(1), threading.Semaphore(0)]

    def run(me):
        def f(x):
            y = x
            for k in range(1, 20):
                turns[me].acquire()
                y = y + D[1](lambda z: z**2 * x)(y) / k
                y = y * (0.1 + me)
                turns[1 - me].release()
            return y

        return D[0](f)(0.7)

    def closed(me):
        y, slope = 0.7, 1.0
        for k in range(1, 20):
            slope = slope + 2 * (slope * 0.7 + y) / k
            y = y + 2 * y * 0.7 / k
            y, slope = y * (0.1 + me), slope * (0.1 + me)
        return slope

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(run, (0, 1)))
    assert_close(found, [closed(0), closed(1)], rtol=1e-12)


# Threads


def test_eight_threads_at_once():
    start = threading.Barrier(8)

    def work(k):
        D, E = (diff, grad) if k % 2 else (by_vectors, along_vectors)
        start.wait(timeout=60)
        for i in range(30):
            c = 1 + k + 0.01 * i

            def f(x, c=c):
                return x * E(lambda y: np.sin(c * x * y) * x)(1.0)

            # f(x) = c x³ cos(c x)
            wanted = 0.75 * c * np.cos(0.5 * c) - 0.125 * c**2 * np.sin(0.5 * c)
            assert_close(D(f)(0.5), wanted, rtol=1e-12)
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_pool_of_threads_inside_one_differentiation(mode):
    """All threads write on the same trace."""

    def f(x):
        def work(k):
            y = x[k]
            for i in range(1, 60):
                y = y + np.sin(x[(k + i) % 8] * y) / i + (x * x)[k] / 100
            return y

        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(work, range(8)))

    def alone(x):
        total = 0.0
        for k in range(8):
            y = x[k]
            for i in range(1, 60):
                y = y + np.sin(x[(k + i) % 8] * y) / i + x[k] * x[k] / 100
            total = total + y
        return total

    x = np.linspace(0.1, 0.8, 8)
    step = 1e-30j
    wanted = [alone(x + step * unit).imag / step.imag for unit in np.eye(8)]
    for _ in range(5):
        assert_close(jacobian(f, mode=mode)(x), wanted, rtol=1e-12)
