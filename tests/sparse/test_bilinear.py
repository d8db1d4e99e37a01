"""Dependences through products, against differences: exact where factors have zeros."""

import numpy as np
import pytest
import scipy.sparse
from dependences import true_pattern
from hypothesis import given, settings, strategies as st

from diffops import sparse_jacobian
from diffops.operators._point import Point
from diffops.sparse._detection import jacobian_pattern

RANDOM = np.random.default_rng(7)
X = RANDOM.uniform(0.5, 1.5, 12)
A = RANDOM.uniform(1, 2, (4, 3)) * (RANDOM.random((4, 3)) < 0.5)
BAND = np.eye(12) - 2 * np.eye(12, k=1)
CUBE = RANDOM.uniform(1, 2, (2, 3, 4)) * (RANDOM.random((2, 3, 4)) < 0.6)
S = scipy.sparse.random_array((5, 12), density=0.3, rng=RANDOM, format="csc")
KERNEL = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


def pattern(f):
    return jacobian_pattern(Point(f, 0, (X,), {}), False).toarray()


EXACT = {
    "A @ x": lambda x: BAND @ x,
    "x @ A": lambda x: x @ BAND,
    "A @ X": lambda x: A @ x.reshape(3, 4),
    "X @ A": lambda x: x.reshape(3, 4) @ A,
    "stack @ matrix": lambda x: CUBE @ x.reshape(4, 3),
    "stack @ vector": lambda x: CUBE @ x[:4],
    "vector @ stack": lambda x: x[:3] @ CUBE,
    "stack @ stack": lambda x: x.reshape(2, 2, 3) @ CUBE,
    "X @ Y": lambda x: x[:6].reshape(2, 3) @ x[6:].reshape(3, 2),
    "x @ x": lambda x: x @ x[::-1],
    "dot": lambda x: np.dot(x[:6].reshape(2, 3), x[6:9]),
    "inner": lambda x: np.inner(x[:4].reshape(2, 2), x[4:8].reshape(2, 2)),
    "outer": lambda x: np.outer(x[:3], x[3:5]),
    "kron": lambda x: np.kron(x[:2], x[2:4]),
    "tensordot": lambda x: np.tensordot(CUBE, x.reshape(4, 3), 1),
    "tensordot over two": lambda x: np.tensordot(CUBE, x.reshape(3, 4), 2),
    "einsum, restricted": lambda x: np.einsum("ij,jk,k->i", A, x.reshape(3, 4), x[:4]),
    "einsum, free": lambda x: np.einsum("ij,kj->ki", x[:6].reshape(2, 3), A),
    "einsum, diagonal": lambda x: np.einsum("ii->i", x[:9].reshape(3, 3)),
    "einsum, trace": lambda x: np.einsum("iij->j", x.reshape(2, 2, 3)),
    "einsum, repeated": lambda x: np.einsum("ii,i->i", x[:9].reshape(3, 3), x[9:]),
    "einsum, length one": lambda x: np.einsum("ij,ij->ij", x[:3].reshape(1, 3), A),
    "einsum, two constants": lambda x: np.einsum(
        "ij,j,jk->ik", A, np.array([1.0, 0.0, 2.0]), x.reshape(3, 4)
    ),
    "einsum, a constant apart": lambda x: np.einsum("i,j->ij", x[:3], A[0]),
    "sparse @ x": lambda x: S @ x,
    "sparse @ X": lambda x: S[:, :4] @ x.reshape(4, 3),
    "x @ sparse": lambda x: x[:5] @ S,
    "convolve": lambda x: np.convolve(x, [1.0, 0.0, 2.0]),
    "convolve same": lambda x: np.convolve(x[:5], [1.0, 0.0, 2.0, 1.0], "same"),
    "convolve valid": lambda x: np.convolve([1.0, 2.0], x, "valid"),
    "convolve both": lambda x: np.convolve(x[:3], x[3:7]),
    "correlate": lambda x: np.correlate(x, [1.0, 0.0, 0.5]),
    "cross": lambda x: np.cross(x.reshape(4, 3)[1:], x[:3]),
    "cross with a constant": lambda x: np.cross(x.reshape(4, 3), np.ones(3)),
}


@pytest.mark.parametrize("name", EXACT)
def test_exact(name):
    f = EXACT[name]
    truth = true_pattern(lambda x: np.atleast_1d(f(x)), X)
    found = pattern(f)
    if "einsum, a constant apart" in name:
        # Without a sum, zeros of a factor are dropped all the same.
        assert np.array_equal(found, truth)
    assert np.array_equal(found, truth)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("kernel", [KERNEL, np.ones((4, 2))])
def test_convolutions_of_arrays(mode, kernel):
    from diffops.scipy import signal

    def f(x):
        return signal.convolve(x.reshape(4, 3), kernel[:, :2], mode)

    assert np.array_equal(pattern(f), true_pattern(f, X))


def test_a_zero_factor_is_no_statement_about_structure():
    assert pattern(lambda x: x * np.zeros(12)).sum() == 12


def test_a_factor_that_depends_on_the_inputs_has_no_fixed_zeros():
    """At the point of the detection the matrix is zero; elsewhere it is not."""

    def f(x):
        return np.diag(np.floor(x)) @ x

    at_zero = jacobian_pattern(Point(f, 0, (np.zeros(3),), {}), False).toarray()
    assert at_zero.all()


@st.composite
def einsums(draw):
    """Draw the subscripts of an einsum of two or three factors, and which is fixed."""
    labels = "abcd"
    factors = draw(
        st.lists(st.text(labels, min_size=1, max_size=3), min_size=2, max_size=3)
    )
    used = "".join(dict.fromkeys("".join(factors)))
    output = draw(st.permutations(used))
    kept = draw(st.integers(0, len(used)))
    fixed = draw(st.lists(st.booleans(), min_size=len(factors), max_size=len(factors)))
    return f"{','.join(factors)}->{''.join(output[:kept])}", fixed


@settings(deadline=None, max_examples=60)
@given(einsums(), st.integers(0, 99))
def test_einsums(einsum, seed):
    subscripts, fixed = einsum
    lengths = {"a": 2, "b": 3, "c": 1, "d": 2}
    random = np.random.default_rng(seed)
    shapes = [
        tuple(lengths[label] for label in labels)
        for labels in subscripts.partition("->")[0].split(",")
    ]
    factors = [
        random.uniform(1, 2, shape) * (random.random(shape) < 0.6) for shape in shapes
    ]

    def f(x):
        parts, start = [], 0
        for factor, known in zip(factors, fixed, strict=True):
            parts.append(
                factor
                if known
                else x[start : start + factor.size].reshape(factor.shape)
            )
            start += 0 if known else factor.size
        return np.atleast_1d(np.einsum(subscripts, *parts))

    count = sum(a.size for a, known in zip(factors, fixed, strict=True) if not known)
    if not count:
        return
    x = random.uniform(1, 2, count)
    found = jacobian_pattern(Point(f, 0, (x,), {}), False).toarray()
    assert np.array_equal(found, true_pattern(f, x, points=2))


def test_products_are_as_sparse_as_their_constants():
    J = sparse_jacobian(lambda x: BAND @ np.sin(x))(X)
    assert J.nnz == np.count_nonzero(BAND)
    assert np.allclose(J.toarray(), BAND * np.cos(X))
