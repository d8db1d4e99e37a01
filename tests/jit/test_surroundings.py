"""Tracked values that a function reaches without being given them are found."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from diffops import grad
from diffops.jit.surroundings import sees_tracked

GLOBAL = [None]


def reads_global():
    return GLOBAL[0]


class Holder:
    def __init__(self, value):
        self.value = value

    def method(self):
        return self.value


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value

    def __call__(self):
        return self.value


def functions(t):
    def default(x=t):
        return x

    def keyword(*, x=t):
        return x

    def outer():
        return inner()

    def inner():
        return t

    objects = np.array([t, 1.0], dtype=object)
    return {
        "closure": lambda: t,
        "default": default,
        "keyword": keyword,
        "function in a function": outer,
        "method": Holder(t).method,
        "slots": Slotted(t),
        "partial": functools.partial(lambda a, b: a, t),
        "container": lambda box=([{"a": (t,)}],): box,
        "object array": lambda: objects,
        "global": reads_global,
    }


@pytest.mark.parametrize("name", functions(None))
def test_it_is_found(name):
    found = []

    def f(t):
        GLOBAL[0] = t if name == "global" else None
        found.append(sees_tracked(functions(t)[name]))
        return t

    assert not sees_tracked(functions(1.0)[name])
    grad(f)(2.0)
    assert found == [True]
    GLOBAL[0] = None


def test_cycles_end():
    loop = []
    loop.append(loop)
    holder = Holder(loop)
    holder.value.append(holder)
    assert not sees_tracked(holder.method)
    assert not sees_tracked(np.sin)
