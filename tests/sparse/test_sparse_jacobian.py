"""Sparse Jacobians against dense ones, closed forms, and differences."""

import itertools

import numpy as np
import pytest
import scipy.sparse
from dependences import adjustment, arrow, bratu
from hypothesis import given, settings, strategies as st

from diffops import NoDerivativeError, fsparse_jacobian, jacobian, sparse_jacobian
from diffops.sparse._coloring import JACOBIAN, ORDERS

each_coloring = pytest.mark.parametrize("coloring", JACOBIAN)


@each_coloring
@pytest.mark.parametrize("order", ORDERS)
def test_bratu(coloring, order):
    """The five-point Laplacian, with eᵘ on its diagonal."""
    n = 5
    u = np.linspace(-1, 1, n * n)
    line = scipy.sparse.diags_array(
        [1.0, -2.0, 1.0], offsets=[-1, 0, 1], shape=(n, n), dtype=float
    )
    one = scipy.sparse.eye_array(n)
    truth = (n + 1) ** 2 * (scipy.sparse.kron(line, one) + scipy.sparse.kron(one, line))
    truth = truth.toarray() + np.diag(np.exp(u))
    J = sparse_jacobian(bratu, coloring=coloring, order=order, check=True)(u)
    assert isinstance(J, scipy.sparse.csr_array) and J.has_sorted_indices
    assert J.nnz == np.count_nonzero(truth)
    assert np.allclose(J.toarray(), truth, rtol=1e-13, atol=1e-11)


@each_coloring
def test_arrow(coloring):
    """y₀ = Σ x³, yᵢ = x₀ xᵢ + sin xᵢ: as few as three passes, for any size."""
    x = np.linspace(0.5, 1.5, 40)
    truth = np.diag(x[0] + np.cos(x))
    truth[:, 0] = x
    truth[0] = 3 * x**2
    J = sparse_jacobian(lambda x: arrow(x.copy()), coloring=coloring).prepare(x)
    assert np.allclose(J(x).toarray(), truth, rtol=1e-12)
    dense = coloring in ("column", "row")
    assert J.plan.passes == (40 if dense else 3)


@each_coloring
def test_adjustment(coloring):
    """Each pair of residuals sees the 3 numbers of a camera and the 2 of a point."""
    random = np.random.default_rng(1)
    cameras, points = random.normal(size=(6, 3)), random.normal(size=(20, 2))
    seen = random.integers(0, 6, 50), random.integers(0, 20, 50)
    operator = sparse_jacobian(adjustment, (0, 1), coloring=coloring, check=True)
    J = operator.prepare(cameras, points, seen)
    # A coordinate depends on the angle, its own shift, and both numbers of the point.
    assert J.plan.pattern.nnz == 100 * 4
    dense = jacobian(adjustment, (0, 1))(cameras, points, seen)
    dense = np.concatenate([part.reshape(100, -1) for part in dense], axis=1)
    assert np.allclose(J(cameras, points, seen).toarray(), dense, atol=1e-12)
    if coloring == "auto":
        assert J.plan.passes <= 12 < dense.shape[1]


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from([0.1, 0.3, 0.7]),
    st.integers(0, 10**6),
    st.sampled_from(JACOBIAN),
)
def test_random_sparse_functions(m, n, density, seed, coloring):
    """yᵢ = Σⱼ aᵢⱼ sin(xⱼ xₖ), k = i mod n, has a Jacobian that is easily written."""
    random = np.random.default_rng(seed)
    A = random.normal(size=(m, n)) * (random.random((m, n)) < density)
    k = np.arange(m) % n
    x = random.normal(size=n)

    def f(x):
        rows, columns = np.nonzero(A)
        terms = A[rows, columns] * np.sin(x[columns] * x[k[rows]])
        return np.bincount(rows, terms, minlength=m)

    truth = np.zeros((m, n))
    for i, j in itertools.product(range(m), range(n)):
        slope = A[i, j] * np.cos(x[j] * x[k[i]])
        truth[i, j] += slope * x[k[i]]
        truth[i, k[i]] += slope * x[j]
    J = sparse_jacobian(f, coloring=coloring, check=True)(x)
    assert np.allclose(J.toarray(), truth, rtol=1e-8, atol=1e-8)
    wanted = (A != 0) | ((A != 0).any(axis=1, keepdims=True) & (k[:, None] == range(n)))
    assert J.nnz == wanted.sum()


