"""What all operators share: how they are called, named, pickled, bound, and nested."""

from __future__ import annotations

import copy
import inspect
import pickle

import numpy as np
import pytest
from scenarios import assert_equal

import diffops as do

X, V = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.25, -0.5])


def surface(x):
    """Return a number."""
    return np.sum(np.sin(x) * x) + x[0] * x[1] * x[2]


def field(x):
    """Return a vector."""
    return np.sin(x) * x[::-1] + x


def curve(x):
    """Return a number of a number."""
    return np.sin(x) * x**2


def order(operator):
    """Return diffn and its kin as operators of order 3."""

    def ordered(f, *args, **kwargs):
        return operator(3, f, *args, **kwargs)

    ordered.__name__ = operator.__name__
    return ordered


#: Every operator: what it differentiates, where, and with which vectors.
OPERATORS = {
    **dict.fromkeys(["diff", "fdiff", "diff2", "fdiff2", "ffdiff2"], (curve, 0.7, ())),
    **dict.fromkeys(["diffn", "fdiffn", "ffdiffn"], (curve, 0.7, ())),
    **dict.fromkeys(["grad", "fgrad", "value_and_grad"], (surface, X, ())),
    **dict.fromkeys(["gradv", "fgradv"], (surface, X, (V,))),
    **dict.fromkeys(["hessian", "fhessian"], (surface, X, ())),
    **dict.fromkeys(["gradhessian", "fgradhessian"], (surface, X, ())),
    **dict.fromkeys(["hessianv", "fhessianv"], (surface, X, (V,))),
    **dict.fromkeys(["gradhessianv", "fgradhessianv"], (surface, X, (V,))),
    **dict.fromkeys(["laplacian", "flaplacian"], (surface, X, ())),
    **dict.fromkeys(["jacobian", "fjacobian"], (field, X, ())),
    **dict.fromkeys(["jacobianT", "fjacobianT"], (field, X, ())),
    **dict.fromkeys(["jacobianv", "fjacobianv"], (field, X, (V,))),
    **dict.fromkeys(["jacobianTv", "fjacobianTv"], (field, X, (V,))),
    **dict.fromkeys(["curl", "fcurl", "curldiv", "fcurldiv"], (field, X, ())),
    **dict.fromkeys(["div", "fdiv", "ffjacobianTv"], (field, X, ())),
}

CASES = [
    pytest.param(
        order(getattr(do, name)) if "diffn" in name else getattr(do, name),
        *case,
        id=name,
    )
    for name, case in OPERATORS.items()
]
operators = pytest.mark.parametrize(("operator", "f", "x", "vectors"), CASES)


def gives_value(operator):
    return operator.__name__.startswith("f") or operator is do.value_and_grad


def plain(result):
    """Return a result with pullbacks replaced by what they give for V."""
    if isinstance(result, tuple):
        return tuple(map(plain, result))
    return result(V) if callable(result) else result


def test_the_table_is_complete():
    """Every operator of design section 2 is public, and none is left untested here."""
    others = {"jvp", "vjp", "linearize", "stop_gradient", "taylor", "vmap"}
    found = {
        name
        for name in dir(do)
        for value in [getattr(do, name)]
        if inspect.isfunction(value)
        and value.__module__.startswith("diffops.operators")
    }
    assert set(OPERATORS) | others <= found
    assert {
        name
        for name in found - others
        if "f" in inspect.signature(getattr(do, name)).parameters
    } == set(OPERATORS)


@operators
def test_the_value_comes_first(operator, f, x, vectors):
    result = plain(operator(f)(x, *vectors))
    if gives_value(operator):
        assert type(result) is tuple
        np.testing.assert_array_equal(result[0], f(x))
        assert type(result[0]) is type(f(x))
        name = operator.__name__
        if not name.startswith("ff") and name != "value_and_grad":
            without = getattr(do, name[1:])
            without = order(without) if "diffn" in name else without
            rest = plain(without(f)(x, *vectors))
            assert_equal(result[1:], rest if isinstance(rest, tuple) else (rest,))


@operators
def test_auxiliary_values_stand_beside_the_value(operator, f, x, vectors):
    def with_aux(x):
        return f(x), {"x": x * 1, "name": "aux"}

    wanted = plain(operator(f)(x, *vectors))
    result = operator(with_aux, has_aux=True)(x, *vectors)
    if gives_value(operator):
        (value, aux), *derivatives = result
        found = plain((value, *derivatives))
    else:
        found, aux = result
    assert_equal(found, wanted)
    assert_equal(aux["x"], x * 1)
    assert type(aux["x"]) is type(x * 1)
    assert aux["name"] == "aux"


