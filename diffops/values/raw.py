"""What ndarray tells of its memory, and the methods that would hand out its bytes.

Bytes have no derivative: those methods refuse, in words. Attributes that NumPy's users
probe for are not there, as far as ``hasattr`` can tell; reading one says why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.tags import example
from diffops.values.operators import Operators, binary, reflected
from diffops.values.refusal import refuse

_ADVICE = "use diffops.stop_gradient(x)"


class HiddenAttributeError(NoDerivativeError, AttributeError):
    """An attribute of ndarray that a tracked array cannot have."""


def _refusing(call: str, advice: str = _ADVICE) -> Callable[..., NoReturn]:
    """Return a method that refuses."""

    def method(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        refuse(self, call, advice)

    method.__name__ = call.partition("(")[0].removeprefix("x.")
    method.__doc__ = f"Refuse: {call} would lose the derivative."
    return method


def _hidden(name: str) -> property:
    """Return an attribute that raises when it is read."""

    def read(self: Any) -> NoReturn:
        raise HiddenAttributeError(
            f"x.{name} of a tracked array{at_user_line()} would show its memory, which "
            f"knows nothing of the derivative; {_ADVICE}"
        )

    return property(read, doc="Not there: memory has no derivative.")


class RawMethods(Operators):
    """Attributes and methods of ndarray that are about its memory."""

    __slots__ = ()

    byteswap = _refusing("x.byteswap()")
    dump = _refusing("x.dump(file)")
    dumps = _refusing("x.dumps()")
    getfield = _refusing("x.getfield(dtype)", "use x.real, x.imag or x.astype(dtype)")
    setfield = _refusing("x.setfield(value, dtype)", "use x.real[...] = value")
    tobytes = _refusing("x.tobytes()")
    tofile = _refusing("x.tofile(file)")
    __dlpack__ = _refusing("x.__dlpack__()", "keep to NumPy, or " + _ADVICE)
    __dlpack_device__ = _refusing("x.__dlpack_device__()", "keep to NumPy")

    ctypes = _hidden("ctypes")
    data = _hidden("data")

    __and__, __rand__ = binary(np.bitwise_and), reflected(np.bitwise_and)
    __or__, __ror__ = binary(np.bitwise_or), reflected(np.bitwise_or)
    __xor__, __rxor__ = binary(np.bitwise_xor), reflected(np.bitwise_xor)
    __lshift__, __rlshift__ = binary(np.left_shift), reflected(np.left_shift)
    __rshift__, __rrshift__ = binary(np.right_shift), reflected(np.right_shift)

    def __invert__(self) -> Any:
        return np.invert(self)  # type: ignore[call-overload]

    def __delitem__(self, key: Any) -> NoReturn:
        raise ValueError("cannot delete array elements")

    @property
    def flags(self) -> Any:
        """How the entries lie in memory."""
        return example(self).flags

    @property
    def strides(self) -> tuple[int, ...]:
        """The bytes from one entry to the next along each axis."""
        return example(self).strides

    @property
    def device(self) -> Any:
        """Where the entries are."""
        return example(self).device

    def to_device(self, device: Any, /, *, stream: Any = None) -> Any:
        """Return the array itself, if that is where it is."""
        example(self).to_device(device, stream=stream)
        return self

    def setflags(self, write: Any = None, align: Any = None, uic: Any = None) -> None:
        """Accept what is so already: a tracked array can be written into."""
        if write is not None and not write:
            raise NoDerivativeError(
                f"a tracked array cannot be made read-only{at_user_line()}; leave "
                "x.setflags(write=False) out"
            )
