"""Checks of derivatives against differences: ``check_grads`` and ``check_rule``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from diffops.operators._point import Point
from diffops.operators._tree import flatten
from diffops.operators.transform import jvp, vjp
from diffops.primitive import Primitive
from diffops.values.scalar import is_complex

F = Callable[..., Any]
Leaves = list[Any]


def check_grads(
    f: F,
    args: Any,
    order: int = 2,
    modes: Sequence[str] = ("forward", "reverse"),
    *,
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
) -> None:
    """Compare the derivatives of f with differences, in every mix of modes.

    Each of ``args`` (a tuple; containers of numbers and arrays in it are welcome) is
    varied in a random direction, the same in each run, and the change of f by `jvp`
    and by `vjp` compared with its central differences, extrapolated (Richardson). With
    ``order=2`` the derivatives so found are checked in the same way, and so on.

    ``eps`` is the length of the step, ``atol`` and ``rtol`` how far a derivative may be
    off, of itself and in relation to the largest entry; the defaults go by the dtypes.
    f must be smooth at the point and as far around it as the step reaches.

    Raises AssertionError, which names order, mode, argument and both numbers.

    >>> import numpy as np
    >>> from diffops import check_grads
    >>> check_grads(lambda x, y: np.sin(x) * y, (np.array([1.0, 2.0]), 3.0))
    """
    unknown = set(modes) - _MODES.keys()
    if unknown or not modes or isinstance(modes, str):
        raise ValueError(f"modes are among {tuple(_MODES)}, not {modes!r}")
    args = args if isinstance(args, tuple) else (args,)
    point = Point(f, tuple(range(len(args))), args, {})

    def flat(*leaves: Any) -> Leaves:
        outputs, _ = flatten(point.call(leaves))
        return [y for y in outputs if np.result_type(_dtype(y)).kind in "fc"]

    limits = _Limits(point.leaves, flat(*point.leaves), atol, rtol, eps)
    name = str(getattr(f, "__name__", None) or getattr(f, "name", f))
    check = _Check(_names(args), modes, limits, name)
    check(flat, point.leaves, order, ())


def _names(args: tuple[Any, ...]) -> list[str]:
    """Return what to call the leaves of the arguments."""
    names = []
    for i, arg in enumerate(args):
        count = len(flatten(arg)[0])
        names += [f"{i}, leaf {k}" for k in range(count)] if count > 1 else [str(i)]
    return names


def check_rule(primitive: Primitive) -> None:
    """Check the derivatives of an elementwise primitive, to second order in all modes.

    It is sampled on the domain that the rule states as ``on=`` (or else on numbers
    between −2 and 2), for arrays, for numbers, and for shapes that broadcast.

    Raises AssertionError as `check_grads`, and TypeError for other primitives, which
    want ``check_grads(f, args)``.

    >>> import numpy as np
    >>> from diffops import check_rule, elementwise
    >>> def softplus(x):
    ...     return np.logaddexp(0, x)
    >>> rule = elementwise(softplus, lambda y, x: 1 - np.exp(-y), on=[(-3.0, 3.0)])
    >>> check_rule(rule)
    """
    if not isinstance(primitive, Primitive) or not primitive.partials:
        raise TypeError(
            f"check_rule samples elementwise primitives, not {primitive!r}; check "
            "others with check_grads(f, args)"
        )
    count = len(primitive.partials)
    domains = list(primitive.on) or [(-2.0, 2.0)] * count
    if len(domains) != count:
        raise ValueError(
            f"{primitive.name} has {count} arguments but states on= for {len(domains)}"
        )
    random = np.random.default_rng(0)
    for shapes in (((),), ((5,),), ((), (3,)), ((2, 1), (3,))):
        args = [
            random.uniform(low, high, shapes[i % len(shapes)])
            for i, (low, high) in enumerate(domains)
        ]
        fixed = [i for i, partial in enumerate(primitive.partials) if partial is None]
        check_grads(*_without(primitive, tuple(args), fixed))


def _without(f: F, args: tuple[Any, ...], fixed: Sequence[int]) -> tuple[F, Any]:
    """Return a function of the arguments that are not fixed, and those."""

    def varying(*rest: Any) -> Any:
        left = iter(rest)
        return f(*(a if i in fixed else next(left) for i, a in enumerate(args)))

    varying.__name__ = getattr(f, "name", "f")
    return varying, tuple(a for i, a in enumerate(args) if i not in fixed)


class _Limits:
    """The step of the differences, and how far a derivative may be from them."""

    def __init__(
        self,
        leaves: Leaves,
        outputs: Leaves,
        atol: float | None,
        rtol: float | None,
        eps: float | None,
    ) -> None:
        unit = max(float(np.finfo(_dtype(x)).eps) for x in [*leaves, *outputs])
        # The error of the extrapolated difference is of order h⁴ + unit / h.
        self.eps = unit**0.2 if eps is None else eps
        usual = 30 * unit**0.5
        self.atol = usual if atol is None else atol
        self.rtol = usual if rtol is None else rtol

    def worst(self, found: Any, wanted: Any) -> tuple[Any, Any] | None:
        """Return the entries that differ most, or None if all are close enough."""
        found, wanted = np.ravel(found), np.ravel(wanted)
        size = np.max(np.abs(wanted), initial=0.0)
        close = np.abs(found - wanted) <= self.atol + self.rtol * size
        if np.all(close):
            return None
        off = np.where(close, -1.0, np.nan_to_num(np.abs(found - wanted), nan=np.inf))
        place = np.argmax(off)
        return found[place], wanted[place]


class _Check:
    """One run of `check_grads`: compares a function, then its derivatives."""

    def __init__(
        self, names: list[str], modes: Sequence[str], limits: _Limits, f: str
    ) -> None:
        self.names = names
        self.modes = modes
        self.limits = limits
        self.f = f

    def __call__(
        self, f: F, leaves: Leaves, order: int, before: tuple[str, ...]
    ) -> None:
        """Check the first derivatives of f, then theirs, as often as order says."""
        if order < 1:
            return
        directions = [_random(leaf, seed) for seed, leaf in enumerate(leaves)]
        slopes = [
            _slope(f, leaves, alone, self.limits.eps) for alone in _each(directions)
        ]
        for mode in self.modes:
            path = (mode, *before)
            derivative = _MODES[mode](f, directions)
            for name, (found, wanted) in zip(
                self.names, derivative.pairs(leaves, slopes), strict=True
            ):
                worst = self.limits.worst(found, wanted)
                if worst is not None:
                    raise AssertionError(
                        f"derivative of order {len(path)} of {self.f}, "
                        f"{' over '.join(path)} mode, along argument {name}: {mode} "
                        f"mode gives {worst[0]!r}, differences give {worst[1]!r}"
                    )
            self(derivative, leaves, order - 1, path)


class _Pushforward:
    """The change of f along all directions together."""

    def __init__(self, f: F, directions: Leaves) -> None:
        self.f = f
        self.directions = directions

    def __call__(self, *leaves: Any) -> Leaves:
        return jvp(self.f, leaves, self.directions)[1]

    def pairs(self, leaves: Leaves, slopes: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Yield the change along each direction alone, and the one that is wanted."""
        for alone, slope in zip(_each(self.directions), slopes, strict=True):
            yield _joined(jvp(self.f, leaves, alone)[1]), slope


