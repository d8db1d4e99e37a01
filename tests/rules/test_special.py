"""Functions of scipy.special, against differences of SciPy's own values."""

import itertools

import numpy as np
import pytest
from scipy import special

import diffops.rules.special  # noqa: F401  (imported late, when a ufunc asks)
from diffops import NoDerivativeError, diff, grad
from diffops.primitive import primitives

RULES = [
    p
    for p in primitives
    if isinstance(p.function, np.ufunc) and getattr(np, p.name, None) is not p.function
]
UNKNOWN = {("jv", 0), ("iv", 0), ("gammainc", 0), ("_zeta", 0), ("zeta", 0)}


def slope(f, x, h=1e-3):
    """Return f′(x) by Richardson's table over central differences."""
    row = [(f(x + h / 2**k) - f(x - h / 2**k)) * 2**k / (2 * h) for k in range(4)]
    for order in (4, 16, 64):
        row = [(order * b - a) / (order - 1) for a, b in itertools.pairwise(row)]
    return row[0]


@pytest.mark.parametrize("rule", RULES, ids=lambda p: p.name)
def test_first_and_second_derivatives(rule):
    random = np.random.default_rng([ord(letter) for letter in rule.name])
    domain = rule.on or ((-1.5, 1.5),) * len(rule.partials)
    point = [random.uniform(*limits) for limits in domain]
    for i, x in enumerate(point):

        def f(t, i=i):
            return rule.function(*point[:i], t, *point[i + 1 :])

        if (rule.name, i) in UNKNOWN:
            with pytest.raises(NoDerivativeError, match="no derivative with respect"):
                grad(f)(x)
            continue
        wanted = slope(f, x)
        for found in (grad(f)(x), diff(f)(x)):
            np.testing.assert_allclose(found, wanted, rtol=1e-9)
        inside = grad(lambda x, f=f: np.sum(f(x)))(np.array([x, x]))
        np.testing.assert_allclose(inside, [wanted, wanted], rtol=1e-9)
        bend = slope(diff(f), x)
        for found in (grad(grad(f))(x), diff(grad(f))(x), grad(diff(f))(x)):
            np.testing.assert_allclose(found, bend, rtol=1e-7, atol=1e-9)


def test_there_are_as_many_rules_as_it_seems():
    assert len(RULES) >= 28


def test_a_function_without_a_rule_names_itself():
    with pytest.raises(NoDerivativeError, match=r"scipy\.special\.struve"):
        grad(lambda x: special.struve(1, x))(1.0)


def test_scipys_own_expm1_and_log1p():
    assert grad(special.expm1)(0.3) == pytest.approx(np.exp(0.3))
    assert grad(special.log1p)(0.3) == pytest.approx(1 / 1.3)
