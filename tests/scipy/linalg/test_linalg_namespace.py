"""Every name of scipy.linalg is in the mirror: with SciPy's signature, or refused."""

import inspect

import numpy as np
import pytest
import scipy.linalg

from diffops import NoDerivativeError, grad
from diffops.scipy import linalg

FUNCTIONS = [
    name
    for name in scipy.linalg.__all__
    if inspect.isroutine(getattr(scipy.linalg, name))
]

#: Functions that take no array whose entries vary.
WITHOUT = {
    "dft",
    "find_best_blas_type",
    "get_blas_funcs",
    "get_lapack_funcs",
    "hadamard",
    "helmert",
    "hilbert",
    "invhilbert",
    "invpascal",
    "pascal",
}

MATRIX = np.array([[3.0, 1.0, 0.5], [0.4, 4.0, 0.2], [0.3, 0.6, 5.0]])

#: How to call what is refused, where one matrix will not do.
CALLS = {
    "cdf2rdf": lambda f, a: f(np.ones(3), a),
    "cho_solve_banded": lambda f, a: f((a, True), np.ones(3)),
    "clarkson_woodruff_transform": lambda f, a: f(a, 2),
    "ordqz": lambda f, a: f(a, MATRIX),
    "qr_delete": lambda f, a: f(a, a, 0),
    "qr_insert": lambda f, a: f(a, a, np.ones(3), 0),
    "qr_multiply": lambda f, a: f(a, MATRIX),
    "qr_update": lambda f, a: f(a, a, np.ones(3), np.ones(3)),
    "qz": lambda f, a: f(a, MATRIX),
    "rsf2csf": lambda f, a: f(a, MATRIX),
    "subspace_angles": lambda f, a: f(a, MATRIX),
}


def has_a_rule(name):
    return getattr(linalg, name).__globals__[
        "__name__"
    ] == "diffops.scipy._mirror" and (
        getattr(linalg, name).__module__.startswith("diffops.scipy.linalg")
    )


RULES = [name for name in FUNCTIONS if has_a_rule(name)]


def test_most_functions_have_a_rule():
    assert len(RULES) >= 65
    assert not set(RULES) & WITHOUT


@pytest.mark.parametrize("name", RULES)
def test_signatures_are_scipys(name):
    wanted = inspect.signature(getattr(scipy.linalg, name)).parameters
    found = inspect.signature(getattr(linalg, name)).parameters
    # What SciPy drops from one version to the next may still be there.
    assert list(found)[: len(wanted)] == list(wanted)
    for parameter, other in zip(found.values(), wanted.values(), strict=False):
        assert parameter.kind == other.kind
        if "object" not in repr(other.default):  # a default that nobody can pass
            assert parameter.default == other.default


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - set(RULES) - WITHOUT))
def test_the_rest_is_refused_by_name(name):
    call = CALLS.get(name, lambda f, a: f(a))
    with pytest.raises(NoDerivativeError, match=rf"scipy\.linalg\.{name} "):
        grad(lambda a: np.sum(call(getattr(linalg, name), a)[0]))(MATRIX)


def test_plain_arrays_go_to_scipy():
    for name in ("inv", "expm", "hessenberg", "eigvalsh"):
        found, wanted = (getattr(m, name)(MATRIX) for m in (linalg, scipy.linalg))
        np.testing.assert_array_equal(found, wanted)
    assert set(scipy.linalg.__all__) <= set(dir(linalg))
    assert linalg.LinAlgError is np.linalg.LinAlgError
