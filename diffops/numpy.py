"""NumPy, with tracked values understood where plain NumPy is not told about them.

``import diffops.numpy as np`` in the place of ``import numpy as np`` changes nothing
for plain values. Where NumPy finds its way to tracked values by itself (as direct
arguments of its functions) plain NumPy does as well. It does not look into lists, and
some functions never ask: ``np.array([x, y])``, ``np.full(3, x)``, ``np.arange(x)``,
``np.sum([x, y])``, ``np.r_[x, y]``, ``np.fromiter``, ``np.vectorize``. Here they do.

>>> import diffops.numpy as np
>>> from diffops import grad
>>> grad(lambda x: np.linalg.det(np.array([[x, 1.0], [2.0, x]])))(3.0)
6.0

``np.zeros(3)`` remains a plain array, into which no tracked value can be written: write
``np.zeros(3, like=x)`` or ``np.zeros_like(x)``. `numpy.linalg`, `numpy.fft` and
`numpy.random` are what they are in NumPy.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy

from diffops import assembly as _assembly  # noqa: F401  (fills the table)
from diffops.primitive import adopt, table, tracked_in
from diffops.tags import Tracked
from diffops.values.protocol import array_function

__all__ = numpy.__all__


def __getattr__(name: str) -> Any:
    value = getattr(numpy, name)
    if not isinstance(value, (type, numpy.ufunc)) and _in_table(value):
        value = _looking_into_lists(value)
        globals()[name] = value
    return value


def __dir__() -> list[str]:
    return dir(numpy)


def _in_table(value: Any) -> bool:
    try:
        return value in table
    except TypeError:  # not hashable
        return False


def _looking_into_lists(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a NumPy function that finds tracked values wherever they stand."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if kwargs.get("dtype") is not object:
            tracked = next(_tracked((args, list(kwargs.values()))), None)
            if tracked is not None:
                return array_function(tracked, function, (), args, kwargs)
        return function(*args, **kwargs)

    return call


def _tracked(value: Any) -> Iterator[Tracked]:
    """Yield the tracked values in an argument, through lists and object arrays."""
    if isinstance(value, Tracked):
        yield value
    elif isinstance(value, numpy.ndarray) and value.dtype.hasobject:
        yield from _tracked(value.ravel().tolist())
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tracked(item)


def fromiter(
    iter: Iterable[Any],
    dtype: Any,
    count: int = -1,
    *,
    like: Any = None,
) -> Any:
    """Return a vector of what an iterable yields, as `numpy.fromiter` does."""
    items = list(iter if count < 0 else islice(iter, count))
    if tracked_in(items):
        return __getattr__("array")(items, dtype)
    return numpy.fromiter(items, dtype, count, like=like)


class vectorize(numpy.vectorize):
    """A function of numbers applied to each entry, as `numpy.vectorize` does.

    Tracked arrays go by positional arguments, without ``excluded`` or ``signature``.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs or self.excluded or self.signature or not tracked_in(args):
            return super().__call__(*args, **kwargs)
        arrays = numpy.broadcast_arrays(*map(adopt, args))
        entries = zip(*map(numpy.ravel, arrays), strict=True)
        results = [self.pyfunc(*entry) for entry in entries]
        if not results:
            return super().__call__(*(numpy.ones(0),) * len(args))
        shape = numpy.shape(arrays[0])
        if not isinstance(results[0], tuple):
            return self._array(results, shape, 0)
        columns = enumerate(zip(*results, strict=True))
        return tuple(self._array(column, shape, place) for place, column in columns)

    def _array(self, results: Any, shape: tuple[int, ...], place: int) -> Any:
        array = numpy.reshape(adopt(list(results)), shape)
        return array.astype(self.otypes[place]) if self.otypes else array


class _Joining:
    """``r_`` or ``c_``, whose entries may be tracked."""

    def __init__(self, joining: Any) -> None:
        self._joining = joining

    def __getitem__(self, key: Any) -> Any:
        return adopt(self._joining[key])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._joining, name)

    def __len__(self) -> int:
        return len(self._joining)


r_ = _Joining(numpy.r_)
c_ = _Joining(numpy.c_)
