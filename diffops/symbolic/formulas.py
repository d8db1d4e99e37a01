"""The symbolic operators: derivatives of NumPy programs as SymPy expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.symbolic import _building as build
from diffops.symbolic._formula import Formula, Shape

F = Callable[..., Any]


def diff(f: F) -> Formula:
    """Return the derivative f′(x) of a function of one number, as an expression.

    f is run once, on a symbol. The result evaluates at numbers, as `diffops.diff` does,
    and shows its ``expression``. f may return an array.

    Raises NoDerivativeError, which names the line, where f decides on x (``if x > 0``)
    or calls what SymPy does not know; ImportError without SymPy.

    >>> from diffops import symbolic
    >>> slope = symbolic.diff(lambda x: x**3)
    >>> slope.expression, slope(2.0)
    (3*x**2, 12.0)
    """
    return Formula("diff", build.derivatives(1), f, ())


def fdiff(f: F) -> Formula:
    """Return (f(x), f′(x)) as expressions; see `diff`.

    >>> from diffops import symbolic
    >>> symbolic.fdiff(lambda x: x**3).expression
    (x**3, 3*x**2)
    """
    return Formula("fdiff", build.derivatives(1), f, (), value=True)


def diff2(f: F) -> Formula:
    """Return the second derivative f″(x) as an expression; see `diff`.

    >>> from diffops import symbolic
    >>> symbolic.diff2(lambda x: x**3).expression
    6*x
    """
    return Formula("diff2", build.derivatives(2), f, ())


def fdiff2(f: F) -> Formula:
    """Return (f(x), f″(x)) as expressions; see `diff`.

    >>> from diffops import symbolic
    >>> symbolic.fdiff2(lambda x: x**3).expression
    (x**3, 6*x)
    """
    return Formula("fdiff2", build.derivatives(2), f, (), value=True)


def ffdiff2(f: F) -> Formula:
    """Return (f(x), f′(x), f″(x)) as expressions; see `diff`.

    >>> from diffops import symbolic
    >>> symbolic.ffdiff2(lambda x: x**3).expression
    (x**3, 3*x**2, 6*x)
    """
    return Formula("ffdiff2", build.derivatives(1, 2), f, (), value=True)


def diffn(n: int, f: F) -> Formula:
    """Return the n-th derivative f⁽ⁿ⁾(x) as an expression, for n ≥ 0; see `diff`.

    >>> from diffops import symbolic
    >>> symbolic.diffn(3, lambda x: x**5).expression
    60*x**2
    """
    return Formula("diffn", build.derivatives(build.order(n)), f, ())


def fdiffn(n: int, f: F) -> Formula:
    """Return (f(x), f⁽ⁿ⁾(x)) as expressions; see `diffn`.

    >>> from diffops import symbolic
    >>> symbolic.fdiffn(3, lambda x: x**5).expression
    (x**5, 60*x**2)
    """
    return Formula("fdiffn", build.derivatives(build.order(n)), f, (), value=True)


def ffdiffn(n: int, f: F) -> Formula:
    """Return (f(x), f′(x), …, f⁽ⁿ⁾(x)) as expressions; see `diffn`.

    >>> from diffops import symbolic
    >>> symbolic.ffdiffn(3, lambda x: x**5).expression
    (x**5, 5*x**4, 20*x**3, 60*x**2)
    """
    return Formula(
        "ffdiffn", build.derivatives(*range(1, build.order(n) + 1)), f, (), value=True
    )


def grad(f: F, shape: int | Shape | None = None) -> Formula:
    """Return the gradient ∇f(x) of a scalar function, as expressions.

    They are of the shape of x, which a call at a point shows, or ``shape`` gives; f is
    run once for each. The result evaluates as `diffops.grad` does.

    Raises NoDerivativeError as `diff`, TypeError where f does not return one number.

    >>> import numpy as np
    >>> from diffops import symbolic
    >>> slope = symbolic.grad(lambda x: x[0] ** 2 * x[1], shape=2)
    >>> slope.expression, slope(np.array([1.0, 3.0]))
    ([2*x_0*x_1, x_0**2], array([6., 1.]))
    """
    return Formula("grad", build.gradient, f, shape)


def fgrad(f: F, shape: int | Shape | None = None) -> Formula:
    """Return (f(x), ∇f(x)) as expressions; see `grad`.

    >>> from diffops import symbolic
    >>> symbolic.fgrad(lambda x: x[0] ** 2 * x[1], shape=2).expression
    (x_0**2*x_1, [2*x_0*x_1, x_0**2])
    """
    return Formula("fgrad", build.gradient, f, shape, value=True)


value_and_grad = fgrad


def hessian(f: F, shape: int | Shape | None = None) -> Formula:
    """Return the Hessian matrix of a scalar function, as expressions; see `grad`.

    >>> from diffops import symbolic
    >>> symbolic.hessian(lambda x: x[0] ** 2, shape=1).expression
    Matrix([[2]])
    """
    return Formula("hessian", build.hessian, f, shape)


def fhessian(f: F, shape: int | Shape | None = None) -> Formula:
    """Return (f(x), H(x)) as expressions; see `grad`.

    >>> from diffops import symbolic
    >>> symbolic.fhessian(lambda x: x[0] ** 2, shape=1).expression
    (x_0**2, Matrix([[2]]))
    """
    return Formula("fhessian", build.hessian, f, shape, value=True)


def gradhessian(f: F, shape: int | Shape | None = None) -> Formula:
    """Return (∇f(x), H(x)) as expressions; see `grad`.

    >>> from diffops import symbolic
    >>> symbolic.gradhessian(lambda x: x[0] ** 2, shape=1).expression
    ([2*x_0], Matrix([[2]]))
    """
    return Formula("gradhessian", build.gradhessian, f, shape)


def fgradhessian(f: F, shape: int | Shape | None = None) -> Formula:
    """Return (f(x), ∇f(x), H(x)) as expressions; see `grad`.

    >>> from diffops import symbolic
    >>> symbolic.fgradhessian(lambda x: x[0] ** 2, shape=1).expression
    (x_0**2, [2*x_0], Matrix([[2]]))
    """
    return Formula("fgradhessian", build.gradhessian, f, shape, value=True)


def laplacian(f: F, shape: int | Shape | None = None) -> Formula:
    """Return the Laplacian Σᵢ ∂²f/∂xᵢ² as an expression; see `grad`.

    >>> from diffops import symbolic
    >>> symbolic.laplacian(lambda x: x[0] ** 2 * x[1], shape=2).expression
    2*x_1
    """
    return Formula("laplacian", build.laplacian, f, shape)


def flaplacian(f: F, shape: int | Shape | None = None) -> Formula:
    """Return (f(x), Δf(x)) as expressions; see `grad`.

    >>> from diffops import symbolic
    >>> symbolic.flaplacian(lambda x: x[0] ** 2 * x[1], shape=2).expression
    (x_0**2*x_1, 2*x_1)
    """
    return Formula("flaplacian", build.laplacian, f, shape, value=True)


def jacobian(f: F, shape: int | Shape | None = None) -> Formula:
    """Return the Jacobian matrix, as expressions of shape f(x).shape + x.shape.

    The result evaluates as `diffops.jacobian` does; f may also return a flat list or
    tuple of numbers. Shapes and errors as in `grad`.

    >>> from diffops import symbolic
    >>> symbolic.jacobian(lambda x: x * x[0], shape=2).expression
    Matrix([
    [2*x_0,   0],
    [  x_1, x_0]])
    """
    return Formula("jacobian", build.jacobian, f, shape)


def fjacobian(f: F, shape: int | Shape | None = None) -> Formula:
    """Return (f(x), J(x)) as expressions; see `jacobian`.

    >>> from diffops import symbolic
    >>> symbolic.fjacobian(lambda x: x[0] * x, shape=1).expression
    ([x_0**2], Matrix([[2*x_0]]))
    """
    return Formula("fjacobian", build.jacobian, f, shape, value=True)


def jacobianT(f: F, shape: int | Shape | None = None) -> Formula:
    """Return J(x)ᵀ, of shape x.shape + f(x).shape, as expressions; see `jacobian`.

    >>> from diffops import symbolic
    >>> symbolic.jacobianT(lambda x: x * x[0], shape=2).expression
    Matrix([
    [2*x_0, x_1],
    [    0, x_0]])
    """
    return Formula("jacobianT", build.jacobianT, f, shape)


def fjacobianT(f: F, shape: int | Shape | None = None) -> Formula:
    """Return (f(x), J(x)ᵀ) as expressions; see `jacobian`.

    >>> from diffops import symbolic
    >>> symbolic.fjacobianT(lambda x: x[0] * x, shape=1).expression
    ([x_0**2], Matrix([[2*x_0]]))
    """
    return Formula("fjacobianT", build.jacobianT, f, shape, value=True)


def div(f: F, shape: int | Shape | None = None) -> Formula:
    """Return the divergence ∇·f(x) of a vector field, as an expression.

    Raises ValueError where x and f(x) are not vectors of one length; else as `grad`.

    >>> from diffops import symbolic
    >>> symbolic.div(lambda x: x**2, shape=2).expression
    2*x_0 + 2*x_1
    """
    return Formula("div", build.div, f, shape)


def fdiv(f: F, shape: int | Shape | None = None) -> Formula:
    """Return (f(x), ∇·f(x)) as expressions; see `div`.

    >>> from diffops import symbolic
    >>> symbolic.fdiv(lambda x: x**2, shape=2).expression
    ([x_0**2, x_1**2], 2*x_0 + 2*x_1)
    """
    return Formula("fdiv", build.div, f, shape, value=True)


def curl(f: F, shape: int | Shape | None = 3) -> Formula:
    """Return the curl ∇×f(x) of a field in space, as expressions; see `div`.

    >>> from diffops import symbolic
    >>> symbolic.curl(lambda x: [-x[1], x[0], x[0] * x[1]]).expression
    [x_0, -x_1, 2]
    """
    return Formula("curl", build.curl, f, shape)


def fcurl(f: F, shape: int | Shape | None = 3) -> Formula:
    """Return (f(x), ∇×f(x)) as expressions; see `curl`.

    >>> from diffops import symbolic
    >>> symbolic.fcurl(lambda x: [-x[1], x[0], 0]).expression
    ([-x_1, x_0, 0], [0, 0, 2])
    """
    return Formula("fcurl", build.curl, f, shape, value=True)


def curldiv(f: F, shape: int | Shape | None = 3) -> Formula:
    """Return (∇×f(x), ∇·f(x)) as expressions; see `curl` and `div`.

    >>> from diffops import symbolic
    >>> symbolic.curldiv(lambda x: [-x[1], x[0], x[2]]).expression
    ([0, 0, 2], 1)
    """
    return Formula("curldiv", build.curldiv, f, shape)


def fcurldiv(f: F, shape: int | Shape | None = 3) -> Formula:
    """Return (f(x), ∇×f(x), ∇·f(x)) as expressions; see `curl` and `div`.

    >>> from diffops import symbolic
    >>> symbolic.fcurldiv(lambda x: [-x[1], x[0], x[2]]).expression
    ([-x_1, x_0, x_2], [0, 0, 2], 1)
    """
    return Formula("fcurldiv", build.curldiv, f, shape, value=True)
