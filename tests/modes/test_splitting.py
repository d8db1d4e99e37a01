"""Functions of matrices with equal eigenvalues or singular values, to third order."""

import itertools

import numpy as np
import pytest
import scipy.linalg
from truth import differences

from diffops import (
    NoDerivativeError,
    diff,
    diffn,
    fgrad,
    grad,
    hessian,
    hessianv,
    jacobian,
    jit,
    jvp,
    linearize,
    vjp,
    vmap,
)

RANDOM = np.random.default_rng(3)
MODES = {"F": diff, "R": grad}
MIXES = ["".join(mix) for n in (1, 2, 3) for mix in itertools.product("FR", repeat=n)]
Q = np.linalg.qr(RANDOM.normal(size=(3, 3)))[0]
POINTS = {
    "identity": np.eye(3),
    "a pair": Q @ np.diag([1.0, 1.0, 2.0]) @ Q.T,
}


def h(a):
    return np.conj(np.swapaxes(a, -1, -2))


def symmetric(a):
    return (a + h(a)) / 2


def through_eigh(f):
    """Return a function of symmetric matrices, by that of their eigenvalues."""

    def function(a):
        w, v = np.linalg.eigh(symmetric(a))
        return (v * f(w)[..., None, :]) @ h(v)

    return function


def by_einsum(a):
    w, v = np.linalg.eigh(symmetric(a))
    return np.einsum("ij,j,kj->ik", v, w**2, v)


def form(a):
    """Return xᵀ exp(A) x without the exponential of A."""
    w, v = np.linalg.eigh(symmetric(a))
    return np.sum(np.exp(w) * (np.arange(1.0, len(w) + 1) @ v) ** 2)


def rebuilt(a):
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return (u * s[..., None, :]) @ vh


def polar(a):
    u, _, vh = np.linalg.svd(a)
    return u @ vh


def by_newton(a):
    """Return the orthogonal polar factor by Newton's iteration."""
    for _ in range(30):
        a = (a + np.linalg.inv(a).T) / 2
    return a


def through_eig(a):
    w, v = np.linalg.eig(a)
    return np.real((v * w**2) @ np.linalg.inv(v))


def hermitian_svd(a):
    u, s, vh = np.linalg.svd(symmetric(a), hermitian=True)
    return (u * s**2) @ vh


def real(function):
    return lambda a: np.real(function(symmetric(a)))


#: A function that decomposes the matrix, and one that does not.
FUNCTIONS = {
    "exp": (through_eigh(np.exp), real(scipy.linalg.expm)),
    "sqrt": (through_eigh(np.sqrt), real(scipy.linalg.sqrtm)),
    "inverse": (through_eigh(lambda w: 1 / w), real(np.linalg.inv)),
    "square": (by_einsum, lambda a: symmetric(a) @ symmetric(a)),
    "a form": (
        form,
        lambda a: (
            np.arange(1, len(a) + 1)
            @ scipy.linalg.expm(symmetric(a))
            @ np.arange(1, len(a) + 1)
        ),
    ),
    "log det": (
        lambda a: np.sum(np.log(np.linalg.eigvalsh(symmetric(a)))),
        lambda a: np.linalg.slogdet(symmetric(a))[1],
    ),
    "U S Vᵀ": (rebuilt, lambda a: a),
    "U Vᵀ": (polar, by_newton),
    "sum of s⁴": (
        lambda a: np.sum(np.linalg.svdvals(a) ** 4),
        lambda a: np.trace(a.T @ a @ a.T @ a),
    ),
    "V W² V⁻¹": (through_eig, lambda a: a @ a),
    "sum of w³": (
        lambda a: np.real(np.sum(np.linalg.eigvals(a) ** 3)),
        lambda a: np.trace(a @ a @ a),
    ),
    "product of w": (
        lambda a: np.prod(np.linalg.eigvalsh(symmetric(a))),
        lambda a: np.linalg.det(symmetric(a)),
    ),
    "running product of w²": (
        lambda a: np.cumprod(np.linalg.eigvalsh(symmetric(a)) ** 2)[-1],
        lambda a: np.linalg.det(symmetric(a)) ** 2,
    ),
    "product of s²": (
        lambda a: np.prod(np.linalg.svdvals(a) ** 2),
        lambda a: np.linalg.det(a) ** 2,
    ),
    "svd, hermitian": (hermitian_svd, lambda a: symmetric(a) @ symmetric(a)),
}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_the_whole_are_smooth(name, point):
    f, truth = FUNCTIONS[name]
    a = POINTS[point]
    e = np.cos(np.arange(a.size)).reshape(a.shape)
    weights = np.sin(1 + np.arange(np.size(truth(a)))).reshape(np.shape(truth(a)))

    def phi(t):
        return np.sum(weights * f(a + t * e))

    for order, bound in ((1, 1e-9), (2, 1e-7), (3, 1e-4)):
        wanted = float(differences(lambda t: np.sum(weights * truth(a + t * e)), order))
        for mix in (mix for mix in MIXES if len(mix) == order):
            derivative = phi
            for mode in mix:
                derivative = MODES[mode](derivative)
            assert abs(derivative(0.0) - wanted) < bound * (1 + abs(wanted)), mix
        assert abs(diffn(order, phi)(0.0) - wanted) < bound * (1 + abs(wanted))


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 3)])
@pytest.mark.parametrize("rank", [0, 1, 2])
def test_u_s_v_is_the_identity_map_at_every_rank(rank, shape, kind):
    a = RANDOM.normal(size=(shape[0], rank)) @ RANDOM.normal(size=(rank, shape[1]))
    v = RANDOM.normal(size=shape).astype(kind)
    if kind is complex:
        v = v + 1j * RANDOM.normal(size=shape)
    a = a.astype(kind)
    np.testing.assert_allclose(jvp(rebuilt, (a,), (v,))[1], v, atol=1e-12)
    np.testing.assert_allclose(vjp(rebuilt, a)[1](v)[0], v, atol=1e-12)
    change = jvp(lambda a: vjp(rebuilt, a)[1](v)[0], (a,), (v,))[1]
    np.testing.assert_allclose(change, np.zeros(shape), atol=1e-9)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e7])