class _Pullback:
    """The cotangents of the arguments of f, for random ones of its values."""

    def __init__(self, f: F, directions: Leaves) -> None:
        self.f = f
        self.directions = directions

    def __call__(self, *leaves: Any) -> Leaves:
        y, pullback = vjp(self.f, *leaves)
        return list(pullback(self._seeds(y)))

    def _seeds(self, y: Leaves) -> Leaves:
        return [_random(part, -1 - seed) for seed, part in enumerate(y)]

    def pairs(self, leaves: Leaves, slopes: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Yield each cotangent times its direction, and what that should be."""
        weights = _joined(self._seeds(self.f(*leaves)))
        cotangents = self(*leaves)
        for g, v, slope in zip(cotangents, self.directions, slopes, strict=True):
            yield np.sum(np.real(g * v)), np.sum(np.real(weights * slope))


_MODES: dict[str, Any] = {"forward": _Pushforward, "reverse": _Pullback}


def _each(directions: Leaves) -> Iterator[Leaves]:
    """Yield each direction with zeros for the others."""
    for i in range(len(directions)):
        yield [v if i == j else 0 * v for j, v in enumerate(directions)]


def _slope(f: F, leaves: Leaves, directions: Leaves, step: float) -> Any:
    """Return the change of f along directions: two differences, h² error cancelled."""

    def difference(h: float) -> Any:
        up, down = (
            [_moved(x, s, v) for x, v in zip(leaves, directions, strict=True)]
            for s in (h, -h)
        )
        return (_joined(f(*up)) - _joined(f(*down))) / (2 * h)

    return (4 * difference(step / 2) - difference(step)) / 3


def _moved(x: Any, h: float, v: Any) -> Any:
    """Return x + h v in the dtype of x."""
    return (x + h * v).astype(x.dtype) if isinstance(x, np.ndarray) else x + h * v


def _random(like: Any, seed: int) -> Any:
    """Return a random direction of the shape and dtype of a number or an array."""
    random = np.random.default_rng(seed % 1000)
    shape = np.shape(like)
    v = random.uniform(0.5, 1.0, shape) * random.choice([-1.0, 1.0], shape)
    if is_complex(like):
        v = v + 1j * random.uniform(-1.0, 1.0, shape)
    return np.asarray(v, dtype=_dtype(like))[()] if not shape else v.astype(like.dtype)


def _joined(parts: Sequence[Any]) -> Any:
    """Return one vector of the entries of numbers and arrays."""
    return np.concatenate([np.ravel(part) for part in parts]) if parts else np.zeros(0)


def _dtype(value: Any) -> Any:
    return getattr(value, "dtype", np.result_type(type(value)))
