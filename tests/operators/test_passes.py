"""One pass through f: what it may return, and what it must not have swallowed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scenarios import assert_equal

from diffops import (
    EscapedValueError,
    NoDerivativeError,
    diff,
    ffdiffn,
    fgrad,
    fjacobian,
    grad,
    hessian,
    hessianv,
    jacobian,
    jvp,
    laplacian,
    vjp,
)
from diffops.primitive import table

X = np.array([0.5, -1.0, 2.0])

OUTPUTS = {
    "float": lambda x: 3.0,
    "int": lambda x: 3,
    "bool": lambda x: x[0] > 0,
    "numpy number": lambda x: np.float32(3),
    "array": lambda x: np.ones(2),
    "int array": lambda x: np.arange(2),
    "comparison": lambda x: x > 0,
    "argmax": lambda x: np.argmax(x),
    "rounded": lambda x: np.round(x),
}


@pytest.mark.parametrize("f", OUTPUTS.values(), ids=OUTPUTS)
def test_outputs_that_do_not_depend_on_the_point(f):
    """They are passed through as they are, and their derivatives are zero."""
    value, change = jvp(f, (X,), (X,))
    plain = f(X)
    np.testing.assert_array_equal(value, plain)
    assert type(value) is type(plain)
    np.testing.assert_array_equal(change, np.zeros(np.shape(plain)))
    assert np.result_type(change).kind == "f"
    matrix = jacobian(f)(X)
    np.testing.assert_array_equal(matrix, np.zeros(np.shape(plain) + (3,)))
    assert matrix.dtype == np.float64
    _, pullback = vjp(f, X)
    np.testing.assert_array_equal(pullback(np.ones(np.shape(plain)))[0], np.zeros(3))


def test_object_arrays_that_f_returns_are_arrays_again():
    def f(x):
        return np.array([x[0] * x[1], 1.0, x[2]])

    value, matrix = fjacobian(f)(X)
    assert value.dtype == np.float64
    assert_equal(value, np.array([-0.5, 1.0, 2.0]))
    assert_equal(matrix, np.array([[-1.0, 0.5, 0], [0, 0, 0], [0, 0, 1]]))


def test_auxiliary_values_are_plain():
    kept = {}

    def f(x):
        aux = {"x": x, "entry": x[0], "list": [x * 2, np.array([x[0], 1.0])], "n": 3}
        return np.sum(x * x), aux

    _, aux = grad(f, has_aux=True)(X)
    kept = aux["list"]
    assert_equal(aux["x"], X)
    assert type(aux["x"]) is type(kept[0]) is type(kept[1]) is np.ndarray
    assert kept[1].dtype == np.float64
    assert type(aux["entry"]) is np.float64
    assert aux["n"] == 3


def test_auxiliary_values_of_inner_differentiations_stay_differentiable():
    def outer(x):
        slope, aux = grad(lambda y: (y**2 * x, y * x), has_aux=True)(3.0)
        return slope * aux  # 6 x · 3 x

    assert grad(outer)(2.0) == diff(outer)(2.0) == 72.0
    assert grad(lambda x: fgrad(lambda y: y * x)(3.0)[0])(2.0) == 3.0


RUNS = {
    "grad": lambda f: grad(f)(2.0),
    "diff": lambda f: diff(f)(2.0),
    "ffdiffn": lambda f: ffdiffn(3, f)(2.0),
    "jvp": lambda f: jvp(f, (2.0,), (1.0,)),
    "vjp": lambda f: vjp(f, 2.0),
    "jacobian": lambda f: jacobian(f, mode="forward")(2.0),
    "hessian": lambda f: hessian(f)(2.0),
    "hessian forward": lambda f: hessian(f, mode="forward")(2.0),
    "hessianv": lambda f: hessianv(f)(2.0, 1.0),
    "laplacian": lambda f: laplacian(f)(2.0),
    "nested": lambda f: grad(diff(f))(2.0),
    "inside": lambda f: grad(lambda x: x * diff(lambda y: f(x) * y)(1.0))(2.0),
}
runs = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)


@runs
def test_refusals_that_f_swallows_are_raised_in_the_end(run):
    """A derivative would be lost without a word: the result must not be returned."""

    def swallows(x):
        try:
            return float(x) * x
        except Exception:
            return x

    with pytest.raises(NoDerivativeError, match=r"test_passes\.py:\d+"):
        run(swallows)


@runs
def test_exceptions_of_f_come_through_unchanged(run):
    def fails(x):
        raise LookupError("no such thing", 7)

    with pytest.raises(LookupError) as caught:
        run(fails)
    assert caught.value.args == ("no such thing", 7)


def nothing(x):
    """Forgets to return."""


@pytest.mark.parametrize("run", [RUNS[name] for name in RUNS if name != "inside"])
def test_results_that_are_nothing(run):
    with pytest.raises(TypeError, match="nothing returned None"):
        run(nothing)


REFUSED = {
    "math": (lambda x: math.sin(x[0]), r"math\.\*.*use np\.\* functions"),
    "float": (lambda x: float(x[0]), r"float\(x\)"),
    "int": (lambda x: x[int(x[2])], r"int\(x\)"),
    "index": (lambda x: [1, 2, 3][x[2]], r"as an index"),
    "range": (lambda x: sum(range(x[2])), r"as an index or a count"),
    "item of an array": (
        lambda x: write_item(np.zeros(3), x[0]),
        r"np\.zeros_like\(x\)",
    ),
    "array into array": (lambda x: write_all(np.zeros(3), x), r"np\.zeros_like\(x\)"),
    "bytes": (lambda x: x.tobytes(), r"stop_gradient"),
}


def write_item(array, value):
    array[0] = value
    return array.sum()


def write_all(array, values):
    array[:] = values
    return array.sum()


@pytest.mark.parametrize(("f", "words"), REFUSED.values(), ids=REFUSED)
def test_what_would_lose_the_derivative_is_refused_with_advice(f, words):
    for run in (
        lambda: grad(lambda x: np.sum(f(x)))(X),
        lambda: jvp(f, (X,), (X,)),
        lambda: hessian(lambda x: np.sum(f(x)))(X),
    ):
        with pytest.raises(NoDerivativeError, match=words) as caught:
            run()
        assert __file__ in str(caught.value)


def test_functions_without_a_rule_are_named_with_advice(monkeypatch):
    monkeypatch.delitem(table, np.fft.fft)
    words = r"numpy\.fft\.fft .*no derivative rule.*test_passes\.py.*stop_gradient"
    for operator in (grad, hessian, jacobian):
        with pytest.raises(NoDerivativeError, match=words):
            operator(np.fft.fft)(X)


def test_writing_into_what_has_ended():
    kept = []
    jacobian(lambda x: (kept.append(x), x)[1])(X)
    with pytest.raises(EscapedValueError, match=r"had ended.*test_passes\.py"):
        kept[0][0] = 1.0


def test_outputs_of_other_types():
    for result, words in (("text", "str"), ({1, 2}, "set"), (object(), "object")):
        with pytest.raises(TypeError, match=rf"returned a {words}.*has_aux=True"):
            jacobian(lambda x, result=result: result)(X)
