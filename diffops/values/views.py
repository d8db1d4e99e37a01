"""Views of tracked arrays: writes into a base reach its views, and the reverse.

A view remembers its base and the primitive that made it; a base refers weakly to its
views. Writing recomputes the live ones, so nothing is paid where nobody writes.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from diffops.engines.arrays import shares_memory
from diffops.index import update
from diffops.primitive import Primitive, table
from diffops.tags import example
from diffops.values.window import Watched, watch


def link_view(
    base: Any, view: Any, primitive: Primitive, params: dict[str, Any]
) -> None:
    """Remember that ``view = primitive(base, **params)`` shares its base's memory."""
    arrays = hasattr(view, "__weakref__") and hasattr(base, "__weakref__")
    if not arrays or not shares_memory(example(base), example(view)):
        return
    _link(base, view, primitive, params)


def _link(base: Any, view: Any, primitive: Any, params: dict[str, Any]) -> None:
    view.owner = base
    view.source = (primitive, params)
    if isinstance(base, Watched):
        watch(view)
    try:
        views = base.views
    except AttributeError:
        views = base.views = []
    views.append(weakref.ref(view))
    count = len(views)
    if count & (count - 1) == 0:
        views[:] = [ref for ref in views if ref() is not None]


class _Flattening:
    """The source of ``x.flat``, which writes through even where NumPy had to copy."""

    function = staticmethod(np.ravel)

    def __call__(self, base: Any) -> Any:
        return table[np.ravel](base)


_flattening = _Flattening()


def flat_view(base: Any) -> Any:
    """Return a one-dimensional view of an array, whatever its memory looks like."""
    flat = _flattening(base)
    if flat is not base and not hasattr(flat, "owner"):
        _link(base, flat, _flattening, {})
    return flat


def has_views(base: Any) -> bool:
    """Tell whether somebody still holds a view of an array."""
    return any(ref() is not None for ref in getattr(base, "views", ()))


def refresh_views(base: Any) -> None:
    """Recompute the live views of an array that was written into."""
    for ref in list(getattr(base, "views", ())):
        view = ref()
        if view is not None:
            primitive, params = view.source
            view._replace(primitive(base, **params))
            refresh_views(view)


def write_base(view: Any) -> None:
    """Carry a write into a view over to the array that it is a view of."""
    base = getattr(view, "owner", None)
    if base is None:
        return
    primitive, params = view.source
    if view.dtype != base.dtype:
        real = primitive.function is np.real
        x, y = (view, base.imag) if real else (base.real, view)
        base.become(x + 1j * y)
        return
    places = np.arange(base.size).reshape(base.shape)
    written = primitive.function(places, **params)
    flat = table[np.reshape](base, (-1,))
    entries = table[np.reshape](view, (-1,))
    new = table[update](flat, entries, key=np.ravel(written))
    base.become(table[np.reshape](new, base.shape))
