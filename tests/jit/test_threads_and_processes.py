"""One jitted function in many threads, in forked and spawned processes, in a pickle."""

from __future__ import annotations

import concurrent.futures
import copy
import multiprocessing
import pickle
import sys
import threading
import warnings

import numpy as np
import pytest

from diffops import grad, jit, jvp
from diffops.jit import path

X = np.array([0.7, -1.2, 2.1])


def wave(x):
    """Goes two ways, and reads one entry by value."""
    total = np.sum(np.sin(x) * x)
    if total > 1.0:
        return total * x[np.argmax(x)]
    return total - x[0]


def steps(a):
    """Goes as many ways as there are numbers of steps."""
    n = 0.0
    while a > 1.0:
        a = a / 2
        n = n + a
    return n + a


def scale(x, n, *, flag=False):
    return x**n if flag else x * n


WAVE = jit(wave)
SLOPE = jit(grad(wave))
WARM = jit(grad(wave))
for _x in (X, X, -X, 2 * X):
    WARM(_x)

POINTS = [X * s for s in (1.0, -1.0, 0.1, 3.0, -0.5, 1.7, -2.0, 0.4)]
TRUTH = [(wave(x), grad(wave)(x)) for x in POINTS]


def work(k, functions, rounds):
    """Return how often results differ, at other points in each thread."""
    wrong = 0
    for i in range(rounds):
        place = (k * 3 + i) % len(POINTS)
        value, slope = (f(POINTS[place]) for f in functions)
        wrong += not np.allclose(value, TRUTH[place][0], rtol=1e-12)
        wrong += not np.allclose(slope, TRUTH[place][1], rtol=1e-12)
    return wrong


@pytest.fixture
def busy_switches():
    """Let threads change as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("patience", [0, path.PATIENCE])
def test_eight_threads_begin_at_once(busy_switches, monkeypatch, patience):
    """They record, and compile, the same function at the same time."""
    monkeypatch.setattr(path, "PATIENCE", patience)
    for _ in range(5):
        functions = jit(wave), jit(grad(wave))
        barrier = threading.Barrier(8)

        def run(k, functions=functions, barrier=barrier):
            barrier.wait()
            return work(k, functions, 40)

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(run, range(8))) == 0


def test_threads_on_too_many_ways(busy_switches):
    """All see one warning together, and right results."""
    jitted = jit(steps)
    points = np.geomspace(1.0, 1e5, 40)
    wanted = [steps(a) for a in points]

    def run(k):
        places = np.random.default_rng(k).permutation(len(points))
        return sum(jitted(points[i]) != wanted[i] for i in places)

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(run, range(8))) == 0
    assert len(warned) == 1
    assert "more than 8 ways" in str(warned[0].message)


def test_differentiated_in_threads(busy_switches):
    jitted = jit(wave)

    def run(k):
        wrong = 0
        for i in range(30):
            x, (value, slope) = POINTS[(k + i) % 8], TRUTH[(k + i) % 8]
            wrong += not np.allclose(grad(jitted)(x), slope, rtol=1e-12)
            found = jvp(jitted, (x,), (X,))
            wrong += not np.allclose(found, (value, slope @ X), rtol=1e-12)
        return wrong

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(run, range(8))) == 0


def test_a_thread_differentiates_while_another_calls(busy_switches):
    """What one thread tracks is nothing to the calls of another."""
    jitted = jit(lambda x: np.sum(np.sin(x)))

    def slopes():
        return sum(not np.allclose(grad(jitted)(x), np.cos(x)) for x in POINTS * 10)

    def values():
        return sum(not np.allclose(jitted(x), np.sum(np.sin(x))) for x in POINTS * 40)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(f) for f in (slopes, values, slopes, values)]
        assert sum(job.result() for job in jobs) == 0


def in_a_child(k):
    """Work with functions that are as the process has them, and with new ones."""
    new = jit(wave), jit(grad(wave))
    return sum(work(k, pair, 20) for pair in ((WAVE, SLOPE), (WAVE, WARM), new))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes(method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    context = multiprocessing.get_context(method)
    with warnings.catch_warnings():
        # The parent may have threads, of BLAS or of other tests.
        warnings.simplefilter("ignore", DeprecationWarning)
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            assert list(pool.map(in_a_child, range(4))) == [0] * 4
            # Jitted functions, warm ones too, are sent to the other side.
            found = list(pool.map(WARM, POINTS))
    np.testing.assert_allclose(found, [slope for _, slope in TRUTH], rtol=1e-12)


def test_forked_while_a_thread_compiles():
    """The child does not wait for a lock that a thread of its parent held."""
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("no fork here")
    jitted = jit(steps)
    jitted(3.0)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    with jitted._lock:
        child = context.Process(
            target=lambda: answers.put([jitted(a) for a in (3.0, 3.5, 9.0, 3.5)])
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            thread = threading.Thread(target=child.start)
            thread.start()
            thread.join()
    try:
        assert answers.get(timeout=20) == [steps(a) for a in (3.0, 3.5, 9.0, 3.5)]
    finally:
        child.kill()
        child.join()


@pytest.mark.parametrize("calls", [0, 1, 2, 5])
def test_pickles_at_every_age(calls):
    for jitted in (jit(wave), jit(grad(wave)), grad(jit(wave)), jit(np.sum)):
        for _ in range(calls):
            jitted(X)
        for again in (pickle.loads(pickle.dumps(jitted)), copy.deepcopy(jitted)):
            for x in POINTS:
                np.testing.assert_allclose(again(x), jitted(x), rtol=1e-12)
    checked = pickle.loads(pickle.dumps(jit(scale, check=True, exact=True)))
    assert checked.check and checked.exact
    assert checked(3.0, 2, flag=True) == 9.0
