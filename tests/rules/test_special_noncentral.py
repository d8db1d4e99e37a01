"""The noncentral distributions against their mixtures and integrals."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree
from scipy import special

from diffops import NoDerivativeError, diff, grad
from diffops.rules.special_noncentral import chi_square_density, scale_integral


def mixture(central):
    """Return Σ Pois(j; λ/2) F(j, …)."""

    def f(nc, *args):
        half = nc / 2
        weights = (
            mp.exp(-half) * half**j / mp.factorial(j) for j in range(40 + int(3 * nc))
        )
        return mp.fsum(w * central(j, *args) for j, w in enumerate(weights))

    return f


def chi_square(df):
    cdf = mixture(lambda j, x: mp.gammainc(df / 2 + j, 0, x / 2, regularized=True))
    return lambda x, nc: cdf(nc, x)


def fisher(n, d):
    def central(j, f):
        x = n * f / (d + n * f)
        return mp.betainc(n / 2 + j, d / 2, 0, x, regularized=True)

    return mixture(central)


def over_scales(m, v, t, nc):
    """Integrate the powers of the scale that Student's slopes consist of."""

    def density(s):
        return s**m * mp.exp(-v * s * s / 2 - (t * s - nc) ** 2 / 2)

    return float(mp.quad(density, [0, 0.5, 1, 2, 5, 12]))


def test_chi_square():
    for df in (3.0, 0.5):
        agree(
            lambda x, nc, df=df: special.chndtr(x, df, nc),
            chi_square(mp.mpf(df)),
            (2.0, 1.0),
            (0.3, 5.0),
            digits=18,
            first=1e-10,
            second=1e-9,
        )
    assert chi_square_density(0.7, 2.0, 0.0) == pytest.approx(np.exp(-0.35) / 2)


def test_chi_square_where_bessel_takes_over():
    slope = chi_square_density(60.0, 3.0, 30.0)
    truth = float(mp.diff(lambda x: chi_square(mp.mpf(3))(x, mp.mpf(30)), 60))
    assert slope == pytest.approx(truth, rel=1e-10)


def test_fisher():
    agree(
        lambda nc, f: special.ncfdtr(3.0, 4.5, nc, f),
        fisher(mp.mpf(3), mp.mpf(4.5)),
        (0.3, 5.0),
        digits=18,
        first=1e-10,
        second=1e-9,
    )


def test_fisher_far_from_the_centre_does_not_overflow():
    found = grad(lambda f: special.ncfdtr(3.0, 4.0, 2000.0, f))(600.0)
    f = [special.ncfdtr(3.0, 4.0, 2000.0, 600.0 + h) for h in (-5.0, 5.0)]
    assert found == pytest.approx((f[1] - f[0]) / 10, rel=1e-4)


STUDENT = ((0.7, 1.2), (2.0, -1.0), (0.5, 0.0), (3.0, 6.0))


@pytest.mark.parametrize("v", [3.0, 0.6])
def test_student(v):
    scale = 2 * (v / 2) ** (v / 2) / special.gamma(v / 2) / np.sqrt(2 * np.pi)
    for nc, t in STUDENT:
        in_t = grad(lambda t, nc=nc: special.nctdtr(v, nc, t))(t)
        in_nc = grad(lambda nc, t=t: special.nctdtr(v, nc, t))(nc)
        assert in_t == pytest.approx(scale * over_scales(v, v, t, nc), rel=1e-11)
        assert in_nc == pytest.approx(-scale * over_scales(v - 1, v, t, nc), rel=1e-9)


def test_the_integral_over_the_scale():
    for nc, t in STUDENT:
        for m in (0.0, 2.5):
            wanted = over_scales(m, 3.0, t, nc)
            assert scale_integral(m, 3.0, t, nc) == pytest.approx(wanted, rel=1e-12)


INVERSES = {
    "chndtrix": ("chndtr", (None, 1, 2), (0.4, 2.0, 1.0)),
    "chndtrinc": ("chndtr", (0, 1, None), (1.5, 2.0, 0.3)),
    "ncfdtri": ("ncfdtr", (0, 1, 2, None), (2.0, 3.0, 1.0, 0.4)),
    "ncfdtrinc": ("ncfdtr", (0, 1, None, 3), (2.0, 3.0, 0.35, 1.5)),
    "nctdtrit": ("nctdtr", (0, 1, None), (2.0, 1.0, 0.4)),
    "nctdtrinc": ("nctdtr", (0, None, 2), (2.0, 0.35, 1.5)),
}


@pytest.mark.parametrize("name", INVERSES)
def test_a_distribution_undoes_its_inverse(name):
    forward, order, point = INVERSES[name]
    f, back = getattr(special, forward), getattr(special, name)
    for varying, number in enumerate(order):
        if (
            number is not None
            and forward in ("chndtr", "nctdtr")
            and "df"
            in ("x df nc" if forward == "chndtr" else "df nc t").split()[number]
        ):
            continue
        if forward == "ncfdtr" and number in (0, 1):
            continue

        def there_and_back(t, varying=varying):
            args = [*point[:varying], t, *point[varying + 1 :]]
            full = [back(*args)] * len(order)
            for i, arg in zip(order, args, strict=True):
                if i is not None:
                    full[i] = arg
            return f(*full)

        wanted = 1.0 if number is None else 0.0
        slope = diff(there_and_back)(point[varying])
        assert slope == pytest.approx(wanted, rel=1e-10, abs=1e-11)


def test_degrees_of_freedom_are_refused():
    for f in (
        lambda v: special.chndtr(1.0, v, 1.0),
        lambda v: special.nctdtr(v, 1.0, 1.0),
        lambda v: special.ncfdtr(v, 3.0, 1.0, 1.0),
    ):
        with pytest.raises(NoDerivativeError, match="has no derivative with respect"):
            grad(f)(0.5)
    with pytest.raises(NoDerivativeError, match="it solves for degrees of freedom"):
        grad(lambda p: special.chndtridf(1.0, p, 1.0))(0.5)
