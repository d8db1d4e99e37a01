"""Dask's blocks: one lazy graph for value and gradient, reads, writes and refusals."""

import collections

import numpy as np
import pytest
from blocks import assert_alike, blocked, computed, da, dask, nothing_computed

from diffops import (
    NoDerivativeError,
    checkpoint,
    diff,
    diffn,
    fgrad,
    grad,
    hessian,
    hessianv,
    jacobian,
    jit,
    jvp,
    laplacian,
    linearize,
    optimize,
    taylor,
    vjp,
    vmap,
)
from diffops.engines import dask as engine

pytestmark = pytest.mark.filterwarnings("error::FutureWarning")

RANDOM = np.random.default_rng(5)
DATA = RANDOM.normal(size=(40, 3))
LABELS = np.sign(RANDOM.normal(size=40))
W, V = RANDOM.normal(size=(2, 3))


def likelihood(X, y):
    """Return the loss of logistic regression."""
    return lambda w: np.sum(np.logaddexp(0, -y * (X @ w))) + 0.5 * w @ w


BLOCKS = da.from_array(DATA, chunks=(10, 3)), da.from_array(LABELS, chunks=10)
ON_BLOCKS, ON_ARRAYS = likelihood(*BLOCKS), likelihood(DATA, LABELS)


@pytest.mark.parametrize("parameters", [np.asarray, blocked])
def test_gradients_are_lazy_for_parameters_of_both_libraries(parameters):
    with nothing_computed():
        gradient = grad(ON_BLOCKS)(parameters(W))
    assert_alike(computed([gradient]), [grad(ON_ARRAYS)(W)])


def test_values_and_gradients_share_one_graph_in_which_each_block_is_read_once():
    read = collections.Counter()

    def load(block, block_info):
        read[block_info[0]["chunk-location"]] += 1
        return block

    X = BLOCKS[0].map_blocks(load, dtype=float, meta=np.empty((0, 0)))
    with nothing_computed():
        both = fgrad(likelihood(X, BLOCKS[1]))(W)
    assert not read
    assert_alike(computed(both), fgrad(ON_ARRAYS)(W))
    assert read == {(i, 0): 1 for i in range(4)}


