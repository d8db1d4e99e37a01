"""What is particular to SciPy's sparse arrays."""

import sys

import numpy as np
import scipy.sparse

from diffops.engines.scipy_sparse import (
    asks_for_its_turn,
    is_sparse,
    kept,
    multiplies_by_star,
    opaque_interface,
    sparse_product,
)

DENSE = np.array([[1.0, 0.0], [2.0, 3.0]])


def test_what_is_sparse():
    assert is_sparse(scipy.sparse.csr_array(DENSE))
    assert is_sparse(scipy.sparse.dok_matrix(DENSE))
    assert not is_sparse(scipy.sparse.coo_array(DENSE[0]))
    assert not is_sparse(DENSE)


def test_the_star_of_matrices_and_of_arrays():
    assert multiplies_by_star(scipy.sparse.csr_matrix(DENSE))
    assert not multiplies_by_star(scipy.sparse.csr_array(DENSE))


def test_a_kept_matrix_does_not_see_later_writes():
    for name in ("csr_array", "csc_array", "lil_array", "coo_matrix", "dia_array"):
        matrix = getattr(scipy.sparse, name)(DENSE)
        held = kept(matrix)
        if name == "lil_array":
            matrix[1, 1] = 7.0
        else:
            matrix.data[...] = 5.0
        np.testing.assert_array_equal(held.toarray(), DENSE)
        np.testing.assert_array_equal(held.T.toarray(), DENSE.T)
        np.testing.assert_array_equal(sparse_product(np.ones(2), held), [1.0, 5.0])


class _Opaque:
    """What SciPy's sparse product is shown."""

    def __init__(self):
        self.turns = []

    @property
    def __array_interface__(self):
        self.turns.append(asks_for_its_turn(sys._getframe(1)))
        return opaque_interface()

    def __rmatmul__(self, other):
        return "my turn"


def test_scipy_leaves_what_is_opaque_to_the_other_operand():
    operand = _Opaque()
    for name in ("csr_array", "coo_matrix", "bsr_array", "dok_array", "dia_array"):
        assert getattr(scipy.sparse, name)(DENSE) @ operand == "my turn"
    assert all(operand.turns)
    assert np.asanyarray(operand).shape == ()
    assert not operand.turns[-1]
