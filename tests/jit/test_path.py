"""Paths: plain replay first, native code when it pays."""

import importlib

import numpy as np
import pytest

from diffops import grad, jit
from diffops.jit.recording import record
from diffops.jit.replay import MISMATCH
from diffops.jit.signature import Arguments

path = importlib.import_module("diffops.jit.path")


def native_after(f, *args):
    """Return after how many calls f runs natively."""
    for calls in range(1, 2000):
        f(*args)
        if f._native:
            return calls
    return None


def test_small_programs_are_native_before_the_thousandth_call():
    assert native_after(jit(lambda a: np.sin(a) * a), 0.5) <= path.MOST_REPLAYS + 2


def test_large_programs_are_native_at_once():
    def long(a):
        for _ in range(20_000):
            a = a * 0.9 + 0.1
        return a

    assert native_after(jit(long), 0.5) == 2


def test_native_results_are_those_of_plain_replay(monkeypatch):
    f = lambda d: {"y": d["x"] * 2, "z": (d["a"],)}  # noqa: E731
    args = ({"x": np.ones(3), "a": 0.5},)
    plain = [jit(f)(*args) for _ in range(3)][-1]
    monkeypatch.setattr(path, "PATIENCE", -1)
    jitted = jit(f)
    native = [jitted(*args) for _ in range(3)][-1]
    (ways,) = jitted._ways.values()
    assert ways.paths[0].native is not None
    assert native["z"] == plain["z"] == (0.5,)
    np.testing.assert_array_equal(native["y"], plain["y"])


def test_each_way_is_compiled_by_itself(monkeypatch):
    monkeypatch.setattr(path, "PATIENCE", -1)
    jitted = jit(grad(lambda a: a * a if a > 1 else a * 3))
    for a in (2.0, 2.0, 0.5, 0.5, 3.0, 0.1):
        assert jitted(a) == (2 * a if a > 1 else 3.0)
    assert len(jitted._native) == 2


def test_results_in_another_order_of_memory_stay_plain():
    arguments = Arguments((np.ones((2, 3)),), {})
    found, _ = record(lambda x: np.sin(x.T), arguments)
    assert not found.compilable
    assert not found.is_due()


def test_mismatches_go_on_to_other_ways():
    arguments = Arguments((2.0,), {})
    found, _ = record(lambda a: a if a > 1 else -a, arguments)
    other = Arguments((0.5,), {})
    assert found(arguments) == 2.0
    assert found(other) is MISMATCH
    found.compile(arguments, "f")
    assert found.native is not None
    assert found(arguments) == 2.0
    assert found(other) is MISMATCH


def test_arguments_of_another_layout_are_replayed_plainly():
    x = np.ones(6)
    arguments = Arguments((x,), {})
    found, _ = record(lambda x: x * 2, arguments)
    found.compile(arguments, "f")
    apart = np.ones(12)[::2]
    np.testing.assert_array_equal(found(Arguments((apart,), {})), x * 2)


@pytest.mark.parametrize("exact", [False, True])
def test_exact_reaches_the_native_code(exact, monkeypatch):
    monkeypatch.setattr(path, "PATIENCE", -1)
    jitted = jit(grad(lambda a: np.tanh(a) * np.exp(a)), exact=exact)
    found = [jitted(a) for a in np.linspace(-2, 2, 101).tolist()]
    wanted = [
        grad(lambda a: np.tanh(a) * np.exp(a))(a) for a in np.linspace(-2, 2, 101)
    ]
    assert jitted._native
    np.testing.assert_allclose(found, wanted, rtol=1e-14)
    if exact:
        assert found == wanted
