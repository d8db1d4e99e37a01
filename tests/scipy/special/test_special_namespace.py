"""Every public name of scipy.special: right for tracked values, or refused in words."""

import inspect

import numpy as np
import pytest
import scipy.special
from truth import differences

from diffops import NoDerivativeError, diff, grad
from diffops.scipy import special

UFUNCS = {n for n, f in vars(scipy.special).items() if isinstance(f, np.ufunc)}
FUNCTIONS = {
    name
    for name in scipy.special.__all__
    if callable(getattr(scipy.special, name))
    and name not in UFUNCS
    and not isinstance(getattr(scipy.special, name), type)
}
PLAIN = {"errstate", "geterr", "seterr", "test"}  # of numbers they know nothing

#: Functions of one number: here as in SciPy, but for the names after the colon.
WORKING = {
    "assoc_laguerre": lambda s, x: s.assoc_laguerre(x, 3, 1.0),
    "assoc_legendre_p": lambda s, x: s.assoc_legendre_p(3, 1, x)[0],
    "comb": lambda s, x: s.comb(x + 3, 2),
    "diric": lambda s, x: s.diric(x, 3),
    "factorial": lambda s, x: s.factorial(x),
    "h1vp": lambda s, x: np.real(s.h1vp(2, x)),
    "h2vp": lambda s, x: np.imag(s.h2vp(2, x)),
    "ivp": lambda s, x: s.ivp(2, x, 2),
    "jvp": lambda s, x: s.jvp(2, x),
    "kvp": lambda s, x: s.kvp(2, x),
    "lambertw": lambda s, x: np.real(s.lambertw(x)),
    "legendre_p": lambda s, x: s.legendre_p(3, x)[0],
    "log_softmax": lambda s, x: s.log_softmax(np.stack([x, 2 * x]))[0],
    "logsumexp": lambda s, x: s.logsumexp(np.stack([x, 2 * x])),
    "multigammaln": lambda s, x: s.multigammaln(x + 3, 2),
    "perm": lambda s, x: s.perm(x + 3, 2),
    "polygamma": lambda s, x: s.polygamma(2, x),
    "riccati_jn": lambda s, x: s.riccati_jn(2, x)[0][1],
    "riccati_yn": lambda s, x: s.riccati_yn(2, x)[0][1],
    "sinc": lambda s, x: s.sinc(x),
    "softmax": lambda s, x: s.softmax(np.stack([x, 2 * x]))[0],
    "softplus": lambda s, x: s.softplus(x),
    "sph_harm_y": lambda s, x: np.real(s.sph_harm_y(3, 1, x, 0.3)),
    "sph_legendre_p": lambda s, x: s.sph_legendre_p(3, 1, x),
    "spherical_in": lambda s, x: s.spherical_in(2, x),
    "spherical_jn": lambda s, x: s.spherical_jn(2, x),
    "spherical_kn": lambda s, x: s.spherical_kn(2, x),
    "spherical_yn": lambda s, x: s.spherical_yn(2, x),
    "yvp": lambda s, x: s.yvp(2, x),
    "zeta": lambda s, x: s.zeta(x + 1, 2.0),
}

