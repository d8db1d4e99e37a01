"""vmap: axes, containers, chunks, composition with operators, and bad input."""

from __future__ import annotations

import pickle
from typing import NamedTuple

import numpy as np
import pytest

from diffops import grad, hessianv, jacobian, jvp, vjp, vmap

X = np.arange(12.0).reshape(3, 4) / 7
W = np.cos(np.arange(4.0))


class Pair(NamedTuple):
    first: object
    second: object


def test_in_axes():
    wanted = X @ W
    np.testing.assert_allclose(vmap(np.dot, (0, None))(X, W), wanted)
    np.testing.assert_allclose(vmap(np.dot, [1, None])(X.T, W), wanted)
    np.testing.assert_allclose(vmap(np.dot, (-2, None))(X, W), wanted)
    np.testing.assert_allclose(vmap(np.dot)(X, X), np.sum(X * X, axis=1))
    found = vmap(np.dot, (None, 0))(W, X)
    np.testing.assert_allclose(found, wanted)


def test_in_axes_of_containers():
    def f(pair, data):
        return pair.first @ data["x"] + pair.second

    pair = Pair(X, np.arange(3.0))
    wanted = X @ W + np.arange(3.0)
    np.testing.assert_allclose(vmap(f, (0, None))(pair, {"x": W}), wanted)
    np.testing.assert_allclose(vmap(f, (Pair(0, 0), None))(pair, {"x": W}), wanted)
    one = Pair(X, 2.0)
    np.testing.assert_allclose(vmap(f, (Pair(0, None), None))(one, {"x": W}), X @ W + 2)


def test_out_axes():
    outer = vmap(lambda x: np.outer(x, W), out_axes=2)(X)
    np.testing.assert_allclose(outer, np.einsum("bi,j->ijb", X, W))
    last = vmap(lambda x: np.outer(x, W), out_axes=-1)(X)
    np.testing.assert_allclose(last, outer)
    split = vmap(lambda x: {"a": x, "b": 3.0}, out_axes={"a": 1, "b": None})(X)
    np.testing.assert_array_equal(split["a"], X.T)
    assert split["b"] == 3.0
    assert outer.flags.c_contiguous
    assert outer.flags.writeable


def test_keyword_arguments_are_the_same_for_all():
    found = vmap(lambda x, *, shift: x + shift)(X, shift=W)
    np.testing.assert_array_equal(found, X + W)


def test_chunks_do_not_change_the_result():
    calls = []

    def f(x):
        calls.append(None)
        return np.sin(x) * x[0], x.sum()

    whole = vmap(f)(X)
    assert len(calls) == 1
    for chunk_size, runs in ((1, 3), (2, 2), (3, 1), (10, 1)):
        calls.clear()
        for a, b in zip(vmap(f, chunk_size=chunk_size)(X), whole, strict=True):
            np.testing.assert_array_equal(a, b)
        assert len(calls) == runs


def test_composition_with_every_kind_of_operator():
    def f(x):
        return np.sum(np.sin(x) * W) ** 2

    members = [X[0], X[1], X[2]]
    gradients = np.stack([grad(f)(x) for x in members])
    np.testing.assert_allclose(vmap(grad(f))(X), gradients)
    whole = jacobian(vmap(f))(X)
    for i in range(3):
        np.testing.assert_allclose(whole[i, i], gradients[i])
        np.testing.assert_array_equal(np.delete(whole[i], i, 0), 0)
    products = vmap(hessianv(f))(X, X[::-1].copy())
    wanted = [hessianv(f)(x, v) for x, v in zip(X, X[::-1], strict=True)]
    np.testing.assert_allclose(products, np.stack(wanted))
    value, change = jvp(vmap(f), (X,), (np.ones_like(X),))
    np.testing.assert_allclose(change, gradients.sum(axis=1))
    value, pullback = vjp(vmap(f), X)
    np.testing.assert_allclose(value, [f(x) for x in members])
    np.testing.assert_allclose(pullback(np.ones(3))[0], gradients)
    # Members of a batch of directions: J(x) v for many v, f being run once.
    rows = vmap(lambda v: jvp(f, (X[0],), (v,))[1])(np.eye(4))
    np.testing.assert_allclose(rows, gradients[0])


def test_a_batch_of_parameters_of_a_closure():
    found = grad(lambda w: np.sum(vmap(lambda x: (x @ w) ** 2)(X)))(W)
    np.testing.assert_allclose(found, 2 * X.T @ (X @ W))


def test_the_result_is_a_method_a_pickle_and_named():
    class Model:
        weights = W

        @vmap
        def constant(self):
            return self

        def predict(self, x):
            return x @ self.weights

    np.testing.assert_allclose(vmap(Model().predict)(X), X @ W)
    mapped = pickle.loads(pickle.dumps(vmap(np.sum)))
    np.testing.assert_allclose(mapped(X), X.sum(axis=1))
    assert vmap(np.dot).__name__ == "vmap(dot)"
    assert repr(vmap(np.dot)) == "<vmap(dot)>"
    with pytest.raises(ValueError, match="a number"):
        vmap(lambda m, x: x)(3.0, X)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: vmap(3), TypeError, "maps a function, not a int"),
        (lambda: vmap(np.sin)(3.0), ValueError, "axis 0 of a number"),
        (lambda: vmap(np.sin, 2)(X), ValueError, r"axis 2 of an array of shape \(3, 4"),
        (lambda: vmap(np.sin, -3)(X), ValueError, "axis -3"),
        (lambda: vmap(np.add)(X, W), ValueError, r"different lengths: \[3, 4\]"),
        (lambda: vmap(np.add, (0,))(X, W), ValueError, "1 entries for 2 arguments"),
        (lambda: vmap(np.add, None)(X, W), ValueError, "maps no argument"),
        (lambda: vmap(sum, ((0, 0, 0),))((X, X)), ValueError, "does not fit"),
        (lambda: vmap(np.sin, True)(X), TypeError, "not a bool"),
        (lambda: vmap(np.sin, out_axes=2)(X), ValueError, "axis 2 of a result"),
        (lambda: vmap(np.sin, out_axes=None)(X), ValueError, "differs in the batch"),
        (lambda: vmap(lambda x: 1.0, out_axes=None)(X[:0]), ValueError, "no value"),
        (lambda: vmap(np.sin, chunk_size=0)(X), ValueError, "at least 1"),
        (lambda: vmap(lambda x: None)(X), TypeError, "returned None"),
        (lambda: vmap(lambda x: "a")(X), TypeError, "returned a str"),
        (lambda: vmap(lambda x: len)(X), TypeError, "returned a builtin"),
        (lambda: vmap(lambda x: x)([1.0, 2.0]), ValueError, "a number"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
