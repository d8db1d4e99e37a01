"""Functions of matrices: exponential, logarithm, roots, trigonometric functions.

The derivative of f at A along E is the Fréchet derivative L(A, E), the upper right
block of f of [[A, E], [0, A]]; its transpose along the cotangent G is L(Aᵀ, G). Since
that is a value of f again, it has derivatives of any order. N. J. Higham: Functions of
Matrices, SIAM 2008, chapters 3, 5 and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import linalg

from diffops.primitive import Primitive
from diffops.rules.arithmetic import is_whole
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.scipy.linalg._lapack import (
    is_complex,
    lapack,
    plainly,
    rule,
    shape_of,
    swap,
)
from diffops.scipy.linalg.sylvester import sylvester


def _blocks(a: Any, e: Any, d: Any = None) -> Any:
    """Return [[A, E], [0, D]], where D is A unless it is given."""
    d = a if d is None else d
    top = np.concatenate([a, e], axis=-1)
    bottom = np.concatenate([np.zeros_like(a), d], axis=-1)
    return np.concatenate([top, bottom], axis=-2)


def _upper_right(a: Any) -> Any:
    n = shape_of(a)[-1] // 2
    return a[..., :n, n:]


def _of_matrices(function: Callable[..., Any]) -> Primitive:
    """Make a primitive of an analytic function of matrices."""

    def along(a: Any, e: Any) -> Any:
        return _upper_right(primitive(_blocks(a, e)))

    primitive = rule(
        function,
        lambda y, args, tangents: along(args[0], tangents[0]),
        lambda g, y, a: along(swap(a), g),
    )
    return primitive


#: From this order on SciPy's own algorithm is faster than the exponential of blocks.
_LARGE = 40


def _exp(a: Any) -> Any:
    return linalg.expm(a)


def _along_exp(a: Any, e: Any) -> Any:
    if shape_of(a)[-1] < _LARGE or len(shape_of(a)) > 2:
        return _upper_right(linalg.expm(_blocks(a, e)))
    return linalg.expm_frechet(a, e, compute_expm=False, check_finite=False)


def _pushforward_along_exp(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    a, e = args
    da, de = tangents
    change = 0.0 if de is None else along_exp(a, de)
    return change if da is None else change + _twice(a, da, e)


def _twice(a: Any, b: Any, c: Any) -> Any:
    """Return the second derivative of the exponential, along b and c."""
    zero = np.zeros_like(c)
    return _upper_right(along_exp(_blocks(a, b), _blocks(c, zero)))


#: The Fréchet derivative of the exponential: linear in its second argument.
along_exp: Primitive = rule(
    _along_exp,
    _pushforward_along_exp,
    lambda g, y, a, e: _twice(swap(a), swap(e), g),
    lambda g, y, a, e: along_exp(swap(a), g),
)

exp = rule(
    _exp,
    lambda y, args, tangents: along_exp(args[0], tangents[0]),
    lambda g, y, a: along_exp(swap(a), g),
)


def _log(a: Any) -> Any:
    return linalg.logm(a)


log = _of_matrices(_log)


def _root(a: Any) -> Any:
    return linalg.sqrtm(a)


root = rule(
    _root,
    lambda y, args, tangents: sylvester(y, y, tangents[0]),
    lambda g, y, a: sylvester(swap(y), swap(y), g),
)


def _sign(a: Any) -> Any:
    return linalg.signm(a)


def _along_sign(s: Any, a: Any, e: Any) -> Any:
    """Solve N X + X N = E − S E S, where N is the root S A of A²."""
    n = s @ a
    return sylvester(n, n, e - s @ e @ s)


sign = rule(
    _sign,
    lambda y, args, tangents: _along_sign(y, args[0], tangents[0]),
    lambda g, y, a: _along_sign(swap(y), swap(a), g),
)


def _power(a: Any, t: Any) -> Any:
    return linalg.fractional_matrix_power(a, t)


def _along_power(a: Any, e: Any, t: Any) -> Any:
    return _upper_right(power(_blocks(a, e), t))


def _pushforward_power(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    a, t = args
    da, dt = tangents
    change = 0.0 if da is None else _along_power(a, da, t)
    return change if dt is None else change + dt * (log(a) @ y)


power = rule(
    _power,
    _pushforward_power,
    lambda g, y, a, t: _along_power(swap(a), g, t),
    lambda g, y, a, t: np.sum(g * (log(a) @ y)),
)


def _without_estimate(name: str, disp: Any) -> None:
    if not disp:
        refuse_option(f"scipy.linalg.{name}", "disp=False", "leave that out")


@mirrors(linalg.expm)
def expm(A: Any) -> Any:
    """Return the exponential of a matrix.

    A. H. Al-Mohy, N. J. Higham: Computing the Fréchet derivative of the matrix
    exponential, SIAM J. Matrix Anal. Appl. 30 (2009).

    >>> import numpy as np
    >>> from diffops import diff
    >>> from diffops.scipy import linalg
    >>> turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    >>> np.round(diff(lambda t: linalg.expm(t * turn))(0.0), 12)
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    return exp(np.atleast_2d(lapack(A)))


