"""What Python and NumPy see of values whose dependences are followed."""

import copy
import math

import numpy as np
import pytest

from diffops import NoDerivativeError
from diffops.modes.pattern import Detection, LocalDetection
from diffops.modes.pattern_rows import members_of
from diffops.sparse._flows import flow_of


@pytest.fixture
def x():
    level = Detection(3, flow_of)
    return level.leaf(np.array([0.5, -1.5, 2.0]), 0)


@pytest.fixture
def local():
    level = LocalDetection(3, flow_of)
    return level.leaf(np.array([0.5, -1.5, 2.0]), 0)


SEEN = {
    "bool": lambda x: bool(x[0] > 0),
    "and": lambda x: x[0] > 0 and x[1],
    "max": lambda x: max(x[0], x[1]),
    "sorted": lambda x: sorted([x[0], x[1]]),
    "in": lambda x: 0.5 in x,
    "int": lambda x: int(np.floor(x[0])),
    "range": lambda x: range(np.argmax(x)),
    "index of an array": lambda x: np.arange(3)[np.argsort(x)],
    "index of a list": lambda x: [1, 2, 3][np.argmax(x)],
    "math.floor": lambda x: math.floor(x[0]),
    "math.ceil": lambda x: math.ceil(x[0]),
    "math.trunc": lambda x: math.trunc(x[0]),
    "round": lambda x: round(x[0]),
    "is_integer": lambda x: x[0].is_integer(),
    "mask": lambda x: x[x > 0],
    "nonzero": lambda x: np.nonzero(x > 0),
    "unique": np.unique,
}


@pytest.mark.parametrize("see", SEEN.values(), ids=SEEN)
def test_values_must_not_be_seen(x, see):
    with pytest.raises(NoDerivativeError, match=r"depends on the values.*sparsity="):
        see(x)
    assert x.level.refusal is not None  # raised in the end, even if f swallows it


@pytest.mark.parametrize("see", SEEN.values(), ids=SEEN)
def test_locally_they_may(local, see):
    see(local)


def test_a_refusal_names_the_line(x):
    with pytest.raises(NoDerivativeError, match=r"test_pattern_values\.py:\d+"):
        bool(x[0] > 0)


def test_float_loses_the_derivative_in_any_case(x, local):
    for value in (x, local):
        with pytest.raises(NoDerivativeError, match="lose the derivative"):
            float(value[0])


def test_what_does_not_depend_on_values(x):
    assert x.shape == (3,) and np.shape(x) == (3,) and len(x) == 3
    assert x.ndim == 1 and x.size == 3 and np.size(x) == 3
    assert x.dtype == float and x[0].dtype == float and np.isrealobj(x)


def test_masks_combine(x):
    mask = (x > 0) & ~(x > 1) | (x < -1) ^ (x < -2)
    assert mask.dtype == bool and x.level.rows(mask).is_empty()


def test_text(x):
    assert f"{x[0]:.2f}" == "0.50"
    assert "0.5" in str(x) and "0.5" in f"{x}"
    assert "ended" not in repr(x)
    x.level.end()
    assert "ended" in repr(x)


def test_after_its_end_a_value_is_plain(x):
    first = x[0]
    x.level.end()
    assert first > 0 and float(first) == 0.5


def test_copies_depend_on_the_same(x):
    for twin in (copy.copy(x), copy.deepcopy(x)):
        assert members_of(twin.level.rows(twin).item(2)) == [2]


def test_python_numbers():
    level = Detection(1, flow_of)
    y = level.leaf(2.0, 0)
    assert y.shape == () and y.dtype == float
    assert members_of((y * 2).carry) == [0]
