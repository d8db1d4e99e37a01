"""Containers: dicts, lists, tuples, namedtuples, dataclasses, to any depth."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pytest
from scenarios import assert_equal

from diffops import fgrad, grad, hessian, jacobian, jvp, vjp
from diffops.operators._tree import flatten, is_leaf


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass
class Layer:
    weights: Any
    bias: Any = 0.0


@dataclass(frozen=True)
class Frozen:
    layers: Any
    scale: float = field(default=1.0, kw_only=True)


TREES = [
    [1.0, 2.0],
    (1.0, np.ones(2)),
    {"b": 1.0, "a": [2.0, {"c": (3.0,)}]},
    OrderedDict(z=1.0, a=2.0),
    defaultdict(list, k=1.0),
    Pair(1.0, [2.0]),
    Layer(np.ones((2, 2)), 3.0),
    Frozen([Layer(1.0), Layer(np.ones(3))], scale=5.0),
    [[], {}, (), 1.0],
    {"none": None, "x": 1.0},
]


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: type(tree).__name__)
def test_flatten_and_rebuild(tree):
    leaves, rebuild = flatten(tree)
    assert all(map(is_leaf, leaves))
    twin = rebuild(leaves)
    assert type(twin) is type(tree)
    again, _ = flatten(twin)
    assert all(a is b for a, b in zip(leaves, again, strict=True))


@pytest.mark.parametrize("leaf", [1.0, 2, 1j, np.ones(2), np.float32(1), np.array(1.0)])
def test_leaves(leaf):
    assert is_leaf(leaf)
    leaves, rebuild = flatten(leaf)
    assert leaves[0] is leaf
    assert rebuild([7.0]) == 7.0


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: type(tree).__name__)
def test_gradients_have_the_structure_of_the_point(tree):
    """f = Σ k leaf³ has the gradient 3 k leaf²."""

    def f(tree):
        return sum(
            k * np.sum(leaf**3) for k, leaf in enumerate(flatten(tree)[0], start=1)
        )

    value, found = fgrad(f)(tree)
    assert type(found) is type(tree)
    leaves, _ = flatten(tree)
    wanted = [3 * k * leaf**2 for k, leaf in enumerate(leaves, start=1)]
    assert flatten(found)[0][0].__class__ is leaves[0].__class__
    assert_equal(flatten(found)[0], wanted)
    assert value == f(tree)
    _, change = jvp(f, (tree,), (tree,))
    np.testing.assert_allclose(change, 3 * value, rtol=1e-14)


def test_dataclasses():
    def f(model, x):
        for layer in model.layers:
            x = np.tanh(layer.weights @ x + layer.bias)
        return model.scale * np.sum(x)

    weights = np.array([[0.5, -0.25], [0.1, 0.3]])
    model = Frozen([Layer(weights, np.array([0.1, 0.2]))], scale=2.0)
    x = np.array([1.0, -1.0])
    found = grad(f)(model, x)
    slope = 2 * (1 - np.tanh(weights @ x + [0.1, 0.2]) ** 2)
    assert type(found) is Frozen
    (layer,) = found.layers
    assert type(layer) is Layer
    assert_equal(layer.weights, np.outer(slope, x))
    assert_equal(layer.bias, slope)
    assert_equal(found.scale, f(model, x) / 2)


def test_namedtuples_in_and_out():
    def f(p):
        return Pair(p.left * p.right, [p.left**2])

    value, pullback = vjp(f, Pair(2.0, 3.0))
    assert value == Pair(6.0, [4.0])
    assert type(value) is Pair
    (found,) = pullback(Pair(1.0, [10.0]))
    assert found == Pair(43.0, 2.0)
    assert jacobian(f)(Pair(2.0, 3.0)) == Pair(Pair(3.0, 2.0), [Pair(4.0, 0.0)])
    found = hessian(lambda p: p.left**2 * p.right)(Pair(2.0, 3.0))
    assert found == Pair(Pair(6.0, 4.0), Pair(4.0, 0.0))


def test_dicts_keep_keys_of_any_order():
    point = {"z": 1.0, "a": 2.0, "m": 3.0}
    found = grad(lambda p: p["z"] * p["a"] ** 2 * p["m"])(point)
    assert found == {"z": 12.0, "a": 12.0, "m": 4.0}


def test_vectors_must_have_the_container_of_the_point():
    with pytest.raises(ValueError, match="has 1 parts, but what it multiplies has 2"):
        jvp(lambda p: p[0] * p[1], ([1.0, 2.0],), ([1.0],))
    with pytest.raises(ValueError, match=r"shape \(2,\).*shape \(\)"):
        jvp(lambda p: p[0] * p[1], ([1.0, 2.0],), ([1.0, np.ones(2)],))


def test_containers_of_nothing():
    assert grad(lambda p: 3.0)({}) == {}
    assert grad(lambda p: 3.0)([]) == []
    assert hessian(lambda p: 3.0)([]) == []
