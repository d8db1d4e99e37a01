"""Every primitive in Taylor mode: against nested forward mode and against differences.

Each example is followed along a line, φ(t) = Σ w · f(x + t v), whose coefficients come
from one expansion. Beside that, no series may take more than quadratically many
operations: nested forward mode takes twice as many with each order.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from test_every_rule import ALL, ELEMENTWISE, example
from truth import differences, line

from diffops import diff, series, taylor
from diffops.modes import jet_values


def along_a_line(name):
    """Return φ, and the arguments that it starts from."""
    f, args = example(name)
    value = f(*args)
    weights = np.sin(1 + np.arange(np.size(value))).reshape(np.shape(value))
    directions = [np.cos(np.arange(np.size(x))).reshape(np.shape(x)) for x in args]
    return line(lambda *xs: np.sum(weights * f(*xs)), args, directions)


@pytest.mark.parametrize("name", ALL)
def test_coefficients_agree_with_nested_forward_mode(name):
    phi = along_a_line(name)
    coefficients = taylor(phi, 0.0, 4)
    derivative = phi
    for n in range(1, 5):
        derivative = diff(derivative)
        wanted = derivative(0.0)
        found = math.factorial(n) * coefficients[n]
        assert abs(found - wanted) <= 1e-10 * (1 + abs(wanted)), n


@pytest.mark.parametrize("name", ALL)
def test_coefficients_agree_with_differences(name):
    phi = along_a_line(name)
    _, *coefficients = taylor(phi, 0.0, 3)
    step, bounds = (
        (np.longdouble(0.02), (1e-10, 1e-9, 1e-8))
        if name in ELEMENTWISE
        else (np.float64(0.02), (1e-8, 1e-7, 2e-5))
    )
    for n, (c, bound) in enumerate(zip(coefficients, bounds, strict=True), start=1):
        wanted = float(differences(phi, n, step))
        assert abs(math.factorial(n) * c - wanted) < bound * (1 + abs(wanted)), n


@pytest.fixture
def operations(monkeypatch):
    """Count the primitives that run, and the coefficients that are computed."""
    counts = Counter()
    called, reach = jet_values.Expansion.called, series.Series.reach

    def counting_called(self, *args):
        counts["primitives"] += 1
        return called(self, *args)

    def counting_reach(self, k):
        before = len(self)
        reach(self, k)
        counts["coefficients"] += len(self) - before

    monkeypatch.setattr(jet_values.Expansion, "called", counting_called)
    monkeypatch.setattr(series.Series, "reach", counting_reach)
    return counts


@pytest.mark.parametrize("name", ALL)
def test_operations_do_not_multiply_with_the_order(name, operations):
    """At most linearly many primitives run, of linearly many coefficients each."""
    phi = along_a_line(name)
    found = []
    for order in (6, 12, 24):
        operations.clear()
        taylor(phi, 0.0, order)
        found.append(dict(operations))
    for fewer, more in itertools.pairwise(found):
        assert more["primitives"] <= 2.2 * fewer["primitives"]
        assert more["coefficients"] <= 4.4 * fewer["coefficients"] + 50
