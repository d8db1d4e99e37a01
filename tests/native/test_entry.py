"""The native entry: what it returns, and to whom it hands what it does not take."""

import gc
import sys
import types
from collections.abc import MutableSet

import numpy as np
import pytest
from cores import (
    ARRAY,
    MIXED,
    NUMBER,
    PAIR,
    SCALAR,
    SIGNATURES,
    VECTOR,
    arguments,
    check,
    compiled,
    core,
    entry_of,
)

from diffops.native.entry import SMALL, callable_of, entry_source, or_else
from diffops.native.interface import MISMATCH, MISS, Signature, Static
from diffops.native.machine import assemble
from diffops.native.objects import available, symbols

pytestmark = pytest.mark.skipif(not available(), reason="objects lie in another way")

WORK = {"none": 0, "stack": 1000, "limit": SMALL, "heap": SMALL + 8, "large": 1 << 20}


def failing(*args, **kwargs):
    raise AssertionError("the program has no result")


# Results


@pytest.mark.parametrize("otherwise", [None, failing], ids=["alone", "or else"])
@pytest.mark.parametrize("name", SIGNATURES)
def test_results(name, otherwise):
    signature = SIGNATURES[name]
    entry = entry_of(signature, otherwise=otherwise)
    for seed in range(3):
        args = arguments(signature, seed)
        check(entry(*args), signature, args)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("work_bytes", WORK.values(), ids=WORK)
def test_workspaces(work_bytes, long):
    entry = entry_of(PAIR, work_bytes, long=long)
    for seed in range(3):
        args = arguments(PAIR, seed)
        check(entry(*args), PAIR, args)


@pytest.mark.parametrize("work_bytes", [8, 1000, SMALL, SMALL + 8, 100_000])
def test_workspaces_begin_at_a_cache_line(work_bytes):
    program = """
define internal i64 @core(ptr %inputs, ptr %outputs, ptr %work) {
  %address = ptrtoint ptr %work to i64
  %beyond = and i64 %address, 63
  %result = sitofp i64 %beyond to double
  %place = load ptr, ptr %outputs
  store double %result, ptr %place
  ret i64 0
}
"""
    entry = entry_of(NUMBER, work_bytes, program=program)
    assert [entry(1.0) for _ in range(3)] == [0.0] * 3


def test_results_are_fresh():
    signature = Signature((VECTOR,), (VECTOR, VECTOR), tuple)
    entry = entry_of(signature)
    x = np.ones(15)
    (a, b), (c, d) = entry(x), entry(x)
    kept = a.copy()
    for other in (b, c, d, x):
        assert not np.shares_memory(a, other)
        other[:] = -1
    assert np.array_equal(a, kept)
    a[0] = 5  # writable


def test_name_and_doc():
    entry = entry_of(NUMBER)
    gc.collect()
    assert entry.__name__ == "program"
    assert entry.__doc__ == "What it does."


def test_special_values_pass_through():
    program = """
define internal i64 @core(ptr %inputs, ptr %outputs, ptr %work) {
  %from = load ptr, ptr %inputs
  %to = load ptr, ptr %outputs
  %value = load i64, ptr %from
  store i64 %value, ptr %to
  ret i64 0
}
"""
    for signature, kind in ((NUMBER, float), (SCALAR, np.float64)):
        entry = entry_of(signature, program=program)
        for value in (0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, -sys.float_info.max):
            assert np.float64(entry(kind(value))).tobytes() == (
                np.float64(value).tobytes()
            )


# Calls that something else takes


def test_what_the_program_does_not_take_goes_elsewhere():
    calls = []

    def otherwise(*args, **kwargs):
        calls.append((args, kwargs))
        return len(calls)

    entry = entry_of(NUMBER, otherwise=otherwise)
    assert entry(1) == 1
    assert entry() == 2
    assert entry(1.0, 2.0) == 3
    assert entry(-1.0) == 4
    assert entry(x=1.0) == 5
    assert entry(1.0, y=2.0, z=3) == 6
    assert calls == [
        ((1,), {}),
        ((), {}),
        ((1.0, 2.0), {}),
        ((-1.0,), {}),
        ((), {"x": 1.0}),
        ((1.0,), {"y": 2.0, "z": 3}),
    ]
    assert entry(2.0) == 2.0


def test_errors_of_the_other_callable_pass():
    def otherwise(x):
        raise KeyError(x)

    entry = entry_of(NUMBER, otherwise=otherwise)
    with pytest.raises(KeyError, match="1"):
        entry(1)
    with pytest.raises(TypeError, match="unexpected keyword"):
        entry(y=1)


def test_entries_in_a_row():
    last = entry_of(ARRAY)
    entry = entry_of(NUMBER, otherwise=entry_of(PAIR, otherwise=last))
    x = np.ones(15)
    for signature, args in ((NUMBER, [1.0]), (PAIR, [1.0, x]), (ARRAY, [x])):
        check(entry(*args), signature, args)
    assert entry("x") is MISS


