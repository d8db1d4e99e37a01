"""The symbolic operators, beside closed forms and SymPy's own derivatives."""

import numpy as np
import pytest
from scenarios import CURVES, FIELDS, SPACES, SURFACES, assert_equal

from diffops import NoDerivativeError, grad, symbolic

sympy = pytest.importorskip("sympy", reason="SymPy is not installed")


def without(cases, *names):
    chosen = {name: case for name, case in cases.items() if name not in names}
    return pytest.mark.parametrize("case", chosen.values(), ids=chosen)


@without(CURVES, "newton")  # it decides on x
def test_curves(case):
    f, x, orders = case.f, case.x, case.orders
    n = len(orders) - 1
    assert_equal(symbolic.diff(f)(x), orders[1])
    assert_equal(symbolic.fdiff(f)(x), orders[:2])
    assert_equal(symbolic.diff2(f)(x), orders[2])
    assert_equal(symbolic.fdiff2(f)(x), (orders[0], orders[2]))
    assert_equal(symbolic.ffdiff2(f)(x), orders[:3])
    assert_equal(symbolic.diffn(n, f)(x), orders[n])
    assert_equal(symbolic.fdiffn(n, f)(x), (orders[0], orders[n]))
    assert_equal(symbolic.ffdiffn(n, f)(x), orders)
    assert_equal(symbolic.diffn(0, f)(x), orders[0])


@without(SURFACES)
def test_surfaces(case):
    f, x, value, slope, bend = (
        case.f,
        case.x,
        case.value,
        case.gradient,
        case.hessian,
    )
    size = np.size(x)
    trace = np.trace(np.reshape(bend, (size, size)))
    assert_equal(symbolic.grad(f)(x), slope, 1e-12)
    assert_equal(symbolic.fgrad(f)(x), (value, slope), 1e-12)
    assert_equal(symbolic.value_and_grad(f)(x), (value, slope), 1e-12)
    assert_equal(symbolic.hessian(f)(x), bend, 1e-12)
    assert_equal(symbolic.fhessian(f)(x), (value, bend), 1e-12)
    assert_equal(symbolic.gradhessian(f)(x), (slope, bend), 1e-12)
    assert_equal(symbolic.fgradhessian(f)(x), (value, slope, bend), 1e-12)
    assert_equal(symbolic.laplacian(f)(x), trace, 1e-12)
    assert_equal(symbolic.flaplacian(f)(x), (value, trace), 1e-12)


@without(FIELDS)
def test_fields(case):
    f, x, value, matrix = case.f, case.x, case.value, case.jacobian
    rank = np.ndim(value)
    turned = np.transpose(matrix, (*range(rank, np.ndim(matrix)), *range(rank)))
    assert_equal(symbolic.jacobian(f)(x), matrix)
    assert_equal(symbolic.fjacobian(f)(x), (value, matrix))
    assert_equal(symbolic.jacobianT(f)(x), turned)
    assert_equal(symbolic.fjacobianT(f)(x), (value, turned))


@without(SPACES)
def test_spaces(case):
    f, x, turning, source = case.f, case.x, case.curl, case.div
    value = np.array(f(x))
    assert_equal(symbolic.curl(f)(x), turning)
    assert_equal(symbolic.fcurl(f)(x), (value, turning))
    assert_equal(symbolic.div(f)(x), source)
    assert_equal(symbolic.fdiv(f)(x), (value, source))
    assert_equal(symbolic.curldiv(f)(x), (turning, source))
    assert_equal(symbolic.fcurldiv(f)(x), (value, turning, source))


def test_expressions_are_those_of_sympy():
    x = sympy.Symbol("x", real=True)
    pairs = {
        lambda x: np.sin(x) * np.exp(x**2): sympy.sin(x) * sympy.exp(x**2),
        lambda x: np.tanh(x) / (1 + x): sympy.tanh(x) / (1 + x),
        lambda x: np.log(np.sqrt(x)) ** x: sympy.log(sympy.sqrt(x)) ** x,
    }
    for f, expression in pairs.items():
        for n in range(4):
            assert symbolic.diffn(n, f).expression == expression.diff(x, n)


def test_every_name_is_that_of_an_exact_operator():
    import diffops

    names = {n for n in vars(symbolic) if not n.startswith("_")} - {"formulas"}
    assert len(names) == 27
    assert names <= set(vars(diffops))


def test_symbols_and_derivatives_do_not_mix():
    with pytest.raises(NoDerivativeError, match="do not mix; use the exact operators"):
        grad(lambda a: symbolic.diff(lambda x: np.sin(a * x))(1.0))(2.0)
    with pytest.raises(NoDerivativeError, match=r"do not nest; .*symbolic\.diff2"):
        symbolic.diff(lambda x: symbolic.diff(lambda y: np.sin(x * y))(x))(1.0)
