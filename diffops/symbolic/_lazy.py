"""SymPy, imported where it is first needed."""

from __future__ import annotations

import importlib
from typing import Any


def sympy() -> Any:
    """Return the module SymPy, or say how to install it."""
    try:
        return importlib.import_module("sympy")
    except ImportError as error:
        raise ImportError(
            "diffops.symbolic needs SymPy: pip install 'diffops[symbolic]'"
        ) from error
