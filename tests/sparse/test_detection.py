"""Patterns of whole programs, against differences of plain functions."""

import numpy as np
import pytest
from dependences import (
    adjustment,
    arrow,
    bratu,
    rosenbrock,
    true_curvature,
    true_pattern,
)
from hypothesis import given, settings, strategies as st

from diffops import NoDerivativeError, grad, jvp, vmap
from diffops.operators._point import Point
from diffops.sparse._detection import hessian_pattern, jacobian_pattern

X = np.array([0.5, -1.2, 0.8, 1.5, -0.4, 0.9])


def jacobian_of(f, *args, argnums=0, local=False):
    return jacobian_pattern(Point(f, argnums, args, {}), False, local).toarray()


def hessian_of(f, *args, argnums=0, local=False):
    return hessian_pattern(Point(f, argnums, args, {}), False, local).toarray()


def looped(x):
    """Return Rosenbrock's function, computed entry by entry."""
    total = 0.0
    for i in range(len(x) - 1):
        total += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return total


def written(x):
    out = np.zeros_like(x)
    out[1:-1] = x[2:] * x[:-2]
    for i in range(2):
        out[i] += np.sin(x[i])
    out[-1] = out[1] ** 2
    return out


FIELDS = {
    "bratu": (bratu, np.zeros(16)),
    "arrow": (lambda x: arrow(x.copy()), X),
    "written": (written, X),
    "gradient": (grad(lambda x: np.sum(x[1:] ** 2 * x[:-1])), X),
    "directional": (lambda x: jvp(bratu, (x,), (x[::-1],))[1], np.zeros(9)),
    "mapped": (lambda x: vmap(lambda a: a[0] * a[1])(x.reshape(3, 2)), X),
}


@pytest.mark.parametrize("name", FIELDS)
def test_jacobians(name):
    f, x = FIELDS[name]
    truth = true_pattern(f, x)
    assert np.array_equal(jacobian_of(f, x), truth)
    assert not (truth & ~jacobian_of(f, x, local=True)).any()


SURFACES = {
    "rosenbrock": rosenbrock,
    "looped": looped,
    "quadratic": lambda x: np.sum(x[1:] * x[:-1]),
    "linear": lambda x: np.sum(3 * x) - x[0],
    "separable": lambda x: np.sum(np.exp(x) * x),
    "grouped": lambda x: np.sum(np.prod(x.reshape(2, 3), axis=1)),
    "power": lambda x: np.sum(abs(x[1:]) ** x[:-1]),
    "quotient": lambda x: np.sum(x[:3] / (2 + x[3:] ** 2)),
    "least squares": lambda x: np.sum(written(x) ** 2),
    "matrix": lambda x: x[:2] @ (np.array([[1.0, 0.0], [2.0, 3.0]]) @ x[2:4]),
    "not smooth": lambda x: np.sum(np.abs(x) * x) + np.maximum(x[0], x[1]),
    "unused": lambda x: (np.exp(np.sum(x)), np.sum(x[1:] * x[:-1]))[1],
    "steps": lambda x: np.sum(np.floor(x) * x[::-1]),
}


@pytest.mark.parametrize("name", SURFACES)
def test_hessians(name):
    f = SURFACES[name]
    x = X + 0.25 if name == "steps" else X
    truth = true_curvature(f, x, points=1 if name == "steps" else 3)
    assert np.array_equal(hessian_of(f, x), truth)
    assert not (truth & ~hessian_of(f, x, local=True)).any()


def test_orders_that_depend_on_x():
    """What a cotangent is added to depends on x, the cotangent does not."""

    def f(x):
        return np.sum(x[np.argsort(x[::-1])] * np.arange(6.0)) + x[0]

    assert not hessian_of(f, X).any()


def test_products_of_all_are_dense():
    assert hessian_of(lambda x: np.exp(x @ x), X).all()
    assert hessian_of(lambda x: np.sum(x) ** 2, X).all()