OPERATORS = {
    "hessianv": lambda f, x: hessianv(f)(x, V),
    "hessian": lambda f, x: hessian(f)(x),
    "jacobian": lambda f, x: jacobian(lambda x: f(x) * x)(x),
    "laplacian": lambda f, x: laplacian(f)(x),
    "jvp": lambda f, x: jvp(f, (x,), (V,)),
    "vjp": lambda f, x: vjp(f, x)[1](2.0),
    "linearize": lambda f, x: linearize(f, x)[1](V),
    "taylor": lambda f, x: taylor(f, x, 2, V),
    "third order": lambda f, x: grad(lambda x: hessianv(f)(x, V) @ V)(x),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_are_lazy(name):
    operator = OPERATORS[name]
    with nothing_computed():
        found = operator(ON_BLOCKS, W)
    wanted = operator(ON_ARRAYS, W)
    if not isinstance(found, tuple):
        found, wanted = [found], [wanted]
    assert_alike(computed(found), wanted)


def test_numbers_and_containers_vary_too():
    def loss(p, X):
        return np.sum(np.tanh(X @ p["w"] + p["b"]) ** 2)

    p = {"w": W, "b": 0.3}
    with nothing_computed():
        found = grad(loss)(p, BLOCKS[0])
    wanted = grad(loss)(p, DATA)
    for name in p:
        assert_alike(computed([found[name]]), [wanted[name]])
    for operator in (diff, lambda f: diffn(3, f)):
        found = operator(lambda s: np.sum(np.sin(s * BLOCKS[0])))(0.3)
        wanted = operator(lambda s: np.sum(np.sin(s * DATA)))(0.3)
        assert_alike(computed([found]), [wanted])


def test_members_of_a_batch_are_blocks():
    with nothing_computed():
        found = vmap(grad(lambda x: np.sum(np.sin(x) * x[::-1])))(BLOCKS[0])
    wanted = vmap(grad(lambda x: np.sum(np.sin(x) * x[::-1])))(DATA)
    assert_alike(computed([found]), [wanted])


KEYS = [
    3,
    -1,
    slice(1, None),
    slice(None, None, -1),
    slice(8, 1, -3),
    slice(1, 9, 4),
    slice(5, 5),
    (slice(2, 30, 7), 1),
    (..., None, 2),
    (None, 4),
    (slice(None), [0, 0, 2]),
    [7, 0, 7, -1],
    ([1, 39, 1], slice(None, 2)),
    np.arange(40) % 3 == 0,
    da.from_array(np.array([5, 5, 0, 39]), chunks=2),
]


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_cotangents_go_back_to_where_they_were_read(key):
    plain = key.compute() if isinstance(key, da.Array) else key
    with nothing_computed():
        found = grad(lambda x: np.sum(np.sin(x[key])))(BLOCKS[0])
    assert_alike(computed([found]), [grad(lambda x: np.sum(np.sin(x[plain])))(DATA)])
    assert max(map(max, found.chunks)) <= 40


def test_parameters_are_picked_by_blocks_of_indices():
    group = RANDOM.integers(0, 3, 40)
    blocks = da.from_array(group, chunks=10)

    def loss(b, group, x):
        return np.sum(np.exp(b[group]) * x)

    with nothing_computed():
        found = grad(loss)(W, blocks, BLOCKS[1])
    assert_alike(computed([found]), [grad(loss)(W, group, LABELS)])
    assert_alike(
        [hessian(loss)(W, blocks, BLOCKS[1]).compute()],
        [hessian(loss)(W, group, LABELS)],
    )


def test_what_is_added_at_an_index_is_split_into_blocks():
    with dask.config.set({"array.chunk-size": "80B"}):
        whole = engine.scatter(blocked(np.arange(40.0), 4), np.arange(40) // 2, (25,))
    assert whole.chunks == ((10, 10, 5),)
    wanted = np.bincount(np.arange(40) // 2, np.arange(40.0), 25)
    np.testing.assert_array_equal(whole.compute(), wanted)


def test_writes_into_parameters_take_blocks():
    def f(w, X):
        z = np.zeros_like(w)
        z[0] = np.sum(X * w[0]) ** 2
        z[1:] = w[1:] * w[0]
        z[2] += z[1]
        return np.sum(z**2)

    with nothing_computed():
        found = grad(f)(W, BLOCKS[0])
    assert_alike(computed([found]), [grad(f)(W, DATA)])


def test_later_writes_of_the_user_do_not_reach_the_derivative():
    X = BLOCKS[1].copy()
    _, pullback = vjp(lambda w: w * X, W[0])
    X[:] = 0.0
    (cotangent,) = pullback(np.ones(40))
    np.testing.assert_allclose(cotangent.compute(), LABELS.sum())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # blocks warn when they are run
def test_kinks_are_smooth_where_they_are_squared():
    x = np.array([0.0, 2.0, 0.0, -1.0])
    for f in (
        lambda x: np.linalg.norm(x[::2]) ** 2,
        lambda x: np.sum(np.abs(x) * np.abs(x)),
    ):
        assert_alike(computed([hessian(f)(blocked(x))]), [hessian(f)(x)])


def test_sums_that_are_zero_by_chance_are_no_kinks():
    x = np.array([1.0, -1.0])

    def f(x):
        return np.sum(np.abs(x) - 1) ** 2

    assert_alike(computed([hessian(f)(blocked(x))]), [hessian(f)(x)])


def test_checkpoints_are_lazy_and_compare_graphs():
    with nothing_computed():
        found = grad(lambda x: np.sum(checkpoint(lambda x: np.sin(x) * x)(x)))(
            BLOCKS[1]
        )
    assert_alike(computed([found]), [np.sin(LABELS) + LABELS * np.cos(LABELS)])

    def drawing(x):
        return x * da.random.default_rng().normal(size=40, chunks=10)

    with pytest.raises(NoDerivativeError, match="something else"):
        grad(lambda x: np.sum(checkpoint(drawing)(x)))(BLOCKS[1])


def test_minimisers_run_one_graph_a_step():
    runs = []

    class Counting(dask.callbacks.Callback):
        def _start(self, dsk):
            runs.append(len(dsk))

    def loss(w, X, y):
        return likelihood(X, y)(w)

    with Counting():
        found = optimize.minimize(loss, W, args=BLOCKS, method="BFGS")
    wanted = optimize.minimize(loss, W, args=(DATA, LABELS), method="BFGS")
    assert_alike([found.x, found.jac], [wanted.x, wanted.jac])
    assert len(runs) == found.nfev


def test_graphs_are_compared_by_name():
    assert engine.same(BLOCKS[0] + 1, BLOCKS[0] + 1)
    assert not engine.same(BLOCKS[0] + 1, BLOCKS[0] + 2)


def test_unknown_shapes_are_refused():
    some = BLOCKS[1][BLOCKS[1] > 0]
    for f in (lambda w: w * some, lambda w: np.sum(some * w), lambda w: some @ w):
        with nothing_computed(), pytest.raises(NoDerivativeError, match="chunk_sizes"):
            grad(f)(1.5)
    with pytest.raises(NoDerivativeError, match=r"chunk_sizes"):
        grad(np.sum)(some)
    with nothing_computed(), pytest.raises(NoDerivativeError, match=r"np\.where"):
        grad(lambda x: np.sum(x[x > 0]))(BLOCKS[1])
    some.compute_chunk_sizes()
    found = grad(lambda w: np.sum(np.sin(some * w)))(1.5)
    few = some.compute()
    assert_alike([found.compute()], [grad(lambda w: np.sum(np.sin(few * w)))(1.5)])


def test_indices_of_more_axes_go_through_take():
    index = np.array([[0, 1], [1, 1]])
    with pytest.raises(NoDerivativeError, match=r"np\.take"):
        grad(lambda x: np.sum(x[index]))(BLOCKS[1])
    found = grad(lambda x: np.sum(np.take(x, index) ** 2))(BLOCKS[1])
    wanted = grad(lambda x: np.sum(np.take(x, index) ** 2))(LABELS)
    assert_alike(computed([found]), [wanted])


def test_entries_as_python_numbers_are_refused():
    for f in (np.asarray, np.vectorize(lambda a: a * a), float):
        with pytest.raises(NoDerivativeError):
            grad(lambda x, f=f: np.sum(f(x)))(blocked(1.5))


def test_whole_numbers_are_promoted_and_truth_values_refused():
    found = grad(lambda x: np.sum(x * x))(blocked(np.arange(4)))
    assert_alike(computed([found]), [2.0 * np.arange(4)])
    with pytest.raises(TypeError, match="bool"):
        grad(np.sum)(BLOCKS[0] > 0)


def of_data(w, X, y):
    return grad(likelihood(X, y))(w)


@pytest.mark.parametrize(
    ("f", "args"), [(grad(ON_BLOCKS), (W,)), (of_data, (W, *BLOCKS))]
)
def test_jit_leaves_blocks_to_dask(f, args):
    jitted = jit(f)
    with nothing_computed(), pytest.warns(RuntimeWarning, match="Dask"):
        found = [jitted(*args) for _ in range(4)]
    for gradient in found:
        assert_alike(computed([gradient]), [grad(ON_ARRAYS)(W)])
