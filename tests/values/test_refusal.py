"""Refusals are remembered by the differentiations that they happened in."""

import numpy as np
import pytest
from gradients import POINT, modes

from diffops import NoDerivativeError, diff, grad, hessian, jvp, linearize, vjp


def swallowing(x):
    """Return a number that lost its derivative in a bare except."""
    try:
        scale = float(x[0])
    except:  # noqa: E722
        scale = 1.0
    return scale * np.sum(x)


OPERATORS = {
    "grad": lambda f: grad(f)(POINT),
    "jvp": lambda f: jvp(f, (POINT,), (POINT,)),
    "vjp": lambda f: vjp(f, POINT),
    "linearize": lambda f: linearize(f, POINT),
    "hessian": lambda f: hessian(f)(POINT),
    "diff": lambda f: diff(lambda t: f(t * POINT))(1.0),
}


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=OPERATORS)
def test_every_operator_raises_in_the_end(operator):
    with pytest.raises(NoDerivativeError, match=r"float\(x\).*test_refusal\.py:\d+\)"):
        operator(swallowing)


@modes
def test_outer_differentiations_remember_too(gradient):
    def program(x):
        try:
            slope = diff(lambda t: swallowing(t * x))(1.0)
        except NoDerivativeError:
            slope = 0.0
        return slope + np.sum(x)

    with pytest.raises(NoDerivativeError):
        gradient(program)(POINT)


@modes
def test_only_those_that_the_value_belongs_to(gradient):
    def program(x):
        with pytest.raises(NoDerivativeError):
            diff(lambda t: float(t) * t)(1.0)
        return np.sum(x * x)

    np.testing.assert_allclose(gradient(program)(POINT), 2 * POINT)


PROBES = {
    "len": lambda x: len(x[0]),
    "iter": lambda x: iter(x[0]),
    "unpacking": lambda x: [*x[0]],
    "index": lambda x: x[0][0],
    "index error": lambda x: x[10],
    "attribute": lambda x: x.no_such_name,
    "attribute of a number": lambda x: x[0].no_such_name,
    "__array__": lambda x: x.__array__(),
    "call": lambda x: x(),
    "hasattr": lambda x: hasattr(x, "columns") / 0,
    "isinstance": lambda x: isinstance(x, np.ndarray) / 0,
    "shape error": lambda x: x + np.ones(5),
    "foreign operand": lambda x: x + None,
    "key": lambda x: {}[x],
    "truth": lambda x: bool(x),
    "bits": lambda x: x[0] & 1,
}


@modes
@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_probes_are_no_refusals(gradient, probe):
    def program(x):
        with pytest.raises(Exception):  # noqa: B017
            probe(x)
        return np.sum(x * x)

    np.testing.assert_allclose(gradient(program)(POINT), 2 * POINT)


@modes
def test_refusal_is_told_where_numpy_tells_something_else(gradient):
    def program(x):
        a = np.zeros(3)
        a[0] = x[0]  # NumPy: setting an array element with a sequence
        return np.sum(a)

    with pytest.raises(NoDerivativeError, match="zeros_like"):
        gradient(program)(POINT)


@modes
def test_refusal_comes_before_what_it_led_to(gradient):
    def program(x):
        try:
            return {1.0: x[0]}[float(x[0])]
        except NoDerivativeError:
            return {}["missing"]

    with pytest.raises(NoDerivativeError) as caught:
        gradient(program)(POINT)
    assert isinstance(caught.value.__cause__, KeyError)
