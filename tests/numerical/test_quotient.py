"""What all numerical operators share: errors, aux, containers, dtypes, misuse."""

import pickle
from typing import NamedTuple

import numpy as np
import pytest

import diffops
from diffops import numerical


class Pair(NamedTuple):
    left: float
    right: np.ndarray


NAMES = """
diff fdiff diff2 fdiff2 ffdiff2 diffn fdiffn ffdiffn
grad fgrad value_and_grad gradv fgradv
hessian fhessian hessianv fhessianv gradhessian fgradhessian gradhessianv fgradhessianv
laplacian flaplacian jacobian fjacobian jacobianT fjacobianT jacobianv fjacobianv
jacobianTv fjacobianTv ffjacobianTv curl fcurl div fdiv curldiv fcurldiv
"""


def loss(x):
    return np.sum(np.sin(x) * x)


X = np.array([0.3, -1.2, 2.0])


def test_names_are_those_of_the_exact_operators():
    names = {name for name in vars(numerical) if not name.startswith("_")}
    names -= {"curves", "fields", "spaces", "surfaces"}
    assert names == set(NAMES.split())
    assert names <= set(vars(diffops))
    assert all(getattr(numerical, name).__doc__ for name in names)


def test_forms_of_the_result():
    wanted = np.sin(X) + X * np.cos(X)
    close = {"rtol": 1e-11}

    def with_aux(x):
        return loss(x), "aux"

    np.testing.assert_allclose(numerical.grad(loss)(X), wanted, **close)
    slope, error = numerical.grad(loss, error=True)(X)
    np.testing.assert_allclose(slope, wanted, **close)
    assert error.shape == (3,)
    (value, slope), error = numerical.fgrad(loss, error=True)(X)
    assert value == loss(X) and error.shape == (3,)
    slope, aux = numerical.grad(with_aux, has_aux=True)(X)
    assert aux == "aux" and slope.shape == (3,)
    (slope, aux), error = numerical.grad(with_aux, has_aux=True, error=True)(X)
    assert aux == "aux" and slope.shape == error.shape == (3,)
    (value, aux), slope = numerical.fgrad(with_aux, has_aux=True)(X)
    assert (value, aux) == (loss(X), "aux")
    found, errors = numerical.gradhessian(loss, error=True)(X)
    assert [part.shape for part in found] == [part.shape for part in errors]


@pytest.mark.parametrize("argnums", [1, -1, "y", (0, 1), ("y", 0)])
def test_argnums(argnums):
    def f(x, y):
        return x @ x * y**3

    found = numerical.grad(f, argnums)(X, 2.0)
    exact = diffops.grad(f, argnums)(X, 2.0)
    assert type(found) is type(exact)
    parts = zip(found, exact, strict=True) if type(found) is tuple else [(found, exact)]
    for one, other in parts:
        np.testing.assert_allclose(one, other, rtol=1e-11)
        assert type(one) is type(other)


def test_keywords():
    found = numerical.grad(lambda x, *, y: x * y, "y")(3.0, y=2.0)
    assert abs(found - 3) < 1e-11 and type(found) is float


def test_containers():
    point = {"p": Pair(0.5, X), "q": [np.float32(2), X[:2]]}

    def f(d):
        head = d["p"].left * d["p"].right
        return {"a": np.sum(head) * d["q"][0], "b": (head * X, d["q"][1] ** 2)}

    found, error = numerical.jacobian(f, error=True)(point)
    exact = diffops.jacobian(f)(point)
    assert type(found["a"]["p"]) is type(error["a"]["p"]) is Pair
    for get in (
        lambda t: t["a"]["p"].left,
        lambda t: t["a"]["q"][0],
        lambda t: t["b"][0]["p"].right,
        lambda t: t["b"][1]["q"][1],
        lambda t: t["b"][1]["p"].left,
    ):
        assert np.shape(get(found)) == np.shape(get(exact)) == np.shape(get(error))
        assert np.all(np.abs(get(found) - get(exact)) <= get(error) + 1e-13)
        assert np.all(get(error) < 2e-3)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("name", ["grad", "hessian", "laplacian"])
