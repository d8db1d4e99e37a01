"""Parabolic cylinder, Mathieu's and spheroidal functions."""

import itertools

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree
from scipy import special
from truth import differences

from diffops import NoDerivativeError, diff, grad

CYLINDER = {
    "pbdv": mp.pcfd,
    "pbvv": lambda v, x: mp.pcfv(-v - 0.5, x),
    "pbwa": mp.pcfw,
}


@pytest.mark.parametrize("name", CYLINDER)
def test_parabolic_cylinder_functions(name):
    f, v = getattr(special, name), mp.mpf(0.7)

    def truth(x):
        return CYLINDER[name](v, x)

    agree(lambda x: f(0.7, x)[0], truth, -0.5, 1.5, digits=20, first=1e-10)
    bend = diff(lambda x: f(0.7, x)[1])(1.5)
    assert bend == pytest.approx(float(mp.diff(truth, 1.5, 2)), rel=1e-10)


@pytest.mark.parametrize("q", [-3.0, 0.5, 290.0])
@pytest.mark.parametrize("m", [0, 1, 2, 7])
def test_characteristic_values(m, q):
    """Bounds grow with the values, whose last digit differences see enlarged."""
    for f in (special.mathieu_a, special.mathieu_b)[: 1 + (m > 0)]:
        along = lambda t, f=f: f(m, q + t)  # noqa: E731
        noise = 1e-12 * (1 + abs(f(m, q)))
        wanted = differences(along, 1, 0.1)
        np.testing.assert_allclose(diff(along)(0.0), wanted, rtol=1e-10, atol=noise)
        bend = diff(diff(along))(0.0)
        wanted = differences(diff(along), 1, 0.1)
        np.testing.assert_allclose(bend, wanted, rtol=1e-8, atol=1e-11)


def test_characteristic_values_from_perturbation_theory():
    """a₀ = −q²/2 + 7q⁴/128 − …, a₁ = 1 + q − q²/8 − …"""
    assert diff(diff(lambda q: special.mathieu_a(0, q)))(0.0) == pytest.approx(-1)
    assert diff(lambda q: special.mathieu_a(1, q))(0.0) == pytest.approx(1)
    assert diff(lambda q: special.mathieu_b(1, q))(0.0) == pytest.approx(-1)
    orders = np.array([0, 1])
    slopes = diff(lambda q: special.mathieu_a(orders, q))(0.0)
    np.testing.assert_allclose(slopes, [0, 1], atol=1e-14)


def test_characteristic_values_beyond_reach_are_refused():
    for m, q in ((50, 1.0), (1, 1e4)):
        with pytest.raises(NoDerivativeError, match=r"\|q\| ≤ 300"):
            grad(lambda q, m=m: special.mathieu_a(m, q))(q)


@pytest.mark.parametrize(
    ("name", "x"),
    [
        ("mathieu_cem", 35.0),
        ("mathieu_sem", 35.0),
        ("mathieu_modcem1", 0.6),
        ("mathieu_modcem2", 0.6),
        ("mathieu_modsem1", 0.6),
        ("mathieu_modsem2", 0.6),
    ],
)
def test_mathieus_functions(name, x):
    f = getattr(special, name)
    step = 0.5 if x > 1 else 0.01
    for i in (0, 1):
        along = lambda t, i=i: f(2, 1.3, x + t)[i]  # noqa: E731
        wanted = differences(along, 1, step)
        assert diff(along)(0.0) == pytest.approx(wanted, rel=1e-10)
    with pytest.raises(NoDerivativeError, match=rf"{name} .* 'q'"):
        grad(lambda q: f(2, q, x)[0])(1.3)


@pytest.mark.parametrize(
    ("kind", "form"), [*itertools.product(["pro", "obl"], ["ang1", "rad1", "rad2"])]
)
def test_spheroidal_functions(kind, form):
    m, n, c, x = (1, 2, 0.8, 0.4) if form == "ang1" else (0, 1, 2.5, 2.1)
    value = getattr(special, f"{kind}_cv")(m, n, c)
    by_itself = getattr(special, f"{kind}_{form}")
    given = getattr(special, f"{kind}_{form}_cv")
    for i in (0, 1):
        along = lambda t, i=i: by_itself(m, n, c, x + t)[i]  # noqa: E731
        wanted = differences(along, 1, 0.01)
        assert diff(along)(0.0) == pytest.approx(wanted, rel=1e-9)
        same = diff(lambda x, i=i: given(m, n, c, value, x)[i])(x)
        assert diff(along)(0.0) == pytest.approx(same, rel=1e-12)
    with pytest.raises(NoDerivativeError, match=rf"{kind}_{form} .* 'c'"):
        grad(lambda c: by_itself(m, n, c, x)[0])(c)
    with pytest.raises(NoDerivativeError, match=rf"{kind}_{form}_cv .* 'cv'"):
        grad(lambda value: given(m, n, c, value, x)[0])(value)


def test_characteristic_values_of_spheroids_are_refused():
    for f in (special.pro_cv, special.obl_cv):
        with pytest.raises(NoDerivativeError, match=f"{f.__name__} of a tracked value"):
            grad(lambda c, f=f: f(1, 2, c))(1.0)
