"""Sparse arrays of tracked entries beside SciPy's of plain ones."""

import numpy as np
import pytest
import scipy.sparse
from orders import drawing, thorough
from truth import check, check_single

from diffops import NoDerivativeError, grad
from diffops.scipy import sparse

array = drawing(59)
X, Y, B = array(4), array(3), array((4, 2))
PLACES = (np.array([0, 2, 1, 2, 0, 2]), np.array([3, 0, 1, 2, 0, 0]))
CSR = (np.array([3, 0, 1, 0, 2, 0]), np.array([0, 2, 3, 6]))
CSC = (np.array([0, 2, 2, 1, 2, 0]), np.array([0, 3, 4, 5, 6]))

MAKERS = {
    "csr_array": lambda m, d: m.csr_array((d, *CSR), shape=(3, 4)),
    "csr_matrix": lambda m, d: m.csr_matrix((d, *CSR), (3, 4)),
    "csc_array": lambda m, d: m.csc_array((d, *CSC), shape=(3, 4)),
    "csc_matrix": lambda m, d: m.csc_matrix((d, *CSC)),
    "coo_array": lambda m, d: m.coo_array((d, PLACES), shape=(3, 4)),
    "coo_matrix": lambda m, d: m.coo_matrix((d, PLACES)),
    "csr of places": lambda m, d: m.csr_array((d, PLACES), shape=(3, 4)),
    "dense": lambda m, d: m.csr_array(d * np.arange(12.0).reshape(2, 6)),
}
USES = {
    "s @ x": lambda s: s @ np.cos(np.arange(s.shape[1])),
    "s @ b": lambda s: s @ np.ones((s.shape[1], 2)),
    "y @ s": lambda s: np.ones(s.shape[0]) @ s,
    "b @ s": lambda s: np.ones((2, s.shape[0])) @ s,
    "s.T @ y": lambda s: s.T @ np.arange(s.shape[0]),
    "s.dot(x)": lambda s: s.dot(np.ones(s.shape[1])),
    "toarray": lambda s: s.toarray(),
    "T.toarray": lambda s: s.T.toarray(),
    "diagonal": lambda s: s.diagonal(1),
    "sum": lambda s: s.sum(),
    "sum 0": lambda s: np.ravel(s.sum(axis=0)),
    "sum 1": lambda s: np.ravel(s.sum(axis=1)),
    "2 * s / 3": lambda s: (2 * s / 3).toarray(),
    "-s": lambda s: (-s).dot(2.0).toarray(),
    "s.multiply": lambda s: s.multiply(np.arange(s.shape[1])).toarray(),
    "s.T.multiply": lambda s: s.T.multiply(np.arange(s.shape[0])).toarray(),
    "conj": lambda s: s.conj().toarray(),
    "s + s.multiply(2)": lambda s: (s + s.multiply(2.0)).toarray(),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("make", MAKERS)
def test_uses(make, use):
    def f(d):
        found = USES[use](MAKERS[make](sparse, d))
        if scipy.sparse.issparse(found):
            return found.toarray()
        return np.asarray(found) if isinstance(found, np.ndarray) else found

    d = array(6)
    plain = USES[use](MAKERS[make](scipy.sparse, d))
    plain = plain.toarray() if scipy.sparse.issparse(plain) else plain
    np.testing.assert_allclose(f(d), plain)
    check(f, d)


def test_sums_with_plain_arrays():
    other = scipy.sparse.eye_array(3, 4).tocsr()

    def f(d):
        s = MAKERS["csr_array"](sparse, d)
        return (s + other).toarray(), (s - other) @ X, s + np.ones((3, 4))

    check(f, array(6))
    with pytest.raises(ValueError, match="inconsistent"):
        grad(lambda d: (MAKERS["csr_array"](sparse, d) + other.T).sum())(array(6))


def test_all_orders_together_with_vectors():
    def f(d, x):
        s = MAKERS["coo_array"](sparse, d)
        return (s @ x) ** 2, s.T @ (s @ x)

    thorough(f, array(6), X)
    check(f, array(6, complex), array(4, complex))
    check_single(lambda d, x: MAKERS["csr_array"](sparse, d) @ x, array(6), X)


def test_entries_at_one_place_are_added():
    def f(d):
        return sparse.coo_array((d, ([0, 0], [1, 1])), shape=(1, 2)) @ [3.0, 5.0]

    np.testing.assert_array_equal(grad(lambda d: f(d)[0])(np.ones(2)), [5.0, 5.0])


DIAGONALS = [
    lambda m, d: m.diags_array(d),
    lambda m, d: m.diags_array([d[:3], d[3:5]], offsets=[0, 1]),
    lambda m, d: m.diags_array([d[:1], d[1:2]], offsets=[0, -1], shape=(4, 4)),
    lambda m, d: m.diags([d[:3], d[3:5]], [0, -1]),
    lambda m, d: m.diags(d, 1),
    lambda m, d: m.diags_array([d[0], d[1]]),
]


@pytest.mark.parametrize("number", range(len(DIAGONALS)))
def test_diagonals(number):
    d = array(6)

    def f(d):
        return DIAGONALS[number](sparse, d).toarray()

    np.testing.assert_array_equal(f(d), DIAGONALS[number](scipy.sparse, d).toarray())
    check(lambda d: f(d) ** 2, d)


def test_dtypes():
    def f(d):
        s = sparse.csr_array((d, PLACES), dtype=np.float64)
        assert s.dtype == np.float64
        assert s.nnz == 6
        assert s.ndim == 2
        return s.sum()

    assert grad(f)(array(6).astype(np.float32)).dtype == np.float32


def test_matmul():
    s = scipy.sparse.csr_array(np.diag([1.0, 2.0, 3.0]))
    operator = scipy.sparse.linalg.aslinearoperator(s)
    for matrix in (s, operator, s.toarray()):
        slope = grad(lambda x, a=matrix: sparse.matmul(a, x) @ x)(Y)
        np.testing.assert_allclose(slope, 2 * np.array([1.0, 2.0, 3.0]) * Y)
        np.testing.assert_allclose(sparse.matmul(matrix, Y), s @ Y)
    slope = grad(lambda x: sparse.matmul(x, s) @ x)(Y)
    np.testing.assert_allclose(slope, 2 * np.array([1.0, 2.0, 3.0]) * Y)


@pytest.mark.parametrize(
    "f",
    [
        lambda s: s @ s.T,
        lambda s: s.multiply(s),
        lambda s: s @ scipy.sparse.eye_array(4),
        lambda s: scipy.sparse.eye_array(3) @ s,
        lambda s: sparse.kron(s, s),
        lambda s: sparse.linalg.svds(s, k=1),
    ],
)
def test_refusals(f):
    with pytest.raises(NoDerivativeError):
        grad(lambda d: f(MAKERS["csr_array"](sparse, d)).sum())(array(6))
    with pytest.raises(NoDerivativeError, match="dtype"):
        grad(lambda d: sparse.diags_array(d, dtype=float).sum())(array(6))
    with pytest.raises(NoDerivativeError, match="dtype"):
        grad(lambda d: sparse.diags(d, dtype=float).sum())(array(6))


def test_swallowed_refusals_are_raised_in_the_end():
    def f(d):
        s = MAKERS["csr_array"](sparse, d)
        try:
            return (s @ s.T).sum()
        except NoDerivativeError:
            return d[0]

    with pytest.raises(NoDerivativeError, match="two sparse arrays"):
        grad(f)(array(6))


def test_tracked_numbers_times_sparse_arrays():
    other = scipy.sparse.csr_array(np.diag([1.0, 2.0, 3.0]))
    made = lambda t: sparse.csr_array((t * other.data, other.indices, other.indptr))  # noqa: E731
    for f in (
        lambda t: t * made(t),
        lambda t: made(t) * t,
        lambda t: t * (t * made(1.0 + 0 * t)),
    ):
        slope = grad(lambda t, f=f: (f(t) @ np.ones(3)).sum())(0.5)
        np.testing.assert_allclose(slope, 6.0)


def test_errors():
    def with_s(f):
        return grad(lambda d: f(MAKERS["csr_array"](sparse, d)))

    with pytest.raises(ValueError, match="cannot multiply"):
        with_s(lambda s: s @ Y)(array(6))
    with pytest.raises(TypeError):
        with_s(lambda s: s * X)(array(6))
    with pytest.raises(TypeError):
        with_s(lambda s: s / X)(array(6))
    with pytest.raises(TypeError):
        with_s(lambda s: s + 1)(array(6))
    with_s(lambda s: repr(s).index("(3, 4)") * s.sum())(array(6))


def test_plain_arguments_give_scipys_arrays():
    assert type(sparse.csr_array(np.eye(2))) is scipy.sparse.csr_array
    assert type(sparse.diags([1.0, 2.0], 0)) is type(scipy.sparse.diags([1.0, 2.0], 0))
    assert sparse.issparse(sparse.eye_array(2))
    assert "linalg" in dir(sparse)