@pytest.mark.parametrize("values", [[1, 1], [1, 3, 3], [2, 1, 1, 2, 2], [3] * 7])
def test_equal_up_to_rounding(values, scale):
    """Against divided differences: f(Λ) changes by them, times what V makes of it."""
    n = len(values)
    w = np.array(values, float) * scale
    v = np.linalg.qr(RANDOM.normal(size=(n, n)))[0]
    e = symmetric(RANDOM.normal(size=(n, n)))
    quotients = 1 / (np.sqrt(w)[:, None] + np.sqrt(w))
    wanted = v @ (quotients * (v.T @ e @ v)) @ v.T
    found = jvp(through_eigh(np.sqrt), ((v * w) @ v.T,), (e,))[1]
    np.testing.assert_allclose(found, wanted, atol=1e-12 * np.max(np.abs(wanted)))
    found = vjp(through_eigh(np.sqrt), (v * w) @ v.T)[1](e)[0]
    np.testing.assert_allclose(found, wanted, atol=1e-12 * np.max(np.abs(wanted)))


def test_complex_matrices():
    e = np.array([[1.0, 2j], [-2j, 3.0]])
    change = jvp(through_eigh(np.exp), (np.eye(2) + 0j,), (e,))[1]
    np.testing.assert_allclose(change, np.e * e, atol=1e-14)


def test_projectors_onto_the_space_of_equal_eigenvalues():
    def projector(a):
        v = np.linalg.eigh(symmetric(a)).eigenvectors[:, 1:]
        return v @ v.T

    a, e = np.diag([1.0, 2.0, 2.0]), symmetric(RANDOM.normal(size=(3, 3)))
    wanted = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]]) * e
    np.testing.assert_allclose(jvp(projector, (a,), (e,))[1], wanted, atol=1e-14)
    b = symmetric(RANDOM.normal(size=(3, 3)))
    found = grad(lambda a: np.sum(b * projector(a)))(a)
    np.testing.assert_allclose(np.sum(found * e), np.sum(wanted * b), atol=1e-14)


ARBITRARY = {
    "one vector": lambda a: np.sum(np.linalg.eigh(a)[1][:, 2]),
    "projector onto one": lambda a: (
        np.linalg.eigh(a)[1][2, 2] * a[0, 0] + np.linalg.eigh(a)[1][1, 2]
    ),
    "singular vector": lambda a: np.linalg.svd(a)[0][1, 1] + a[0, 0],
    "general vector": lambda a: np.real(np.linalg.eig(a)[1][1, 2]) + a[0, 0],
}


