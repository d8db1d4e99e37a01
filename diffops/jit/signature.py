"""Signatures: what a program is recorded for. Arrays vary, all else stands by value."""

from __future__ import annotations

import copy
import operator
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from diffops.engines.cupy import device_of, is_on_device, module_of
from diffops.engines.loading import engine_of
from diffops.native.interface import Array, Float, Float32, Float64, Input, Static
from diffops.operators._tree import (
    Rebuild,
    flatten,
    flatten_with_structure,
    stands_alone,
)
from diffops.tags import Tracked, example, newest

#: Why a function must run as it is.
WRITES = "it writes into its arguments"


#: Where a random generator is an argument, every call gives something else.
DRAWS = "it takes a random generator; draw outside of it, and pass the numbers"


#: What arrays of Dask stand for is computed later, by Dask.
LAZY = "it takes Dask arrays, whose graphs Dask runs"


class NoSignature(Exception):
    """An argument that neither varies nor has a value: says why, if f should know."""


class Arguments:
    """The arguments of one call: the leaves that vary, and the key of all else."""

    __slots__ = ("_leaves", "_places", "_rebuild", "_whole", "flat", "key", "varying")

    _rebuild: Rebuild
    key: Any

    def __init__(self, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self._whole: Any = args, kwargs
        if not kwargs and all(map(stands_alone, args)):
            kinds = tuple(map(_kind, args))
            self._leaves = list(args)
            self._rebuild = _alone
            self._places = [i for i, kind in enumerate(kinds) if kind[0] is _VARIES]
            self.varying = [args[i] for i in self._places]
            self.key = kinds
            self.flat = True
            return
        self.flat = False
        whole = (tuple(args), kwargs) if kwargs else (tuple(args),)
        leaves, rebuild, structure = flatten_with_structure(whole)
        kinds = tuple(map(_kind, leaves))
        self._leaves = leaves
        self._rebuild = rebuild
        self._places = [i for i, kind in enumerate(kinds) if kind[0] is _VARIES]
        self.varying = [leaves[i] for i in self._places]
        self.key = (structure, tuple(_orders(whole)), kinds)

    @property
    def native(self) -> Sequence[Any]:
        """What native code takes: all arguments, or the leaves of containers."""
        return self._leaves if self.flat else self.varying

    @property
    def module(self) -> Any:
        """The array module of arguments on a GPU; None where there are none."""
        modules = map(module_of, self.varying)
        return next((module for module in modules if module is not None), None)

    def native_inputs(self) -> tuple[Input, ...] | None:
        """Return what native code takes in the place of each, or None."""
        inputs = []
        for i, leaf in enumerate(self._leaves):
            if i in self._places:
                inputs.append(_native_input(leaf))
            elif self.flat:
                inputs.append(Static(leaf))
        return None if None in inputs else tuple(inputs)  # type: ignore[arg-type]

    def without_values(self) -> Arguments:
        """Return the same arguments without the leaves that vary."""
        other = copy.copy(self)
        other._leaves = list(self._leaves)
        for i in self._places:
            other._leaves[i] = None
        other.varying = []
        other._whole = None
        return other

    def is_kept(self) -> bool:
        """Tell whether the newest level of the arguments is no differentiation."""
        level = newest(self.varying)
        return level is None or level.keeps or not level.running

    def run(self, f: Callable[..., Any]) -> Any:
        """Call f with the arguments themselves."""
        args, kwargs = self._whole
        return f(*args, **kwargs)

    def call(self, f: Callable[..., Any], varying: Sequence[Any]) -> Any:
        """Call f with other values in the place of the leaves that vary."""
        args, kwargs = self._with(varying)
        return f(*args, **kwargs)

    def call_alone(self, f: Callable[..., Any], varying: Sequence[Any]) -> Any:
        """Do as `call`; raise where f puts something else into a container there."""
        args, kwargs = self._with(varying)
        before = self._parts(args, kwargs)
        returned = f(*args, **kwargs)
        after = self._parts(args, kwargs)
        if len(before) != len(after) or any(map(operator.is_not, before, after)):
            raise TypeError(WRITES)
        return returned

    def _with(self, varying: Sequence[Any]) -> Any:
        leaves = list(self._leaves)
        for i, leaf in zip(self._places, varying, strict=True):
            leaves[i] = leaf
        return (*self._rebuild(leaves), {})[:2]

    def _parts(self, args: Any, kwargs: Any) -> list[Any]:
        return [] if self.flat else flatten((tuple(args), kwargs))[0]


def _native_input(leaf: Any) -> Input | None:
    shape = np.shape(leaf)
    kinds: list[Input] = [Float(), Float64(), Float32(), Array(shape)]
    for kind in (*kinds, Array(shape, np.float32)):
        if kind.fits(leaf):
            return kind
    return None


def _alone(leaves: Sequence[Any]) -> Any:
    return (leaves,)


def _orders(tree: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the keys of dicts in the order in which f would go through them."""
    if isinstance(tree, dict):
        yield tuple(tree)
        for value in tree.values():
            yield from _orders(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from _orders(value)


_VARIES = object()
_NUMBERS = (float, complex)


def _is_generator(kind: type) -> bool:
    """Tell whether this is a kind of random generator, without importing any."""
    return any(
        base is random.Random or base.__module__.startswith("numpy.random")
        for base in kind.__mro__
    )


def _kind(leaf: Any) -> tuple[Any, ...]:
    """Return what of a leaf a program depends on."""
    kind = type(leaf)
    if kind in _NUMBERS:
        return _VARIES, kind
    if isinstance(leaf, Tracked):
        return _kind(example(leaf))
    if kind is np.ndarray:
        if leaf.dtype.kind not in "fcbiu":
            raise NoSignature
        flags = leaf.flags
        # Programs may go by the layout in memory (``x.ravel("K")``).
        order = flags.c_contiguous, flags.f_contiguous or leaf.strides
        return _VARIES, leaf.dtype, leaf.shape, order
    if isinstance(leaf, (np.floating, np.complexfloating)):
        return _VARIES, kind
    if isinstance(leaf, np.ndarray):
        raise NoSignature
    if _is_generator(kind):
        raise NoSignature(DRAWS)
    if engine_of(leaf) is not None:
        raise NoSignature(LAZY)
    try:
        hash(leaf)
    except TypeError:
        if not is_on_device(leaf):
            raise NoSignature from None
        flags = leaf.flags
        order = flags.c_contiguous, flags.f_contiguous or leaf.strides
        return _VARIES, kind, leaf.dtype, leaf.shape, order, device_of(leaf)
    return kind, leaf
