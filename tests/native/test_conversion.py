"""What an entry takes: exact types, shapes, memory layouts and no others."""

import pickle
import sys

import numpy as np
import pytest
from cores import ARRAY, PAIR, VECTOR, check, entry_of

from diffops.native.interface import (
    MISS,
    Array,
    Float,
    Float32,
    Float64,
    Signature,
    Static,
)
from diffops.native.objects import available

pytestmark = pytest.mark.skipif(not available(), reason="objects lie in another way")


class Number(float):
    pass


class Subclass(np.ndarray):
    def __array_finalize__(self, other):
        if other is not None and type(other) is Subclass:
            raise RuntimeError("nobody may look at this array")


def askew(shape):
    n = int(np.prod(shape)) * 8
    return np.zeros(n + 1, np.uint8)[1:].view(float).reshape(shape)


NOT_FLOATS = {
    "int": 1,
    "bool": True,
    "float64": np.float64(1),
    "float32": np.float32(1),
    "subclass": Number(1),
    "complex": 1j,
    "string": "1",
    "None": None,
    "array": np.array(1.0),
    "type": float,
}
NOT_FLOAT64S = {
    "float": 1.0,
    "int64": np.int64(1),
    "longdouble": np.longdouble(1),
    "array": np.array(1.0),
    "type": np.float64,
}
NOT_FLOAT32S = {
    "float": 1.0,
    "float64": np.float64(1),
    "half": np.float16(1),
    "array": np.array(1, np.float32),
    "type": np.float32,
}
NOT_SINGLES = {
    "float64": np.zeros((2, 3)),
    "half": np.zeros((2, 3), np.float16),
    "int32": np.zeros((2, 3), np.int32),
    "swapped": np.zeros((2, 3), np.dtype(np.float32).newbyteorder()),
    "turned": np.zeros((3, 2), np.float32),
}
SINGLES = Array((2, 3), np.float32)
NOT_ARRAYS = {
    "shorter": np.zeros((2, 2)),
    "longer": np.zeros((3, 3)),
    "turned": np.zeros((3, 2)),
    "flat": np.zeros(6),
    "deeper": np.zeros((2, 3, 1)),
    "point": np.zeros(()),
    "empty": np.zeros((0, 3)),
    "fortran": np.zeros((2, 3), order="F"),
    "strided": np.zeros((2, 6))[:, ::2],
    "backwards": np.zeros((2, 3))[::-1],
    "broadcast": np.broadcast_to(np.zeros(3), (2, 3)),
    "askew": askew((2, 3)),
    "swapped": np.zeros((2, 3), np.dtype(float).newbyteorder()),
    "float32": np.zeros((2, 3), np.float32),
    "int64": np.zeros((2, 3), np.int64),
    "longdouble": np.zeros((2, 3), np.longdouble),
    "complex": np.zeros((2, 3), complex),
    "dates": np.zeros((2, 3), "M8[s]"),
    "objects": np.zeros((2, 3), object),
    "structured": np.zeros((2, 3), [("value", float)]),
    "subclass": np.zeros((2, 3)).view(Subclass),
    "masked": np.ma.zeros((2, 3)),
    "list": [[0.0] * 3] * 2,
    "float": 0.0,
    "None": None,
    "type": np.ndarray,
}
UNFIT = [
    *((f"{name} for a float", Float(), value) for name, value in NOT_FLOATS.items()),
    *((f"{name} for a float64", Float64(), v) for name, v in NOT_FLOAT64S.items()),
    *((f"{name} for an array", Array((2, 3)), v) for name, v in NOT_ARRAYS.items()),
    *((f"{name} for a float32", Float32(), v) for name, v in NOT_FLOAT32S.items()),
    *((f"{name} for singles", SINGLES, v) for name, v in NOT_SINGLES.items()),
    ("array for a point", Array(()), np.zeros(1)),
    ("number for a point", Array(()), 0.0),
    ("full for an empty", Array((0, 3)), np.zeros((1, 3))),
    ("another empty", Array((0, 3)), np.zeros((0, 2))),
    ("equal for the same", Static("a" * 50), "".join(["a"] * 50)),
    ("float for a static", Static(1), 1.0),
    ("None for a static", Static(False), None),
]


@pytest.fixture(scope="module")
def refusing():
    """Return entries by kind of argument, each made once."""
    entries = {}

    def entry(kind):
        if kind not in entries:
            signature = Signature((Float(), kind), (Float(),))
            entries[kind] = entry_of(signature)
        return entries[kind]

    return entry


@pytest.mark.parametrize(
    ("kind", "value"), [u[1:] for u in UNFIT], ids=[u[0] for u in UNFIT]
)
def test_arguments_that_do_not_fit(refusing, kind, value):
    entry = refusing(kind)
    references = sys.getrefcount(value)
    for _ in range(1000):
        assert entry(1.0, value) is MISS
    assert abs(sys.getrefcount(value) - references) < 100  # of None there are many
    assert not kind.fits(value)


def test_wrong_numbers_of_arguments():
    entry = entry_of(PAIR)
    x = np.ones(15)
    for args in ((), (1.0,), (1.0, x, x), (x,), (1.0,) * 300):
        assert entry(*args) is MISS
    assert entry(1.0, x=x) is MISS
    assert entry(1.0, x, y=1) is MISS


FITTING = {
    "read-only": lambda x: (x.flags.__setattr__("writeable", False), x)[1],
    "view": lambda x: np.concatenate([x, x])[: len(x)],
    "unpickled": lambda x: pickle.loads(pickle.dumps(x)),
    "unpickled, out of band": lambda x: pickle.loads(pickle.dumps(x, 5)),
    "explicit order": lambda x: x.view(np.dtype("<f8" if x.dtype.isnative else ">f8")),
    "swapped and back": lambda x: x.view(np.dtype(float).newbyteorder().newbyteorder()),
    "from a buffer": lambda x: np.frombuffer(x.tobytes()),
    "field": lambda x: x.view([("only", float)])["only"],
    "metadata": lambda x: x.view(np.dtype(float, metadata={"unit": "m"})),
}


@pytest.mark.parametrize("name", FITTING)
def test_arrays_that_fit(name):
    entry = entry_of(ARRAY)
    x = FITTING[name](np.arange(15.0))
    assert VECTOR.fits(x)
    check(entry(x), ARRAY, [x])


def test_strides_along_one_element_do_not_matter():
    signature = Signature((Array((1, 3)),), (Float(),))
    entry = entry_of(signature)
    x = np.ones((4, 3))[::4]
    assert x.strides == (96, 8)
    check(entry(x), signature, [x])
    signature = Signature((Array((0, 3)),), (Float(),))
    x = np.ones((6, 6))[:0, ::2]
    check(entry_of(signature)(x), signature, [x])
