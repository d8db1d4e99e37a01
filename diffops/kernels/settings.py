"""Whether kernels are used: in this process, and in this thread or task."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CHOICES = ("native", "numpy")

_choice: ContextVar[str] = ContextVar(
    "kernels",
    default="numpy" if os.environ.get("DIFFOPS_KERNELS") == "numpy" else "native",
)


@contextmanager
def use(choice: str) -> Iterator[None]:
    """Compute elementwise functions of large arrays by kernels, or by NumPy alone.

    Args:
        choice: ``"native"`` (as it is without this) or ``"numpy"``. It holds inside the
            ``with`` statement, for this thread or asynchronous task.

    Raises:
        ValueError: where it is neither.

    >>> import numpy as np
    >>> from diffops import grad, kernels
    >>> x = np.linspace(-1.0, 1.0, 10_001)
    >>> with kernels.use("numpy"):
    ...     exact = grad(lambda x: np.sum(np.sin(x)))(x)
    >>> bool((exact == np.cos(x)).all())
    True
    """
    if choice not in _CHOICES:
        raise ValueError(f"kernels are 'native' or 'numpy', not {choice!r}")
    token = _choice.set(choice)
    try:
        yield
    finally:
        _choice.reset(token)


def are_native() -> bool:
    """Tell whether kernels may be used here."""
    return _choice.get() == "native"
