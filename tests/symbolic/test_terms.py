"""Symbolic arrays: entries, writing, methods, and what they refuse."""

import math
import re

import numpy as np
import pytest

import diffops
from diffops import NoDerivativeError, symbolic
from diffops.symbolic._terms import Terms, entries_of

sympy = pytest.importorskip("sympy", reason="SymPy is not installed")

X = np.array([0.5, -1.2, 2.0])


def check(f, x=X):
    np.testing.assert_allclose(symbolic.grad(f)(x), diffops.grad(f)(x), rtol=1e-12)


def loop(x):
    total = 0.0
    for i in range(len(x) - 1):
        total = total + x[i] ** 2 * x[i + 1]
    for entry in x:
        total += np.sin(entry)
    return total


def written(x):
    out = np.zeros_like(x)
    out[0] = x[1]
    out[1:] += 2 * x[:-1]
    out *= x
    return np.sum(out)


def objects(x):
    y = np.array([x[0], 2 * x[1], x[2] * x[0]])
    z = np.zeros(3, dtype=x.dtype) + x
    z[1] = y[0] * y[2]
    return np.sum(np.sin(y) * np.exp(np.asarray(x)) + z)


def methods(x):
    m = x.reshape(3, 1) * x
    total = m.transpose(1, 0).sum() + m.T.trace() + x.dot(x) + x.mean() * x.max()
    return total + x.astype(float).copy()[..., -1] + m.ravel().reshape(-1)[4].conj()


@pytest.mark.parametrize("f", [loop, written, objects, methods])
def test_programs(f):
    check(f)


def test_attributes():
    def f(x):
        assert (x.shape, x.ndim, x.size, len(x)) == ((2, 3), 2, 6, 2)
        assert np.shape(x) == (2, 3)
        assert [str(y) for y in x.flat][:2] == ["x_0_0", "x_0_1"]
        assert repr(x[0, 0] > 0) == "x_0_0 > 0"
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            x.nothing  # noqa: B018
        return np.sum(x)

    found = symbolic.grad(f)(np.ones((2, 3)))
    np.testing.assert_array_equal(found, np.ones((2, 3)))


def test_ufunc_methods():
    check(lambda x: np.sum(np.add.outer(x, x**2) ** 2))
    check(lambda x: np.multiply.accumulate(x)[-1] + np.multiply.reduce(x))
    check(lambda x: np.maximum.reduce(x))
    with pytest.raises(NoDerivativeError, match=r"numpy\.add\.reduceat"):
        symbolic.grad(lambda x: np.sum(np.add.reduceat(x, [0, 1])))(X)


REFUSED = {
    "if": (lambda x: x[0] if x[0] > 0 else x[1], "deciding on x_0 > 0"),
    "while": (lambda x: next(x[0] for _ in [0] if x[0] != x[1]), "deciding on"),
    "float": (lambda x: float(x[0]), "making a number"),
    "math": (lambda x: math.sin(x[0]), r"np\.sin for math\.sin"),
    "zeros": (lambda x: np.zeros(3).__setitem__(0, x[0]), "cannot hold symbols"),
    "array of floats": (lambda x: np.asarray(x, dtype=float), "array of numbers"),
    "mask": (lambda x: np.sum(x[x > 0]), "an index that depends on x"),
    "written mask": (lambda x: x.__setitem__(x > 0, 0), "an index that depends on x"),
    "out": (lambda x: np.sin(x, out=np.zeros(3)), "into an array of numbers"),
    "ufunc": (lambda x: np.sum(np.spacing(x)), r"numpy\.spacing"),
    "where=": (lambda x: np.sum(np.add.reduce(x, where=X > 0)), "where="),
    "to int": (lambda x: np.sum(x.astype(int)), "astype"),
}


@pytest.mark.parametrize(("f", "message"), REFUSED.values(), ids=REFUSED)
def test_refusals_name_the_line(f, message):
    with pytest.raises(NoDerivativeError, match=message) as caught:
        symbolic.grad(f)(X)
    assert re.search(r"test_terms\.py:\d+", str(caught.value))


def test_constants_may_decide():
    def f(x):
        return x**2 if np.sum(0 * x) == 0 and float(0 * x + 2) == 2 else x

    assert symbolic.diff(f)(3.0) == 6.0


def test_entries():
    entries = entries_of([True, 2, 0.5, np.float32(0.25), np.int64(3)])
    assert entries.tolist() == [sympy.true, 2, 0.5, 0.25, 3]
    assert isinstance(Terms(3).entries.item(), sympy.Integer)
    with pytest.raises(NoDerivativeError, match="a str"):
        Terms(["a"])
