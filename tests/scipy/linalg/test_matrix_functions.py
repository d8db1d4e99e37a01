"""Functions of matrices against differences of SciPy's, and closed forms."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check, check_single

from diffops import NoDerivativeError, diff, grad, hessian, jvp
from diffops.scipy import linalg

array = drawing(45)
KINDS = pytest.mark.parametrize("kind", [float, complex])


def regular(shape, kind=float):
    """Return matrices whose eigenvalues have positive real parts."""
    return array(shape, kind) / 4 + 2 * np.eye(shape[-1])


ENTIRE = ["expm", "cosm", "sinm", "tanm", "coshm", "sinhm", "tanhm"]
OTHERS = ["logm", "sqrtm", "signm"]


@KINDS
@pytest.mark.parametrize("name", ENTIRE + OTHERS)
def test_functions(name, kind):
    f = getattr(linalg, name)
    point = array if name in ENTIRE else regular
    scale = 0.5 if name in ENTIRE else 1.0
    thorough(f, scale * point((3, 3), kind))
    for shape in ((2, 2, 2), (1, 1)):
        check(f, scale * point(shape, kind))


@KINDS
@pytest.mark.parametrize("t", [0.7, -0.3, 2.0, -1, 0])
def test_powers(t, kind):
    check(lambda a: linalg.fractional_matrix_power(a, t), regular((3, 3), kind))


@KINDS
def test_powers_with_a_tracked_exponent(kind):
    thorough(linalg.fractional_matrix_power, regular((3, 3), kind), np.float64(0.7))


@pytest.mark.parametrize(
    "f",
    [
        linalg.logm,
        linalg.sqrtm,
        lambda a: linalg.fractional_matrix_power(a, 0.3),
    ],
)
def test_real_matrices_with_complex_images(f):
    a = array((3, 3)) / 9 - np.diag([1.0, 3.0, 7.0])
    assert np.iscomplexobj(f(a))
    check(f, a)


@pytest.mark.parametrize("t", [-1, 3, -2.0])
def test_whole_powers_of_negative_eigenvalues_stay_real(t):
    a = -regular((3, 3))
    assert not np.iscomplexobj(linalg.fractional_matrix_power(a, t))
    check(lambda a: linalg.fractional_matrix_power(a, t), a)


def test_stacks_with_and_without_negative_eigenvalues():
    a = np.stack([regular((2, 2)), -regular((2, 2)), np.array([[0.5, -2], [2, 0.5]])])
    check(linalg.logm, a)


def test_sign_of_a_matrix_with_both_signs():
    check(linalg.signm, np.array([[3.0, 1.0, 0.5], [0.2, -2.0, 1.0], [0.1, 0.3, 1.0]]))


@KINDS
def test_expm_frechet(kind):
    a, e = array((3, 3), kind) / 2, array((3, 3), kind)
    thorough(linalg.expm_frechet, a, e)
    thorough(lambda a, e: linalg.expm_frechet(a, e, compute_expm=False), a, e)


def test_large_exponential():
    """There SciPy's algorithm takes over from that of the blocks."""
    n = 50
    a, e, g = array((n, n)) / n, array((n, n)), array((n, n))
    blocks = scipy.linalg.expm(np.block([[a, e], [0 * a, a]]))
    value, change = jvp(linalg.expm, (a,), (e,))
    np.testing.assert_allclose(value, blocks[:n, :n], atol=1e-13)
    np.testing.assert_allclose(change, blocks[:n, n:], atol=1e-12)
    slope = grad(lambda a: np.sum(g * linalg.expm(a)))(a)
    np.testing.assert_allclose(np.sum(slope * e), np.sum(g * change), rtol=1e-12)


def test_exponential_of_a_nilpotent_matrix():
    """exp of [[0, t], [0, 0]] + s is eˢ [[1, t], [0, 1]]."""

    def f(x):
        t, s = x
        return linalg.expm(np.array([[s, t], [0.0, s]], like=x))[0, 1]

    x = np.array([2.0, 0.5])
    e = np.exp(0.5)
    np.testing.assert_allclose(grad(f)(x), [e, 2 * e])
    np.testing.assert_allclose(hessian(f)(x), [[0, e], [e, 2 * e]], atol=1e-14)


def test_at_multiples_of_the_identity():
    """There f(A)' E is f'(λ) E: equal eigenvalues are no special case."""
    e = array((3, 3))
    for name, slope, bend in [
        ("expm", np.exp(2), np.exp(2)),
        ("logm", 1 / 2, -1 / 4),
        ("sqrtm", 2**-1.5, -0.25 * 2**-1.5),
        ("sinm", np.cos(2), -np.sin(2)),
        ("tanhm", np.cosh(2) ** -2.0, -2 * np.tanh(2) / np.cosh(2) ** 2),
        ("signm", 0.0, 0.0),
    ]:
        f = getattr(linalg, name)
        path = lambda t, f=f: f(2 * np.eye(3) + t * e)  # noqa: E731
        np.testing.assert_allclose(diff(path)(0.0), slope * e, atol=1e-12)
        np.testing.assert_allclose(diff(diff(path))(0.0), bend * e @ e, atol=1e-10)


def test_logarithm_undoes_the_exponential():
    a, e = array((3, 3)) / 3, array((3, 3))
    change = jvp(lambda a: linalg.logm(linalg.expm(a)), (a,), (e,))[1]
    np.testing.assert_allclose(change, e, rtol=1e-10)


def test_numbers():
    """SciPy takes a number for a matrix of one row."""
    slope = grad(lambda x: linalg.expm(x)[0, 0])(0.5)
    np.testing.assert_allclose(slope, np.exp(0.5))
    np.testing.assert_allclose(grad(lambda x: linalg.inv(x)[0, 0])(0.5), -4.0)


def test_precision():
    for name in ("expm", "sqrtm", "cosm"):
        check_single(getattr(linalg, name), regular((3, 3)))


@pytest.mark.parametrize("name", OTHERS)
def test_error_estimates_are_refused(name):
    with pytest.raises(NoDerivativeError, match=f"{name}.*disp=False"):
        grad(lambda a: getattr(linalg, name)(a, disp=False)[0][0, 0])(np.eye(2))
