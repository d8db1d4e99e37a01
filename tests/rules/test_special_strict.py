"""Functions of scipy.special on a device: those that CuPy has, and have their slopes.

Gradients are those of NumPy's arrays, which the tests of each function compare with the
truth. Where a slope takes a function that CuPy has not, that one is named.
"""

import numpy as np
import pytest
import strict_arrays
from strict_arrays import StrictArray, coverage

from diffops import grad
from diffops.rules import special

#: What CuPy has, and the function that it lacks for the derivative.
MISSING = {
    **dict.fromkeys(("j1",), "jv"),
    **dict.fromkeys(("y1",), "yv"),
    **dict.fromkeys(("i1",), "iv"),
    **dict.fromkeys(("k1",), "kv"),
    **dict.fromkeys(("i0e", "i1e"), "ive"),
    **dict.fromkeys(("k0e", "k1e"), "kve"),
    **dict.fromkeys(("psi", "zetac"), "_(riemann_)?zeta"),
    **dict.fromkeys(("ellipk", "ellipkm1"), "elliprd"),
}

#: Functions of counts and orders, with respect to which they have no derivative.
COUNTING = {
    *("bdtr", "bdtrc", "bdtri", "expn", "lpmv", "nbdtr", "nbdtrc", "nbdtri"),
    *("pdtr", "pdtrc", "pdtri", "yn"),
}

RULES = {
    rule.name: rule
    for rule in special.rules
    if isinstance(rule.function, np.ufunc)
    and coverage.has_ufunc(rule.function)
    and any(rule.partials)
    and rule.name
    not in {
        *COUNTING,
        "i0",
    }  # i0 is one of NumPy's, and walked by the table of all rules
}


def total(rule, args, wrt, to):
    def f(*xs):
        full = [to(arg) for arg in args]
        for i, x in zip(wrt, xs, strict=True):
            full[i] = x
        y = rule.function(*full)
        return sum(np.sum(part) for part in (y if isinstance(y, tuple) else (y,)))

    return f


def sample(rule):
    """Return arguments, and which of them vary."""
    random = np.random.default_rng([ord(letter) for letter in rule.name])
    domains = rule.on or ((-1.5, 1.5),) * len(rule.partials)
    args = [random.uniform(*domain, 3) for domain in domains]
    return args, [i for i, partial in enumerate(rule.partials) if partial]


@pytest.mark.parametrize("name", [name for name in RULES if name not in MISSING])
def test_gradients_on_the_device(name):
    rule = RULES[name]
    args, wrt = sample(rule)
    every = tuple(range(len(wrt)))
    put = strict_arrays.asarray
    found = grad(total(rule, args, wrt, put), every)(*(put(args[i]) for i in wrt))
    wanted = grad(total(rule, args, wrt, np.asarray), every)(*(args[i] for i in wrt))
    for a, b in zip(found, wanted, strict=True):
        assert type(a) is StrictArray
        np.testing.assert_allclose(a.get(), b, rtol=1e-9)


@pytest.mark.parametrize("name", MISSING)
def test_what_a_slope_lacks_is_named(name):
    rule = RULES[name]
    args, wrt = sample(rule)
    put = strict_arrays.asarray
    with pytest.raises(TypeError, match=rf"(takes |<ufunc '){MISSING[name]}"):
        grad(total(rule, args, wrt, put))(*(put(args[i]) for i in wrt))
