"""Derivatives as expressions: plain NumPy programs run on SymPy's symbols.

``grad(f)`` and its kin return callables with an ``expression``; SymPy is imported when
the first of them is called. f is run once, on symbols; an expression grows with the
steps of f, and evaluates at the cost of its length. Errors are those of `symbolic.diff`
and `symbolic.grad`. See docs/expression_swell.md for when not to use them.
"""

from diffops.symbolic.formulas import (
    curl as curl,
    curldiv as curldiv,
    diff as diff,
    diff2 as diff2,
    diffn as diffn,
    div as div,
    fcurl as fcurl,
    fcurldiv as fcurldiv,
    fdiff as fdiff,
    fdiff2 as fdiff2,
    fdiffn as fdiffn,
    fdiv as fdiv,
    ffdiff2 as ffdiff2,
    ffdiffn as ffdiffn,
    fgrad as fgrad,
    fgradhessian as fgradhessian,
    fhessian as fhessian,
    fjacobian as fjacobian,
    fjacobianT as fjacobianT,
    flaplacian as flaplacian,
    grad as grad,
    gradhessian as gradhessian,
    hessian as hessian,
    jacobian as jacobian,
    jacobianT as jacobianT,
    laplacian as laplacian,
    value_and_grad as value_and_grad,
)
