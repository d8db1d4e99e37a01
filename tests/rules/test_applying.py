"""Functions applied along axes, against differences."""

import numpy as np
import pytest
from truth import check

from diffops import grad, jvp

A = np.random.default_rng(2).normal(size=(2, 3, 4))


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("f", [np.sum, np.cumsum, lambda v: np.outer(v, v)[:2]])
def test_apply_along_axis(f, axis):
    check(lambda x: np.apply_along_axis(f, axis, x * x), A)


def test_apply_over_axes():
    check(lambda x: np.apply_over_axes(np.sum, x * x, [0, 2]), A)


@pytest.mark.parametrize("options", [{}, {"axis": 0}, {"period": 1.5}])
def test_unwrap(options):
    check(lambda x: np.unwrap(4 * x, **options) ** 2, A[0])


@pytest.mark.parametrize("trim", ["fb", "f", "b"])
def test_trim_zeros(trim):
    x = np.array([0.0, 0.0, 1.5, 0.0, -2.0, 0.0])
    pattern = np.sign(x)
    check(lambda y: np.trim_zeros(pattern * y, trim) ** 2, x + 0.3)


@pytest.mark.parametrize("trim", ["fb", "F", "b"])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1), ()])
def test_trim_zeros_of_several_axes(trim, axis):
    x = np.pad(A[0], ((1, 2), (0, 1)))
    x[2, 2] = 0.0
    pattern = np.sign(x)
    check(lambda y: np.trim_zeros(pattern * (y + 9), trim, axis=axis) ** 2, x)
    nothing, _ = jvp(lambda y: np.trim_zeros(y, trim, axis), (0 * x,), (x,))
    assert nothing.shape == np.trim_zeros(0 * x, trim, axis).shape


def test_trim_zeros_raises_as_numpy():
    with pytest.raises(ValueError, match="unexpected character"):
        grad(lambda x: np.sum(np.trim_zeros(x, "x")))(np.ones(2))


@pytest.mark.parametrize("choose", [np.maximum, np.minimum])
def test_running_extremes_of_numbers_and_none(choose):
    x = np.array([1.0, 3.0, np.nan, 2.0])
    y, change = jvp(lambda x: choose.accumulate(x), (x,), (np.arange(4.0),))
    np.testing.assert_array_equal(y, choose.accumulate(x))
    assert change[1] == (choose is np.maximum)


@pytest.mark.parametrize("choose", [np.maximum, np.minimum])
@pytest.mark.parametrize("axis", [0, 1])
def test_running_extremes(choose, axis):
    check(lambda x: choose.accumulate(x, axis) ** 2, A[0])
