"""Functions applied along axes, against differences."""

import numpy as np
import pytest
from truth import check

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


@pytest.mark.parametrize("choose", [np.maximum, np.minimum])
@pytest.mark.parametrize("axis", [0, 1])
def test_running_extremes(choose, axis):
    check(lambda x: choose.accumulate(x, axis) ** 2, A[0])
