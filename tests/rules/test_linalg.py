"""Linear equations, powers and chains of matrices against differences of NumPy's."""

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import grad, hessian, vjp

array = sampler(4)


def regular(shape, kind=float):
    """Return well conditioned square matrices, so that differences are accurate."""
    return array(shape, kind) + 3 * np.eye(shape[-1])


ONE = [
    (np.linalg.inv, (3, 3)),
    (np.linalg.inv, (2, 3, 3)),
    (np.linalg.inv, (0, 0)),
    (np.linalg.inv, (0, 2, 2)),
    (lambda a: np.linalg.tensorinv(np.reshape(a, (2, 2, 4)), 2), (4, 4)),
    (lambda a: np.linalg.tensorinv(np.reshape(a, (4, 2, 2)), 1), (4, 4)),
    *[(lambda a, n=n: np.linalg.matrix_power(a / 4, n), (3, 3)) for n in range(-3, 7)],
    (lambda a: np.linalg.matrix_power(a, 2), (2, 3, 3)),
]

TWO = [
    (np.linalg.solve, (3, 3), (3,)),
    (np.linalg.solve, (3, 3), (3, 2)),
    (np.linalg.solve, (3, 3), (4, 3, 2)),
    (np.linalg.solve, (4, 3, 3), (3,)),
    (np.linalg.solve, (4, 3, 3), (3, 1)),
    (np.linalg.solve, (2, 1, 3, 3), (4, 3, 2)),
    (np.linalg.solve, (0, 0), (0,)),
    (lambda a, b: np.linalg.tensorsolve(a.reshape(2, 3, 6), b), (6, 6), (2, 3)),
    (
        lambda a, b: np.linalg.tensorsolve(a.reshape(6, 2, 3), b, axes=(0,)),
        (6, 6),
        (2, 3),
    ),
]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("number", range(len(ONE)))
def test_one_matrix(number, kind):
    function, shape = ONE[number]
    check(function, regular(shape, kind))


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("number", range(len(TWO)))
def test_equations(number, kind):
    function, p, q = TWO[number]
    check(function, regular(p, kind), array(q, kind))


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize(
    "shapes",
    [
        [(2, 3), (3, 2)],
        [(2, 3), (3, 5), (5, 2)],
        [(3,), (3, 5), (5, 2), (2, 4)],
        [(2, 3), (3, 5), (5,)],
        [(3,), (3, 2), (2,)],
    ],
    ids=str,
)
def test_multi_dot(shapes, kind):
    check(
        lambda *xs: np.linalg.multi_dot(xs), *(array(shape, kind) for shape in shapes)
    )


def test_single_precision():
    for function, shape in ONE:
        check_single(function, regular(shape))
    for function, p, q in TWO:
        check_single(function, regular(p), array(q))


def test_real_matrix_and_complex_right_hand_side():
    check(np.linalg.solve, regular((3, 3)), array(3, complex))
    check(np.linalg.solve, regular((3, 3), complex), array(3))


def test_closed_forms():
    a, b = regular((3, 3)), array(3)
    to_a, to_b = vjp(np.linalg.solve, a, b)[1](np.ones(3))
    np.testing.assert_allclose(to_b, np.linalg.solve(a.T, np.ones(3)))
    np.testing.assert_allclose(to_a, -np.outer(to_b, np.linalg.solve(a, b)))
    h = hessian(lambda t: np.sum(np.linalg.inv(a * t)))(2.0)
    np.testing.assert_allclose(h, np.sum(np.linalg.inv(a)) / 4)


def test_constant_matrix_may_change_afterwards():
    a = 2 * np.eye(2)
    _, pull = vjp(lambda b: np.linalg.solve(a, b), np.ones(2))
    a[:] = 7
    np.testing.assert_allclose(pull(np.ones(2))[0], [0.5, 0.5])


def test_errors():
    square = np.eye(2)
    for call, error in [
        (lambda a: np.linalg.inv(0 * a), np.linalg.LinAlgError),
        (lambda a: np.linalg.matrix_power(a[:1], 2), np.linalg.LinAlgError),
        (lambda a: np.linalg.matrix_power(a, 0.5), TypeError),
        (lambda a: np.linalg.multi_dot([a]), ValueError),
        (lambda a: np.linalg.multi_dot([a, a[None], a]), np.linalg.LinAlgError),
        (lambda a: np.linalg.tensorinv(a, 0), ValueError),
        (lambda a: np.linalg.tensorsolve(a, np.ones((2, 2))), np.linalg.LinAlgError),
    ]:
        with pytest.raises(error):
            grad(lambda a, call=call: np.sum(call(a)))(square)