@pytest.mark.parametrize("name", ARBITRARY)
def test_vectors_that_the_matrix_does_not_determine_are_refused(name):
    a = np.diag([1.0, 2.0, 2.0])
    with pytest.raises(NoDerivativeError, match=r"equal.*test_splitting"):
        grad(ARBITRARY[name])(a)
    with pytest.raises(NoDerivativeError, match="equal"):
        jvp(ARBITRARY[name], (a,), (np.arange(9.0).reshape(3, 3) + 1,))


def test_a_single_one_of_equal_eigenvalues_has_no_second_derivative():
    with pytest.raises(NoDerivativeError, match="equal"):
        hessian(lambda a: np.linalg.eigvalsh(symmetric(a))[0])(np.eye(2))


def test_nonlinear_functions_of_undetermined_vectors_are_refused():
    def f(a):
        _, v = np.linalg.eigh(a)
        return np.exp(jvp(lambda b: np.linalg.eigh(b)[1], (a,), (a + 1,))[1]) + v

    with pytest.raises(NoDerivativeError, match="equal"):
        f(np.eye(2))


def cubes(a):
    return np.sum(np.linalg.eigvalsh(a) ** 3)


def test_results_are_plain():
    """Of every operator: the infinitesimal stays inside."""
    a, e = np.eye(2), np.ones((2, 2))
    value, gradient = fgrad(cubes)(a)
    assert type(value) is np.float64
    assert type(gradient) is np.ndarray
    for result in (
        *jvp(cubes, (a,), (e,)),
        vjp(cubes, a)[0],
        diffn(2, lambda t: cubes(a + t * e))(0.0),
    ):
        assert type(result) is np.float64
    for result in (
        hessianv(cubes)(a, e),
        hessian(cubes)(a),
        jacobian(rebuilt)(a),
        jacobian(rebuilt, mode="forward")(a),
        vmap(grad(cubes))(np.stack([a, 2 * a])),
        grad(lambda b: np.sum(b * np.linalg.eigvalsh(b[0] * a)))(np.ones(2)),
        grad(lambda a: (cubes(a), np.linalg.eigvalsh(a)), has_aux=True)(a)[1],
    ):
        assert type(result) is np.ndarray


def test_linearize():
    assert abs(linearize(cubes, np.eye(2))[1](np.ones((2, 2))) - 6.0) < 1e-14


def test_gradients_of_other_arguments():
    a, b = np.eye(3), np.array([1.0, 2.0, 3.0])

    def f(b, a):
        return np.sum(b) * np.sum(np.linalg.eigvalsh(a) ** 2)

    to_b, to_a = grad(f, argnums=(0, 1))(b, a)
    np.testing.assert_allclose(to_b, [3.0, 3.0, 3.0])
    np.testing.assert_allclose(to_a, 12 * np.eye(3), atol=1e-14)


def test_members_of_a_stack_may_differ():
    stack = np.stack([np.eye(3), np.diag([1.0, 2.0, 3.0]), np.diag([2.0, 2.0, 5.0])])
    wanted = 3 * stack**2
    np.testing.assert_allclose(grad(lambda a: np.sum(cubes(a)))(stack), wanted)
    np.testing.assert_allclose(vmap(grad(cubes))(stack), wanted)


def test_decompositions_one_after_the_other():
    """The second one meets what the first one made of equal eigenvalues."""

    def f(a):
        root = through_eigh(np.sqrt)(a)
        return np.sum(np.linalg.eigvalsh(root @ root @ a) ** 2)

    def truth(a):
        return np.trace(np.linalg.matrix_power(symmetric(a), 4))

    a, e = np.eye(3), symmetric(RANDOM.normal(size=(3, 3)))
    for order, D in ((1, lambda f: f), (2, diff)):
        wanted = float(differences(lambda t: truth(a + t * e), order))
        for mode in (diff, grad):
            found = mode(D(lambda t: f(a + t * e)))(0.0)
            assert abs(found - wanted) < 1e-6 * (1 + abs(wanted))


def test_jit_leaves_such_points_to_eager_mode():
    derivative = hessian(cubes)
    fast = jit(derivative)
    for a in (np.eye(2), np.diag([1.0, 2.0]), np.diag([3.0, 3.0]), np.eye(2)):
        np.testing.assert_allclose(fast(a), derivative(a), atol=1e-12)


def test_single_precision():
    a = np.eye(3, dtype=np.float32)
    assert grad(cubes)(a).dtype == np.float32
    v = np.arange(9, dtype=np.float32).reshape(3, 3)
    found = vjp(rebuilt, a)[1](v)[0]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, v, atol=1e-5)
