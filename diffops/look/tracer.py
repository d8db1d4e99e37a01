"""``trace``: runs f at a point under the eye."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from diffops.look.inputs import point_of
from diffops.look.looking import Looking, Seen
from diffops.look.notation import place, short
from diffops.look.wengert import WengertList
from diffops.operators._passes import FunctionValued, run
from diffops.operators._point import Argnums

F = Callable[..., Any]


def trace(f: F, argnums: Argnums | None = None) -> Tracer:
    """Return what runs f at a point and gives its Wengert list: what f computes there.

    ``trace(f)(x)`` is a `WengertList`: each step with its formula, its value and the
    user's line, and each decision that Python took. It prints as text and shows itself
    as a table in notebooks. ``.forward(v)`` puts the tangents beside it, ``.reverse()``
    the adjoints: Tables 2 and 3 of Baydin, Pearlmutter, Radul, Siskind, *Automatic
    differentiation in machine learning: a survey* (2018), with the formulas that the
    rules run by. ``.svg()`` and ``.save(path)`` draw the computational graph.
    ``f"{trace(f)(x):.3f}"`` sets the digits.

    The inputs are the arguments that hold floats, or those of ``argnums`` (positions
    or names; integers are promoted to floats there). Containers are taken apart.
    Steps on which no result and no decision depends are left out, and counted.

    Raises TypeError where no argument holds floats, or where f returns something else
    than numbers and arrays. What f raises passes through, with a note on the last step.
    One call of f in jit's record mode, which keeps every value.

    >>> import numpy as np
    >>> from diffops import trace
    >>> def f(x1, x2):
    ...     a, b, c = np.log(x1), x1 * x2, np.sin(x2)
    ...     return a + b - c
    >>> found = trace(f)(2.0, 5.0)
    >>> print(found)
    v₋₁ = x1       = 2
    v₀  = x2       = 5
    v₁  = ln v₋₁   = ln 2 = 0.69315                line 2
    v₂  = v₋₁ × v₀ = 2 × 5 = 10                    line 2
    v₃  = sin v₀   = sin 5 = −0.95892              line 2
    v₄  = v₁ + v₂  = 0.69315 + 10 = 10.693         line 3
    v₅  = v₄ − v₃  = 10.693 − (−0.95892) = 11.652  line 3
    y   = v₅       = 11.652
    >>> print(found.forward(1.0, 0.0))
    Forward primal trace        Forward tangent trace
    v₋₁ = x1       = 2          v̇₋₁ = ẋ1                  = 1
    v₀  = x2       = 5          v̇₀  = ẋ2                  = 0
    v₁  = ln v₋₁   = 0.69315    v̇₁  = v̇₋₁ / v₋₁           = 1 / 2 = 0.5
    v₂  = v₋₁ × v₀ = 10         v̇₂  = v̇₋₁ × v₀ + v̇₀ × v₋₁ = 1 × 5 + 0 × 2 = 5
    v₃  = sin v₀   = −0.95892   v̇₃  = v̇₀ × cos v₀         = 0 × cos 5 = 0
    v₄  = v₁ + v₂  = 10.693     v̇₄  = v̇₁ + v̇₂             = 0.5 + 5 = 5.5
    v₅  = v₄ − v₃  = 11.652     v̇₅  = v̇₄ − v̇₃             = 5.5 − 0 = 5.5
    y   = v₅       = 11.652     ẏ   = v̇₅                  = 5.5
    >>> print(found.reverse())
    Forward primal trace        Reverse adjoint trace (upwards)
    v₋₁ = x1       = 2          x̄1  = v̄₋₁               = 5.5
    v₀  = x2       = 5          x̄2  = v̄₀                = 1.7163
    v₁  = ln v₋₁   = 0.69315    v̄₋₁ = v̄₋₁ + v̄₁ ∂v₁/∂v₋₁ = v̄₋₁ + v̄₁ / v₋₁ = 5.5
    v₂  = v₋₁ × v₀ = 10         v̄₀  = v̄₀ + v̄₂ ∂v₂/∂v₀   = v̄₀ + v̄₂ × v₋₁ = 1.7163
                                v̄₋₁ = v̄₂ ∂v₂/∂v₋₁       = v̄₂ × v₀ = 5
    v₃  = sin v₀   = −0.95892   v̄₀  = v̄₃ ∂v₃/∂v₀        = v̄₃ × cos v₀ = −0.28366
    v₄  = v₁ + v₂  = 10.693     v̄₂  = v̄₄ ∂v₄/∂v₂        = v̄₄ × 1 = 1
                                v̄₁  = v̄₄ ∂v₄/∂v₁        = v̄₄ × 1 = 1
    v₅  = v₄ − v₃  = 11.652     v̄₃  = v̄₅ ∂v₅/∂v₃        = v̄₅ × (−1) = −1
                                v̄₄  = v̄₅ ∂v₅/∂v₄        = v̄₅ × 1 = 1
    y   = v₅       = 11.652     v̄₅  = ȳ                 = 1
    """
    if not callable(f):
        raise TypeError(f"trace takes a function, not a {type(f).__name__}")
    return Tracer(f, argnums)


class Tracer:
    """What `trace` returns: a picklable callable with the metadata of f."""

    def __init__(self, f: F, argnums: Argnums | None) -> None:
        self.f = f
        self.argnums = tuple(argnums) if isinstance(argnums, list) else argnums
        functools.update_wrapper(self, f, updated=())
        self.__name__ = f"trace({getattr(f, '__name__', repr(f))})"

    def __call__(self, *args: Any, **kwargs: Any) -> WengertList:
        """Run f and return its Wengert list."""
        point, names = point_of(self.f, self.argnums, args, kwargs)
        level = Looking(lines=True)
        leaves = list(map(level.input, point.leaves))
        try:
            output = run(level, point, leaves, False)
        except FunctionValued:
            raise TypeError(
                f"{self.__name__}: f returned a function; call that inside f"
            ) from None
        except Exception as error:
            _note_last_step(error, level)
            raise
        return WengertList(level, point, names, output)

    def __repr__(self) -> str:
        return f"<{self.__name__}>"


def _note_last_step(error: Exception, level: Looking) -> None:
    steps = [step for step in level.program.steps if isinstance(step, Seen)]
    if steps:
        step = steps[-1]
        value = short(level.values[step.outputs[0]])
        where = f" ({place(step.line)})" if step.line else ""
        error.add_note(f"trace: the last step was {step.name}, giving {value}{where}")
