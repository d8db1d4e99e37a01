"""The list of functions that NumPy does not ask about."""

import numpy as np
import pytest
from calls import NOT_ALWAYS

from diffops import NoDerivativeError, grad, jvp
from diffops.coverage.namespaces import MODULES, entries
from diffops.coverage.undispatched import (
    APART,
    COMPOSITIONS,
    CONSTANTS,
    KINDS,
    REFUSALS,
)
from diffops.primitive import table

FUNCTIONS = {entry.name: entry.function for p in MODULES for entry in entries(p)}


def test_names_are_listed_once_and_exist():
    assert len(KINDS) == sum(map(len, (COMPOSITIONS, CONSTANTS, REFUSALS, APART)))
    if np.lib.NumpyVersion(np.__version__) >= "2.4.0":
        assert KINDS.keys() - NOT_ALWAYS <= FUNCTIONS.keys()


@pytest.mark.parametrize("name", sorted(KINDS.keys() & FUNCTIONS.keys()))
def test_the_table_has_no_say_in_them(name):
    function = FUNCTIONS[name]
    if name not in ("np.r_", "np.c_", "np.s_", "np.index_exp", "np.mgrid", "np.ogrid"):
        assert function not in table
        assert not hasattr(function, "_implementation") or name == "np.printoptions"


NUMBERS = {
    kind
    for kind in np.sctypeDict.values()
    if issubclass(kind, np.number) and not issubclass(kind, np.timedelta64)
}


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: kind.__name__)
def test_types_of_numbers_refuse(kind):
    with pytest.raises(NoDerivativeError, match=r"test_undispatched\.py:\d+"):
        grad(lambda x: x * kind(x))(2.0)


def test_polynomials_with_coefficients_of_several_axes():
    """The limit that the page states: tracked points are taken for a number."""
    polyval = np.polynomial.polynomial.polyval
    c, x = np.arange(6.0).reshape(3, 2), np.array([0.5, 2.0])
    y, _ = jvp(lambda x: polyval(x, c), (x,), (x,))
    np.testing.assert_array_equal(y, polyval(x, c, tensor=False))
    y, _ = jvp(lambda x: polyval(x, c[:, :, None]), (x,), (x,))
    np.testing.assert_array_equal(y, polyval(x, c))
