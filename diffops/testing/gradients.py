"""``check_grads``: the derivatives of a function beside its differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from diffops import numerical
from diffops.operators._point import Point
from diffops.operators._tree import flatten
from diffops.operators.transform import jvp, vjp
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
) -> None:
    """Compare the derivatives of f with differences, in every mix of modes.

    Each of ``args`` (a tuple; containers of numbers and arrays in it are welcome) is
    varied in a random direction, the same in each run, and the change of f by `jvp`
    and by `vjp` compared with that by `numerical.jacobianv`, which estimates its own
    error. With ``order=2`` the derivatives so found are checked in the same way, and so
    on.

    ``atol`` and ``rtol`` are how far a derivative may be off besides that error, of
    itself and in relation to the largest entry; the defaults go by the dtypes. About
    ten calls of f, or of its derivative, for each argument, mode and order.

    Raises AssertionError, which names order, mode, argument and both numbers; also
    where the differences are less sure than the tolerance, so that nothing is checked;
    and TypeError where f has no float among its arguments or results.

    >>> import numpy as np
    >>> from diffops import check_grads
    >>> check_grads(lambda x, y: np.sin(x) * y, (np.array([1.0, 2.0]), 3.0))
    """
    unknown = set(modes) - MODES.keys()
    if unknown or not modes or isinstance(modes, str):
        raise ValueError(f"modes are among {tuple(MODES)}, not {modes!r}")
    args = args if isinstance(args, tuple) else (args,)
    point = Point(f, tuple(range(len(args))), args, {})
    name = str(getattr(f, "__name__", None) or getattr(f, "name", f))
    names = [name for i, arg in enumerate(args) for name in names_of(i, arg)]
    check = Check(name, names, tuple(modes), atol, rtol)
    floats = floats_of(point.call)
    if not point.leaves or not floats(*point.leaves):
        raise TypeError(f"there is nothing to check: {name} takes or returns no floats")
    check(floats, point.leaves, order)


def names_of(i: int, arg: Any) -> list[str]:
    """Return what to call the leaves of an argument."""
    count = len(flatten(arg)[0])
    return [f"{i}, leaf {k}" for k in range(count)] if count > 1 else [str(i)] * count


def floats_of(call: Callable[[Sequence[Any]], Any]) -> F:
    """Return a function of leaves that lists the floats of what ``call`` returns."""

    def floats(*leaves: Any) -> Leaves:
        outputs, _ = flatten(call(leaves))
        return [y for y in outputs if np.result_type(dtype_of(y)).kind in "fc"]

    return floats


class Check(NamedTuple):
    """How a function of leaves, and its derivatives, are compared with differences."""

    f: str
    names: Sequence[str]
    modes: tuple[str, ...] = ("forward", "reverse")
    atol: float | None = None
    rtol: float | None = None

    def __call__(
        self, f: F, leaves: Leaves, order: int, before: tuple[str, ...] = ()
    ) -> None:
        """Check the first derivatives of f, then theirs, as often as order says."""
        if order < 1:
            return
        directions = [random_like(leaf, seed) for seed, leaf in enumerate(leaves)]
        slopes = [_slope(f, leaves, i, v) for i, v in enumerate(directions)]
        usual = usual_tolerance([*leaves, *f(*leaves)])
        for mode in self.modes:
            path = (mode, *before)
            derivative = MODES[mode](f, directions)
            pairs = derivative.pairs(leaves, slopes)
            for name, (found, slope) in zip(self.names, pairs, strict=True):
                complaint = self._complaint(found, slope, usual)
                if complaint is not None:
                    raise AssertionError(
                        f"derivative of order {len(path)} of {self.f}, "
                        f"{' over '.join(path)} mode, along argument {name}: {mode} "
                        f"mode gives {complaint}"
                    )
            self(derivative, leaves, order - 1, path)

    def _complaint(self, found: Any, slope: Slope, usual: float) -> str | None:
        """Return what the worst entry is, unless all are close enough."""
        found, wanted, error = map(np.ravel, (found, *slope))
        atol = usual if self.atol is None else self.atol
        rtol = usual if self.rtol is None else self.rtol
        known = np.isfinite(wanted)
        limit = atol + rtol * np.max(np.abs(wanted), initial=0.0, where=known)
        distance = np.abs(found - wanted)
        good = (distance <= limit + error) & (error <= limit)
        if np.all(good):
            return None
        # First what is wrong for certain, then what differences cannot tell.
        sure = np.where(error <= limit, np.nan_to_num(distance, nan=np.inf), 0)
        place = np.argmax(np.where(good, -1.0, sure))
        told = f"{found[place]!r}, differences give {wanted[place]!r}"
        if error[place] <= limit:
            return told
        return (
            f"{told}, but these may be off by {error[place]:.1e}: f is rough around "
            f"here, or wants an atol= above {limit:.1e}"
        )


class Slope(NamedTuple):
    """The change of f along one argument: all its entries, and their errors."""

    value: Any
    error: Any


def _slope(f: F, leaves: Leaves, i: int, direction: Any) -> Slope:
    along = numerical.jacobianv(f, i, error=True)
    found = along(*leaves[: i + 1], direction, *leaves[i + 1 :])
    return Slope(*map(joined, found))


class _Pushforward:
    """The change of f along all directions together."""

    def __init__(self, f: F, directions: Leaves) -> None:
        self.f = f
        self.directions = directions

    def __call__(self, *leaves: Any) -> Leaves:
        return jvp(self.f, leaves, self.directions)[1]

    def pairs(self, leaves: Leaves, slopes: list[Slope]) -> Iterator[tuple[Any, Slope]]:
        """Yield the change along each direction alone, and the one that is wanted."""
        for i, slope in enumerate(slopes):
            alone = [v if i == j else 0 * v for j, v in enumerate(self.directions)]
            yield joined(jvp(self.f, leaves, alone)[1]), slope


class _Pullback:
    """The cotangents of the arguments of f, for random ones of its values."""

    def __init__(self, f: F, directions: Leaves) -> None:
        self.f = f
        self.directions = directions

    def __call__(self, *leaves: Any) -> Leaves:
        y, pullback = vjp(self.f, *leaves)
        return list(pullback(self._seeds(y)))

    def _seeds(self, y: Leaves) -> Leaves:
        return [random_like(part, -1 - seed) for seed, part in enumerate(y)]

    def pairs(self, leaves: Leaves, slopes: list[Slope]) -> Iterator[tuple[Any, Slope]]:
        """Yield each cotangent times its direction, and what that should be."""
        weights = joined(self._seeds(self.f(*leaves)))
        cotangents = self(*leaves)
        for g, v, slope in zip(cotangents, self.directions, slopes, strict=True):
            wanted = np.sum(np.real(weights * slope.value))
            error = np.sum(np.abs(weights) * slope.error)
            yield np.sum(np.real(g * v)), Slope(wanted, error)


MODES: dict[str, Any] = {"forward": _Pushforward, "reverse": _Pullback}


def random_like(like: Any, seed: int) -> Any:
    """Return a random direction of the shape and dtype of a number or an array."""
    random = np.random.default_rng(seed % 1000)
    shape = np.shape(like)
    v = random.uniform(0.5, 1.0, shape) * random.choice([-1.0, 1.0], shape)
    if is_complex(like):
        v = v + 1j * random.uniform(-1.0, 1.0, shape)
    return (
        np.asarray(v, dtype=dtype_of(like))[()] if not shape else v.astype(like.dtype)
    )


def usual_tolerance(values: Sequence[Any]) -> float:
    """Return how far derivatives of these precisions may be off."""
    unit = max((float(np.finfo(dtype_of(x)).eps) for x in values), default=0.0)
    return 30 * float(unit**0.5)


def joined(parts: Sequence[Any]) -> Any:
    """Return one vector of the entries of numbers and arrays."""
    return np.concatenate([np.ravel(part) for part in parts]) if parts else np.zeros(0)


def dtype_of(value: Any) -> Any:
    """Return the dtype of a number or an array."""
    return getattr(value, "dtype", np.result_type(type(value)))
