"""Paths: plain replay first, native code when it pays."""

import copy
import gc
import importlib
import inspect
import pickle
import weakref
from collections.abc import Callable

import numpy as np
import pytest
import strict_arrays
from natively import natives_of

from diffops import grad, jit
from diffops.jit.jitted import MOST_NATIVES
from diffops.jit.recording import record
from diffops.jit.replay import MISMATCH
from diffops.jit.signature import Arguments

path = importlib.import_module("diffops.jit.path")


def native_after(f, *args):
    """Return after how many calls f runs natively."""
    for calls in range(1, 2000):
        f(*args)
        if natives_of(f):
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
    assert natives_of(jitted) == 2


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
    assert natives_of(jitted)
    np.testing.assert_allclose(found, wanted, rtol=1e-14)
    if exact:
        assert found == wanted


def native_square(monkeypatch):
    """Return a jitted function of a number that runs as native code."""
    monkeypatch.setattr(path, "PATIENCE", -1)
    jitted = jit(lambda a, n=2: a**n)
    assert [jitted(2.0) for _ in range(3)] == [4.0] * 3
    assert natives_of(jitted) == 1
    return jitted


def test_native_code_hands_over_what_it_does_not_take(monkeypatch):
    jitted = native_square(monkeypatch)
    assert jitted(3) == 9
    assert jitted(3.0, 3) == jitted(3.0, n=3) == 27.0
    np.testing.assert_array_equal(jitted(np.arange(3.0)), [0.0, 1.0, 4.0])
    assert grad(jitted)(3.0) == 6.0
    assert grad(lambda a: jitted(2.0) * a)(3.0) == 4.0
    with pytest.raises(TypeError):
        jitted()
    assert jitted(5.0) == 25.0


def test_closures_over_tracked_values_are_seen_by_native_code(monkeypatch):
    monkeypatch.setattr(path, "PATIENCE", -1)
    factor = [3.0]
    jitted = jit(lambda a: a * factor[0])
    jitted(2.0), jitted(2.0)

    def f(b):
        factor[0] = b
        return jitted(2.0)

    assert natives_of(jitted) == 1
    assert grad(f)(3.0) == 2.0


def test_native_functions_are_copied_bound_and_described(monkeypatch):
    jitted = native_square(monkeypatch)
    other = copy.copy(jitted)
    assert natives_of(other) == 0
    assert [other(4.0) for _ in range(3)] == [16.0] * 3
    assert natives_of(other) == 1
    root = jit(np.sqrt)
    assert [root(4.0) for _ in range(3)] == [2.0] * 3
    assert natives_of(root) == 1
    assert pickle.loads(pickle.dumps(root))(9.0) == 3.0
    assert callable(jitted)
    assert isinstance(jitted, Callable)
    assert list(inspect.signature(jitted).parameters) == ["a", "n"]

    class Model:
        scale = 3.0
        scaled = jit(lambda self, a: self.scale * a)

    model = Model()
    assert [model.scaled(2.0) for _ in range(3)] == [6.0] * 3


def test_native_functions_are_collected(monkeypatch):
    jitted = native_square(monkeypatch)
    gone = weakref.ref(jitted)
    del jitted
    gc.collect()
    assert gone() is None


def test_where_compiling_breaks_replay_goes_on(monkeypatch):
    def fail(*args):
        raise ZeroDivisionError("in the compiler")

    monkeypatch.setattr(path, "PATIENCE", -1)
    monkeypatch.setattr(path.Path, "compile", fail)
    jitted = jit(lambda a: a * 2.0)
    with pytest.warns(RuntimeWarning, match="in the compiler"):
        assert [jitted(a) for a in (1.0, 2.0)] == [2.0, 4.0]
    assert jitted(3.0) == 6.0


def test_equal_static_arguments_run_the_same_native_code(monkeypatch):
    monkeypatch.setattr(path, "PATIENCE", -1)
    jitted = jit(lambda x, n: np.sin(x) * n)
    for _ in range(3):
        assert jitted(2.0, int("1000")) == np.sin(2.0) * 1000
    (ways,) = jitted._ways.values()
    (way,) = ways.paths
    monkeypatch.setattr(way, "replay", None)  # native code alone
    assert jitted(3.0, int("1000")) == np.sin(3.0) * 1000


def test_strings_objects_and_methods_are_called_natively(monkeypatch):
    monkeypatch.setattr(path, "PATIENCE", -1)

    class Model:
        scale = 3.0

        @jit
        def value(self, x, mode, hook, nothing=None):
            return hook(x) * self.scale if mode == "a" and nothing is None else x

    model, other = Model(), Model()
    other.scale = 5.0
    for _ in range(3):
        assert model.value(2.0, "a", np.sqrt, None) == np.sqrt(2.0) * 3
        assert other.value(2.0, "a", np.sqrt, None) == np.sqrt(2.0) * 5
        assert other.value(2.0, "b", np.sqrt, None) == 2.0
    assert natives_of(Model.value) == 3


def test_many_native_signatures_are_no_deep_chain(monkeypatch):
    monkeypatch.setattr(path, "PATIENCE", -1)
    jitted = jit(lambda x, n: x * n + 1.0)
    for n in range(60):
        for _ in range(3):
            assert jitted(2.0, n) == 2.0 * n + 1
    assert natives_of(jitted) <= MOST_NATIVES
    assert all(jitted(3.0, n) == 3.0 * n + 1 for n in range(60))


def test_on_a_device_the_second_replay_is_by_kernels(monkeypatch):
    """If there are any; and programs that must keep f's bits are replayed."""
    x = strict_arrays.asarray(np.ones(3))
    arguments = Arguments((x,), {})
    found, _ = record(lambda x: x * 2, arguments)
    assert found.on_device
    assert [found.is_due() for _ in range(2)] == [False, True]
    module = importlib.import_module("diffops.jit.cuda.device_code")
    monkeypatch.setattr(module, "DeviceCode", lambda *given: given)
    found.compile(arguments, "f")
    assert found.replay == (found.program, strict_arrays)
    assert not found.is_due()
    exact, _ = record(lambda x: x * 2, arguments, exact=True)
    assert not any(exact.is_due() for _ in range(3))
