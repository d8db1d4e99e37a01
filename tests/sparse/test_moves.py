"""Dependences through moves, against differences of the plain functions."""

import numpy as np
import pytest
from dependences import true_pattern

from diffops.operators._point import Point
from diffops.sparse._detection import jacobian_pattern

X = np.array([0.3, 1.2, -0.7, 2.2, 0.9, 1.7])
MASK = np.array([True, False, True, True, False, False])


def pattern(f, x=X):
    return jacobian_pattern(Point(f, 0, (x,), {}), False).toarray()


def filled(x):
    y = np.zeros_like(x)
    y[1:-1] = x[2:] - x[:-2]
    y[0] = x[0] ** 2
    y[[4, 4]] = x[[0, 1]]
    y[MASK] *= 2
    return y


def with_gaps(x):
    y = np.empty((2, 3), like=x)
    y[0] = x[:3]
    y[1, ::2] = x[3]
    y[1, 1] = 7.0
    return y


def accumulated(x):
    y = np.zeros_like(x)
    np.add.at(y, [0, 0, 3], x[:3])
    return y


def entry_by_entry(x):
    return np.array([x[i] * x[i - 1] for i in range(6)])


EXACT = {
    "reshape": lambda x: np.reshape(x, (2, 3)).T,
    "ravel": lambda x: np.ravel(x.reshape(2, 3), order="F"),
    "transpose": lambda x: np.transpose(x.reshape(1, 2, 3), (2, 0, 1)),
    "expand": lambda x: x[:, None] * np.ones(2),
    "roll": lambda x: np.roll(x, 2),
    "flip": lambda x: x[::-1] ** 2,
    "tile": lambda x: np.tile(x[:2], 3),
    "repeat": lambda x: np.repeat(x, 2),
    "pad": lambda x: np.pad(x, 2) ** 2,
    "pad edge": lambda x: np.pad(x, 2, mode="edge"),
    "pad wrap": lambda x: np.pad(x.reshape(2, 3), 1, mode="wrap"),
    "take": lambda x: np.take(x, [[4, 0], [1, 1]]),
    "slice": lambda x: x[1:5:2],
    "index arrays": lambda x: x.reshape(2, 3)[[0, 1, 1], [2, 0, 0]],
    "mask": lambda x: x[MASK],
    "ellipsis": lambda x: x.reshape(1, 2, 3)[..., 1],
    "negative index": lambda x: np.stack([x[-1], x[2]]),
    "concatenate": lambda x: np.concatenate([x[:2], [1.0], x[1:3]]),
    "stack": lambda x: np.stack([x[:3], np.ones(3), x[3:]], axis=1),
    "hstack": lambda x: np.hstack([x[0], 2.0, x[5]]),
    "split": lambda x: np.split(x, 3)[1],
    "diag": lambda x: np.diag(x[:3], 1),
    "diagonal": lambda x: np.diagonal(np.outer(x[:3], x[3:])),
    "tril": lambda x: np.tril(np.outer(x[:2], x[:2])),
    "windows": lambda x: np.lib.stride_tricks.sliding_window_view(x, 3),
    "broadcast": lambda x: np.broadcast_to(x[:2], (3, 2)),
    "meshgrid": lambda x: np.meshgrid(x[:2], x[2:4])[1],
    "where of a constant": lambda x: np.where(MASK, x, x[::-1]),
    "where of a constant, broadcast": lambda x: np.where(MASK[:2, None], x[:3], x[3]),
    "where of a constant and a number": lambda x: np.where(MASK, x, 0.0),
    "filled": filled,
    "with gaps": with_gaps,
    "accumulated": accumulated,
    "entry by entry": entry_by_entry,
    "object array": lambda x: np.asarray(x) * 2,
    "copy": lambda x: x.copy() * np.float32(2),
    "astype": lambda x: x.astype(np.float32) + 0.0,
    "real": lambda x: np.real(x * (1 + 2j)) + np.imag(x[::-1] * 1j),
    "constant": lambda x: np.ones(2) * 3.0,
    "number": lambda x: x[2],
    "2 numbers": lambda x: x[2] * x[3],
    "empty": lambda x: x[:0],
    "bincount": lambda x: np.bincount([0, 1, 1, 0, 3, 3], x),
}


@pytest.mark.parametrize("name", EXACT)
def test_exact(name):
    f = EXACT[name]
    plain = (lambda x: x + 0.0) if name == "astype" else f
    truth = true_pattern(lambda x: np.atleast_1d(plain(x)), X)
    assert np.array_equal(pattern(f), truth.reshape(-1, 6))


def masked(x):
    y = x.copy()
    y[y < 0] = x[0]
    return y


#: Where entries go depends on x: what is found is what may come, at some point.
POSSIBLE = {
    "where": (lambda x: np.where(x > 0, x, x[::-1]), np.eye(6) + np.eye(6)[::-1]),
    "clip": (lambda x: np.clip(x, 0, 1), np.eye(6)),
    "maximum": (lambda x: np.maximum(x[:3], x[3:]), np.eye(3, 6) + np.eye(3, 6, 3)),
    "abs": (lambda x: abs(x) * np.sign(x), np.eye(6)),
    "masked": (masked, np.eye(6) + np.eye(1, 6)),
    "putmask": (
        lambda x: (y := x.copy(), np.putmask(y, y < 0, 0.0))[0],
        np.eye(6),
    ),
    "at the largest": (lambda x: x[np.argmax(x)], np.ones((1, 6))),
    "in order": (lambda x: x[np.argsort(x)], np.ones((6, 6))),
    "along an axis": (
        lambda x: x.reshape(2, 3)[np.arange(2), np.argmax(x.reshape(2, 3), axis=1)],
        np.kron(np.eye(2), np.ones((1, 3))),
    ),
    "written at the largest": (
        lambda x: (y := np.zeros_like(x), y.__setitem__(np.argmax(x), x[0]))[0],
        np.ones((6, 1)) * np.eye(1, 6),
    ),
    "select": (
        lambda x: np.select([x < 0, x < 1], [x, x[::-1]], 0.0),
        np.eye(6) + np.eye(6)[::-1],
    ),
    "interp": (lambda x: np.interp(x, [0.0, 1.0], [3.0, 5.0]), np.eye(6)),
}


@pytest.mark.parametrize("name", POSSIBLE)
def test_possible(name):
    f, wanted = POSSIBLE[name]
    found = pattern(f)
    assert np.array_equal(found, wanted.astype(bool))
    seen = true_pattern(lambda x: np.atleast_1d(f(x)), X, points=20)
    assert not (seen & ~found).any()


def test_it_holds_at_other_points():
    """What is found where a branch is not taken, or a value is zero, holds too."""
    for f, _ in POSSIBLE.values():
        assert np.array_equal(pattern(f, np.zeros(6)), pattern(f, X))
    assert pattern(lambda x: x * x[::-1], np.zeros(6)).sum() == 12
