"""What is particular to CuPy's arrays, which lie on a GPU; CuPy is reached from here.

It is found by the types of arrays, so that nothing is imported for those who have none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np

from diffops.errors import at_line_of
from diffops.tags import example

#: The words of CuPy's errors, and what to say besides.
_ADVICE = {
    "Unsupported type <class 'numpy.ndarray'>": (
        "an array a of NumPy's met one of CuPy's, which converts none: write "
        "cupy.asarray(a) to copy it to the GPU, or x.get() to copy x to the host"
    ),
    "Array device must be same as the current device": (
        "work inside of: with x.device, and copy what lies on another GPU there, by "
        "cupy.asarray(a)"
    ),
}


class _Modules(dict[type, Any]):
    """The array module of each type of device arrays; None for all other types."""

    def __missing__(self, kind: type) -> Any:
        homes = {base.__module__.partition(".")[0] for base in kind.__mro__}
        found = homes & libraries if hasattr(kind, "__array_ufunc__") else ()
        self[kind] = sys.modules[found.pop()] if found else None
        return self[kind]


#: The packages whose arrays lie on a GPU.
libraries = {"cupy"}


#: Where the module of an array is looked up, by its type.
modules = _Modules()


def module_of(value: Any) -> Any:
    """Return ``cupy`` for its arrays, None for everything else."""
    return modules[type(value)]


def is_on_device(value: Any) -> bool:
    """Tell whether a value is an array of CuPy's."""
    return modules[type(value)] is not None


def device_of(array: Any) -> int:
    """Return the number of the GPU that an array lies on."""
    return int(array.device.id)


def check_together(leaves: Iterable[Any], what: str) -> None:
    """Raise where arrays are of NumPy and of CuPy, or lie on several GPUs.

    Numbers go with all of them. ``what`` begins the message.
    """
    devices: dict[int, Any] = {}
    others: list[Any] = []
    for leaf in leaves:
        plain = example(leaf)
        if is_on_device(plain):
            devices.setdefault(device_of(plain), plain)
        elif isinstance(plain, np.ndarray):
            others.append(plain)
    if devices and others:
        raise TypeError(
            f"{what} holds arrays of NumPy's and of CuPy's; convert one to the other: "
            "cupy.asarray(a) copies a to the GPU, x.get() copies x to the host"
        )
    if len(devices) > 1:
        numbers = " and ".join(map(str, sorted(devices)))
        raise ValueError(
            f"{what} holds arrays on several GPUs ({numbers}); copy them to one: "
            "with cupy.cuda.Device(0): a = cupy.asarray(a)"
        )


def check_current(array: Any, what: str) -> None:
    """Raise where an array does not lie on the current GPU: on that kernels run."""
    own, current = device_of(array), int(module_of(array).cuda.Device().id)
    if own != current:
        raise ValueError(
            f"{what} lies on GPU {own}, but GPU {current} is the current one; call "
            f"inside of: with cupy.cuda.Device({own})"
        )


def explain(error: BaseException) -> None:
    """Raise an error of CuPy's anew, with the line and advice; leave others alone."""
    if isinstance(error, (TypeError, ValueError)):
        for words, advice in _ADVICE.items():
            if words in str(error):
                text = f"{error}{at_line_of(error)}: {advice}"
                raise type(error)(text) from error


def imported() -> Any:
    """Return ``cupy``, where it is installed and finds a GPU.

    Raises ImportError or RuntimeError, which say what to install or do.
    """
    try:
        import cupy
    except ImportError as error:
        raise ImportError(
            f"CuPy cannot be imported ({error}); pip install 'diffops[cupy]' brings "
            "that for CUDA 12, pip install cupy-cuda13x that for CUDA 13"
        ) from error
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except Exception as error:
        raise RuntimeError(f"{_NO_GPU} ({error})") from error
    if not count:
        raise RuntimeError(_NO_GPU)
    return cupy


_NO_GPU = (
    "CuPy is installed, but finds no GPU: it takes one of NVIDIA's with its driver, "
    "which nvidia-smi shows"
)
