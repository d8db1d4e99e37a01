"""Exact derivatives of plain NumPy programs: ``from diffops import grad``."""

import importlib as _importlib
import types as _types
import typing as _typing

from diffops import assembly as _assembly
from diffops.errors import (
    ConvergenceError as ConvergenceError,
    EscapedValueError as EscapedValueError,
    NoDerivativeError as NoDerivativeError,
    StaleProgramError as StaleProgramError,
)
from diffops.jit.jitted import jit as jit
from diffops.operators.custom import (
    custom_jvp as custom_jvp,
    custom_vjp as custom_vjp,
    primitive as primitive,
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
    gradhessian as gradhessian,
    gradhessianv as gradhessianv,
    hessian as hessian,
    hessianv as hessianv,
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
from diffops.operators.laplacian import (
    flaplacian as flaplacian,
    laplacian as laplacian,
)
from diffops.operators.taylor import taylor as taylor
from diffops.operators.transform import (
    jvp as jvp,
    linearize as linearize,
    stop_gradient as stop_gradient,
    vjp as vjp,
)
from diffops.operators.vmap import vmap as vmap
from diffops.rules._kinds import elementwise as elementwise

if _typing.TYPE_CHECKING:
    from diffops.checkpointing.checkpoint import checkpoint as checkpoint
    from diffops.checkpointing.loops import checkpointed_loop as checkpointed_loop
    from diffops.implicit.equations import (
        argmin as argmin,
        fixed_point as fixed_point,
        linear_solve as linear_solve,
        root as root,
    )
    from diffops.look.tracer import trace as trace
    from diffops.reversible.sgd import reversible_sgd as reversible_sgd
    from diffops.sparse.sparse_hessian import (
        fsparse_hessian as fsparse_hessian,
        sparse_hessian as sparse_hessian,
    )
    from diffops.sparse.sparse_jacobian import (
        fsparse_jacobian as fsparse_jacobian,
        sparse_jacobian as sparse_jacobian,
    )
    from diffops.testing import check_grads as check_grads, check_rule as check_rule

__version__ = "0.1.0"

#: What is imported when it is first asked for: the module of each name.
_LATER = {
    "argmin": "diffops.implicit.equations",
    "check_grads": "diffops.testing",
    "check_rule": "diffops.testing",
    "checkpoint": "diffops.checkpointing.checkpoint",
    "checkpointed_loop": "diffops.checkpointing.loops",
    "fixed_point": "diffops.implicit.equations",
    "fsparse_hessian": "diffops.sparse.sparse_hessian",
    "fsparse_jacobian": "diffops.sparse.sparse_jacobian",
    "linear_solve": "diffops.implicit.equations",
    "reversible_sgd": "diffops.reversible.sgd",
    "root": "diffops.implicit.equations",
    "sparse_hessian": "diffops.sparse.sparse_hessian",
    "sparse_jacobian": "diffops.sparse.sparse_jacobian",
    "trace": "diffops.look.tracer",
}

#: Modules that stand for themselves, imported when they are first asked for.
_MODULES = ("numerical", "numpy", "optimize", "scipy", "symbolic", "testing")


def __getattr__(name: str) -> _typing.Any:
    if name in _MODULES:
        return _importlib.import_module(f"diffops.{name}")
    if name not in _LATER:
        raise AttributeError(f"module 'diffops' has no attribute {name!r}")
    value = globals()[name] = getattr(_importlib.import_module(_LATER[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})


__all__ = [
    name
    for name in __dir__()
    if name in _LATER
    or not (name.startswith("_") or isinstance(globals()[name], _types.ModuleType))
]
