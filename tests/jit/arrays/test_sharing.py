"""Threads share loop nests: they take part, and do not change a bit."""

import concurrent.futures
import itertools
import math
import os
import pickle
import warnings

import numpy as np
import pytest
from natively import array_text, natively_of_arrays
from random_arrays import ArrayProgram, differs
from small_blocks import on_threads, same_bits, small_blocks

from diffops import grad, jit
from diffops.jit import compiled
from diffops.jit.arrays.sharing import THREADS
from diffops.native import pool
from diffops.native.machine import assemble

NUMBERS = [1, 2, 3, 7]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.filterwarnings("ignore")
def test_random_programs_have_the_same_bits(seed):
    program = ArrayProgram(seed)
    point = program.point()
    with np.errstate(all="ignore"), small_blocks():
        try:
            wanted = program.taken()(*point)
        except Exception:
            pytest.skip("this program has no such derivative")
        found = [on_threads(program.taken(), point, n) for n in NUMBERS]
    assert not differs(found[0], wanted)
    for other in found[1:]:
        assert same_bits(other, found[0])


SHAPES = [(40,), (3, 17), (17, 3), (5, 4, 6), (2, 1, 30), (30, 1, 2)]


@pytest.mark.parametrize("shape", SHAPES)
def test_reductions_over_all_choices_of_axes(shape):
    x = np.random.default_rng(0).standard_normal(shape)
    choices = [
        axes
        for count in range(1, len(shape) + 1)
        for axes in itertools.combinations(range(len(shape)), count)
    ]
    kinds = np.sum, np.prod, np.max, np.min

    def f(x):
        y = 1 + np.sin(x) / 2
        return tuple(kind(y, axis=axes) for axes in choices for kind in kinds)

    with small_blocks():
        assert f"@{THREADS}" in array_text(f, x)
        found = [on_threads(f, (x,), n) for n in NUMBERS]
    for a, b in zip(found[0], f(x), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)
    for other in found[1:]:
        assert same_bits(other, found[0])


def test_large_arrays():
    random = np.random.default_rng(0)

    def f(x, w):
        scores = np.sin(x) * w
        return np.sum(np.log(np.sum(np.exp(scores), axis=1))) + np.max(x, axis=0) @ w

    point = random.standard_normal((500, 200)), random.standard_normal(200)
    slope = grad(f, (0, 1))
    before = sum(pool.blocks_taken())
    found = [natively_of_arrays(slope, *point, threads=n)(*point) for n in NUMBERS]
    assert sum(pool.blocks_taken()) > before
    for a, b in zip(found[0], slope(*point), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)
    for other in found[1:]:
        assert same_bits(other, found[0])


def test_several_threads_take_part():
    """A thread that is not there in time finds no blocks left: it is given chances."""
    x = np.linspace(0.1, 1.0, 400_000)
    f = natively_of_arrays(lambda x: np.sin(x) * np.exp(x), x, threads=2)
    wanted = np.sin(x) * np.exp(x)
    before = sum(pool.blocks_taken()[1:])
    for _ in range(1000):
        np.testing.assert_allclose(f(x), wanted, rtol=1e-14)
        if sum(pool.blocks_taken()[1:]) > before:
            return
    raise AssertionError("one thread did it all")


def test_derivatives_of_jitted_functions_and_pickles_keep_the_number():
    f = jit(np.sin, threads=2)
    assert pickle.loads(pickle.dumps(f)).threads == 2
    x = np.linspace(0, 1, 50)
    inner = jit(lambda x: np.sum(np.sin(x) * x), threads=2)
    with small_blocks():
        before = sum(pool.blocks_taken())
        for _ in range(4):
            found = grad(inner)(x)
        assert sum(pool.blocks_taken()) > before
    np.testing.assert_allclose(found, np.cos(x) * x + np.sin(x), rtol=1e-13)


def test_what_lies_between_factorisations_is_shared():
    def f(x):
        y = np.sin(x) * x + 1
        return np.sum(np.linalg.inv(np.eye(9) + y[:9, :9] / 50)) + np.sum(np.cos(y))

    x = np.random.default_rng(0).random((10, 12))
    with small_blocks():
        before = sum(pool.blocks_taken())
        found = [on_threads(grad(f), (x,), n) for n in NUMBERS]
        assert sum(pool.blocks_taken()) > before
    np.testing.assert_allclose(found[0], grad(f)(x), rtol=1e-10)
    assert all(same_bits(other, found[0]) for other in found)


def test_one_object_serves_any_number_of_threads(monkeypatch):
    """What is kept on disk does not say how many there are."""
    seen = []

    def noted(source, **options):
        seen.append(source)
        return assemble(source, **options)

    monkeypatch.setattr(compiled, "assemble", noted)
    x = np.linspace(0, 1, 200_000)
    for n in NUMBERS:
        natively_of_arrays(lambda x: np.sin(x) * np.exp(x), x, threads=n)
    assert len(seen) == len(NUMBERS)
    assert len(set(seen)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_in_a_forked_process():
    x = np.linspace(0.1, 1.0, 400_000)
    f = natively_of_arrays(lambda x: np.sin(x) * np.exp(x), x, threads=2)
    wanted = f(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        try:
            fresh = sum(pool.blocks_taken()) == 0
            right = all(same_bits(f(x), wanted) for _ in range(20))
            shared = sum(pool.blocks_taken()) > 0
            os._exit(7 if fresh and right and shared else 1)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert same_bits(f(x), wanted)


def test_callers_in_many_threads():
    x = np.linspace(0.1, 1.0, 200_000)
    f = natively_of_arrays(lambda x: (np.sin(x) * x, np.sum(np.exp(x))), x, threads=3)
    points = [x * s for s in (1.0, 0.5, 2.0, -1.0)]
    wanted = [f(point) for point in points]

    def run(k):
        return [
            same_bits(f(points[(k + i) % 4]), wanted[(k + i) % 4]) for i in range(9)
        ]

    with concurrent.futures.ThreadPoolExecutor(6) as executor:
        assert all(map(all, executor.map(run, range(6))))


def test_small_arrays_are_not_shared():
    f = grad(lambda x: np.sum(np.sin(x) * x))
    assert THREADS not in array_text(f, np.ones(2000))
    assert THREADS in array_text(f, np.ones(200_000))
    # A sum of as many entries takes a few microseconds, and is cut all the same.
    text = array_text(lambda x: np.sum(x * x), np.ones(50_000))
    assert THREADS not in text
    assert "@joined.add" in text


def test_what_is_added_at_places_is_not_shared():
    """Two threads might add to one place at once."""
    places = np.arange(300_000) % 7
    f = grad(lambda x: np.sum(np.sin(x[places]) * x[places]))
    x = np.linspace(0, 1, 7)
    with small_blocks():
        found = [on_threads(f, (x,), n) for n in NUMBERS]
    np.testing.assert_allclose(found[0], f(x), rtol=1e-10)
    assert all(same_bits(other, found[0]) for other in found)


@pytest.mark.parametrize("n", [10_000_000, 999_983])
def test_long_sums_are_accurate(n):
    """The lanes of a vector add up 2048 terms, not ten millions."""
    x = np.random.default_rng(0).random(n)
    total = natively_of_arrays(lambda x: np.sum(x * 1.0), x)(x)
    assert abs(total - math.fsum(x)) <= 4 * np.spacing(total)
    x[:] = 0.1  # whose rounding errors have one sign
    total = natively_of_arrays(lambda x: np.sum(x * 1.0), x)(x)
    assert abs(total - math.fsum(x)) <= 32 * np.finfo(float).eps / 2 * total
