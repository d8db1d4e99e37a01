"""Distributions of several variables against differences, and closed forms."""

import numpy as np
import pytest
import scipy.special
import scipy.stats
from orders import check_batch, check_orders, drawing
from truth import check

from diffops import NoDerivativeError, grad, jvp
from diffops.scipy import stats

array = drawing(71)
MEAN = array(3)


def positive(x):
    """Return a positive definite matrix, whose triangles agree."""
    return x @ np.swapaxes(x, -1, -2) / 3 + 2 * np.eye(x.shape[-1])


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 2, 3)])
@pytest.mark.parametrize("name", ["logpdf", "pdf"])
@pytest.mark.parametrize("allow_singular", [False, True])
def test_normal(name, shape, allow_singular):
    def f(x, mean, cov):
        method = getattr(stats.multivariate_normal, name)
        return method(x, mean, positive(cov), allow_singular)

    check(f, array(shape), MEAN, array((3, 3)))


def test_normal_in_all_orders():
    def f(x, mean, cov):
        return stats.multivariate_normal.logpdf(x, mean, positive(cov))

    check_orders(f, array((2, 3)), MEAN, array((3, 3)))
    check_batch(f, array((2, 3)), MEAN, array((3, 3)))


def test_normal_closed_forms():
    x, cov = array(3), positive(array((3, 3)))
    inverse = np.linalg.inv(cov)
    slope = grad(lambda mean: stats.multivariate_normal.logpdf(x, mean, cov))(MEAN)
    np.testing.assert_allclose(slope, inverse @ (x - MEAN))
    slope = grad(lambda cov: stats.multivariate_normal.logpdf(x, MEAN, cov))(cov)
    z = inverse @ (x - MEAN)
    full = (np.outer(z, z) - inverse) / 2
    # SciPy reads the lower triangle.
    np.testing.assert_allclose(slope, np.tril(2 * full) - np.diag(np.diag(full)))


def test_normal_of_few_dimensions_and_simple_covariances():
    normal = stats.multivariate_normal
    x = array(4)
    check(lambda x, v: normal.logpdf(x, 0.5, v), x, 1.7)
    check(lambda x, v: normal.logpdf(x, MEAN, v), array(3), 1.7)
    check(lambda v: normal.logpdf(x[:3], MEAN, v), np.array([1.0, 2.0, 3.0]))
    check(lambda x: normal.logpdf(x), 0.7)
    check(lambda x: normal.logpdf(x, None, np.diag([1.0, 2.0])), x[:2])
    check(lambda x: normal(MEAN, 2.0).logpdf(x), array(3))
    check(lambda m: normal(m, 2.0).logpdf(np.ones(3)), MEAN)


def test_singular_covariance():
    """On the line in direction d the distribution is that of one variable."""
    d = np.array([1.0, 2.0, -1.0])

    def f(t):
        return stats.multivariate_normal.logpdf(
            np.stack([t[0] * d, t[0] * d + [1, 0, 0]]),
            np.zeros(3),
            t[1] ** 2 * np.outer(d, d),
            allow_singular=True,
        )

    t = np.array([0.7, 1.3])
    y, _ = jvp(f, (t,), (t,))
    size = np.sqrt(d @ d)
    wanted = scipy.stats.norm.logpdf(0.7 * size, scale=1.3 * size)
    np.testing.assert_allclose(y, [wanted, -np.inf])
    slope = grad(lambda t: f(t)[0])(t)
    np.testing.assert_allclose(slope, [-0.7 / 1.3**2, 0.7**2 / 1.3**3 - 1 / 1.3])
    np.testing.assert_array_equal(grad(lambda t: f(t)[1])(t), [0.0, 0.0])


@pytest.mark.parametrize("shape", [(3,), (2, 3)])
@pytest.mark.parametrize("name", ["logpdf", "pdf"])
def test_student(name, shape):
    def f(x, loc, matrix, df):
        return getattr(stats.multivariate_t, name)(x, loc, positive(matrix), df)

    check(f, array(shape), MEAN, array((3, 3)), 3.7)


