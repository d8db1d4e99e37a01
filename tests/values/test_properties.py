"""Broadcasting and indexing of any kind: properties, on random shapes and keys."""

import numpy as np
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp

from diffops import grad, jvp, vjp

SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
PAIRS = hnp.mutually_broadcastable_shapes(
    num_shapes=2, max_dims=3, min_side=0, max_side=3
)


def sample(shape, seed):
    """Return an array with entries away from zero."""
    return np.random.default_rng(seed).uniform(0.5, 2.0, shape)


#: Each with its partial derivatives.
BINARY = {
    np.add: (lambda a, b: 1.0, lambda a, b: 1.0),
    np.subtract: (lambda a, b: 1.0, lambda a, b: -1.0),
    np.multiply: (lambda a, b: b, lambda a, b: a),
    np.divide: (lambda a, b: 1 / b, lambda a, b: -a / b**2),
    np.power: (lambda a, b: b * a ** (b - 1), lambda a, b: a**b * np.log(a)),
    np.arctan2: (lambda a, b: b / (a * a + b * b), lambda a, b: -a / (a * a + b * b)),
    np.maximum: (lambda a, b: a > b, lambda a, b: b > a),
    np.hypot: (lambda a, b: a / np.hypot(a, b), lambda a, b: b / np.hypot(a, b)),
}


def summed_to(array, shape):
    """Sum over the axes along which an array of this shape was broadcast."""
    array = array.sum(axis=tuple(range(array.ndim - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 != array.shape[i])
    return array.sum(axis=axes, keepdims=True)


@given(PAIRS, st.sampled_from(list(BINARY)), st.booleans())
def test_broadcasting(shapes, function, as_operator):
    a, b = (sample(shape, seed) for seed, shape in enumerate(shapes.input_shapes))
    w, da, db = sample(shapes.result_shape, 2), sample(a.shape, 3), sample(b.shape, 4)
    partials = [partial(a, b) * np.ones(w.shape) for partial in BINARY[function]]

    def f(a, b):
        return a * b if as_operator and function is np.multiply else function(a, b)

    y, change = jvp(f, (a, b), (da, db))
    np.testing.assert_array_equal(y, f(a, b))
    np.testing.assert_allclose(change, partials[0] * da + partials[1] * db, rtol=1e-12)
    y, pullback = vjp(f, a, b)
    for g, partial, x in zip(pullback(w), partials, (a, b), strict=True):
        assert g.shape == x.shape
        np.testing.assert_allclose(g, summed_to(w * partial, x.shape), rtol=1e-12)
    for number, x in enumerate((a, b)):  # the other one is constant
        g = grad(lambda *ab: np.sum(w * f(*ab)), argnums=number)(a, b)
        wanted = summed_to(w * partials[number], x.shape)
        np.testing.assert_allclose(g, wanted, rtol=1e-12, atol=1e-300)


@st.composite
def keyed(draw):
    """Draw a shape, and an index into arrays of it: basic, advanced, boolean, mixed."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4))
    kind = draw(st.sampled_from(["basic", "integers", "mask", "mixed"]))
    if kind == "basic":
        key = draw(hnp.basic_indices(shape, allow_newaxis=True, max_dims=5))
    elif kind == "integers":
        key = draw(hnp.integer_array_indices(shape))
    elif kind == "mask":
        key = draw(hnp.arrays(bool, shape[: draw(st.integers(1, len(shape)))]))
    else:
        rows = draw(st.lists(st.integers(-shape[0], shape[0] - 1), max_size=3))
        rows = np.array(rows, dtype=int)
        rest = draw(hnp.basic_indices(shape[1:], allow_newaxis=True))
        rest = rest if isinstance(rest, tuple) else (rest,)
        key = (rows, *rest)
    return shape, key


@given(keyed())
def test_getitem(case):
    shape, key = case
    x = sample(shape, 0)
    w = sample(np.shape(x[key]), 1)
    wanted = np.zeros(shape)
    np.add.at(wanted, key, w)
    np.testing.assert_allclose(grad(lambda x: np.sum(w * x[key]))(x), wanted)
    y, change = jvp(lambda x: x[key], (x,), (2 * x,))
    np.testing.assert_array_equal(y, x[key])
    np.testing.assert_array_equal(change, 2 * x[key])
    assert np.shape(y) == np.shape(change) == np.shape(x[key])


@given(keyed())
def test_setitem(case):
    shape, key = case
    x, w = sample(shape, 0), sample(shape, 1)
    v = sample(np.shape(x[key]), 2)

    def write(x, v):
        y = x * 1.0
        y[key] = v
        return y

    dx, dv = sample(shape, 3), sample(v.shape, 4)
    y, change = jvp(write, (x, v), (dx, dv))
    np.testing.assert_array_equal(y, write(x, v))
    np.testing.assert_array_equal(change, write(dx, dv))

    # Which entry of the result came from which entry of v: the last one written there.
    source = np.full(shape, -1)
    source[key] = np.arange(v.size).reshape(v.shape)
    _, pullback = vjp(write, x, v)
    gx, gv = pullback(w)
    np.testing.assert_allclose(gx, np.where(source < 0, w, 0.0))
    wanted = np.zeros(v.size)
    np.add.at(wanted, source[source >= 0], w[source >= 0])
    np.testing.assert_allclose(gv, wanted.reshape(v.shape))


@given(keyed())
def test_augmented_setitem(case):
    shape, key = case
    x = sample(shape, 0)
    w = sample(shape, 1)

    def write(x):
        y = x**2
        y[key] *= 3.0
        return np.sum(w * y)

    factor = np.ones(shape)
    factor[key] = 3.0
    np.testing.assert_allclose(grad(write)(x), 2 * w * factor * x)


@given(SHAPES, st.integers(0, 3))
def test_iteration_unpacks_what_stacking_packs(shape, seed):
    x = sample((2, *shape), seed)
    w = sample(x.shape, seed + 1)
    np.testing.assert_allclose(
        grad(lambda x: np.sum(w * np.stack([row**2 for row in x])))(x), 2 * w * x
    )
