"""Exact derivatives of plain NumPy programs: ``from diffops import grad``."""

from diffops import assembly as _assembly
from diffops.errors import (
    EscapedValueError as EscapedValueError,
    NoDerivativeError as NoDerivativeError,
)
from diffops.operators.derivative import (
    diff as diff,
    diff2 as diff2,
    diffn as diffn,
    fdiff as fdiff,
    fdiff2 as fdiff2,
    fdiffn as fdiffn,
    ffdiff2 as ffdiff2,
    ffdiffn as ffdiffn,
)
from diffops.operators.field import (
    curl as curl,
    curldiv as curldiv,
    div as div,
    fcurl as fcurl,
    fcurldiv as fcurldiv,
    fdiv as fdiv,
)
from diffops.operators.gradient import (
    fgrad as fgrad,
    fgradv as fgradv,
    grad as grad,
    gradv as gradv,
    value_and_grad as value_and_grad,
)
from diffops.operators.hessian import (
    fgradhessian as fgradhessian,
    fgradhessianv as fgradhessianv,
    fhessian as fhessian,
    fhessianv as fhessianv,
    flaplacian as flaplacian,
    gradhessian as gradhessian,
    gradhessianv as gradhessianv,
    hessian as hessian,
    hessianv as hessianv,
    laplacian as laplacian,
)
from diffops.operators.jacobian import (
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
from diffops.operators.transform import (
    jvp as jvp,
    linearize as linearize,
    stop_gradient as stop_gradient,
    vjp as vjp,
)
from diffops.rules._kinds import elementwise as elementwise
from diffops.testing import check_grads as check_grads, check_rule as check_rule

__version__ = "0.1.0"
