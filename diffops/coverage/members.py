"""The methods and attributes of ndarray, and what tracked arrays make of them."""

from __future__ import annotations

import numpy as np

from diffops.coverage.classes import Kind, kind_in_table


def _all(kind: Kind, names: str) -> dict[str, Kind]:
    return dict.fromkeys(names.split(), kind)


#: Those that are no function of their name.
_OWN: dict[str, Kind] = {
    **_all(Kind.COMPOSITION, "T base fill flat flatten item mT tolist view"),
    **_all(Kind.CONSTANT, "device dtype flags itemsize nbytes setflags"),
    **_all(Kind.CONSTANT, "strides to_device"),
    **_all(Kind.REFUSED, "byteswap ctypes data dump dumps getfield setfield"),
    **_all(Kind.REFUSED, "tobytes tofile"),
}

#: Members of ndarray that tracked arrays do without, and why.
ABSENT = {
    "__array__": "a derivative would be lost wherever it is called",
    "__array_finalize__": "is for subclasses of ndarray",
    "__array_priority__": "is for subclasses of ndarray",
    "__array_struct__": "shows memory",
    "__array_wrap__": "is for subclasses of ndarray",
    "__buffer__": "shows memory",
    "__class_getitem__": "is for annotations",
    "__iand__": "Python takes __and__",
    "__ilshift__": "Python takes __lshift__",
    "__ior__": "Python takes __or__",
    "__irshift__": "Python takes __rshift__",
    "__ixor__": "Python takes __xor__",
    "__setstate__": "tracked values are not pickled",
}


def public_members() -> list[str]:
    """Return the names of ndarray's public methods and attributes."""
    return [name for name in dir(np.ndarray) if not name.startswith("_")]


def kind_of_member(name: str) -> Kind | None:
    """Return the kind of a method or attribute: that of the function of its name."""
    if name in _OWN:
        return _OWN[name]
    function = getattr(np, name, None)
    return kind_in_table(function) if callable(function) else None
