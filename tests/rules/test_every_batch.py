"""Every primitive for a whole batch: against one member after the other.

Derivatives of members, of the whole batch, and of second order are walked too, with
every choice of the arguments that are batched. No primitive may fall back to the loop
over members that serves what has no batching rule.
"""

import itertools

import numpy as np
import pytest
from test_every_rule import ALL, ELEMENTWISE, example

from diffops import grad, hessianv, jvp, vmap
from diffops.modes.batch import loops
from diffops.primitive import table

SIZE = 3


@pytest.fixture(autouse=True)
def no_loop():
    """Fail where a batch was run one member after the other."""
    loops.clear()
    yield
    assert not loops


def batches(name, args):
    """Return a stack of slightly different values of each argument."""
    random = np.random.default_rng(len(name))
    stacks = []
    for arg in args:
        arg = np.asarray(arg, float)
        # Shrinking keeps a sample within the domain of every elementwise function.
        noise = 0.0 if name in ELEMENTWISE else 0.01 * random.normal(size=arg.shape)
        stacks.append(np.stack([arg * (1 - 0.02 * k) + k * noise for k in range(SIZE)]))
    return stacks


def weighted(f, args):
    """Return the function with one number as its result, and without symmetries."""
    weights = np.cos(1 + np.arange(np.size(f(*args)))).reshape(np.shape(f(*args)))
    return lambda *xs: np.sum(weights * f(*xs))


def direction(x):
    return np.cos(np.arange(np.size(x))).reshape(np.shape(x))


def assert_close(found, wanted):
    for a, b in zip(found, wanted, strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)


def stacked(results):
    return tuple(map(np.stack, zip(*results, strict=True)))


@pytest.mark.parametrize("name", ALL)
def test_values_with_every_choice_of_batched_arguments(name):
    f, args = example(name)
    stacks = batches(name, args)
    for chosen in itertools.product([True, False], repeat=len(args)):
        if not any(chosen):
            continue
        axes = tuple(0 if own else None for own in chosen)
        given = [
            s if own else a for s, a, own in zip(stacks, args, chosen, strict=True)
        ]
        wanted = [
            f(*(g[i] if own else g for g, own in zip(given, chosen, strict=True)))
            for i in range(SIZE)
        ]
        assert_close([vmap(f, axes)(*given)], [np.stack(wanted)])


@pytest.mark.parametrize("name", ALL)
def test_nested_batches(name):
    f, args = example(name)
    stacks = batches(name, args)
    wanted = np.stack([f(*(s[i] for s in stacks)) for i in range(SIZE)])
    twice = [np.stack([s, s[::-1]]) for s in stacks]
    assert_close([vmap(vmap(f))(*twice)], [np.stack([wanted, wanted[::-1]])])
    outer = vmap(lambda *xs: vmap(f)(*xs), in_axes=1, out_axes=1)(*twice)
    assert_close([outer], [np.stack([wanted, wanted[::-1]])])


@pytest.mark.parametrize("name", ALL)
def test_derivatives_inside_and_outside_a_batch(name):
    f, args = example(name)
    stacks = batches(name, args)
    every = tuple(range(len(args)))
    scalar = weighted(f, args)
    members = [[s[i] for s in stacks] for i in range(SIZE)]
    gradients = stacked([grad(scalar, every)(*member) for member in members])
    assert_close(vmap(grad(scalar, every))(*stacks), gradients)
    total = grad(lambda *xs: np.sum(vmap(scalar)(*xs)), every)(*stacks)
    assert_close(total, gradients)
    push = lambda *xs: jvp(f, xs, tuple(map(direction, xs)))[1]  # noqa: E731
    assert_close([vmap(push)(*stacks)], [np.stack([push(*m) for m in members])])


@pytest.mark.parametrize("name", ALL)
def test_second_derivatives_inside_and_outside_a_batch(name):
    f, args = example(name)
    stacks = batches(name, args)
    every = tuple(range(len(args)))
    scalar = weighted(f, args)
    along = hessianv(scalar, every)
    product = lambda *xs: along(*xs, tuple(map(direction, xs)))  # noqa: E731
    wanted = stacked([product(*(s[i] for s in stacks)) for i in range(SIZE)])
    assert_close(vmap(product)(*stacks), wanted)
    whole = hessianv(lambda *xs: np.sum(vmap(scalar)(*xs)), every)
    directions = tuple(np.stack([direction(x) for x in s]) for s in stacks)
    assert_close(whole(*stacks, directions), wanted)


X = np.array([[1.0, -2.0, 3.0, 0.5], [4.0, 5.0, -6.0, 0.1], [2.0, 2.0, 2.0, 0.0]])

#: Functions without a derivative, which see batches all the same.
CONSTANT = {
    "less": lambda x: x < x[::-1],
    "logical": lambda x: np.logical_and(x > 0, ~(x > 2)) | (x == 5),
    "floor": lambda x: np.floor(x) + np.round(x, 1) + np.rint(x),
    "floordiv": lambda x: x // 0.7,
    "isclose": lambda x: np.isclose(x, 2.0),
    "allclose": lambda x: np.allclose(x, 2.0),
    "argmax": lambda x: np.argmax(x),
    "argmin of a matrix": lambda x: np.argmin(np.outer(x, x), axis=1),
    "argmax, keepdims": lambda x: np.argmax(np.outer(x, x), axis=0, keepdims=True),
    "argmax of all, keepdims": lambda x: np.argmax(np.outer(x, x), keepdims=True),
    "argsort": lambda x: np.argsort(x),
    "argsort, flat": lambda x: np.argsort(np.outer(x, x), axis=None, kind="stable"),
    "argsort, axis": lambda x: np.argsort(np.outer(x, x + 1), 0),
    "argpartition": lambda x: np.argpartition(x, 1)[:1] >= 0,
    "count_nonzero": lambda x: np.count_nonzero(x > 0),
    "any, axis": lambda x: np.any(np.outer(x, x) > 3, 0),
    "all": lambda x: np.all(x > -3),
    "sign": np.sign,
    "isin": lambda x: np.isin(x, [2.0, 5.0]),
    "searchsorted": lambda x: np.searchsorted(np.array([0.0, 2.0]), x),
    "shape": lambda x: np.array(np.shape(x)) * np.ndim(x) * np.size(x),
    "result_type": lambda x: np.zeros(2, np.result_type(x, np.float32)),
    "matrix_rank": lambda x: np.linalg.matrix_rank(np.outer(x, x)),
    "bincount": lambda x: np.bincount(np.argsort(x), minlength=5),
    "astype": lambda x: x.astype(int),
}


@pytest.mark.parametrize("name", CONSTANT)
def test_functions_without_a_derivative(name):
    f = CONSTANT[name]
    wanted = np.stack([f(x) for x in X])
    found = vmap(f)(X)
    np.testing.assert_array_equal(found, wanted)
    assert found.dtype == wanted.dtype
    under = vmap(lambda x: grad(lambda t: np.sum(f(t * x) * np.sum(t)))(1.0))(X)
    np.testing.assert_allclose(under, [np.sum(f(x)) for x in X])


def test_constant_ufuncs_have_the_rule_of_broadcasting():
    for function, rule in table.items():
        if isinstance(function, np.ufunc) and "onstant" in repr(rule):
            assert rule.batch is not None