def test_student_becomes_normal():
    x = array(3)
    slope = grad(lambda x: stats.multivariate_t.logpdf(x, MEAN, np.eye(3), np.inf))(x)
    np.testing.assert_allclose(slope, MEAN - x)
    check(lambda x, df: stats.multivariate_t.logpdf(x, 0.5, 2.0, df), array(3), 4.0)


ALPHA = np.array([1.5, 2.0, 3.0])
X = np.array([0.2, 0.3, 0.5])


@pytest.mark.parametrize("name", ["logpdf", "pdf"])
def test_dirichlet(name):
    f = getattr(stats.dirichlet, name)
    check(lambda alpha: f(X, alpha), ALPHA)
    check(lambda alpha: f(np.stack([X, X[::-1]], axis=1), alpha), ALPHA)
    check(f, X[:2], ALPHA)
    check_orders(f, X[:2], ALPHA)


def test_dirichlet_closed_form():
    """The score: log x − ψ(α) + ψ(Σ α)."""
    slope = grad(lambda alpha: stats.dirichlet.logpdf(X, alpha))(ALPHA)
    digamma = scipy.special.digamma
    np.testing.assert_allclose(slope, np.log(X) - digamma(ALPHA) + digamma(6.5))
    point = grad(lambda x: stats.dirichlet.logpdf(x, ALPHA))(X)
    np.testing.assert_allclose(point, (ALPHA - 1) / X)
    with pytest.raises(ValueError, match="simplex"):
        grad(lambda x: stats.dirichlet.logpdf(x, ALPHA))(2 * X / 3)


@pytest.mark.parametrize("name", ["logpdf", "pdf"])
def test_wishart(name):
    method = getattr(stats.wishart, name)

    def f(x, df, scale):
        return method(positive(x), df, positive(scale))

    check(f, array((2, 2)), 4.5, array((2, 2)))
    check_orders(f, array((2, 2)), np.float64(4.5), array((2, 2)))


def test_shapes_of_wishart():
    wishart = stats.wishart
    many = np.stack([positive(array((2, 2))), positive(array((2, 2)))], axis=-1)
    check(lambda df: wishart.logpdf(many, df, np.eye(2)), 3.3)
    check(lambda s: wishart.logpdf(many, 4, np.diag([1.0, 2.0]) * s), 1.3)
    check(lambda x: wishart.logpdf(x, 3, 2.0), 1.7)
    check(lambda x: wishart.logpdf(x, 3, 2.0), np.array([1.7, 0.4]))
    check(lambda x: wishart.logpdf(x, 3, np.array([2.0, 1.0])), np.array([1.7, 0.4]))
    check(lambda x: wishart.logpdf(x, 3, np.eye(2)), 1.7)
    check(lambda x: wishart.logpdf(x, None, None), 1.7)
    with pytest.raises(ValueError, match="Degrees"):
        grad(lambda s: wishart.logpdf(np.eye(2), 0.5, s))(np.eye(2))


@pytest.mark.parametrize("name", ["logpdf", "pdf"])
def test_inverse_wishart(name):
    method = getattr(stats.invwishart, name)

    def f(x, df, scale):
        return method(positive(x), df, positive(scale))

    check(f, array((2, 2)), 4.5, array((2, 2)))
    check_orders(f, array((2, 2)), np.float64(4.5), array((2, 2)))
    many = np.stack([positive(array((2, 2))), positive(array((2, 2)))], axis=-1)
    check(lambda df: stats.invwishart.logpdf(many, df, np.eye(2)), 3.3)
    check(lambda x: stats.invwishart.logpdf(x, 3, 2.0), np.array([1.7, 0.4]))
    check(lambda x: stats.invwishart.logpdf(x, None, None), 1.7)


@pytest.mark.parametrize("name", ["logpdf", "pdf"])
def test_normal_matrices(name):
    method = getattr(stats.matrix_normal, name)

    def f(x, mean, rows, columns):
        return method(x, mean, positive(rows), positive(columns))

    x, mean = array((3, 2)), array((3, 2))
    check(f, x, mean, array((3, 3)), array((2, 2)))
    check_orders(f, x, mean, array((3, 3)), array((2, 2)))
    check(lambda x, s: method(x, mean, s, 2.0), array((2, 3, 2)), 1.3)
    slope = grad(lambda x: stats.matrix_normal.logpdf(x, mean))(x)
    np.testing.assert_allclose(slope, mean - x)