@mirrors(linalg.expm_frechet)
def expm_frechet(
    A: Any,
    E: Any,
    method: str | None = None,
    compute_expm: bool = True,
    check_finite: bool = True,
) -> Any:
    """Return the exponential and its derivative at A along E, or that alone."""
    A, E = lapack(A), lapack(E)
    change = along_exp(A, E)
    return (exp(A), change) if compute_expm else change


def _angle(a: Any) -> Any:
    """Return half the angle by which eigenvalues follow those at π, or 0 without these.

    A real matrix may have eigenvalues on the cut of the logarithm along the negative
    axis, and real changes leave them there; but rounding takes those of a complex block
    off it to either side.
    """
    angles = np.angle(np.linalg.eigvals(a))
    on_cut = np.any(np.abs(angles) == np.pi, axis=-1)
    after = np.min(np.where(angles < 0, angles + np.pi, np.pi), axis=-1, initial=np.pi)
    return np.where(on_cut, after / 2, 0.0)


angle_ = plainly(_angle)


def _off_the_cut(a: Any) -> Any:
    """Return by which angle to turn real matrices so that no eigenvalue is negative."""
    if is_complex(a):
        return None
    angle = angle_(a)
    return angle[..., None, None] if np.any(angle) else None


@mirrors(linalg.logm)
def logm(A: Any, disp: Any = True) -> Any:
    """Return the principal logarithm of a matrix."""
    _without_estimate("logm", disp)
    a = lapack(A)
    angle = _off_the_cut(a)
    if angle is None:
        return log(a)
    return log(a * np.exp(-1j * angle)) + 1j * angle * np.eye(shape_of(a)[-1])


@mirrors(linalg.sqrtm)
def sqrtm(A: Any, disp: Any = True, blocksize: Any = None) -> Any:
    """Return the principal root X of a matrix, where X dX + dX X = dA."""
    _without_estimate("sqrtm", disp)
    return root(lapack(A))


@mirrors(linalg.signm)
def signm(A: Any, disp: Any = True) -> Any:
    """Return the sign of a matrix without purely imaginary eigenvalues."""
    _without_estimate("signm", disp)
    return sign(lapack(A))


@mirrors(linalg.fractional_matrix_power)
def fractional_matrix_power(A: Any, t: Any) -> Any:
    """Return Aᵗ; its change with the exponent is log(A) Aᵗ."""
    a = lapack(A)
    angle = _off_the_cut(a)
    if angle is None or is_whole(abs(t)):
        return power(a, t)
    return power(a * np.exp(-1j * angle), t) * np.exp(1j * angle * t)


@mirrors(linalg.cosm)
def cosm(A: Any) -> Any:
    """Return the cosine of a matrix."""
    A = lapack(A)
    if not is_complex(A):
        return np.real(exp(1j * A))
    return (exp(1j * A) + exp(-1j * A)) / 2


@mirrors(linalg.sinm)
def sinm(A: Any) -> Any:
    """Return the sine of a matrix."""
    A = lapack(A)
    if not is_complex(A):
        return np.imag(exp(1j * A))
    return -0.5j * (exp(1j * A) - exp(-1j * A))


@mirrors(linalg.tanm)
def tanm(A: Any) -> Any:
    """Return the tangent of a matrix."""
    return np.linalg.solve(cosm(A), sinm(A))


@mirrors(linalg.coshm)
def coshm(A: Any) -> Any:
    """Return the hyperbolic cosine of a matrix."""
    A = lapack(A)
    return (exp(A) + exp(-A)) / 2


@mirrors(linalg.sinhm)
def sinhm(A: Any) -> Any:
    """Return the hyperbolic sine of a matrix."""
    A = lapack(A)
    return (exp(A) - exp(-A)) / 2


@mirrors(linalg.tanhm)
def tanhm(A: Any) -> Any:
    """Return the hyperbolic tangent of a matrix."""
    return np.linalg.solve(coshm(A), sinhm(A))
