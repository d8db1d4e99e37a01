"""Roots of polynomials, and polynomials of roots and of matrices.

A root moves such that the polynomial stays 0 there: dr = −dp(r) / p′(r).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.creating import counted, eye
from diffops.primitive import adopt, implements
from diffops.rules._batches import same_or_differing
from diffops.rules._fitting import is_complex, shape_of, spread
from diffops.rules._kinds import general
from diffops.tags import strip

#: The largest relative error of a gap between roots with which a derivative is given.
_LOST = 1e-3


def _roots(p: Any) -> Any:
    return np.roots(p)


def _derivative(p: Any) -> Any:
    """Return the coefficients of p′."""
    degree = shape_of(p)[0] - 1
    return p[:degree] * (degree - counted(degree, p))


def _slope(p: Any, y: Any) -> Any:
    """Return p′(y); it is 0 at a double root, which has no derivative.

    Rounding parts a double root by about √ε, and a root is off by ε Σ |pₖ yᵏ| / p′(y).
    Where that is no small part of the gap 2 p′ / p″, the derivative is lost.
    """
    slope = np.polyval(_derivative(p), y)
    plain, at = strip(p), strip(y)
    terms = np.polyval(np.abs(plain), np.abs(at))
    bend = np.polyval(_derivative(_derivative(plain)), at)
    gained = _LOST * np.abs(strip(slope)) ** 2
    lost = np.finfo(at.dtype).eps * terms * np.abs(bend) > gained
    return np.where(lost, 0.0, slope).astype(slope.dtype)


def _pushforward(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    return spread(-np.polyval(tangents[0], y) / _slope(args[0], y), y)


def _pullback(g: Any, y: Any, p: Any) -> Any:
    """Each coefficient meets a power of the root."""
    return np.vander(y, shape_of(p)[0]).T @ (-g / _slope(p, y))


roots_ = general(_roots, _pushforward, _pullback, batch=same_or_differing)


@implements(np.roots)
def roots(p: Any) -> Any:
    """Return the roots of a polynomial, in the order that NumPy finds them in.

    The derivative of a double root is infinite.
    """
    p = np.atleast_1d(adopt(p))
    if len(shape_of(p)) != 1:
        raise ValueError("Input must be a rank-1 array.")
    return roots_(p)


def _characteristic(a: Any) -> Any:
    y = np.poly(a)
    return y.astype(np.result_type(y, a.dtype)) if is_complex(a) else y


def _adjugates(a: Any, y: Any) -> list[Any]:
    """Return the coefficients of adj(λI − a), a polynomial in λ, by Faddeev–Le Verrier.

    F. R. Gantmacher, The Theory of Matrices, chapter IV: Bₖ = a Bₖ₋₁ + cₖ I. No
    eigenvalue is divided by a difference, so that repeated ones do no harm.
    """
    one = eye(shape_of(a)[0], a)
    matrices = [one]
    for k in range(1, shape_of(a)[0]):
        matrices.append(a @ matrices[-1] + y[k] * one)
    return matrices


def _pushforward_characteristic(
    y: Any, args: Sequence[Any], tangents: Sequence[Any]
) -> Any:
    (a,), (da,) = args, tangents
    changes = [-np.sum(b.T * da) for b in _adjugates(a, y)]
    return spread(np.stack([0.0 * y[0], *changes]), y)


def _pullback_characteristic(g: Any, y: Any, a: Any) -> Any:
    return -sum(g[k + 1] * b.T for k, b in enumerate(_adjugates(a, y)))


characteristic = general(
    _characteristic,
    _pushforward_characteristic,
    _pullback_characteristic,
    batch=same_or_differing,
)


@implements(np.poly)
def poly(seq_of_zeros: Any) -> Any:
    """Return the polynomial with these roots, or a matrix's characteristic polynomial.

    That of complex roots stays complex, even where they happen to be conjugate pairs.
    """
    zeros = np.atleast_1d(adopt(seq_of_zeros))
    shape = shape_of(zeros)
    if len(shape) == 2 and shape[0] == shape[1] != 0:
        return characteristic(zeros)
    if len(shape) != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    if not shape[0]:
        return 1.0
    if zeros.dtype == np.float16:
        zeros = zeros.astype(float)
    one = np.ones_like(zeros[:1])
    y = one
    for i in range(shape[0]):
        y = np.convolve(y, np.concatenate([one, -zeros[i : i + 1]]))
    return y
