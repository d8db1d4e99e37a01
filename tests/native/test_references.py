"""References and memory: what calls and builtins take, they give back."""

import gc
import sys
import tracemalloc
import weakref

import numpy as np
import pytest
from cores import (
    IDLE,
    MIXED,
    NUMBER,
    PAIR,
    SIGNATURES,
    VECTOR,
    arguments,
    check,
    compiled,
    counts,
    entry_of,
)

from diffops.native.entry import callable_of, or_else
from diffops.native.interface import MISMATCH, MISS, Array, Float, Signature, Static
from diffops.native.objects import available

pytestmark = pytest.mark.skipif(not available(), reason="objects lie in another way")


def growth(function, n):
    """Return how much more memory is in use after a call with n than with n / 10."""
    tracemalloc.start()
    try:
        function(n // 10)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        function(n)
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


# Calls


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("work_bytes", [0, 17_000])
def test_references(work_bytes, long):
    statics = ["mode", None]
    args = arguments(MIXED)
    wrong = [-1000.0, *args[1:]]
    entry = entry_of(MIXED, work_bytes, long=long)
    others = [MISS, MISMATCH, np.ndarray, np.float64, np.dtype(float), entry]
    watched = [*others, *args, *wrong, *statics]
    before = counts(watched)
    kept = [entry(*args) for _ in range(200)]
    assert [entry(*wrong) for _ in range(200)] == [MISMATCH] * 200
    assert [entry(*args[:-1]) for _ in range(200)] == [MISS] * 200
    for whole in kept:
        assert sys.getrefcount(whole) == 3  # ours, the list's, the call's
        assert {sys.getrefcount(item) for item in whole} == {3}
    del kept, whole
    after = counts(watched)
    if sys.version_info < (3, 12):
        assert after == before
    else:
        # Arrays hold the dtype; immortal objects count as they like.
        assert [b - a for a, b in zip(before, after, strict=True)] == [0] * len(before)


@pytest.mark.parametrize("work_bytes", [0, 17_000])
@pytest.mark.parametrize("name", ["number", "scalar", "array", "pair", "mixed"])
def test_memory_does_not_grow(name, work_bytes):
    signature = SIGNATURES[name]
    other = []
    entry = entry_of(signature, work_bytes)
    or_else = entry_of(signature, work_bytes, otherwise=other.append)
    args = arguments(signature)
    wrong = [-a if isinstance(a, (float, np.ndarray)) else a for a in args]

    def rounds(n):
        for _ in range(n):
            entry(*args)
            entry(*wrong)
            entry()
            or_else(*args)
            or_else(*wrong[:1])
            other.clear()

    rounds(100)
    assert growth(rounds, 1000) < 2000
    before = sys.getallocatedblocks()
    rounds(20_000)
    assert sys.getallocatedblocks() - before < 100


def test_many_programs_come_and_go():
    alive = []
    for i in range(40):
        code = compiled(PAIR, 100_000)
        alive.append(weakref.ref(code))
        entry = callable_of(code, PAIR, f"program{i}")
        del code
        args = arguments(PAIR, i)
        check(entry(*args), PAIR, args)
        assert alive[-1]() is not None
        del entry
        assert alive[-1]() is None


def test_a_thousand_builtins_leave_nothing():
    code = compiled(PAIR, 100_000)
    args = arguments(PAIR)

    def make(n):
        for i in range(n):
            or_else(callable_of(code, PAIR, f"program{i}", "doc" * 100), print)(*args)

    make(100)
    references = sys.getrefcount(code)
    # The documentation of one takes 300 bytes.
    assert growth(make, 1000) < 64_000
    assert sys.getrefcount(code) == references


def test_the_workspace_goes_with_the_builtin():
    tracemalloc.start()
    try:
        entry = entry_of(NUMBER, 1 << 24)
        before = tracemalloc.get_traced_memory()[0]
        entry(1.0)
        assert tracemalloc.get_traced_memory()[0] - before > 1 << 24
        del entry
        assert tracemalloc.get_traced_memory()[0] - before < 1 << 16
    finally:
        tracemalloc.stop()


def test_statics_live_as_long_as_the_builtin():
    class Thing:
        pass

    thing = Thing()
    gone = weakref.ref(thing)
    signature = Signature((Static(thing), Static(thing)), (Float(),))
    entry = entry_of(signature)
    assert entry(thing, thing) == 0.0
    del signature, thing
    assert gone() is not None
    assert entry(Thing(), gone()) is MISS
    del entry
    assert gone() is None


def test_a_finalizer_may_call_the_program():
    """The collector finalizes a whole cycle before it frees any of it."""
    results = []

    class Solver:
        def __init__(self):
            self.entry = entry_of(NUMBER, 100_000, otherwise=self.slow)

        def slow(self, x):
            return "slow"

        def __del__(self):
            results.append((self.entry(2.0), self.entry(2)))

    gone = []
    for _ in range(10):
        solver = Solver()
        solver.same = solver
        gone.append(weakref.ref(solver))
        del solver
        gc.collect()
    assert results == [(2.0, "slow")] * 10
    assert [ref() for ref in gone] == [None] * 10


# Out of memory

HUGE = Array((1 << 46,))


@pytest.mark.parametrize(
    "outputs", [(HUGE,), (VECTOR, HUGE), (VECTOR, Float(), HUGE, VECTOR)]
)
def test_results_that_are_too_large(outputs):
    signature = Signature((VECTOR,), outputs, tuple)
    entry = entry_of(signature, program=IDLE)
    x = np.ones(15)

    def fail(n):
        for _ in range(n):
            try:
                entry(x)
            except MemoryError:
                continue
            raise AssertionError("there was room")

    fail(100)
    gc.collect()
    before = sys.getallocatedblocks()
    fail(1000)
    gc.collect()
    assert sys.getallocatedblocks() - before < 100


def test_a_workspace_that_is_too_large():
    entry = entry_of(PAIR, 1 << 50, program=IDLE)
    args = arguments(PAIR)
    references = counts(args)
    for _ in range(100):
        with pytest.raises(MemoryError):
            entry(*args)
    assert counts(args) == references


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("name", ["number", "scalar", "array", "pair", "mixed"])
def test_every_allocation_may_fail(name, long):
    nomemory = pytest.importorskip("_testcapi")
    signature = SIGNATURES[name]
    args = arguments(signature)

    def attempt(entry, n):
        """Call it when the n-th allocation from now on, and all later ones, fail."""
        nomemory.set_nomemory(n, 0)
        try:
            return entry(*args)
        except MemoryError:
            return None
        finally:
            nomemory.remove_mem_hooks()

    failures = 0
    code = compiled(signature, 100_000, long=long)
    for n in range(20):
        entry = callable_of(code, signature, "program")
        before = counts([*args, entry])
        result = attempt(entry, n)
        if result is None:
            failures += 1
        else:
            check(result, signature, args)
            del result
        check(entry(*args), signature, args)
        assert counts([*args, entry]) == before
    assert failures
