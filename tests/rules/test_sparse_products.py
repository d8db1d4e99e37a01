"""Products with constant sparse arrays against differences, in every mode."""

import numpy as np
import pytest
import scipy.sparse
from orders import drawing, thorough
from truth import check, check_single

from diffops import vjp

array = drawing(57)
DENSE = array((3, 4)) * [[1, 0, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1]]
FORMATS = ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"]


@pytest.mark.parametrize("kind", ["array", "matrix"])
@pytest.mark.parametrize("name", FORMATS)
def test_formats(name, kind):
    s = getattr(scipy.sparse, f"{name}_{kind}")(DENSE)
    for shape in ((4,), (4, 2)):
        check(lambda x: s @ x, array(shape))
        check(lambda x: x @ s.T, array(shape[::-1]))


def test_all_orders():
    s = scipy.sparse.csr_array(DENSE)
    for shape in ((4,), (4, 2)):
        thorough(lambda x: (s @ x) ** 3, array(shape))


def test_kinds():
    s = scipy.sparse.csr_array(DENSE)
    check(lambda x: s @ x, array(4, complex))
    check(lambda x: (s * (1 + 2j)) @ x, array(4))
    check(lambda x: (s * (1 + 2j)) @ x, array(4, complex))
    single = s.astype(np.float32)
    check_single(lambda x: single @ x, array(4))
    whole = scipy.sparse.csr_array(np.array([[1, 0], [2, 3]]))
    check(lambda x: whole @ x, array(2))


def test_the_matrix_may_change_afterwards():
    s = scipy.sparse.csr_array(DENSE)
    pull = vjp(lambda x: s @ x, array(4))[1]
    s.data[:] = 7
    np.testing.assert_allclose(pull(np.ones(3))[0], DENSE.T @ np.ones(3))
