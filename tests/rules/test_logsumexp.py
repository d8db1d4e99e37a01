"""Reductions of logaddexp and hypot: values, shares, ties, infinities."""

import numpy as np
import pytest
from truth import check, check_single

from diffops import grad, hessian, jacobian, jvp

C = np.random.default_rng(1).normal(size=(2, 3, 2))
UFUNCS = [np.logaddexp, np.logaddexp2, np.hypot]
FORMS = [
    {},
    {"axis": None},
    {"axis": (0, 2)},
    {"axis": -1, "keepdims": True},
    {"axis": 1, "initial": 0.3},
    {"axis": 0, "where": C > -0.2, "initial": 0.4},
    {"axis": ()},
]


@pytest.mark.parametrize("options", FORMS, ids=str)
@pytest.mark.parametrize("ufunc", UFUNCS)
def test_forms(ufunc, options):
    check(lambda x: ufunc.reduce(x, **options), C)


@pytest.mark.parametrize("ufunc", UFUNCS)
def test_kinds_of_arguments(ufunc):
    check_single(ufunc.reduce, C)
    check(lambda x: ufunc.reduce(x, axis=0, initial=x[0, 0, 0] ** 2), C)
    check(lambda x: ufunc.reduce(x, dtype=float), C[0, 0])
    y, change = jvp(ufunc.reduce, (C[:0],), (C[:0],))
    np.testing.assert_array_equal(y, ufunc.reduce(C[:0]))
    np.testing.assert_array_equal(change, np.zeros((3, 2)))
    assert grad(ufunc.reduce)(np.array(1.7)) == 1.0


def test_softmax_and_its_jacobian():
    x = C.ravel()
    weights = np.exp(x) / np.sum(np.exp(x))
    np.testing.assert_allclose(grad(np.logaddexp.reduce)(x), weights, rtol=1e-13)
    np.testing.assert_allclose(
        hessian(np.logaddexp.reduce)(x),
        np.diag(weights) - np.outer(weights, weights),
        rtol=1e-12,
        atol=1e-15,
    )


@pytest.mark.parametrize(
    ("x", "shares"),
    [
        ([-np.inf, 0.0], [0.0, 1.0]),
        ([-np.inf, -np.inf], [0.5, 0.5]),
        ([np.inf, 3.0, np.inf], [0.5, 0.0, 0.5]),
        ([800.0, 0.0, 800.0], [0.5, 0.0, 0.5]),
        ([-900.0, -901.0], [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))]),
    ],
)
def test_infinite_and_large_entries(x, shares):
    """The last as two of them in `numpy.logaddexp`."""
    x = np.array(x)
    np.testing.assert_allclose(grad(np.logaddexp.reduce)(x), shares, rtol=1e-14)
    changes = jacobian(np.logaddexp.reduce, mode="forward")(x)
    np.testing.assert_allclose(changes, shares, rtol=1e-14)


def test_hypot_at_the_origin_is_zero_and_its_square_smooth():
    zero = np.zeros(3)
    np.testing.assert_array_equal(grad(np.hypot.reduce)(zero), zero)
    bend = hessian(lambda x: np.hypot.reduce(x) ** 2)(zero)
    np.testing.assert_allclose(bend, 2 * np.eye(3))


def test_hypot_does_not_overflow():
    y, change = jvp(np.hypot.reduce, (np.array([3e200, -4e200]),), (np.ones(2),))
    np.testing.assert_allclose((y, change), (5e200, -0.2))
    y, change = jvp(
        lambda x: np.hypot.reduce(x, initial=None), (np.array([-2.0]),), (np.ones(1),)
    )
    assert (y, change) == (-2.0, 1.0)
