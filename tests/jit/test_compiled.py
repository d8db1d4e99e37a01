"""Programs as builtins: what they take, and what they answer."""

import gc
import types

import numpy as np
import pytest
from natively import natively, natively_of_arrays, path_of

from diffops.jit import compiled
from diffops.native.interface import MISS
from diffops.native.machine import AssemblyError


def test_results_have_the_types_of_eager_mode():
    f = lambda a, x: (a * 2, x[0] * 2, x * 2)  # noqa: E731
    first, second, third = natively(f, 0.5, np.ones(3))(1.5, np.arange(3.0))
    assert (type(first), first) == (float, 3.0)
    assert (type(second), second) == (np.float64, 0.0)
    np.testing.assert_array_equal(third, [0.0, 2.0, 4.0])
    assert third.flags.owndata
    assert third.flags.writeable


def test_other_arguments_are_missed():
    native = natively(lambda a, n: a * n, 0.5, 3)
    assert native(2.0, 3) == 6.0
    for args in ((2.0, 4), (2, 3), (2.0,), (np.float64(2), 3), (np.ones(1), 3)):
        assert native(*args) is MISS


def test_without_a_compiler_programs_stay_plain(monkeypatch):
    def fail(*args, **kwargs):
        raise AssemblyError

    monkeypatch.setattr(compiled, "assemble", fail)
    assert path_of(lambda a: a * 2, 0.5).native is None


def test_where_objects_lie_in_another_way_programs_run_by_the_plainer_path(
    monkeypatch,
):
    monkeypatch.setattr(compiled, "available", lambda: False)
    native = natively(lambda a, x: (a * x[1], np.sin(x)), 0.5, np.ones(3))
    assert not isinstance(native, types.BuiltinMethodType)
    x = np.arange(3.0)
    first, second = native(2.0, x)
    assert (type(first), first) == (np.float64, 2.0)
    np.testing.assert_array_equal(second, np.sin(x))
    assert native(2, x) is MISS


@pytest.mark.parametrize("container", [tuple, list])
def test_containers(container):
    f = lambda a: container((a, a * 2))  # noqa: E731
    assert natively(f, 0.5)(1.0) == container((1.0, 2.0))


def test_zero_dimensional_and_empty_arrays():
    f = lambda x, y: (x * 2, y * 2, np.sum(y))  # noqa: E731
    args = np.array(1.5), np.ones((0, 2))
    for found, wanted in zip(natively(f, *args)(*args), f(*args), strict=True):
        assert type(found) is type(wanted)
        np.testing.assert_array_equal(found, wanted)


def test_constants_live_as_long_as_the_code():
    places = np.array([2, 0, 1])
    native = natively_of_arrays(lambda x: x[places] * np.arange(3), np.ones(3))
    gc.collect()
    trash = [np.full(3, 2**40) for _ in range(1000)]
    np.testing.assert_array_equal(native(np.array([5.0, 6.0, 7.0])), [0.0, 5.0, 12.0])
    assert trash


def test_many_single_numbers_are_replayed():
    def steps(a, count):
        for _ in range(count):
            a = a - np.sin(a) * np.float32(0.1)
        return a

    a = np.float32(0.7)
    assert path_of(lambda a: steps(a, 10), a).native is not None
    assert path_of(lambda a: steps(a, 1000), a).native is None
