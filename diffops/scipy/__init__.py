"""SciPy, where it cannot be told about tracked values: mirrors of its modules.

``from diffops.scipy import linalg, stats`` in the place of ``from scipy import linalg,
stats`` changes nothing for plain values: they go to SciPy. Tracked values get SciPy's
value and its derivative, in every mode and to any order, or a `NoDerivativeError` that
names the function. A mirror is loaded when it is first asked for.

>>> import numpy as np
>>> import diffops.scipy
>>> from diffops import grad
>>> a = np.array([[2.0, 1.0], [0.0, 3.0]])
>>> grad(lambda t: np.trace(diffops.scipy.linalg.expm(t * np.eye(2))))(0.0)
2.0
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

#: The modules beside this file.
__all__ = [name for _, name, _ in iter_modules(__path__) if not name.startswith("_")]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(
        f"module {__name__!r} has no mirror of scipy.{name}; there are those of "
        + ", ".join(__all__)
    )


def __dir__() -> list[str]:
    return [*globals(), *__all__]
