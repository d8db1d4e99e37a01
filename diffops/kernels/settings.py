"""Whether kernels are used, by how many threads: here, and in this thread or task."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from diffops.native.thread_count import DEFAULT, checked

_CHOICES = ("native", "numpy")

_choice: ContextVar[str] = ContextVar(
    "kernels",
    default="numpy" if os.environ.get("DIFFOPS_KERNELS") == "numpy" else "native",
)


#: None is for as many as the environment says.
_threads: ContextVar[int | None] = ContextVar("threads of kernels", default=None)


@contextmanager
def use(choice: str | None = None, *, threads: int | None = None) -> Iterator[None]:
    """Compute elementwise functions of large arrays by kernels, or by NumPy alone.

    Args:
        choice: ``"native"`` (as it is without this) or ``"numpy"``. It holds inside the
            ``with`` statement, for this thread or asynchronous task.
        threads: how many share the work of kernels on large arrays, as long. Without
            this it is what ``DIFFOPS_NUM_THREADS`` says, or 1. It changes no bit.

    Raises:
        ValueError: where the choice is neither, or the number not from 1 to 256.
        TypeError: where the number is not a whole one.

    >>> import numpy as np
    >>> from diffops import grad, kernels
    >>> x = np.linspace(-1.0, 1.0, 10_001)
    >>> with kernels.use("numpy"):
    ...     exact = grad(lambda x: np.sum(np.sin(x)))(x)
    >>> bool((exact == np.cos(x)).all())
    True
    """
    if choice is not None and choice not in _CHOICES:
        raise ValueError(f"kernels are 'native' or 'numpy', not {choice!r}")
    number = _threads.get() if threads is None else checked(threads)
    tokens = _choice.set(choice or _choice.get()), _threads.set(number)
    try:
        yield
    finally:
        _choice.reset(tokens[0])
        _threads.reset(tokens[1])


def are_native() -> bool:
    """Tell whether kernels may be used here."""
    return _choice.get() == "native"


def threads() -> int:
    """Return how many threads may share a kernel's work here."""
    return _threads.get() or DEFAULT
