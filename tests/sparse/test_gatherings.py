"""Dependences through sums, products and transforms, against differences."""

import numpy as np
import pytest
from dependences import true_pattern

from diffops.operators._point import Point
from diffops.sparse._detection import jacobian_pattern

X = np.array([0.3, 1.2, 0.7, 2.2, 0.9, 1.7, 1.1, 0.4])
STACK = np.arange(8.0).reshape(2, 2, 2) + 2 * np.eye(2)


def pattern(f):
    return jacobian_pattern(Point(f, 0, (X,), {}), False).toarray()


def stacked(x):
    return x.reshape(2, 2, 2) + 3 * np.eye(2)


EXACT = {
    "sum": lambda x: np.sum(x**2, keepdims=True),
    "sum over an axis": lambda x: x.reshape(4, 2).sum(axis=0),
    "sum over two axes": lambda x: stacked(x).sum(axis=(0, -1)),
    "mean": lambda x: np.mean(x.reshape(4, 2), axis=-1, keepdims=True),
    "prod": lambda x: np.prod(x.reshape(2, 4), axis=1),
    "cumsum": lambda x: np.cumsum(x[:5]),
    "cumsum over an axis": lambda x: np.cumsum(x.reshape(4, 2), axis=0),
    "cumprod": lambda x: np.cumprod(x),
    "diff": lambda x: np.diff(x),
    "diff of third order": lambda x: np.diff(x**2, n=3),
    "diff over an axis": lambda x: np.diff(x.reshape(4, 2), axis=0),
    "gradient": lambda x: np.gradient(x),
    "trapezoid": lambda x: np.trapezoid(x.reshape(2, 4), axis=1),
    "norm": lambda x: np.linalg.norm(x.reshape(2, 4), axis=1),
    "std": lambda x: np.std(x.reshape(2, 4), axis=1),
    "logaddexp.reduce": lambda x: np.logaddexp.reduce(x.reshape(4, 2)),
    "fft": lambda x: np.abs(np.fft.rfft(x.reshape(2, 4), axis=1)),
    "inv": lambda x: np.linalg.inv(stacked(x)),
    "det": lambda x: np.linalg.det(stacked(x)),
    "slogdet": lambda x: np.linalg.slogdet(stacked(x))[1],
    "eigvalsh": lambda x: np.linalg.eigvalsh(
        stacked(x) + np.swapaxes(stacked(x), 1, 2)
    ),
    "svd": lambda x: np.linalg.svd(stacked(x))[1],
}

#: What may not depend at one point or other, or by a cancellation that nobody sees.
BOUNDS = {
    "max": (lambda x: np.max(x.reshape(2, 4), axis=1), np.kron(np.eye(2), np.ones(4))),
    "median": (np.median, np.ones((1, 8))),
    "sort": (
        lambda x: np.sort(x.reshape(2, 4), axis=1),
        np.kron(np.eye(2), np.ones((4, 4))),
    ),
    "solve": (
        lambda x: np.linalg.solve(stacked(x), STACK[:, :, :1]),
        np.kron(np.eye(2), np.ones((2, 4))),
    ),
    "solve for a vector": (
        lambda x: np.linalg.solve(x[:4].reshape(2, 2) + 3 * np.eye(2), x[4:6]),
        np.repeat([[1, 0]], [6, 2], axis=1) * np.ones((2, 1)),
    ),
    "qr": (lambda x: np.linalg.qr(stacked(x))[1], np.kron(np.eye(2), np.ones((4, 4)))),
    "linspace": (
        lambda x: np.linspace(x[0], x[1], 3),
        np.ones((3, 1)) * (np.eye(1, 8) + np.eye(1, 8, 1)),
    ),
    "linspace of arrays": (
        lambda x: np.linspace(x[:2], x[2], 3, axis=1),
        np.repeat([[1, 0, 1], [0, 1, 1]], 3, axis=0) @ np.eye(3, 8),
    ),
    "quantile": (lambda x: np.quantile(x, 0.3), np.ones((1, 8))),
}


@pytest.mark.parametrize("f", EXACT.values(), ids=EXACT)
def test_exact(f):
    truth = true_pattern(lambda x: np.atleast_1d(f(x)), X)
    assert np.array_equal(pattern(f), truth)


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds(name):
    f, wanted = BOUNDS[name]
    found = pattern(f)
    assert np.array_equal(found, wanted.reshape(-1, 8).astype(bool))
    assert not (true_pattern(lambda x: np.atleast_1d(f(x)), X) & ~found).any()


def test_what_is_not_known_closer_is_dense():
    assert (
        pattern(lambda x: np.real(np.roots(x[:4]))).tolist()
        == [[True] * 4 + [False] * 4] * 3
    )
