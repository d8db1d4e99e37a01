"""The ways to a hypergradient."""

from __future__ import annotations

import pytest

from diffops import optimize
from diffops.optimize._ways import way_of


def test_names_and_ways():
    assert optimize.WAYS == ("unrolled", "checkpointed", "reversible", "implicit")
    way = optimize.Way("implicit", tol=1e-3)
    assert way_of(way) is way
    assert way_of("checkpointed").memory is None
    with pytest.raises(ValueError, match="way must be one of unrolled, checkpointed"):
        way_of("backwards")


def test_evaluations_are_counted():
    way = optimize.Way()
    optimize.descend(lambda w: w**2, 1.0, optimize.GradientDescent(0.1), 7, way=way)
    assert way.calls == 7
    optimize.descend(lambda w: w**2, 1.0, optimize.GradientDescent(0.1), 3, way=way)
    assert way.calls == 10
