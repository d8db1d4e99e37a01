"""Signatures: what varies, what stands by value, and what has none."""

from __future__ import annotations

import numpy as np
import pytest
import strict_arrays

from diffops.jit.signature import Arguments, NoSignature


def key(*args, **kwargs):
    return Arguments(args, kwargs).key


def test_what_varies_does_not_count_and_all_else_does():
    assert key(1.0) == key(2.0)
    assert key(1) != key(2)
    assert key(1.0) != key(1)
    assert key(1.0) != key(np.float64(1.0))
    assert key(True) != key(1)
    assert key("a") != key("b")
    assert key(None) == key(None)
    assert key(np.ones(2)) == key(np.zeros(2))
    assert key(np.ones(2)) != key(np.ones(3))
    assert key(np.ones(2)) != key(np.ones(2, np.float32))
    assert key(np.ones((2, 3))) != key(np.ones((2, 3), order="F"))
    assert key(np.arange(2)) == key(np.arange(2) + 1)
    assert key([1.0, 2.0]) == key([3.0, 4.0])
    assert key([1.0, 2.0]) != key((1.0, 2.0))
    assert key({"a": 1.0}) != key({"b": 1.0})
    assert key(1.0, b=2.0) == key(3.0, b=4.0)
    assert key(1.0, b=2) != key(1.0, b=3)


def test_other_values_are_put_in_their_places():
    arguments = Arguments(([1.0, 2], {"a": np.ones(2)}), {"k": 3.0, "n": 4})
    assert len(arguments.varying) == 3
    seen = arguments.call(lambda *args, **kwargs: (args, kwargs), ["x", "y", "z"])
    assert seen == ((["x", 2], {"a": "y"}), {"k": "z", "n": 4})
    plain = Arguments((1.0, 2, 3.0), {})
    assert plain.call(lambda *args: args, ["x", "y"]) == ("x", 2, "y")


def test_what_has_none():
    for bad in (np.array(["a"]), bytearray(b"a"), np.ma.masked_array([1.0])):
        with pytest.raises(NoSignature):
            Arguments((bad,), {})


def test_arrays_on_a_device_vary_too():
    x = strict_arrays.asarray(np.ones((3, 2)))
    one, other, turned = (Arguments((a, 1.0), {}) for a in (x, x * 2, x.T))
    assert one.key == other.key != turned.key
    assert one.key != Arguments((np.ones((3, 2)), 1.0), {}).key
    assert one.varying[0] is x
    assert one.module is strict_arrays
    assert Arguments((1.0, np.ones(2)), {}).module is None
