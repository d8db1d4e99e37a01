"""Derivatives by differences: the names and results of the exact operators.

Central differences, extrapolated (Richardson), with steps that fit the dtype and the
scale of x, for functions that cannot be followed: compiled code, simulations, tables.
``error=True`` adds an estimate of the error: ``operator(f, error=True)(x)`` returns the
pair (result, estimate). What f does on a scale below a millionth of x is seen where it
does so on the scale of 1, up to |x| about 10⁸; else neither result nor estimate know of
it.

Shapes, and the TypeError or ValueError where they do not fit, are those of the exact
operators; where x is tracked, NoDerivativeError. f(x) comes at no further cost.
"""

from diffops.numerical.curves import (
    diff as diff,
    diff2 as diff2,
    diffn as diffn,
    fdiff as fdiff,
    fdiff2 as fdiff2,
    fdiffn as fdiffn,
    ffdiff2 as ffdiff2,
    ffdiffn as ffdiffn,
)
from diffops.numerical.fields import (
    ffjacobianTv as ffjacobianTv,
    fjacobian as fjacobian,
    fjacobianT as fjacobianT,
    fjacobianTv as fjacobianTv,
    fjacobianv as fjacobianv,
    jacobian as jacobian,
    jacobianT as jacobianT,
    jacobianTv as jacobianTv,
    jacobianv as jacobianv,
)
from diffops.numerical.spaces import (
    curl as curl,
    curldiv as curldiv,
    div as div,
    fcurl as fcurl,
    fcurldiv as fcurldiv,
    fdiv as fdiv,
)
from diffops.numerical.surfaces import (
    fgrad as fgrad,
    fgradhessian as fgradhessian,
    fgradhessianv as fgradhessianv,
    fgradv as fgradv,
    fhessian as fhessian,
    fhessianv as fhessianv,
    flaplacian as flaplacian,
    grad as grad,
    gradhessian as gradhessian,
    gradhessianv as gradhessianv,
    gradv as gradv,
    hessian as hessian,
    hessianv as hessianv,
    laplacian as laplacian,
    value_and_grad as value_and_grad,
)
