"""One map of a rule gives the other, by transposing it."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import grad, jvp, vmap
from diffops.modes.batch import loops
from diffops.operators._custom_rule import CustomRule

X = np.array([0.3, 1.2, -0.7])


def rule(**maps):
    return CustomRule("twice", lambda x: (2 * x, x.sum()), **maps)


MAPS = {
    "push": {"push": lambda a, t: (2 * t[0], np.sum(t[0]))},
    "pull": {"pull": lambda a, g: (2 * g[0] + g[1],)},
}


@pytest.mark.parametrize("name", MAPS)
def test_both_modes(name):
    def f(x):
        double, total = rule(**MAPS[name])([x])
        return np.sum(double**2) * total

    def wanted(x):
        return np.sum((2 * x) ** 2) * x.sum()

    np.testing.assert_allclose(grad(f)(X), grad(wanted)(X))
    np.testing.assert_allclose(jvp(f, (X,), (X,)), jvp(wanted, (X,), (X,)))


@pytest.mark.parametrize("name", MAPS)
def test_batches_run_at_once_unless_they_are_to_be_looped(name):
    loops.clear()
    found = vmap(lambda x: rule(**MAPS[name])([x])[0])(np.stack([X, 2 * X]))
    np.testing.assert_array_equal(found, [2 * X, 4 * X])
    assert not loops
    vmap(lambda x: rule(looped=True, **MAPS[name])([x])[0])(np.stack([X, 2 * X]))
    assert loops == {"twice": 1}
    loops.clear()
