"""Second-order conditions."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import ConvergenceError, argmin, grad
from diffops.implicit._second_order import minimum_check


def test_curvature_decides():
    check = minimum_check("f")
    check(np.diag([1.0, 2.0]))
    check(np.diag([0.0, 2.0]))  # singular: that is for the solver to say
    check(np.zeros((0, 0)))
    with pytest.raises(ConvergenceError, match=r"f found .* no minimum"):
        check(np.diag([1.0, -1.0]))


def test_only_what_is_free_matters():
    minimum_check("f", np.array([True, False]))(np.diag([1.0, -1.0]))
    with pytest.raises(ConvergenceError):
        minimum_check("f", np.array([False, True]))(np.diag([1.0, -1.0]))


def test_only_directions_along_the_constraints_matter():
    """x₀² − x₁² has a minimum on x₁ = 0, but not on x₀ = 0."""
    bend = np.diag([1.0, -1.0])
    for row, is_minimum in (([0.0, 1.0], True), ([1.0, 0.0], False)):
        matrix = np.block([[bend, -np.array([row]).T], [np.array([row]), np.zeros(1)]])
        check = minimum_check("f", np.ones(2, bool))
        if is_minimum:
            check(matrix)
        else:
            with pytest.raises(ConvergenceError):
                check(matrix)


def test_a_maximum_is_no_argmin():
    """The default search leaves it; one of the user's own may end there."""
    f = lambda x, a: -a * x**2 + x**4  # noqa: E731
    assert abs(argmin(f, 0.0, 1.0)) == pytest.approx(0.5**0.5)
    hill = lambda a: argmin(f, 0.0, a, solver=lambda f, x0: x0)  # noqa: E731
    assert hill(1.0) == 0.0
    with pytest.raises(ConvergenceError, match="argmin found a stationary point"):
        grad(hill)(1.0)
