"""Windows of a gradient are added up in place."""

import numpy as np
import pytest
from natively import array_plan, natively_of_arrays

from diffops import grad, hessianv
from diffops.jit.arrays.live_ranges import place
from diffops.jit.arrays.nodes import Move

X = np.random.default_rng(0).standard_normal(50)


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def pieces(x):
    a, b, c = x[:10], x[10:30].reshape(4, 5), x[30:]
    return np.sum(np.sin(b.T @ np.cos(b)) * np.sum(a)) + np.sum(np.exp(c) * c[::-1])


def moves(f, x):
    """Return how many windows are written and added, and how many arrays filled."""
    found = [n for n in array_plan(f, x).nodes if isinstance(n, Move)]
    filled = [n for n in found if n.operand == 0.0 and n.target.shape == x.shape]
    return len([n for n in found if n.adds]), len(filled)


def test_windows_are_added_to_what_is_there():
    assert moves(grad(lambda x: np.sum(x * x) + np.sum(x[1:] ** 3)), X) == (1, 0)


def test_the_first_of_some_windows_is_written_among_zeros():
    assert moves(grad(pieces), X) == (3, 1)


def test_sums_of_the_same_window_are_one_window():
    assert moves(grad(rosenbrock), X) == (1, 1)


def test_gradients_take_less_memory():
    plan = array_plan(grad(pieces), X)
    assert sum(buffer.size == X.size for buffer in plan.buffers) == 1
    assert place(plan, []) < 10 * X.size


def twice(x):
    """Read what one window was added to, and add another one to it."""
    y = np.zeros(50, like=x)
    y[3:9] = np.sin(x[:6])
    z = x + y
    w = np.zeros(50, like=x)
    w[5:] += z[:45] * 2
    return z * w + (z + w)


PROGRAMS = {
    "rosenbrock": grad(rosenbrock),
    "its Hessian": lambda x: hessianv(rosenbrock)(x, np.cos(x)),
    "pieces": grad(pieces),
    "pieces again": lambda x: hessianv(pieces)(x, np.sin(x)),
    "twice": twice,
    "twice, gradient": grad(lambda x: np.sum(np.sin(twice(x)))),
    "the same window twice": grad(lambda x: np.sum(np.sin(x[2:7]) * x[2:7] ** 3)),
    "overlapping": grad(
        lambda x: np.sum(x[:40] * x[5:45] * x[10:] * np.exp(x[39::-1]))
    ),
    "rows": grad(lambda x: np.sum(np.tanh(x.reshape(5, 10)[1:, 2]) * x[:4])),
    "single entries": grad(lambda x: x[3] * np.sin(x[4]) * np.sum(x)),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_results_are_those_of_numpy(name):
    f = PROGRAMS[name]
    found = natively_of_arrays(f, np.ones(50))(X)
    np.testing.assert_allclose(found, f(X), rtol=1e-12, atol=1e-13)


def test_zeros_have_the_signs_of_numpys():
    def f(x):
        return grad(lambda x: np.sum(x[10:] * 0.0) + np.sum(x * -0.0))(x) * x

    x = -np.ones(50)
    found, wanted = natively_of_arrays(f, x)(x), f(x)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(wanted))