def test_dtypes(name, dtype):
    x = X.astype(dtype)
    found, error = getattr(numerical, name)(loss, error=True)(x)
    assert found.dtype == error.dtype == dtype
    wide = X.astype(dtype).astype(np.longdouble)
    wanted = {
        "grad": np.sin(wide) + wide * np.cos(wide),
        "hessian": np.diag(2 * np.cos(wide) - wide * np.sin(wide)),
        "laplacian": np.sum(2 * np.cos(wide) - wide * np.sin(wide)),
    }[name]
    assert np.all(np.abs(found - wanted) <= error)
    power, factor = (0.85, 100) if name == "grad" else (0.75, 500)
    assert np.all(error <= factor * float(np.finfo(dtype).eps) ** power)


def test_types_of_numbers():
    for x in (2.0, 2, np.float32(2), np.array(2.0), np.float64(2)):
        for f in (lambda x: x**3, lambda x: np.stack([x, x])):
            found = numerical.diff(f)(x)
            exact = diffops.diff(f)(x)
            assert type(found) is type(exact)
            assert np.result_type(found) == np.result_type(exact)
            assert np.shape(found) == np.shape(exact)


def test_complex():
    z = np.array([1 + 2j, -0.3j])

    def norm(z):
        return np.sum(np.abs(z) ** 2)

    def holomorphic(z):
        return z**2 * np.exp(z)

    for operator, f in (("grad", norm), ("jacobian", holomorphic), ("jacobian", norm)):
        found = getattr(numerical, operator)(f)(z)
        exact = getattr(diffops, operator)(f)(z)
        np.testing.assert_allclose(found, exact, rtol=1e-10, atol=1e-10)
        assert found.dtype == exact.dtype
    u = np.array([1 - 1j, 0.5j])
    found = numerical.jacobianTv(np.conjugate)(z, u)
    np.testing.assert_allclose(
        found, diffops.jacobianTv(np.conjugate)(z, u), rtol=1e-10
    )
    with pytest.raises(TypeError, match="not holomorphic"):
        numerical.jacobian(np.conjugate)(z)
    with pytest.raises(TypeError, match="wants real x"):
        numerical.hessian(norm)(z)


def test_functions_that_return_functions():
    slope = numerical.diff(lambda x: lambda y: x * x * y)(3.0)
    assert abs(slope(2.0) - 12) < 1e-10


def test_inside_and_outside_exact_operators():
    """Differences of exact derivatives; functions that cannot be followed."""
    np.testing.assert_allclose(
        numerical.jacobian(diffops.grad(loss))(X), diffops.hessian(loss)(X), atol=1e-11
    )
    found = numerical.diff(lambda x: float(np.asarray(x)) ** 2)(3.0)
    assert abs(found - 6) < 1e-11


def test_operators_are_pickled_and_named():
    operator = numerical.grad(loss, error=True)
    again = pickle.loads(pickle.dumps(operator))
    np.testing.assert_array_equal(again(X)[1], operator(X)[1])
    assert repr(operator) == "<grad(loss)>"


def test_misuse():
    with pytest.raises(TypeError, match="differentiates a function"):
        numerical.grad(2.0)
    with pytest.raises(TypeError, match="one number"):
        numerical.grad(np.sin)(X)
    with pytest.raises(TypeError, match="bool, which cannot vary"):
        numerical.grad(loss)(True)
    with pytest.raises(TypeError, match="cannot vary"):
        numerical.grad(loss)(np.array(["a"]))
    with pytest.raises(TypeError, match="takes a vector after the point"):
        numerical.gradv(loss)(X)
    with pytest.raises(ValueError, match="shape"):
        numerical.gradv(loss)(X, X[:2])
    with pytest.raises(ValueError, match="argnums=3"):
        numerical.grad(loss, 3)(X)
    with pytest.raises(TypeError, match="pair"):
        numerical.grad(loss, has_aux=True)(X)
    with pytest.raises(TypeError, match="returned None"):
        numerical.grad(lambda x: None)(X)
