"""Programs of arrays become plans: what is fused, and what waits for what."""

import numpy as np
import pytest
from natively import array_plan, array_text, natively_of_arrays

from diffops import grad
from diffops.jit.arrays.nodes import MOST_DEPTH, Each, NotOfArrays, Product, Reduce

X = np.random.default_rng(0).standard_normal((6, 5))


def groups(plan):
    """Return level and shape of each nest."""
    return {(n.level, n.shape) for n in plan.nodes if isinstance(n, Each) and n.shape}


def stored(plan):
    return sum(n.stored is not None for n in plan.nodes if isinstance(n, Each))


def test_a_chain_and_its_sum_are_one_nest():
    plan = array_plan(lambda x: np.sum(np.sin(x) * x + np.exp(-(x**2))), X)
    assert groups(plan) == {(0, X.shape)}
    assert stored(plan) == 0
    (reduce,) = [n for n in plan.nodes if isinstance(n, Reduce)]
    assert reduce.level == 0
    assert reduce.axes == (0, 1)


def test_the_gradient_of_a_chain_is_one_nest_too():
    plan = array_plan(grad(lambda x: np.sum(np.sin(x) * x)), X)
    assert groups(plan) == {(0, X.shape)}
    assert stored(plan) == 1


def test_what_depends_on_a_sum_waits_for_it():
    plan = array_plan(lambda x: x / np.sum(np.exp(x)), X)
    assert groups(plan) == {(0, X.shape), (1, X.shape)}


def test_broadcasting_waits_for_what_is_broadcast():
    plan = array_plan(lambda x: np.exp(x[:, :1]) * x, X)
    assert groups(plan) == {(0, (6, 1)), (1, X.shape)}
    assert stored(plan) == 1 + 1  # and the result


def test_products_are_left_to_blas():
    plan = array_plan(lambda x: np.tanh(x @ x.T), X)
    (product,) = [n for n in plan.nodes if isinstance(n, Product)]
    assert product.right.strides == (1, 5)


def test_uniform_constants_are_numbers():
    plan = array_plan(lambda x: x * np.ones(5) + np.full((6, 5), 2.0), X)
    assert not plan.constants
    plan = array_plan(lambda x: x * np.arange(5.0) + np.arange(1, 6), X)
    assert len(plan.constants) == 2


def test_equal_constants_are_kept_once():
    plan = array_plan(lambda x: x * np.arange(5.0) + np.sin(x) * np.arange(5.0), X)
    assert len(plan.constants) == 1


REFUSED = {
    "sorted": lambda x: np.sort(x),
    "solved": lambda x: np.linalg.inv(x[:5, :5] + np.eye(5)),
    "empty": lambda x: np.sum(x[:0]),
    "whole numbers": lambda x: np.argmax(x) * 1.0,
    "read as a number": lambda x: x * float(x[0, 0]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_of_arrays(name):
    with pytest.raises(NotOfArrays):
        array_plan(REFUSED[name], X)


def logistic_map(x, turns):
    for _ in range(turns):
        x = 3.7 * x * (1.0 - x)
    return x


def test_the_turns_of_a_long_loop_become_equal_nests():
    x = np.linspace(0.1, 0.9, 7)
    plan = array_plan(lambda x: logistic_map(x, 200), x)
    assert (
        max(node.depth for node in plan.nodes if isinstance(node, Each)) <= MOST_DEPTH
    )
    assert len(groups(plan)) > 200 * 2 / MOST_DEPTH  # 3.7x and 1-x do not wait
    nests = [
        array_text(lambda x, n=n: logistic_map(x, n), x).count("define internal void")
        for n in (200, 600)
    ]
    assert nests[0] == nests[1]
    run = natively_of_arrays(lambda x: logistic_map(x, 200), x)
    assert np.array_equal(run(x), logistic_map(x, 200))
