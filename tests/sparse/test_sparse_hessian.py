"""Sparse Hessians against closed forms, dense ones, and differences."""

import numpy as np
import pytest
import scipy.sparse
from dependences import bratu, rosenbrock
from hypothesis import given, settings, strategies as st

from diffops import (
    NoDerivativeError,
    elementwise,
    fsparse_hessian,
    grad,
    hessian,
    sparse_hessian,
)
from diffops.sparse._coloring import HESSIAN, ORDERS

each_coloring = pytest.mark.parametrize("coloring", HESSIAN)


def rosenbrock_hessian(x):
    """Return the Hessian of the chained Rosenbrock function, in closed form."""
    n = len(x)
    diagonal = np.zeros(n)
    diagonal[:-1] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    diagonal[1:] += 200
    off = -400 * x[:-1]
    return scipy.sparse.diags_array(
        [off, diagonal, off], offsets=[-1, 0, 1], dtype=float
    ).tocsr()


@each_coloring
@pytest.mark.parametrize("order", ORDERS)
def test_rosenbrock(coloring, order):
    x = np.linspace(-1.5, 1.5, 50)
    H = sparse_hessian(rosenbrock, coloring=coloring, order=order, check=True)(x)
    assert isinstance(H, scipy.sparse.csr_array)
    assert H.nnz == 3 * 50 - 2
    assert np.allclose(H.toarray(), rosenbrock_hessian(x).toarray(), rtol=1e-12)


@pytest.mark.parametrize(
    ("coloring", "passes"),
    [("auto", 3), ("star", 3), ("acyclic", 2), ("column", 3)],
)
@pytest.mark.parametrize("n", [1000, 100_000])
def test_large_rosenbrock(coloring, passes, n):
    """However many variables: two passes, or three."""
    x = np.linspace(-1.2, 1.2, n)
    H = sparse_hessian(rosenbrock, coloring=coloring).prepare(x)
    assert H.plan.passes == passes
    error = H(x) - rosenbrock_hessian(x)
    # Along a tree of all variables, the errors of subtractions add up.
    assert abs(error).max() < (1e-6 if coloring == "acyclic" else 1e-9)


@each_coloring
def test_least_squares_on_a_grid(coloring):
    """Σ r(u)² has the Hessian 2 (JᵀJ + Σ rᵢ ∇²rᵢ), here with a diagonal second part."""
    n = 5
    u = np.sin(np.arange(n * n))
    line = scipy.sparse.diags_array(
        [1.0, -2.0, 1.0], offsets=[-1, 0, 1], shape=(n, n), dtype=float
    ).toarray()
    J = (n + 1) ** 2 * (np.kron(line, np.eye(n)) + np.kron(np.eye(n), line))
    J += np.diag(np.exp(u))
    truth = 2 * (J.T @ J + np.diag(bratu(u) * np.exp(u)))
    H = sparse_hessian(lambda u: np.sum(bratu(u) ** 2), coloring=coloring, check=True)
    H = H.prepare(u)
    found = H(u)
    assert found.nnz == np.count_nonzero(J.T @ J)
    assert np.allclose(found.toarray(), truth, rtol=1e-9, atol=1e-6)
    assert H.plan.passes < n * n


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 10),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=14),
    st.integers(0, 10**6),
    st.sampled_from(HESSIAN),
)
def test_random_sparse_functions(n, pairs, seed, coloring):
    """Σ c sin(xᵢ) xⱼ over some pairs; its Hessian is easily written."""
    pairs = [(i % n, j % n) for i, j in pairs]
    random = np.random.default_rng(seed)
    x, c = random.normal(size=n), random.normal(size=len(pairs))
    first = np.array([i for i, _ in pairs], dtype=int)
    second = np.array([j for _, j in pairs], dtype=int)

    def f(x):
        return np.sum(c * np.sin(x[first]) * x[second])

    truth = np.zeros((n, n))
    for k, (i, j) in enumerate(pairs):
        truth[i, i] -= c[k] * np.sin(x[i]) * x[j]
        truth[i, j] += c[k] * np.cos(x[i])
        truth[j, i] += c[k] * np.cos(x[i])
    H = sparse_hessian(f, coloring=coloring, check=True)(x)
    assert np.allclose(H.toarray(), truth, rtol=1e-9, atol=1e-9)
    assert H.nnz == len({p for i, j in pairs for p in ((i, i), (i, j), (j, i))})


