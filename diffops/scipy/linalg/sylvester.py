"""Sylvester's and Lyapunov's equations.

They are linear in the solution, and so are the equations of its change and of the
cotangents: the same solver serves for all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scipy import linalg

from diffops.primitive import Primitive
from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import adjoint, conj, lapack, rule, swap


def _sylvester(a: Any, b: Any, q: Any) -> Any:
    return linalg.solve_sylvester(a, b, q)


def _pushforward(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    a, b, _ = args
    da, db, dq = tangents
    change = 0.0 if dq is None else dq
    if da is not None:
        change = change - da @ y
    if db is not None:
        change = change - y @ db
    return sylvester(a, b, change)


def _back(g: Any, y: Any, a: Any, b: Any, q: Any) -> Any:
    return sylvester(swap(a), swap(b), g)


#: The solution of A X + X B = Q.
sylvester = rule(
    _sylvester,
    _pushforward,
    lambda g, y, a, b, q: -(_back(g, y, a, b, q) @ swap(y)),
    lambda g, y, a, b, q: -(swap(y) @ _back(g, y, a, b, q)),
    _back,
)


@mirrors(linalg.solve_sylvester)
def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """Return the solution of A X + X B = Q; dX solves it with dQ − dA X − X dB.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import linalg
    >>> one = np.eye(1)
    >>> grad(lambda t: linalg.solve_sylvester(t * one, one, one)[0, 0])(1.0)
    -0.25
    """
    return sylvester(lapack(a), lapack(b), lapack(q))


@mirrors(linalg.solve_continuous_lyapunov)
def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    """Return the solution of A X + X Aᴴ = Q."""
    a = lapack(a)
    return sylvester(a, adjoint(a), lapack(q))


solve_lyapunov = solve_continuous_lyapunov


def _stein(a: Any, q: Any, **options: Any) -> Any:
    return linalg.solve_discrete_lyapunov(a, q, **options)


def _pushforward_stein(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], **options: Any
) -> Any:
    a, _ = args
    da, dq = tangents
    change = 0.0 if dq is None else dq
    if da is not None:
        change = change + da @ y @ adjoint(a) + a @ y @ adjoint(da)
    return stein(a, change, **options)


def _back_to_stein(g: Any, y: Any, a: Any, q: Any, **options: Any) -> Any:
    z = stein(adjoint(a), conj(g), **options)
    return conj(z @ a @ adjoint(y) + adjoint(z) @ a @ y)


#: The solution of X = A X Aᴴ + Q.
stein: Primitive = rule(
    _stein,
    _pushforward_stein,
    _back_to_stein,
    lambda g, y, a, q, **options: conj(stein(adjoint(a), conj(g), **options)),
)


@mirrors(linalg.solve_discrete_lyapunov)
def solve_discrete_lyapunov(a: Any, q: Any, method: str | None = None) -> Any:
    """Return the solution of X = A X Aᴴ + Q."""
    options = {} if method is None else {"method": method}
    return stein(lapack(a), lapack(q), **options)