def test_values_aux_and_keywords():
    def f(x, factor=1.0):
        return factor * x**2, {"norm": np.sum(x)}

    x = np.array([1.0, 2.0])
    J, aux = sparse_jacobian(f, has_aux=True, check=True)(x, factor=3.0)
    assert np.array_equal(J.toarray(), np.diag(6 * x)) and aux == {"norm": 3.0}
    (y, aux), J = fsparse_jacobian(f, has_aux=True)(x)
    assert y.tolist() == [1, 4] and aux == {"norm": 3.0} and J.nnz == 2
    y, J = fsparse_jacobian(lambda x: x**2, coloring="row")(x)
    assert y.tolist() == [1, 4] and J.data.tolist() == [2, 4]


def test_containers_follow_each_other():
    def f(p, scale):
        return {"second": p["b"] * scale, "first": p["a"][:1] ** 2}

    p = {"b": 2.0, "a": np.array([3.0, 4.0])}
    value, J = fsparse_jacobian(f, ("scale", 0))(p, 5.0)
    assert value["second"] == 10 and value["first"].tolist() == [9]
    # Columns: scale, a, b; rows: first, second. Dicts go by their sorted keys.
    assert J.toarray().tolist() == [[0, 6, 0, 0], [2, 0, 0, 5]]


def test_a_number_is_one_row():
    J = sparse_jacobian(lambda x: x[0] * x[2])(np.array([2.0, 3.0, 4.0]))
    assert J.toarray().tolist() == [[4, 0, 2]]
    assert sparse_jacobian(lambda x: x**2)(3.0).toarray().tolist() == [[6]]


@each_coloring
def test_nothing(coloring):
    for f, x, shape in (
        (lambda x: x, np.zeros(0), (0, 0)),
        (lambda x: np.ones(3), np.zeros(2), (3, 2)),
        (lambda x: x[:0], np.zeros(2), (0, 2)),
    ):
        y, J = fsparse_jacobian(f, coloring=coloring)(x)
        assert J.shape == shape and J.nnz == 0
        assert np.array_equal(y, f(x))


@pytest.mark.parametrize("kind", [np.asarray, scipy.sparse.csc_array])
def test_a_given_pattern(kind):
    def f(x):  # which a detection could not follow
        return x[1:] - x[:-1] if x[0] < 5 else x[:2]

    pattern = kind(np.eye(2, 3, dtype=bool) | np.eye(2, 3, 1, dtype=bool))
    J = sparse_jacobian(f, sparsity=pattern, check=True)(np.ones(3))
    assert J.toarray().tolist() == [[-1, 1, 0], [0, -1, 1]]
    with pytest.raises(NoDerivativeError, match="give the pattern as sparsity="):
        sparse_jacobian(f)(np.ones(3))


def test_a_given_pattern_that_is_wrong():
    x = np.ones(3)
    with pytest.raises(ValueError, match=r"lacks the entry \(0, 1\)"):
        sparse_jacobian(lambda x: x[1:] * x[:-1], sparsity=np.eye(2, 3), check=True)(x)
    with pytest.raises(ValueError, match="2 columns, but x has 3"):
        sparse_jacobian(np.sin, sparsity=np.eye(2))(x)
    with pytest.raises(ValueError, match="4 rows, but f returned 3"):
        sparse_jacobian(np.sin, sparsity=np.ones((4, 3)))(x)


def test_points_where_entries_vanish_or_are_infinite():
    x = np.array([0.0, 4.0, 1.0])
    with np.errstate(all="ignore"):
        J = sparse_jacobian(lambda x: np.sqrt(x) * x[::-1], check=True)(x)
    assert J[0, 0] == np.inf and J[1, 1] == 2 + 4 * 0.25 and J[2, 2] == 0
    kept = sparse_jacobian(lambda x: x * x[::-1])(np.zeros(3))
    assert kept.nnz == 5 and not kept.data.any()


def test_bratu_on_a_large_grid():
    u = np.zeros(90_000)
    J = sparse_jacobian(bratu).prepare(u)
    assert J.plan.passes == 5
    matrix = J(u)
    assert matrix.nnz == 5 * 90_000 - 4 * 300
    v = np.random.default_rng(0).normal(size=u.size)
    step = 1e-6
    slope = (bratu(u + step * v) - bratu(u - step * v)) / (2 * step)
    assert np.allclose(matrix @ v, slope, rtol=1e-6, atol=1e-3)