def test_zeros_of_a_cotangent_are_no_structure():
    """As zeros of any factor; so what was computed, and not used, is counted."""
    found = hessian_of(lambda x: np.sum((x[1:] * x[:-1])[::2]), X)
    truth = true_curvature(lambda x: np.sum((x[1:] * x[:-1])[::2]), X)
    assert not (truth & ~found).any()
    assert np.array_equal(found, hessian_of(SURFACES["quadratic"], X))


def test_several_arguments_and_containers():
    cameras, points = np.zeros((2, 3)), np.ones((4, 2))
    seen = np.array([0, 1, 1, 0, 1]), np.array([0, 0, 2, 3, 1])
    found = jacobian_of(adjustment, cameras, points, seen, argnums=(0, 1))
    assert found.shape == (10, 14)

    def flat(x):
        return adjustment(x[:6].reshape(2, 3), x[6:].reshape(4, 2), seen)

    assert np.array_equal(found, true_pattern(flat, np.ones(14)))
    trees = jacobian_of(lambda p: {"a": p["u"][:2], "b": p["v"]}, {"u": X, "v": 2.0})
    assert np.array_equal(trees, np.eye(7, dtype=bool)[[0, 1, 6]])


def test_decisions_are_refused_or_followed():
    def f(x):
        return x if x[0] > 0 else x[::-1]

    with pytest.raises(NoDerivativeError, match=r"test_detection\.py"):
        jacobian_of(f, X)
    with pytest.raises(NoDerivativeError, match="sparsity="):
        hessian_of(lambda x: np.sum(f(x) ** 2), X)
    assert np.array_equal(jacobian_of(f, X, local=True), np.eye(6, dtype=bool))
    turned = jacobian_of(f, -X, local=True)
    assert np.array_equal(turned, np.eye(6, dtype=bool)[::-1])


def test_decisions_by_shapes_and_constants_are_none():
    def f(x, deep):
        if deep and len(x) > 3 and x.dtype == float:
            return x[:3] * x.shape[0]
        return x

    assert jacobian_of(f, X, True).shape == (3, 6)


def test_scalars():
    assert jacobian_of(lambda x: x * 2, 3.0).tolist() == [[True]]
    assert jacobian_of(lambda x: 2.0, 3.0).tolist() == [[False]]
    assert hessian_of(lambda x: x**2, 3.0).tolist() == [[True]]


def test_nothing():
    assert jacobian_of(lambda x: x, np.zeros(0)).shape == (0, 0)
    assert hessian_of(np.sum, np.zeros(0)).shape == (0, 0)


OPERATIONS = {
    "sin": lambda x, i, j: np.sin(x[i]) + 0 * x[j],
    "product": lambda x, i, j: x[i] * x[j],
    "sum": lambda x, i, j: x[i] - 2 * x[j],
    "power": lambda x, i, j: (2 + x[i] ** 2) ** x[j],
    "quotient": lambda x, i, j: x[i] / (1.5 + np.cos(x[j])),
    "linear": lambda x, i, j: 3 * x[i] + 1,
}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(OPERATIONS)), st.integers(0, 7), st.integers(0, 7)
        ),
        min_size=1,
        max_size=8,
    )
)
def test_random_programs(steps):
    """Straight programs over entries: the last values are the outputs."""

    def f(x):
        values = [x[i] for i in range(4)]
        for name, i, j in steps:
            new = OPERATIONS[name](values, i % len(values), j % len(values))
            values.append(new)
        return np.stack(values[-3:])

    x = np.array([0.6, -0.8, 0.4, 1.1])
    found = jacobian_of(f, x)
    assert not (true_pattern(f, x) & ~found).any()
    # What is found too much comes from the zero in "sin" alone.
    if not any(name == "sin" for name, _, _ in steps):
        assert np.array_equal(found, true_pattern(f, x))
    bend = true_curvature(lambda x: np.sum(np.tanh(f(x))), x, points=1)
    assert not (bend & ~hessian_of(lambda x: np.sum(np.tanh(f(x))), x)).any()
