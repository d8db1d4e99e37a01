"""Inputs: which arguments vary, and what their parts are called."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
import pytest

from diffops import trace
from diffops.look.inputs import named_leaves, point_of


def names(f, *args, argnums=None, **kwargs):
    return point_of(f, argnums, args, kwargs)[1]


@dataclasses.dataclass
class Layer:
    weight: np.ndarray
    bias: float


class Pair(NamedTuple):
    first: float
    second: float


def test_names_are_those_of_the_parameters():
    assert names(lambda alpha, b: alpha, 1.0, 2.0) == ["alpha", "b"]
    assert names(lambda a, *rest: a, 1.0, 2.0, 3.0) == ["a", "rest[0]", "rest[1]"]
    assert names(lambda a, b=2.0: a, 1.0, b=3.0) == ["a", "b"]
    assert names(lambda a, **more: a, 1.0, c=3.0) == ["a", "c"]
    assert names(max, 1.0, 2.0) == ["x1", "x2"]
    assert names(lambda x: x, 1.0, 2.0) == ["x", "x2"]  # f will raise


def test_names_of_parts():
    assert named_leaves(1.0, "x") == ["x"]
    assert named_leaves([1.0, 2.0], "x") == ["x[0]", "x[1]"]
    assert named_leaves({"b": [1.0], "a": 2.0}, "p") == ["p['a']", "p['b'][0]"]
    assert named_leaves(Layer(np.ones(2), 0.0), "m") == ["m.weight", "m.bias"]
    assert named_leaves(Pair(1.0, 2.0), "q") == ["q.first", "q.second"]


def test_what_holds_floats_varies():
    def f(x, n, name, flags, w):
        return x**n * w[0]

    assert names(f, 2.0, 3, "word", [True], [1, 2.0]) == ["x", "w[0]", "w[1]"]
    assert trace(f)(2.0, 3, "word", [True], [1, 2.0]).value == 8.0
    assert names(lambda x, k: x, np.ones(2), np.arange(3)) == ["x"]
    assert names(lambda x: x, np.float32(1)) == ["x"]
    assert names(lambda z: z, 1j) == ["z"]


def test_argnums_choose():
    def f(a, b):
        return a * b

    assert names(f, 2, 3, argnums=1) == ["b"]
    assert names(f, 2, 3, argnums=(1, 0)) == ["b", "a"]
    assert names(f, 2, 3, argnums=("a", -1)) == ["a", "b"]
    assert trace(f, argnums=(0, 1))(2, 3).reverse().value == (3.0, 2.0)
    assert trace(f, argnums=[0, "b"])(2, 3).reverse().value == (3.0, 2.0)


@pytest.mark.parametrize("args", [(2,), ("word",), (), (True,), (None,), ({},)])
def test_nothing_that_varies(args):
    with pytest.raises(TypeError, match=r"holds floats; pass 2\.0 for 2, or name"):
        trace(np.sin)(*args)


@pytest.mark.parametrize(
    ("argnums", "error", "message"),
    [
        (2, ValueError, "passes 1 positional"),
        ("y", ValueError, "names 'y', which the call does not pass"),
        ((0, 0), ValueError, "twice"),
        (0.5, TypeError, "ints or names"),
    ],
)
def test_bad_argnums(argnums, error, message):
    with pytest.raises(error, match=message):
        trace(lambda x: x, argnums)(1.0)
