"""Algebraic Riccati equations, by the implicit function theorem.

At the solution X the residual F(X, A, B, Q, R, E, S) is zero, so that its change with
X undoes its change with the rest. The change with X is Lyapunov's operator, or Stein's,
of the closed loop A − B K, which is stable, and so invertible (P. Lancaster, L. Rodman:
Algebraic Riccati Equations, Oxford 1995).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import linalg

from diffops.operators.transform import jvp, vjp
from diffops.primitive import Primitive
from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import adjoint, conj, lapack, rule, shape_of
from diffops.scipy.linalg.sylvester import stein, sylvester

Residual = Callable[..., Any]


def _continuous(x: Any, a: Any, b: Any, q: Any, r: Any, e: Any, s: Any) -> Any:
    """Return EᴴXA + AᴴXE − (EᴴXB + S) R⁻¹ (BᴴXE + Sᴴ) + Q."""
    inner = adjoint(e) @ x @ a
    coupled = adjoint(e) @ x @ b + s
    gain = np.linalg.solve(r, adjoint(b) @ x @ e + adjoint(s))
    return inner + adjoint(a) @ x @ e - coupled @ gain + q


def _discrete(x: Any, a: Any, b: Any, q: Any, r: Any, e: Any, s: Any) -> Any:
    """Return AᴴXA − EᴴXE − (AᴴXB + S) (R + BᴴXB)⁻¹ (BᴴXA + Sᴴ) + Q."""
    inner = adjoint(a) @ x @ a - adjoint(e) @ x @ e
    coupled = adjoint(a) @ x @ b + s
    weight = r + adjoint(b) @ x @ b
    gain = np.linalg.solve(weight, adjoint(b) @ x @ a + adjoint(s))
    return inner - coupled @ gain + q


def _continuous_loop(x: Any, a: Any, b: Any, q: Any, r: Any, e: Any, s: Any) -> Any:
    gain = np.linalg.solve(r, adjoint(b) @ x @ e + adjoint(s))
    return _over(a - b @ gain, e)


def _discrete_loop(x: Any, a: Any, b: Any, q: Any, r: Any, e: Any, s: Any) -> Any:
    weight = r + adjoint(b) @ x @ b
    gain = np.linalg.solve(weight, adjoint(b) @ x @ a + adjoint(s))
    return _over(a - b @ gain, e)


def _over(a: Any, e: Any) -> Any:
    """Return A E⁻¹."""
    return adjoint(np.linalg.solve(adjoint(e), adjoint(a)))


def _of_residual(
    function: Callable[..., Any],
    residual: Residual,
    loop: Callable[..., Any],
    undo: Callable[[Any, Any], Any],
) -> Primitive:
    """Make the primitive of an equation, given how to undo its change with X.

    With a closed loop M, ``undo(M, C)`` solves the linear equation in which C stands
    for E⁻ᴴ (−dF) E⁻¹; that of Mᴴ is its adjoint.
    """

    def pushforward(
        y: Any, args: Sequence[Any], tangents: Sequence[Any], balanced: bool
    ) -> Any:
        varying = [i for i, tangent in enumerate(tangents) if tangent is not None]

        def of_varying(*values: Any) -> Any:
            full = list(args)
            for i, value in zip(varying, values, strict=True):
                full[i] = value
            return residual(y, *full)

        along = [tangents[i] for i in varying]
        _, change = jvp(of_varying, [args[i] for i in varying], along)
        e = args[4]
        return undo(loop(y, *args), np.linalg.solve(adjoint(e), _over(change, e)))

    def back(place: int) -> Callable[..., Any]:
        def vjp_of_one(g: Any, y: Any, *args: Any, balanced: bool) -> Any:
            def of_one(value: Any) -> Any:
                return residual(y, *args[:place], value, *args[place + 1 :])

            e = args[4]
            z = undo(adjoint(loop(y, *args)), conj(g))
            z = np.linalg.solve(e, adjoint(np.linalg.solve(e, adjoint(z))))
            return vjp(of_one, args[place])[1](conj(z))[0]

        return vjp_of_one

    return rule(function, pushforward, *map(back, range(6)))


def _care(*args: Any, balanced: bool = True) -> Any:
    return linalg.solve_continuous_are(*args, balanced=balanced)


def _dare(*args: Any, balanced: bool = True) -> Any:
    return linalg.solve_discrete_are(*args, balanced=balanced)


continuous = _of_residual(
    _care,
    _continuous,
    _continuous_loop,
    lambda m, c: sylvester(adjoint(m), m, -c),
)
discrete = _of_residual(
    _dare, _discrete, _discrete_loop, lambda m, c: stein(adjoint(m), c)
)


def _complete(a: Any, b: Any, q: Any, r: Any, e: Any, s: Any) -> tuple[Any, ...]:
    """Return all six matrices, with E = 1 and S = 0 where they are left out."""
    a, b, q, r = map(lapack, (a, b, q, r))
    e = np.eye(shape_of(a)[-1], dtype=a.dtype) if e is None else lapack(e)
    s = np.zeros(shape_of(b)[-2:], b.dtype) if s is None else lapack(s)
    return a, b, q, r, e, s


@mirrors(linalg.solve_continuous_are)
def solve_continuous_are(
    a: Any,
    b: Any,
    q: Any,
    r: Any,
    e: Any = None,
    s: Any = None,
    balanced: bool = True,
) -> Any:
    """Return the stabilising X of EᴴXA + AᴴXE − (EᴴXB+S) R⁻¹ (BᴴXE+Sᴴ) + Q = 0.

    With E it does without balancing: what SciPy 1.17 returns with both need not solve
    the equation.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import linalg
    >>> one = np.eye(1)
    >>> def cost(q):  # x² = q
    ...     return linalg.solve_continuous_are(0 * one, one, q * one, one)[0, 0]
    >>> round(grad(cost)(4.0), 12)
    0.25
    """
    balanced = balanced and e is None
    return continuous(*_complete(a, b, q, r, e, s), balanced=balanced)


@mirrors(linalg.solve_discrete_are)
def solve_discrete_are(
    a: Any,
    b: Any,
    q: Any,
    r: Any,
    e: Any = None,
    s: Any = None,
    balanced: bool = True,
) -> Any:
    """Return the X of AᴴXA − EᴴXE − (AᴴXB+S) (R+BᴴXB)⁻¹ (BᴴXA+Sᴴ) + Q = 0.

    With E it does without balancing, as `solve_continuous_are` does.
    """
    balanced = balanced and e is None
    return discrete(*_complete(a, b, q, r, e, s), balanced=balanced)
