"""Functions of roots that vanish: even parts are smooth, odd ones have kinks."""

import mpmath
import numpy as np
import pytest

from diffops import diffn, grad, hessian, jvp
from diffops.values.roots import Root

MODES = {"F": lambda f: lambda x: jvp(f, (x,), (1.0,))[1], "R": grad}

#: Functions of r = |x|, with mpmath's of the same name.
EVEN = {
    "cos": (np.cos, mpmath.cos),
    "cosh": (np.cosh, mpmath.cosh),
    "sinc": (np.sinc, mpmath.sincpi),
    "r sin r": (lambda r: r * np.sin(r), lambda r: r * mpmath.sin(r)),
    "sin² r": (lambda r: np.sin(r) ** 2, lambda r: mpmath.sin(r) ** 2),
    "r tanh r": (lambda r: r * np.tanh(r), lambda r: r * mpmath.tanh(r)),
    "1 / (1 + r²)": (lambda r: 1 / (1 + r * r), lambda r: 1 / (1 + r * r)),
    "log cosh r": (
        lambda r: np.logaddexp(r, -r),
        lambda r: mpmath.log(2 * mpmath.cosh(r)),
    ),
    "√(4 + r²)": (lambda r: np.hypot(r, 2.0), lambda r: mpmath.sqrt(4 + r * r)),
    "arctan²": (lambda r: np.arctan2(r, 2) ** 2, lambda r: mpmath.atan(r / 2) ** 2),
    "exp r + exp -r": (lambda r: np.exp(r) + np.exp(-r), lambda r: 2 * mpmath.cosh(r)),
    "r⁶": (lambda r: r**6, lambda r: r**6),
    "r³ r": (lambda r: r**3 * r, lambda r: r**4),
    "(2 + r) (2 - r)": (lambda r: (2 + r) * (2 - r), lambda r: 4 - r * r),
}


@pytest.mark.parametrize("name", EVEN)
@pytest.mark.parametrize(
    "mix", ["F", "R", "FF", "FR", "RF", "RR", "FRF", "RFR", "RFRF"]
)
def test_even_functions_of_an_absolute_value(name, mix):
    f, exact = EVEN[name]
    mpmath.mp.dps = 30
    wanted = mpmath.diff(exact, 0, len(mix)) if name != "sinc" else None
    if wanted is None:
        wanted = {1: 0, 2: -(np.pi**2) / 3, 3: 0, 4: np.pi**4 / 5}[len(mix)]

    def derivative(x):
        return f(np.abs(x))

    for mode in mix:
        derivative = MODES[mode](derivative)
    assert abs(derivative(0.0) - float(mpmath.re(wanted))) < 1e-9


def test_taylor_mode_takes_high_orders():
    assert diffn(6, lambda x: np.cos(abs(x)))(0.0) == pytest.approx(-1.0)

    def f(x):
        return np.exp(-np.sqrt(x)) * (1 + np.sqrt(x))  # 1 - x/2 + √x³/3 - …

    assert diffn(1, f)(0.0) == -0.5
    assert diffn(2, f)(0.0) == np.inf


#: Odd functions: the mean of both branches has the derivative 0.
ODD = [np.sin, np.tan, np.arctan, np.expm1, np.log1p, lambda r: r + 3, lambda r: 2 - r]


@pytest.mark.parametrize("number", range(len(ODD)))
def test_odd_parts_have_the_derivative_zero(number):
    f = ODD[number]
    assert grad(lambda x: f(abs(x)))(0.0) == 0.0
    found = hessian(lambda x: np.sum(f(np.abs(x))))(np.zeros(2))
    bend = {3: 1.0, 4: -1.0}.get(number, 0.0)  # that of the even part
    np.testing.assert_allclose(found, bend * np.eye(2), atol=1e-14)


def test_functions_singular_at_the_kink_go_by_the_chain_rule():
    with np.errstate(all="ignore"):
        h = hessian(lambda x: np.log(np.linalg.norm(x)))(np.zeros(2))
        assert not np.isfinite(h).any()
        assert np.isneginf(jvp(lambda x: np.log(abs(x)), (0.0,), (1.0,))[0])


def test_entries_at_a_kink_beside_regular_ones():
    x = np.array([0.0, -2.0])
    found = hessian(lambda x: np.sum(np.cos(np.abs(x)) + 2 * np.abs(x) ** 3))(x)
    wanted = np.diag([-1.0, -np.cos(2.0) + 24.0])
    np.testing.assert_allclose(found, wanted, atol=1e-14)


def test_several_roots():
    def f(x):
        r, s = np.linalg.norm(x[:2]), abs(x[2])
        return r**2 + 3 * s**2 + np.cos(s) * (1 + r * r) + 2 * r + s

    np.testing.assert_allclose(hessian(f)(np.zeros(3)), np.diag([4.0, 4.0, 5.0]))


@pytest.mark.parametrize(
    "f",
    [
        lambda r, s: r * s,
        lambda r, s: (r + s) ** 2,
        lambda r, s: np.exp(r - s),
    ],
)
def test_products_of_different_roots_have_no_second_derivative(f):
    found = hessian(lambda x: f(abs(x[0]), abs(x[1])))(np.zeros(2))
    assert np.isnan(found).any()
    assert np.all(grad(lambda x: f(abs(x[0]), abs(x[1])))(np.zeros(2)) == 0)
    both = np.array([0.0, 1.5])
    assert np.all(np.isfinite(hessian(lambda x: f(abs(x[0]), abs(x[1])))(both)))


def test_many_roots_in_a_loop_stay_cheap(monkeypatch):
    """A sum has the roots of its terms, and nothing is expanded."""
    counted = []
    monkeypatch.setattr(Root, "terms", lambda self: counted.append(1) or 1)
    found = hessian(lambda x: sum(abs(x[i]) for i in range(40)))(np.zeros(40))
    assert not found.any()
    assert len(counted) <= 80  # where the sum leaves the two differentiations


def test_functions_of_many_roots_take_linear_time():
    """Joint expansion would double the work with each of them."""

    def f(x):
        return np.exp(sum(abs(x[i]) for i in range(30)))

    assert not grad(f)(np.zeros(30)).any()
    assert np.isnan(hessian(f)(np.zeros(30))).any()
    apart = np.zeros(30)
    apart[1:] = 1.0
    assert hessian(f)(apart)[0, 0] == np.exp(29.0)