def test_entropy_of_normals():
    def f(mean, cov):
        return stats.multivariate_normal.entropy(mean, positive(cov))

    check(f, MEAN, array((3, 3)))
    cov = positive(array((3, 3)))
    slope = grad(lambda cov: stats.multivariate_normal.entropy(MEAN, cov))(cov)
    full = np.linalg.inv(cov) / 2
    np.testing.assert_allclose(slope, np.tril(2 * full) - np.diag(np.diag(full)))


P = np.array([0.2, 0.3, 0.5])


@pytest.mark.parametrize("name", ["logpmf", "pmf"])
def test_multinomial(name):
    f = getattr(stats.multinomial, name)
    for x in ([1, 2, 1], [[1, 2, 1], [0, 0, 4], [4, 0, 0]]):
        check(lambda p, x=x: f(x, 4, p / np.sum(p)), P)


def test_multinomial_closed_forms():
    slope = grad(lambda p: stats.multinomial.logpmf([1, 2, 1], 4, p))(P)
    np.testing.assert_allclose(slope, [1 / 0.2, 2 / 0.3, 1 / 0.5])


@pytest.mark.filterwarnings("ignore:Some rows of")
def test_probabilities_that_do_not_sum_to_one():
    wrong = np.array([0.2, 0.3, 0.4])
    wanted = scipy.stats.multinomial.logpmf([1, 2, 1], 4, wrong)
    y, change = jvp(
        lambda p: stats.multinomial.logpmf([1, 2, 1], 4, p), (wrong,), (np.ones(3),)
    )
    np.testing.assert_allclose(y, wanted)  # NaN from SciPy 1.18 on
    if np.isfinite(wanted):
        np.testing.assert_allclose(change, 1 / 0.2 + 2 / 0.3 - 2 / 0.5)


def test_multinomial_special_points():
    def f(p):
        return stats.multinomial.logpmf([[1, 2, 1], [1, 1, 1]], 4, p)

    y, change = jvp(f, (P,), (np.array([1.0, 0.0, -1.0]),))
    assert y[1] == -np.inf
    np.testing.assert_allclose(change, [1 / 0.2 - 1 / 0.5, 0.0])
    zero = grad(lambda p: stats.multinomial.pmf([0, 4, 0], 4, p))(
        np.array([0.0, 1.0, 0])
    )
    np.testing.assert_allclose(zero, [0.0, 4.0, 0.0], atol=1e-12)
    for call in (
        lambda t: stats.multinomial.logpmf([1, 1], t, [0.5, 0.5]),
        lambda t: stats.multinomial.logpmf(np.stack([t, 1.0]), 2, [0.5, 0.5]),
    ):
        with pytest.raises(NoDerivativeError, match="count"):
            grad(call)(1.0)


def test_refusals_and_errors():
    cov = scipy.stats.Covariance.from_diagonal([1.0, 2.0])
    with pytest.raises(NoDerivativeError, match="Covariance"):
        grad(lambda x: stats.multivariate_normal.logpdf(x, None, cov))(np.ones(2))
    with pytest.raises(NoDerivativeError, match=r"multivariate_normal\.cdf"):
        grad(lambda x: stats.multivariate_normal.cdf(x))(1.0)
    with pytest.raises(ValueError, match="does not suit"):
        grad(lambda x: stats.multivariate_normal.logpdf(x, x, np.eye(3)))(np.ones(2))
    with pytest.raises(np.linalg.LinAlgError):
        grad(lambda c: stats.multivariate_normal.logpdf(np.ones(2), None, c))(
            -np.eye(2)
        )
    with pytest.raises(ValueError, match="semidefinite"):
        grad(lambda c: stats.multivariate_t.logpdf(np.ones(2), None, c))(-np.eye(2))
