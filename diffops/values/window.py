"""What ``np.asarray`` sees of a tracked array: a window, with a number in each place.

NumPy cannot be told to give the tracked array back. It makes an array of objects,
tracked numbers, which computes entry by entry and becomes a tracked array again where
it meets one. To NumPy's users that array is the same as the one that it was made of:
so writes into the tracked array go through to the window at once, and writes into the
window, which nobody reports, are looked for whenever the tracked array is used again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np

from diffops.primitive import adopt
from diffops.tags import Tracked, example


class Window:
    """An array of objects, and the entries that it was last known to have.

    Where the entries lie tells whether they are the same: ``entries`` keeps them there.
    """

    __slots__ = ("addresses", "entries", "objects")

    def __init__(self, array: Any) -> None:
        self.objects = _laid_out_like(example(array))
        self.fill(array)

    def fill(self, array: Any) -> None:
        """Show the entries that the array has now."""
        entries = list(np.ravel(_unwatched(array)))
        self.objects.flat[:] = np.fromiter(entries, object, len(entries))
        self.note()

    def note(self) -> None:
        """Remember the entries."""
        self.entries = self.objects.ravel().tolist()
        self.addresses = self.objects.tobytes()

    def has_changed(self) -> bool:
        """Tell whether somebody wrote into the window."""
        return self.objects.tobytes() != self.addresses


def _laid_out_like(plain: np.ndarray) -> np.ndarray:
    """Return an array of objects with gaps in memory where the plain array has some.

    NumPy copies what has gaps, so that writes into it end elsewhere.
    """
    if plain.flags.forc:
        return np.empty_like(plain, dtype=object)
    return np.empty((*plain.shape[:-1], 2 * plain.shape[-1]), object)[..., ::2]


class Watched(Tracked):
    """Mixed into the class of an array that has a window, or is a view of such a one.

    Whatever reads the array reads one of these first, and so comes after the writes.
    """

    __slots__ = ()
    plain: type[Any]

    @property
    def level(self) -> Any:
        """The differentiation of the value."""
        return _current(self, "level")

    @level.setter
    def level(self, level: Any) -> None:
        _SLOTS["level"].__set__(self, level)

    @property
    def primal(self) -> Any:
        """The value without its newest level."""
        return _current(self, "primal")

    @primal.setter
    def primal(self, primal: Any) -> None:
        _SLOTS["primal"].__set__(self, primal)

    @property
    def carry(self) -> Any:
        """What the mode adds to the value."""
        return _current(self, "carry")

    @carry.setter
    def carry(self, carry: Any) -> None:
        _SLOTS["carry"].__set__(self, carry)


_SLOTS: dict[str, Any] = {
    name: Tracked.__dict__[name] for name in ("level", "primal", "carry")
}


def interface(array: Any) -> dict[str, Any]:
    """Return where NumPy finds the entries of a tracked array."""
    if not array.size:
        # No entry, no derivative: an empty array of numbers will do.
        return np.empty(array.shape, array.dtype).__array_interface__
    if not hasattr(array, "window"):
        array.window = Window(array)
        for member in _members(_root(array)):
            watch(member)
    return array.window.objects.__array_interface__


def watch(array: Any) -> None:
    """Look for writes into windows from now on before the array is used."""
    if not isinstance(array, Watched):
        array.__class__ = _watched(array.__class__)


@cache
def _watched(plain: type) -> type:
    """Return the class of watched values of a class.

    A write found at its first use may make the value one of another differentiation:
    so it has the methods that all modes share, not the inline ones of its mode.
    """
    shared = next(kind for kind in plain.__mro__ if "__array_interface__" in vars(kind))
    methods = {
        name: getattr(shared, name)
        for kind in plain.__mro__[: plain.__mro__.index(shared)]
        for name, value in vars(kind).items()
        if isinstance(value, FunctionType) and hasattr(shared, name)
    }
    return type(
        plain.__name__, (Watched, plain), {**methods, "__slots__": (), "plain": plain}
    )


def _unwatched(array: Any) -> Any:
    """Return the same value without the looking for writes."""
    if not isinstance(array, Watched):
        return array
    value = array.plain()
    for name in _SLOTS:
        setattr(value, name, getattr(array, name))
    return value


def _root(array: Any) -> Any:
    """Return the array that this one is a view of, or a view of a view, or itself."""
    while (base := getattr(array, "owner", None)) is not None:
        array = base
    return array


def _members(array: Any) -> Iterator[Any]:
    """Yield an array and all views of it."""
    yield array
    for ref in list(getattr(array, "views", ())):
        view = ref()
        if view is not None:
            yield from _members(view)


def _current(array: Any, name: str) -> Any:
    """Return a slot, after carrying out what was written into windows."""
    for member in _members(_root(array)):
        window = getattr(member, "window", None)
        if window is not None and window.has_changed():
            window.note()
            member[...] = adopt(window.objects.copy())
    return _SLOTS[name].__get__(array)
