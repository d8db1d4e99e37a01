"""Differences of vector functions, beside closed forms."""

import numpy as np
import pytest
from bounds import bounded
from scenarios import fields

from diffops import numerical


@fields
def test_jacobians(field):
    f, x, matrix = field.f, field.x, field.jacobian
    bounded(numerical.jacobian(f, error=True)(x), matrix, 1e-10)
    value, found = numerical.fjacobian(f)(x)
    np.testing.assert_array_equal(value, field.value)
    np.testing.assert_array_equal(found, numerical.jacobian(f)(x))
    rank = np.ndim(field.value)
    axes = (*range(rank, np.ndim(matrix)), *range(rank))
    turned = np.transpose(matrix, axes)
    bounded(numerical.jacobianT(f, error=True)(x), turned, 1e-10)
    np.testing.assert_array_equal(
        numerical.fjacobianT(f)(x)[1], numerical.jacobianT(f)(x)
    )


@fields
def test_products(field):
    f, x, matrix = field.f, field.x, field.jacobian
    v = np.cos(np.arange(np.size(x))).reshape(np.shape(x))[()]
    u = np.sin(1.0 + np.arange(np.size(field.value))).reshape(np.shape(field.value))[()]
    bounded(
        numerical.jacobianv(f, error=True)(x, v),
        np.tensordot(matrix, v, np.ndim(x)),
        1e-10,
    )
    wanted = np.tensordot(u, matrix, np.ndim(u))
    bounded(numerical.jacobianTv(f, error=True)(x, u), wanted, 1e-10)
    found = numerical.jacobianTv(f)(x, u)
    np.testing.assert_array_equal(numerical.fjacobianTv(f)(x, u)[1], found)
    value, pullback = numerical.ffjacobianTv(f)(x)
    np.testing.assert_array_equal(value, field.value)
    np.testing.assert_array_equal(pullback(u), found)
    np.testing.assert_array_equal(
        numerical.fjacobianv(f)(x, v)[1], numerical.jacobianv(f)(x, v)
    )


def test_pullback_with_error():
    x = np.array([1.0, 2.0])
    _, pullback = numerical.ffjacobianTv(np.exp, error=True)(x)
    bounded(pullback(x), np.exp(x) * x, 1e-11)


def test_vectors_must_fit():
    x = np.ones(2)
    with pytest.raises(ValueError, match="jacobianTv has shape"):
        numerical.jacobianTv(np.sum)(x, x)
    with pytest.raises(ValueError, match="jacobianv has shape"):
        numerical.jacobianv(np.sin)(x, np.ones(3))