def test_a_bilinear_function_needs_one_pass():
    """Either half of the columns tells all: colors that nothing is read by go."""
    H = sparse_hessian(lambda x: x[:5] @ x[5:]).prepare(np.ones(10))
    assert H.plan.passes == 1
    assert np.array_equal(
        H(np.ones(10)).toarray(),
        np.eye(10)[::-1].reshape(2, 5, 10)[:, ::-1].reshape(10, 10),
    )


def test_values_aux_and_containers():
    def f(p):
        return p["u"] @ p["u"] * p["v"], "aux"

    p = {"u": np.array([1.0, 2.0]), "v": 3.0}
    (value, aux), H = fsparse_hessian(f, has_aux=True, check=True)(p)
    assert (value, aux) == (15, "aux")
    assert H.toarray().tolist() == [[6, 0, 2], [0, 6, 4], [2, 4, 0]]
    H, aux = sparse_hessian(f, has_aux=True)(p)
    assert aux == "aux" and H.nnz == 6
    value, H = fsparse_hessian(lambda x, y: x * y**2, (0, 1))(2.0, 3.0)
    assert value == 18 and H.toarray().tolist() == [[0, 6], [6, 4]]


def test_as_the_dense_one():
    x = np.array([0.5, -1.0, 2.0, 0.3])
    for f in (
        lambda x: np.sum(np.exp(x[1:] * x[:-1])),
        lambda x: np.linalg.norm(x) ** 3,
        lambda x: np.prod(x),
        lambda x: np.sum(grad(lambda y: np.sum(y**4))(x)),
        lambda x: np.log(np.linalg.det(x.reshape(2, 2) + 5 * np.eye(2))),
    ):
        H = sparse_hessian(f, check=True)(x)
        assert np.allclose(H.toarray(), hessian(f)(x), rtol=1e-10)


@each_coloring
def test_nothing(coloring):
    for f, x in (
        (np.sum, np.ones(3)),
        (lambda x: 1.0, np.ones(2)),
        (np.sum, np.zeros(0)),
    ):
        value, H = fsparse_hessian(f, coloring=coloring)(x)
        assert H.shape == (x.size, x.size) and H.nnz == 0 and value == f(x)


def test_bad_functions():
    with pytest.raises(TypeError, match="sparse_hessian wants f to return one number"):
        sparse_hessian(np.sin)(np.ones(2))
    with pytest.raises(TypeError, match="sparse_hessian wants f to return one number"):
        sparse_hessian(np.sin, sparsity=np.eye(2))(np.ones(2))
    with pytest.raises(NoDerivativeError, match="sparsity="):
        sparse_hessian(lambda x: x[0] ** 2 if x[0] > 0 else x[1])(np.ones(2))


def test_given_patterns():
    x = np.linspace(1, 2, 6)
    lower = scipy.sparse.diags_array(
        [1.0, 1.0], offsets=[-1, 0], shape=(6, 6), dtype=float
    )
    H = sparse_hessian(rosenbrock, sparsity=lower, check=True)
    assert np.allclose(H(x).toarray(), rosenbrock_hessian(x).toarray())
    with pytest.raises(ValueError, match=r"lacks the entry \(0, 1\)"):
        sparse_hessian(rosenbrock, sparsity=np.eye(6), check=True)(x)
    with pytest.raises(ValueError, match="6 columns, but x has 5"):
        sparse_hessian(rosenbrock, sparsity=lower)(x[1:])
    with pytest.raises(ValueError, match="square"):
        sparse_hessian(rosenbrock, sparsity=np.ones((2, 3)))


def test_check_finds_second_derivatives_that_are_not_symmetric():
    """A rule of one's own may be wrong in its second derivatives alone."""
    wrong = elementwise(
        lambda a, b: a * b, lambda y, a, b: b, lambda y, a, b: 0 * a + 1
    )
    x = np.ones(2)
    with pytest.raises(ValueError, match="not symmetric"):
        sparse_hessian(lambda x: wrong(x[0], x[1]) * x[0], check=True)(x)
