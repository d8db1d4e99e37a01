"""Values taken apart into plain numbers, and made of them again."""

import numpy as np
import pytest

from diffops import (
    NoDerivativeError,
    diff,
    grad,
    hessian,
    sparse_jacobian,
    taylor,
    vmap,
)
from diffops.scipy.integrate.components import Components, as_number, order_of


def through(evaluate):
    """Take a number apart, and put it together."""
    components = Components()
    return components.value(components.of(evaluate))


W = np.array([0.3, 0.7, -1.1])


def bent(w):
    v = np.exp(w)
    return lambda: np.sum(v * w) * v[0] + w[1] ** 2


@pytest.mark.parametrize("inside", [True, False])
def test_the_value_and_all_derivatives_come_back(inside):
    def f(w):
        evaluate = bent(w) if inside else (lambda: bent(w)())
        return w[2] * through(evaluate)

    def plain(w):
        return w[2] * bent(w)()

    np.testing.assert_allclose(grad(f)(W), grad(plain)(W), rtol=1e-14)
    np.testing.assert_allclose(hessian(f)(W), hessian(plain)(W), rtol=1e-13)
    for outer in (grad, diff):
        for inner in (grad, diff):
            line = lambda h: lambda t: h(W + t * W[::-1])  # noqa: E731
            found = diff(outer(inner(line(f))))(0.2)
            assert found == pytest.approx(
                diff(outer(inner(line(plain))))(0.2), rel=1e-12
            )
    found, wanted = taylor(f, W, 4, W), taylor(plain, W, 4, W)
    np.testing.assert_allclose(found, wanted, rtol=1e-13)


def test_components_of_a_plain_number():
    components = Components()
    assert components.of(lambda: 3) == {(): 3.0}
    assert components.value({(): 3.0}) == 3.0
    assert components.value({}) == 0.0


def test_what_is_read_again_is_the_same():
    """Entries of a vector are numbers of their own once they have been read."""

    def f(w):
        parts = Components()
        keys = [frozenset(parts.of(lambda: w[0] * w[1])) for _ in range(3)]
        assert len(set(keys[1:])) == 1
        return parts.value(parts.of(lambda: w[0] * w[1] + w[2]))

    np.testing.assert_allclose(grad(f)(W), [W[1], W[0], 1.0])


def test_batches():
    f = lambda w: through(lambda: np.sum(np.sin(w)))  # noqa: E731
    many = np.stack([W, 2 * W])
    np.testing.assert_allclose(vmap(grad(f))(many), np.cos(many))
    np.testing.assert_allclose(vmap(f)(many), np.sin(many).sum(axis=1))


def test_what_is_refused():
    with pytest.raises(NoDerivativeError, match="sparsity"):
        sparse_jacobian(lambda w: np.stack([through(lambda: w[0])]))(W)
    with pytest.raises(TypeError, match="real number"):
        grad(lambda x: through(lambda: 1j * x))(1.0)


def test_numbers_and_orders():
    assert as_number(2.0) == 2.0
    assert grad(lambda x: as_number([x]) * x)(3.0) == 6.0
    orders = []
    grad(lambda x: (orders.append(order_of([x, 1.0])), x)[1])(1.0)
    diff(lambda x: (orders.append(order_of([x])), x)[1])(1.0)
    taylor(lambda x: (orders.append(order_of([x])), x)[1], 1.0, 4)
    assert orders == [2, 1, 4]
