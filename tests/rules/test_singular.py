"""Singular values and pseudo-inverses against differences of NumPy's own."""

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import NoDerivativeError, grad, hessian, hessianv, jvp, vjp

array = sampler(8)
SHAPES = [(1, 1), (3, 3), (4, 2), (2, 4), (2, 3, 2), (2, 1, 2, 3), (0, 2), (0, 2, 2)]


def spaced(shape, kind=float):
    """Return matrices whose singular values are well apart."""
    u, _, vh = np.linalg.svd(array(shape, kind), full_matrices=False)
    return (u * np.linspace(2.5, 1.0, u.shape[-1])) @ vh


def h(a):
    return np.conj(np.swapaxes(a, -1, -2))


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_values(shape, kind):
    a = spaced(shape, kind)
    check(np.linalg.svdvals, a)
    check(lambda a: np.linalg.svd(a, compute_uv=False), a)
    check_single(np.linalg.svdvals, a.real)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_vectors(shape, full, kind):
    k = min(shape[-2:])

    def rebuilt(a):
        u, s, vh = np.linalg.svd(a, full_matrices=full)
        return (u[..., :k] * np.sin(s)[..., None, :]) @ vh[..., :k, :]

    def spaces(a):
        u, _, vh = np.linalg.svd(a, full_matrices=full)
        rest = u[..., k - 1 :] @ h(u[..., k - 1 :])
        return np.abs(u[..., :k]) ** 2 + 1j * np.sum(rest), np.abs(vh[..., :k, :]) ** 2

    def complement(a):
        vh = np.linalg.svd(a, full_matrices=full).Vh
        return h(vh[..., k - 1 :, :]) @ vh[..., k - 1 :, :]

    a = spaced(shape, kind)
    check(rebuilt, a)
    check(lambda a: spaces(a)[1], a)
    check_single(rebuilt, a.real)
    if not full or abs(shape[-1] - shape[-2]) < 2:
        check(lambda a: spaces(a)[0], a)
        check(complement, a)


@pytest.mark.parametrize("transpose", [False, True])
def test_two_columns_beyond_the_values_are_undetermined(transpose):
    def corner(a):
        u = np.linalg.svd(a.T)[2].T if transpose else np.linalg.svd(a)[0]
        return u[0, -1] ** 2

    a = spaced((4, 2))
    with pytest.raises(NoDerivativeError, match="full_matrices=False"):
        grad(corner)(a)
    assert np.isnan(jvp(corner, (a,), (np.ones_like(a),))[1])


@pytest.mark.parametrize("kind", [float, complex])
def test_hermitian(kind):
    a = array((3, 3), kind)
    a = a + h(a) + np.diag([4.0, 0.0, -5.0])
    check(lambda a: np.linalg.svd(a, hermitian=True, compute_uv=False), a)
    check(lambda a: np.abs(np.linalg.svd(a, hermitian=True).U) ** 2, a)
    check(lambda a: np.linalg.svd(a, hermitian=True).S, a)

    def rebuilt(a):
        u, s, vh = np.linalg.svd(a, hermitian=True)
        return (u * s**2) @ vh

    check(rebuilt, a)
    check(lambda a: np.linalg.pinv(a, hermitian=True), a)


def test_result_is_numpys_namedtuple():
    def f(a):
        result = np.linalg.svd(a)
        assert type(result) is type(np.linalg.svd(np.eye(2)))
        return np.sum(result.S)

    np.testing.assert_allclose(grad(f)(np.diag([1.0, 2.0])), np.eye(2))


DEGENERATE = [
    np.eye(3),
    np.zeros((2, 3)),
    np.diag([1.0, 2.0, 1.0]),
    np.ones((3, 2)),
    np.stack([np.eye(2), np.diag([1.0, 0.0])]),
]


@pytest.mark.parametrize("number", range(len(DEGENERATE)))
def test_smooth_functions_of_equal_or_zero_values(number):
    a = DEGENERATE[number]
    v = array(a.shape)

    def squares(a):
        return np.sum(np.linalg.svdvals(a) ** 2)

    def fourth(a):
        return np.sum(np.linalg.svdvals(a) ** 4)

    np.testing.assert_allclose(grad(squares)(a), 2 * a, atol=1e-13)
    np.testing.assert_allclose(hessianv(squares)(a, v), 2 * v, atol=1e-12)
    expected = 4 * (v @ h(a) @ a + a @ h(v) @ a + a @ h(a) @ v)
    np.testing.assert_allclose(hessianv(fourth)(a, v), expected, atol=1e-11)
    full = hessian(squares)(a).reshape(a.size, a.size)
    np.testing.assert_allclose(full, 2 * np.eye(a.size), atol=1e-12)
    value = jvp(np.linalg.svdvals, (a,), (v,))[0]
    np.testing.assert_allclose(value, np.linalg.svdvals(a), rtol=1e-15, atol=1e-30)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_pinv(shape, kind):
    a = spaced(shape, kind)
    check(np.linalg.pinv, a)
    check(lambda a: np.linalg.pinv(a, rcond=1e-10), a)
    check(lambda a: np.linalg.pinv(a, rtol=None), a)
    check_single(np.linalg.pinv, a.real)


def test_pinv_at_constant_rank():
    b, c = array((4, 2)), array((2, 3))
    check(lambda b, c: np.linalg.pinv(b @ c, rcond=1e-8), b, c)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize(
    "shapes",
    [((5, 3), (5,)), ((5, 2), (5, 2)), ((2, 4), (2,)), ((3, 3), (3, 2))],
    ids=str,
)
def test_lstsq(shapes, part, kind):
    a, b = spaced(shapes[0], kind), array(shapes[1], kind)
    check(lambda a, b: np.linalg.lstsq(a, b)[part], a, b)
    check(lambda b: np.linalg.lstsq(a, b, rcond=1e-6)[part], b)


def test_lstsq_rank_and_values():
    def f(a):
        _, _, rank, s = np.linalg.lstsq(a, np.ones(4))
        assert type(rank) is type(np.linalg.lstsq(np.eye(2), np.ones(2))[2])
        assert rank == 2
        return np.sum(s)

    a = spaced((4, 2))
    np.testing.assert_allclose(
        vjp(f, a)[1](1.0)[0], grad(lambda a: np.sum(np.linalg.svdvals(a)))(a)
    )
    with pytest.raises(np.linalg.LinAlgError):
        grad(lambda a: np.sum(np.linalg.lstsq(a, np.ones(3))[0]))(a)