#: Calls of what has no derivative, or takes whole numbers alone: what is tracked is x.
REFUSED = {
    "assoc_legendre_p_all": lambda s, x: s.assoc_legendre_p_all(3, 1, x),
    "bernoulli": lambda s, x: s.bernoulli(x),
    "ellip_harm": lambda s, x: s.ellip_harm(5, 8, 2, 1, x),
    "ellip_harm_2": lambda s, x: s.ellip_harm_2(5, 8, 2, 1, x + 10),
    "ellip_normal": lambda s, x: s.ellip_normal(5 + x, 8, 2, 1),
    "euler": lambda s, x: s.euler(x),
    "factorial2": lambda s, x: s.factorial2(x),
    "factorialk": lambda s, x: s.factorialk(x, 3),
    "jn_zeros": lambda s, x: s.jn_zeros(x, 2),
    "jnp_zeros": lambda s, x: s.jnp_zeros(x, 2),
    "jnyn_zeros": lambda s, x: s.jnyn_zeros(x, 2),
    "legendre_p_all": lambda s, x: s.legendre_p_all(3, x),
    "lmbda": lambda s, x: s.lmbda(2.0, x),
    "lqmn": lambda s, x: s.lqmn(1, 2, x),
    "lqn": lambda s, x: s.lqn(2, x),
    "mathieu_even_coef": lambda s, x: s.mathieu_even_coef(2, x),
    "mathieu_odd_coef": lambda s, x: s.mathieu_odd_coef(2, x),
    "obl_cv_seq": lambda s, x: s.obl_cv_seq(1, 2, x),
    "pbdn_seq": lambda s, x: s.pbdn_seq(2, x),
    "pbdv_seq": lambda s, x: s.pbdv_seq(2.0, x),
    "pbvv_seq": lambda s, x: s.pbvv_seq(2.0, x),
    "pro_cv_seq": lambda s, x: s.pro_cv_seq(1, 2, x),
    "sph_harm_y_all": lambda s, x: s.sph_harm_y_all(2, 1, x, 0.3),
    "sph_legendre_p_all": lambda s, x: s.sph_legendre_p_all(2, 1, x),
    "stirling2": lambda s, x: s.stirling2(x, 2),
    "yn_zeros": lambda s, x: s.yn_zeros(x, 2),
    "ynp_zeros": lambda s, x: s.ynp_zeros(x, 2),
}


def of_whole_numbers(name):
    """Tell whether a function makes zeros, roots or polynomials of a whole number."""
    return (
        name.endswith(("_zeros", "roots"))
        or name.startswith("roots_")
        or (name in scipy.special.orthogonal.__all__)
    )


def test_every_public_function_is_accounted_for():
    rest = FUNCTIONS - PLAIN - set(WORKING) - set(REFUSED)
    assert [name for name in sorted(rest) if not of_whole_numbers(name)] == []


@pytest.mark.parametrize("name", sorted(WORKING))
def test_what_has_a_derivative(name):
    """SciPy's own function raises, or finds the same."""
    call, x = WORKING[name], 0.7
    found = grad(lambda x: call(special, x))(x)
    wanted = differences(lambda t: call(scipy.special, x + t), 1, 0.01)
    assert found == pytest.approx(wanted, rel=1e-10)
    bend = diff(diff(lambda x: call(special, x)))(x)
    wanted = differences(lambda t: grad(lambda x: call(special, x))(x + t), 1, 0.01)
    assert bend == pytest.approx(wanted, rel=1e-8)
    try:
        same = grad(lambda x: call(scipy.special, x))(x)
    except NoDerivativeError:
        pass
    else:
        assert same == pytest.approx(found, rel=1e-13)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_has_none(name):
    """The mirror says so; and SciPy's own function raises, and loses nothing."""
    for x in (0.7, 3.0):
        with pytest.raises(NoDerivativeError, match=rf"scipy\.special\.{name} of"):
            grad(lambda x: REFUSED[name](special, x))(x)
        with pytest.raises((TypeError, ValueError)):
            grad(lambda x: REFUSED[name](scipy.special, x))(x)


@pytest.mark.parametrize(
    "name", sorted(name for name in FUNCTIONS if of_whole_numbers(name))
)
def test_zeros_roots_and_polynomials(name):
    """Their whole number is constant, and so are the parameters of polynomials."""
    parameters = inspect.signature(getattr(scipy.special, name)).parameters
    count = len([p for p in parameters if p not in ("mu", "monic", "complex")])
    for place in range(count):

        def f(x, s, place=place):
            args = [3, 1.5, 0.5, 2.5][:count]
            args[place] = x
            return np.sum(np.asarray(getattr(s, name)(*args)[0]))

        for s in (special, scipy.special):
            with pytest.raises((TypeError, ValueError)):
                grad(lambda x, s=s: f(x, s))(3.0)


def test_the_rest_is_scipys_own():
    assert special.erf is scipy.special.erf
    assert special.errstate is scipy.special.errstate
    assert special.legendre(3)(0.5) == scipy.special.legendre(3)(0.5)
    assert special.jn_zeros(0, 1) == scipy.special.jn_zeros(0, 1)
    with pytest.raises(AttributeError):
        special.nothing  # noqa: B018
