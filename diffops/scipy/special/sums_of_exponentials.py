"""The logarithm of a sum of exponentials, softmax, and the Dirichlet kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import adopt
from diffops.rules._batches import along
from diffops.rules._fitting import is_complex
from diffops.rules._kinds import general
from diffops.rules.reductions import restore
from diffops.rules.special_kinds import Unknown, analytic
from diffops.scipy._mirror import mirrors
from diffops.tags import strip


def _largest(a: Any, axis: Any) -> Any:
    """Return the largest real part along an axis, as a constant."""
    return np.max(strip(np.real(a)), axis=axis, keepdims=True, initial=-np.inf)


def _terms(a: Any, b: Any, axis: Any) -> Any:
    """Return b exp(a) over a scale, which is finite also where a is infinite."""
    top = _largest(np.where(b == 0, -np.inf, a), axis)
    fixed = np.isinf(top) & (np.real(a) == top)  # equal infinities weigh the same
    gap = np.where(fixed, 0.0, a) - np.where(fixed | np.isinf(top), 0.0, top)
    gap = np.where(np.isposinf(top) & np.logical_not(fixed), -np.inf, gap)
    return np.where(b == 0, 0.0, b * np.exp(np.where(b == 0, 0.0, gap)))


def _shares(a: Any, b: Any, axis: Any) -> Any:
    """Return each term over the sum of all: the softmax, if b is 1."""
    terms = _terms(a, b, axis)
    return terms / np.sum(terms, axis=axis, keepdims=True)


def _share_per_weight(a: Any, b: Any, axis: Any) -> Any:
    """Return exp(a) over Σ b exp(a)."""
    top = _largest(np.where(b == 0, -np.inf, a), axis)
    top = np.where(np.isfinite(top), top, 0.0)
    total = np.sum(_terms(a, b, axis), axis=axis, keepdims=True)
    return np.exp(a - top) / total


def _value(a: Any, b: Any, axis: Any, keepdims: bool, signed: bool) -> Any:
    y = special.logsumexp(a, axis, b, keepdims, signed)
    return y[0] if signed else y


def _pushforward(
    y: Any,
    args: Sequence[Any],
    tangents: Sequence[Any],
    axis: Any,
    keepdims: bool,
    signed: bool,
) -> Any:
    a, b = args
    da, db = tangents
    terms: Any = 0.0
    with np.errstate(all="ignore"):
        if da is not None:
            shares = _shares(a, b, axis)
            terms = np.where(da == 0, 0.0, shares * da)
        if db is not None:
            terms = terms + _share_per_weight(a, b, axis) * db
    return np.sum(terms, axis=axis, keepdims=keepdims)


def _pull_a(
    g: Any, y: Any, a: Any, b: Any, axis: Any, keepdims: bool, signed: bool
) -> Any:
    return restore(g, np.shape(a), axis, keepdims) * _shares(a, b, axis)


def _pull_b(
    g: Any, y: Any, a: Any, b: Any, axis: Any, keepdims: bool, signed: bool
) -> Any:
    return restore(g, np.shape(a), axis, keepdims) * _share_per_weight(a, b, axis)


weighted = general(_value, _pushforward, _pull_a, _pull_b, batch=along)


@mirrors(special.logsumexp)
def logsumexp(
    a: Any,
    axis: Any = None,
    b: Any = None,
    keepdims: bool = False,
    return_sign: bool = False,
) -> Any:
    """Return log Σ b exp(a) along axes; the derivative in a is the softmax.

    Where all entries are −∞, or some ∞, those that are largest share the derivative.
    With ``return_sign`` it is the logarithm of the modulus, and the sign or phase.

    >>> from diffops import grad
    >>> from diffops.scipy.special import logsumexp
    >>> grad(logsumexp)(np.zeros(4))
    array([0.25, 0.25, 0.25, 0.25])
    """
    a = _floating(a)
    b = np.ones((), a.dtype) if b is None else _floating(b)
    shape = np.broadcast_shapes(np.shape(a), np.shape(b)) or (1,)
    axis = tuple(range(len(shape))) if axis is None else axis
    a, b = np.broadcast_to(a, shape), np.broadcast_to(b, shape)
    if not return_sign:
        return weighted(a, b, axis=axis, keepdims=keepdims, signed=False)
    if is_complex(a) or is_complex(b):
        return _with_phase(a, b, axis, keepdims)
    total = np.sum(_terms(strip(a), strip(b), axis), axis=axis, keepdims=keepdims)
    y = weighted(a, b, axis=axis, keepdims=keepdims, signed=True)
    return y, np.sign(total)


def _with_phase(a: Any, b: Any, axis: Any, keepdims: bool) -> tuple[Any, Any]:
    """Return the logarithm of the modulus of a complex sum, and its phase."""
    top = _largest(a, axis)
    top = np.where(np.isfinite(top), top, 0.0)
    total = np.sum(b * np.exp(a - top), axis=axis, keepdims=keepdims)
    modulus = np.abs(total)
    shift = top if keepdims else np.reshape(top, np.shape(total))
    return np.log(modulus) + shift, total / modulus


def _floating(value: Any) -> Any:
    """Return an array of floats, tracked or not."""
    value = adopt(value)
    if not hasattr(value, "dtype"):
        value = np.asarray(value, dtype=complex if is_complex(value) else float)
    return value.astype(float) if value.dtype.kind in "biu" else value


@mirrors(special.softmax)
def softmax(x: Any, axis: Any = None) -> Any:
    """Return exp(x) over its sum along axes.

    >>> from diffops import jacobian
    >>> from diffops.scipy.special import softmax
    >>> jacobian(softmax)(np.zeros(2))
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    x = _floating(x)
    terms = np.exp(x - np.max(strip(x), axis=axis, keepdims=True))
    return terms / np.sum(terms, axis=axis, keepdims=True)


@mirrors(special.log_softmax)
def log_softmax(x: Any, axis: Any = None) -> Any:
    """Return x less its `logsumexp` along axes.

    >>> from diffops import grad
    >>> from diffops.scipy.special import log_softmax
    >>> grad(lambda x: log_softmax(x)[0])(np.zeros(2))
    array([ 0.5, -0.5])
    """
    x = _floating(x)
    top = np.max(strip(x), axis=axis, keepdims=True)
    gap = x - np.where(np.isfinite(top), top, 0.0).astype(x.dtype)
    with np.errstate(divide="ignore"):
        return gap - np.log(np.sum(np.exp(gap), axis=axis, keepdims=True))


def _slope_of_diric(x: Any, n: Any) -> Any:
    """Return the slope of (1/n) Σ exp(i k x), k = −(n − 1)/2 … (n − 1)/2."""
    ndim = len(np.broadcast_shapes(np.shape(x), np.shape(n)))
    count = np.max(n, initial=0)
    place = np.arange(count // 2 + 1.0).reshape((-1,) + (1,) * ndim)
    k = (n - 1) / 2 - place
    terms = np.where(k > 0, k * np.sin(k * x), 0.0)
    return -2 / n * np.sum(terms, axis=0)


dirichlet_kernel = analytic(
    special.diric, lambda y, x, n: _slope_of_diric(x, n), Unknown("diric", "n")
)


@mirrors(special.diric)
def diric(x: Any, n: Any) -> Any:
    """Return sin(n x/2) / (n sin(x/2)), a trigonometric polynomial; n is constant.

    >>> from diffops import diff
    >>> from diffops.scipy.special import diric
    >>> float(diff(lambda x: diff(lambda x: diric(x, 3))(x))(0.0))
    -0.6666666666666666
    """
    return dirichlet_kernel(adopt(x), n)