def test_recursion_through_the_other_callable():
    def otherwise(n):
        return float(n) if n == 0 else entry(float(n)) + entry(n - 1)

    entry = entry_of(NUMBER, 100_000, otherwise=otherwise)
    assert entry(10) == 55


@pytest.mark.parametrize("optimise", [0, 2])
@pytest.mark.parametrize("work_bytes", [0, SMALL, SMALL + 8])
def test_recursion_takes_no_room_on_the_stack(work_bytes, optimise):
    def forever(*args):
        return entry(*args)

    text = core(NUMBER, work_bytes) + entry_source(NUMBER, work_bytes)
    code = assemble(text, optimise=optimise, codegen=optimise, symbols=symbols(NUMBER))
    entry = or_else(callable_of(code, NUMBER, "program"), forever)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(6000)
    try:
        with pytest.raises(RecursionError):
            entry(1)
        with pytest.raises(RecursionError):
            entry(-1.0)
    finally:
        sys.setrecursionlimit(limit)


class OtherSet(MutableSet):
    """Has nothing in common with a set but its methods."""

    def __init__(self):
        self.items = []

    def __contains__(self, item):
        return item in self.items

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def add(self, item):
        self.items.append(item)

    def discard(self, item):
        self.items.remove(item)

    def update(self, items):
        self.items.extend(items)

    def difference_update(self, items):
        self.items = [item for item in self.items if item not in items]


@pytest.mark.parametrize(
    ("kind", "of"),
    [("builtin", set), ("function", set), ("builtin", OtherSet)],
)
def test_blockers(kind, of):
    blockers = of()
    entry = entry_of(NUMBER)
    native = entry if kind == "builtin" else lambda *args: entry(*args)
    call = or_else(native, lambda *args, **kwargs: (args, kwargs), blockers)
    inline = kind == "builtin" and of is set
    assert isinstance(call, types.BuiltinMethodType) == inline
    assert call(2.0) == 2.0
    blockers.update(range(100))
    assert call(2.0) == ((2.0,), {})
    blockers.difference_update(range(1, 100))
    assert call(2.0) == ((2.0,), {})
    blockers.discard(0)
    assert call(2.0) == 2.0
    assert call(2) == ((2,), {})
    assert call(-2.0) == ((-2.0,), {})
    assert call(x=2.0) == ((), {"x": 2.0})
    assert entry(2) is MISS  # alone as before


def test_callable_by_a_slot():
    """An instance whose own ``__call__`` is an entry: how `jit` uses it."""

    class Program:
        __slots__ = ("__call__", "__dict__")

        def __init__(self):
            self.__call__ = entry_of(NUMBER, otherwise=self.slow)

        def slow(self, *args, **kwargs):
            return "slow", args, kwargs

    program = Program()
    assert program(3.0) == 3.0
    assert program(3) == ("slow", (3,), {})
    assert program(x=3.0) == ("slow", (), {"x": 3.0})


# Guards


@pytest.mark.parametrize("work_bytes", [0, 1000, 100_000])
@pytest.mark.parametrize(
    "signature", [NUMBER, ARRAY, PAIR, MIXED], ids=["number", "array", "pair", "mixed"]
)
def test_failing_guards(signature, work_bytes):
    entry = entry_of(signature, work_bytes)
    args = arguments(signature)
    wrong = [
        -100.0
        if type(a) is float
        else np.full(a.shape, -100.0)
        if isinstance(a, np.ndarray)
        else a
        for a in args
    ]
    for _ in range(100):
        assert entry(*wrong) is MISMATCH
    check(entry(*args), signature, args)


# The text


def test_the_text_knows_no_address():
    text = entry_source(MIXED, 100_000, long=True)
    assert all(str(a) not in text for a in symbols(MIXED).values())
    other = Signature(
        tuple(Static(set()) if isinstance(i, Static) else i for i in MIXED.inputs),
        MIXED.outputs,
        list,
    )
    assert entry_source(other, 100_000, long=True) == text


def test_one_code_serves_two_builtins():
    code = compiled(NUMBER, 100_000)
    one, other = (callable_of(code, NUMBER, name) for name in ("one", "other"))
    assert one(1.0) == other(1.0) == 1.0
    del one
    assert other(2.0) == 2.0


@pytest.mark.parametrize("optimise", [0, 1, 3])
def test_every_level_of_optimisation(optimise):
    for signature in SIGNATURES.values():
        text = core(signature, 100_000) + entry_source(signature, 100_000)
        code = assemble(
            text, optimise=optimise, codegen=optimise, symbols=symbols(signature)
        )
        entry = callable_of(code, signature, "program")
        args = arguments(signature)
        check(entry(*args), signature, args)
        assert entry(*args, None) is MISS
