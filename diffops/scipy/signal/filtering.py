"""Recursive filters: what comes out depends on itself, so derivatives are filtered too.

With a[0] = 1 the output satisfies a * y = b * x + zi (convolutions along the axis, the
state zi a sequence of its first values), and so do its changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import signal as original

from diffops.engines.creating import zeros
from diffops.primitive import adopt
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import general
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.scipy.signal.convolving import along_last
from diffops.tags import strip


def filtered(b: Any, a: Any, x: Any, zi: Any) -> Any:
    """Return the rows of x, filtered; zi holds the state before each, and a[0] is 1."""
    return original.lfilter(b, a, x, axis=-1, zi=zi)[0]


def _one(a: Any) -> Any:
    return np.ones_like(strip(a)[:1])


def _rest(b: Any, a: Any, x: Any) -> Any:
    """Return the state of a filter at rest."""
    length = max(shape_of(b)[0], shape_of(a)[0]) - 1
    return zeros((*shape_of(x)[:-1], length), like=strip(x))


def _at_rest(b: Any, a: Any, x: Any) -> Any:
    return filter_(b, a, x, _rest(b, a, x))


def _placed(zi: Any, size: int) -> Any:
    """Return the state as a sequence as long as the output."""
    found = shape_of(zi)[-1]
    if found >= size:
        return zi[..., :size]
    gap = [(0, 0)] * (np.ndim(zi) - 1) + [(0, size - found)]
    return np.pad(zi, gap)


def _pushforward(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    b, a, x, _ = args
    db, da, dx, dzi = tangents
    one = _one(a)
    terms = []
    if db is not None:
        terms.append(_at_rest(db, one, x))
    if da is not None:
        terms.append(-_at_rest(da, one, y))
    if dx is not None:
        terms.append(_at_rest(b, one, dx))
    if dzi is not None:
        terms.append(_placed(dzi, shape_of(y)[-1]))
    return _at_rest(one, a, sum(terms))


def _back(g: Any, b: Any, a: Any) -> Any:
    """Filter the rows of g from their ends to their beginnings."""
    return np.flip(_at_rest(b, a, np.flip(g, -1)), -1)


def _lagged(w: Any, x: Any, count: int) -> Any:
    """Return the sums of w[n] x[n - k] for k = 0, 1, … count - 1."""
    size = shape_of(x)[-1]
    return np.stack(
        [np.sum(w[..., k:] * x[..., : max(size - k, 0)]) for k in range(count)]
    )


def _pull_numerator(g: Any, y: Any, b: Any, a: Any, x: Any, zi: Any) -> Any:
    return _lagged(_back(g, _one(a), a), x, shape_of(b)[0])


def _pull_denominator(g: Any, y: Any, b: Any, a: Any, x: Any, zi: Any) -> Any:
    return -_lagged(_back(g, _one(a), a), y, shape_of(a)[0])


def _pull_input(g: Any, y: Any, b: Any, a: Any, x: Any, zi: Any) -> Any:
    return _back(g, b, a)


def _pull_state(g: Any, y: Any, b: Any, a: Any, x: Any, zi: Any) -> Any:
    return _placed(_back(g, _one(a), a), shape_of(zi)[-1])


filter_ = general(
    filtered, _pushforward, _pull_numerator, _pull_denominator, _pull_input, _pull_state
)


@mirrors(original.lfilter)
def lfilter(b: Any, a: Any, x: Any, axis: int = -1, zi: Any = None) -> Any:
    """Filter along an axis, as `scipy.signal.lfilter`; with zi also return the state.

    Differentiable in the coefficients b and a, the data x and the state zi. Each
    derivative costs one more run of the filter, whatever its order.

    Raises ValueError where SciPy does.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import signal
    >>> x = np.array([1.0, 0.0, 0.0])
    >>> last = lambda pole: signal.lfilter([1.0], np.stack([1.0, -pole]), x)[-1]
    >>> grad(last)(0.5)  # of the pole, squared
    1.0
    """
    b, a = (np.atleast_1d(adopt(c)) for c in (b, a))
    rows = np.moveaxis(adopt(x), axis, -1)
    dtype = np.result_type(*(c.dtype for c in (b, a, rows)))
    dtype = np.result_type(dtype, np.float32 if dtype.itemsize < 8 else dtype)
    b, a, rows = (part.astype(dtype) for part in (b, a, rows))
    b, a = b / a[0], a / a[0]
    order = max(shape_of(b)[0], shape_of(a)[0]) - 1
    if zi is None:
        return np.moveaxis(_at_rest(b, a, rows), -1, axis)
    state = np.moveaxis(adopt(zi), axis, -1).astype(dtype)
    wanted = (*shape_of(rows)[:-1], order)
    if np.ndim(state) != np.ndim(rows) or shape_of(state)[-1] != order:
        raise ValueError(
            f"Unexpected shape for zi: expected {wanted}, found {shape_of(state)}."
        )
    state = np.broadcast_to(state, wanted)
    y = filter_(b, a, rows, state)
    end = _end_state(b, a, rows, state, y)
    return np.moveaxis(y, -1, axis), np.moveaxis(end, -1, axis)


def _end_state(b: Any, a: Any, x: Any, zi: Any, y: Any) -> Any:
    """Return what b * x + zi - a * y has beyond the end of the output."""
    size = shape_of(x)[-1]
    whole = size + shape_of(zi)[-1]
    parts = (along_last(x, b), zi, -along_last(y, a))
    return sum(_placed(part, whole) for part in parts)[..., size:]


@mirrors(original.lfilter_zi)
def lfilter_zi(b: Any, a: Any) -> Any:
    """Return the state in which a constant 1 goes on as it does in the long run."""
    b, a = (np.atleast_1d(adopt(c)) for c in (b, a))
    if np.ndim(b) != 1 or np.ndim(a) != 1:
        raise ValueError(
            "Numerator b must be 1-D."
            if np.ndim(b) != 1
            else "Denominator a must be 1-D."
        )
    if shape_of(a)[0] < 2 and shape_of(b)[0] < 2:
        raise ValueError("The length of `a` along the last axis must be at least 2.")
    leading = np.flatnonzero(strip(a))
    if not len(leading):
        raise ValueError("There must be at least one nonzero `a` coefficient.")
    a = a[leading[0] :]
    size = max(shape_of(b)[0], shape_of(a)[0])
    b, a = _placed(b / a[0], size), _placed(a / a[0], size)
    first = np.eye(size - 1)[:, :1]
    system = np.eye(size - 1) - np.eye(size - 1, k=1) + a[1:, None] * first.T
    return np.linalg.solve(system, b[1:] - a[1:] * b[0])


@mirrors(original.sosfilt_zi)
def sosfilt_zi(sos: Any) -> Any:
    """Return the states of a cascade in which a constant 1 goes on for ever."""
    sos = adopt(sos)
    states = []
    scale: Any = 1.0
    for section in sos:
        b, a = section[:3], section[3:]
        states.append(scale * lfilter_zi(b, a))
        scale = scale * np.sum(b) / np.sum(a)
    return np.stack(states)


@mirrors(original.sosfilt)
def sosfilt(sos: Any, x: Any, axis: int = -1, zi: Any = None) -> Any:
    """Filter through a cascade of sections, as `scipy.signal.sosfilt`."""
    sos = adopt(sos)
    if np.ndim(sos) != 2 or shape_of(sos)[1] != 6:
        raise ValueError("sos array must be shape (n_sections, 6)")
    if not np.all(strip(sos)[:, 3] == 1):
        raise ValueError("sos[:, 3] should be all ones")
    y = adopt(x)
    ends = []
    for i, section in enumerate(sos):
        if zi is None:
            y = lfilter(section[:3], section[3:], y, axis)
        else:
            y, end = lfilter(section[:3], section[3:], y, axis, adopt(zi)[i])
            ends.append(end)
    return y if zi is None else (y, np.stack(ends))


def _extended(x: Any, padtype: Any, padlen: int) -> Any:
    """Continue the rows of x beyond both ends."""
    if padtype is None or not padlen:
        return x
    size = shape_of(x)[-1]
    if padlen >= size:
        raise ValueError(
            "The length of the input vector x must be greater than padlen, which is "
            f"{padlen}."
        )
    before, after = x[..., padlen:0:-1], x[..., -2 : -padlen - 2 : -1]
    first, last = x[..., :1], x[..., -1:]
    if padtype == "odd":
        before, after = 2 * first - before, 2 * last - after
    elif padtype == "constant":
        before, after = first + 0 * before, last + 0 * after
    return np.concatenate([before, x, after], axis=-1)


def _there_and_back(
    x: Any, axis: int, padtype: Any, padlen: int, run: Any, state: Any
) -> Any:
    """Filter forwards and then backwards, each time from the state of a constant."""
    if padtype not in ("even", "odd", "constant", None):
        raise ValueError(
            f"Unknown value '{padtype}' given to padtype. padtype must be 'even', "
            "'odd', 'constant', or None."
        )
    rows = np.moveaxis(adopt(x), axis, -1)
    y = _extended(rows, padtype, padlen)
    for _ in range(2):
        y, _end = run(y, state(y[..., :1]))
        y = np.flip(y, -1)
    size = shape_of(rows)[-1]
    start = (shape_of(y)[-1] - size) // 2
    return np.moveaxis(y[..., start : start + size], -1, axis)


@mirrors(original.filtfilt)
def filtfilt(
    b: Any,
    a: Any,
    x: Any,
    axis: int = -1,
    padtype: Any = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> Any:
    """Filter forwards and backwards, as `scipy.signal.filtfilt` with method="pad"."""
    if method != "pad":
        refuse_option("scipy.signal.filtfilt", f"method={method!r}", "use method='pad'")
    b, a = (np.atleast_1d(adopt(c)) for c in (b, a))
    if padlen is None:
        padlen = 3 * max(shape_of(b)[0], shape_of(a)[0])
    start = lfilter_zi(b, a)
    return _there_and_back(
        x,
        axis,
        padtype,
        padlen,
        lambda y, zi: lfilter(b, a, y, -1, zi),
        lambda first: start * first,
    )


@mirrors(original.sosfiltfilt)
def sosfiltfilt(
    sos: Any, x: Any, axis: int = -1, padtype: Any = "odd", padlen: int | None = None
) -> Any:
    """Filter forwards and backwards through a cascade of sections."""
    sos = adopt(sos)
    if padlen is None:
        plain = strip(sos)
        taps = 2 * len(plain) + 1
        taps -= min((plain[:, 2] == 0).sum(), (plain[:, 5] == 0).sum())
        padlen = 3 * int(taps)
    start = sosfilt_zi(sos)
    return _there_and_back(
        x,
        axis,
        padtype,
        padlen,
        lambda y, zi: sosfilt(sos, y, -1, zi),
        lambda first: np.stack([state * first for state in start]),
    )
