"""Factorials, combinations and polygammas beside SciPy's own."""

import numpy as np
import pytest
import scipy.special
from mirrored import compare
from truth import entries, sampler

from diffops import NoDerivativeError, diff, grad, hessian
from diffops.scipy import special

array = sampler(62)


def both(name, *rest, **options):
    """Return the mirror and SciPy's function, as functions of arrays."""
    return (
        lambda *xs, f=f: f(*xs, *rest, **options)
        for f in (getattr(special, name), getattr(scipy.special, name))
    )


@pytest.mark.parametrize("n", [0, 1, 3, np.array([0, 1, 2])])
def test_polygamma(n):
    functions = special.polygamma, scipy.special.polygamma
    compare(*(lambda x, f=f: f(n, x) for f in functions), entries(2, 3))


def test_each_polygamma_is_the_slope_of_the_one_before():
    x = 0.7
    for n in range(4):
        slope = diff(lambda x, n=n: special.polygamma(n, x))(x)
        assert slope == scipy.special.polygamma(n + 1, x)
    with pytest.raises(NoDerivativeError, match=r"polygamma .* 'n'"):
        grad(lambda n: special.polygamma(n, x))(1.0)


def test_the_gamma_function_of_matrices():
    for a in (entries(4) + 2, 2.3):
        compare(*both("multigammaln", 3), a)
    for mirror in both("multigammaln", 3):
        with pytest.raises(ValueError, match="not met"):
            grad(lambda a, f=mirror: f(a))(0.5)
        with pytest.raises(ValueError, match="positive integer"):
            grad(lambda a: special.multigammaln(a, 1.5))(5.0)
        break


def test_combinations_and_permutations():
    n, k = entries(2, 3) + 4, entries(3) + 1
    compare(*both("comb"), n, k)
    compare(*both("comb", repetition=True), n, k)
    compare(*both("perm"), n, k)
    compare(*both("comb", 2), 4.5)


def test_none_of_more_than_there_are():
    for f in (special.comb, special.perm):
        assert grad(lambda n, f=f: f(n, 3.0))(2.0) == 0
        assert grad(lambda n, f=f: f(n, 3))(-1.5) == 0


def test_polynomials_of_the_number_of_things():
    n = np.array([4.0, 7.0])
    bend = hessian(lambda n: np.sum(special.perm(n, 2)))(n)
    np.testing.assert_allclose(bend, 2 * np.eye(2), rtol=1e-10, atol=1e-10)


def test_the_slope_of_a_factorial_at_whole_numbers():
    """SciPy's own is constant at 0 and 1, and is refused."""
    assert grad(special.factorial)(1.0) == scipy.special.digamma(2.0)
    with pytest.raises(NoDerivativeError, match="factorial"):
        grad(scipy.special.factorial)(1.0)


def test_factorials():
    x = entries(3) * 2
    compare(*both("factorial"), x)
    compare(*both("factorial", extend="complex"), x * (1 + 1j))
    assert grad(special.factorial)(-2.5) == 0
    slope = grad(lambda n: special.factorial(n, extend="complex"))(-2.5)
    assert slope == scipy.special.gamma(-1.5) * scipy.special.digamma(-1.5)
    with pytest.raises(ValueError, match="extend"):
        grad(lambda n: special.factorial(n, extend="half"))(2.5)


@pytest.mark.parametrize("name", ["comb", "perm", "factorial"])
def test_exact_integers_are_refused(name):
    rest = () if name == "factorial" else (2,)
    f = getattr(special, name)
    assert f(5, *rest, exact=True) == getattr(scipy.special, name)(5, *rest, exact=True)
    with pytest.raises(NoDerivativeError, match=rf"{name} .* exact=True"):
        grad(lambda n: f(n, *rest, exact=True))(5.0)