@operators
def test_other_arguments_pass_through(operator, f, x, vectors):
    wanted = plain(operator(f)(x, *vectors))

    def g(before, x, after, *more, scale, **options):
        assert (before, after, more, options) == ("b", [1], (2, 3), {"extra": None})
        return f(x) * scale

    for argnums in (1, -4, np.int64(1), "x"):
        derivative = operator(g, argnums)
        found = derivative("b", x, *vectors, [1], 2, 3, scale=1.0, extra=None)
        assert_equal(plain(found), wanted)
    found = operator(lambda *, x: f(x), "x")(*vectors, x=x)
    assert_equal(plain(found), wanted)


@operators
def test_f_may_be_a_method(operator, f, x, vectors):
    class Model:
        def __init__(self, scale):
            self.scale = scale

        def value(self, x):
            return self.scale * f(x)

        derivative = operator(value, argnums=1)

        def __call__(self, x):
            return self.value(x)

    wanted = plain(operator(lambda x: 3.0 * f(x))(x, *vectors))
    model = Model(3.0)
    assert_equal(plain(operator(model.value)(x, *vectors)), wanted)
    assert_equal(plain(operator(model)(x, *vectors)), wanted)
    assert_equal(plain(model.derivative(x, *vectors)), wanted)
    assert_equal(plain(Model.derivative(model, x, *vectors)), wanted)


@operators
def test_pickling_and_copying(operator, f, x, vectors):
    derivative = operator(f)
    wanted = plain(derivative(x, *vectors))
    for twin in (
        pickle.loads(pickle.dumps(derivative)),
        copy.copy(derivative),
        copy.deepcopy(derivative),
    ):
        assert_equal(plain(twin(x, *vectors)), wanted)
        assert twin.__name__ == derivative.__name__


@operators
def test_metadata_of_the_function(operator, f, x, vectors):
    derivative = operator(f)
    assert derivative.__doc__ == f.__doc__
    assert derivative.__module__ == f.__module__
    assert derivative.__wrapped__ is f
    assert derivative.__name__.endswith(f"({f.__name__})")
    assert derivative.__name__ in repr(derivative)
    assert list(inspect.signature(derivative).parameters) == ["x"]


@operators
def test_what_is_no_function_is_refused(operator, f, x, vectors):
    with pytest.raises(TypeError, match=r"differentiates a function, not a ndarray"):
        operator(X)


@operators
def test_operators_compose(operator, f, x, vectors):
    """Each one is differentiable itself: along a line, against differences."""
    derivative = operator(f)

    def along(t):
        found = plain(derivative(x + t * 0.5, *vectors))
        parts = found if isinstance(found, tuple) else (found,)
        return sum(np.sum(part) for part in parts)

    h = 1e-3
    fan = [(along(k * h) - along(-k * h)) / (2 * k * h) for k in (1, 2, 3)]
    wanted = (15 * fan[0] - 6 * fan[1] + fan[2]) / 10
    for D in (do.diff, do.grad):
        np.testing.assert_allclose(D(along)(0.0), wanted, rtol=1e-9, atol=1e-9)


def test_names_of_nested_operators():
    assert do.grad(surface).__name__ == "grad(surface)"
    assert do.jacobian(do.grad(surface)).__name__ == "jacobian(grad(surface))"
    assert repr(do.hessianv(surface)) == "<hessianv(surface)>"


def test_functions_of_functions_in_every_argument_form():
    def f(u, scale=1.0):
        return lambda x, power=2: scale * u**3 * x**power

    assert do.diff(f)(2.0)(3.0) == 108.0
    assert do.diff(f)(2.0, scale=0.5)(3.0, power=1) == 18.0
    assert do.grad(f, "u")(u=2.0)(3.0) == 108.0
    assert do.diff2(f)(2.0)(3.0) == 108.0
    assert do.diff(do.diff(f)(2.0))(3.0) == 72.0
    assert do.diffn(3, f)(2.0)(1.0) == 6.0
    assert do.fdiff(f)(2.0)(3.0) == (72.0, 108.0)
    found = do.jacobian(lambda v: lambda x: v * x)(np.array([1.0, 2.0]))(3.0)
    assert_equal(found, 3.0 * np.eye(2))


def test_functions_of_functions_can_be_deeply_curried():
    f = do.diff(lambda u: lambda a: lambda b: u**a * b)(3.0)
    assert f(2.0)(5.0) == 30.0


def test_a_point_in_the_place_of_argnums_is_refused():
    with pytest.raises(TypeError, match=r"grad\(f\)\(x\)"):
        do.grad(np.sum, np.ones(2))
