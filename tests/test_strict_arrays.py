"""The double of CuPy refuses what CuPy refuses, and does the rest as NumPy does."""

import numpy as np
import pytest
import scipy.special
import strict_arrays
from strict_arrays import StrictArray, coverage

from diffops.engines.arrays import is_foreign

HOST = np.array([0.5, -1.0, 2.0])


@pytest.fixture
def x():
    return strict_arrays.asarray(HOST)


def test_results_stay_on_the_device(x):
    for y in (x + 1, np.sin(x), 2 * x, np.sum(x), x.max(), x[0], x[1:], np.dot(x, x)):
        assert type(y) is StrictArray
    assert np.sum(x).shape == ()
    np.testing.assert_array_equal(strict_arrays.asnumpy(np.cumsum(x)), HOST.cumsum())
    np.testing.assert_array_equal(np.zeros(2, like=x).get(), [0, 0])


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x + HOST,
        lambda x: HOST * x,
        lambda x: np.where(x > 0, x, HOST),
        lambda x: np.concatenate([x, HOST]),
        lambda x: np.stack([x[0], 1.0]),
        lambda x: np.asarray(x),
        lambda x: np.full(2, 1.0, like=x),
        lambda x: np.linalg.multi_dot([x, x]),
        lambda x: np.sum(x, initial=0.0),
        lambda x: np.maximum(x, "a"),
        lambda x: scipy.special.jv(1.0, x),
        lambda x: np.dot(x, 2.0),
        lambda x: hash(x),
        lambda x: range(3)[x[0]],
    ],
)
def test_what_cupy_refuses_is_a_type_error(x, call):
    with pytest.raises(TypeError):
        call(x)


def test_a_repeated_index_is_for_add_at(x):
    with pytest.raises(RuntimeError, match="undefined"):
        x[[0, 0]] = strict_arrays.asarray([1.0, 2.0])
    np.add.at(x, [0, 0], strict_arrays.asarray([1.0, 2.0]))
    assert float(x[0]) == 3.5


def test_transfers_are_counted(x):
    with strict_arrays.counting() as counts:
        np.exp(x) + x[0] * 2
    assert counts.transfers == counts.uploads == 0 == len(counts.askers)
    with strict_arrays.counting() as counts:
        assert float(x[0]) > 0
        assert bool(x[0] > 0)
        x[[0, 1]]
    assert (counts.transfers, counts.uploads) == (2, 1)


def test_diffops_knows_it(x):
    assert not is_foreign(StrictArray)


def test_a_later_cupy_has_all_that_the_double_has():
    cupy = pytest.importorskip("cupy")
    special = pytest.importorskip("cupyx.scipy.special")
    for prefix in ("", "linalg", "fft"):
        theirs = getattr(cupy, prefix) if prefix else cupy
        ours = getattr(np, prefix) if prefix else np
        for name, function in vars(ours).items():
            if hasattr(function, "_implementation") and coverage.has(function):
                assert hasattr(theirs, function.__name__), name
    assert all(hasattr(special, name) for name in coverage.SPECIAL)
