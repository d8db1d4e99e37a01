"""Windows, joins, writes and reductions of arrays in native programs."""

import numpy as np
import pytest
from natively import natively, natively_of_arrays

from diffops import grad

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((4, 3, 5))
Y = RANDOM.standard_normal((4, 3, 5))


def written(x):
    y = np.zeros_like(x)
    y[1] = x[0] * 2
    y[:, 2] = x[:, 1]
    y[..., 0] = 7.0
    y[:, 1] += x[:, 0]
    y[2, 1, 3] = x[0, 0, 0]
    return y


FUNCTIONS = {
    "slices": lambda x: x[1:, :, ::2] * x[:-1, :, ::2],
    "entries": lambda x: x[1, 2, 3] * x[0],
    "fancy": lambda x: x[[0, 2, 0]] * x[:3] + x[np.array([1, 0, 3]), 1][:, None],
    "masks": lambda x: x[np.arange(4) % 2 == 0] * 2,
    "reversed": lambda x: x[::-1, :, ::-2] * x[:, :, ::2] + np.flip(x)[..., :3],
    "rolls": lambda x: (np.roll(x, 2, axis=2) * x, np.tile(x, (2, 1, 1))),
    "repeats": lambda x: np.repeat(np.sin(x), 2, axis=1),
    "pads": lambda x: np.pad(x * 2, ((1, 0), (0, 2), (1, 1))),
    "new axes": lambda x: x[:, None] * x[:, :, None],
    "reshape": lambda x: np.exp(x).reshape(12, 5) + x.reshape(12, 5)[0],
    "reshape of a window": lambda x: x[:, 1:].reshape(40) * 2,
    "transpose": lambda x: np.sin(x.transpose(2, 0, 1)).copy("C"),
    "ravel": lambda x: np.ravel(x * 2) + 1,
    "diagonal": lambda x: np.diagonal(x[:, :, 0]) * 2,
    "broadcast": lambda x: np.broadcast_to(np.exp(x[0]), x.shape) * x,
    "stack": lambda x: np.stack([x * 2, np.sin(x), x], axis=1),
    "concatenate": lambda x: np.concatenate([x * 2, x[:1], np.ones((1, 3, 5))]),
    "concatenate inside": lambda x: np.concatenate([x[..., :2], x * 3], axis=2),
    "collect": lambda x: np.array([np.sum(x), x[0, 0, 0], 2.0]) * 1.5,
    "writes": written,
    "sums": lambda x: (np.sum(x), np.sum(x, 0), np.sum(x, 1), np.sum(x, 2)),
    "sums of two axes": lambda x: (np.sum(x, (0, 2)), np.sum(np.sin(x), (0, 1))),
    "sums with axes kept": lambda x: x - np.sum(x, 1, keepdims=True),
    "extremes": lambda x: (np.max(x), np.min(np.sin(x), 1), np.max(x * 2, (0, 2))),
    "products": lambda x: (np.prod(x), np.prod(x, 0), np.prod(np.cos(x), (0, 2))),
    "truths": lambda x: (
        np.where(np.any(x > 1, 0), x, 1.0),
        np.where(np.all(x < 1, 2, keepdims=True), x, 1.0),
        np.where(np.any(x[0] - x[0]), 1.0, x[0]),
    ),
    "adjoints of all": lambda x: np.sum(x[:]) * x[...],
    "means": lambda x: (np.mean(x, 2), np.var(x, 0), np.mean(np.exp(x))),
    "softmax": lambda x: np.exp(x - np.max(x, -1, keepdims=True)),
    "choices": lambda x: np.where(x > np.mean(x), x, x**3) * (x < 1),
    "powers": lambda x: (x**2 + x**5, np.abs(x) ** 1.5),
    "numbers beside": lambda x: x * np.sqrt(np.sum(x * x)) + np.exp(x[0, 0, 0]),
    "unit axes": lambda x: np.sum(x[:, :1, :1] * x[:1], axis=0),
    "one result twice": lambda x: (x * 2, x * 2),
    "the argument": lambda x: (x, x * 1.0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_as_in_numpy(name):
    f = FUNCTIONS[name]
    found, wanted = natively_of_arrays(f, X)(Y), f(Y)
    if not isinstance(wanted, tuple):
        found, wanted = (found,), (wanted,)
    for a, b in zip(found, wanted, strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=1e-14, atol=1e-14)
    shared = [(a, b) for i, a in enumerate(found) for b in found[:i]]
    assert not any(np.shares_memory(a, b) for a, b in shared)


def test_gradients_of_fancy_indices_add_up():
    places = np.array([0, 3, 3, 1, 0, 0])

    def f(x):
        return np.sum(np.sin(x[places]) * np.arange(6.0)) + np.sum(x[places] ** 2)

    x = np.array([0.3, -1.0, 2.0, 0.7])
    weights = np.bincount(places, np.arange(6.0), 4)
    counts = np.bincount(places, minlength=4)
    found = natively_of_arrays(grad(f), np.ones(4))(x)
    np.testing.assert_allclose(found, np.cos(x) * weights + 2 * x * counts, rtol=1e-14)


def test_nan_passes_through_extremes():
    x = Y.copy()
    x[1, 1, 1] = np.nan
    f = lambda x: (np.max(x), np.min(x, 0))  # noqa: E731
    for a, b in zip(natively_of_arrays(f, X)(x), f(x), strict=True):
        np.testing.assert_array_equal(a, b)


ODD = [0.0, -0.0, 1.0, -1.0, 800.0, -800.0, 1e-300, np.inf, -np.inf, np.nan]


def test_logarithms_of_sums_of_exponentials():
    a, b = np.meshgrid(ODD, ODD)

    def f(a, b):
        return np.logaddexp(a, b), np.logaddexp(a, 0.0), np.logaddexp(X, a[0, 0])

    native = natively_of_arrays(f, np.ones((10, 10)), np.ones((10, 10)))
    with np.errstate(invalid="ignore"):
        wanted = f(a, b)
    for x, y in zip(native(a, b), wanted, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-15)
    slope = grad(lambda a: np.sum(np.logaddexp(a, X)))
    np.testing.assert_allclose(
        natively_of_arrays(slope, X)(Y), 1 / (1 + np.exp(X - Y)), rtol=1e-13
    )


@pytest.mark.parametrize("subscripts", ["ij->i", "ij->", "ij->j", "ii->", "ji->ij"])
def test_one_operand_of_einsum_is_summed(subscripts):
    x = np.random.default_rng(1).standard_normal((9, 9))
    f = lambda x: np.einsum(subscripts, x * x)  # noqa: E731
    for made in (natively_of_arrays, natively):
        native = made(f, np.ones_like(x))
        np.testing.assert_allclose(native(x), np.einsum(subscripts, x**2), rtol=1e-14)
