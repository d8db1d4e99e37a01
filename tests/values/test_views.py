"""Views see what is written into their base, and their base what is written into them.

The truth is plain NumPy: each program writes x₃² into the view, then 5 x₁ into the
base, and weighs the entries of both.
"""

import gc
import weakref

import numpy as np
import pytest
from gradients import check

from diffops import grad

WEIGHTS = np.array([1.0, 10.0, 100.0, 1000.0])


def seen_both_ways(make, key):
    """Return a program that writes into a matrix and into a view of it."""

    def program(x):
        y = x.reshape(2, 2) * 1.0
        view = make(y)
        view[key] = x[3] ** 2
        y[0, 1] = 5.0 * x[1]
        y *= x[0]
        view += x[2]
        return np.sum(y.reshape(-1) * WEIGHTS) + np.sum(view * view)

    return program


VIEWS = {
    "row": (lambda y: y[1], 0),
    "column": (lambda y: y[:, 1], 0),
    "rows": (lambda y: y[:1], (0, 1)),
    "reversed": (lambda y: y[::-1], (0, 0)),
    "newaxis": (lambda y: y[None], (0, 1, 0)),
    "ellipsis": (lambda y: y[..., 0], 1),
    "whole": (lambda y: y[...], (1, 1)),
    "view of a view": (lambda y: y[1:][0][1:], 0),
    "T": (lambda y: y.T, (0, 1)),
    "mT": (lambda y: y.mT, (0, 1)),
    "transpose": (lambda y: np.transpose(y, (1, 0)), (0, 1)),
    "swapaxes": (lambda y: y.swapaxes(0, 1), (0, 1)),
    "moveaxis": (lambda y: np.moveaxis(y, 0, 1), (0, 1)),
    "reshape": (lambda y: y.reshape(4), 2),
    "ravel": (lambda y: y.ravel(), 2),
    "squeeze": (lambda y: np.squeeze(y[None]), (1, 0)),
    "expand_dims": (lambda y: np.expand_dims(y, 1), (1, 0, 0)),
    "atleast_3d": (lambda y: np.atleast_3d(y), (1, 0, 0)),
    "flip": (lambda y: np.flip(y), (1, 0)),
    "flipud": (lambda y: np.flipud(y), (1, 0)),
    "rot90": (lambda y: np.rot90(y), (1, 0)),
    "split": (lambda y: np.split(y, 2)[1], (0, 1)),
    "hsplit": (lambda y: np.hsplit(y, 2)[1], (0, 0)),
    "unpacked": (lambda y: list(y)[1], 0),
    "real": (lambda y: y.real, (1, 0)),
    "asarray": (lambda y: np.asarray(y), (1, 0)),
    "asarray of a view": (lambda y: np.asarray(y[1:]), (0, 0)),
}


@pytest.mark.parametrize("view", VIEWS)
def test_view(view):
    check(seen_both_ways(*VIEWS[view]))


COPIES = {
    "fancy": lambda y: y[[0, 1]],
    "mask": lambda y: y[y > -10],
    "copy": lambda y: y.copy(),
    "flatten": lambda y: y.flatten(),
    "array": lambda y: np.array(y),
    "ravel of a transpose": lambda y: y.T.ravel(),
    "astype": lambda y: y.astype(float),
    "plus": lambda y: +y,
}


@pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)
def test_copies_stay_as_they_are(make):
    def program(x):
        y = x.reshape(2, 2) * 1.0
        copied = make(y)
        copied *= x[1]
        y[0, 0] = x[3] ** 2
        return np.sum(y * y) + np.sum(copied * copied)

    check(program)


def siblings(x):
    y = x * 1.0
    left, right = y[:3], y[1:]
    left[1] = x[3] * x[0]
    right *= x[1]
    return y @ WEIGHTS + left @ x[:3] + right @ x[1:]


def views_of_views(x):
    y = x * 1.0
    outer = y[1:]
    inner = outer[1:]
    inner[0] = x[0] ** 3
    outer[0] = x[0] ** 2
    y[3] = x[1] * x[2]
    return y @ WEIGHTS + inner @ x[:2] + outer @ x[:3]


def rows_in_a_loop(x):
    y = x.reshape(2, 2) * 1.0
    for row in y:
        row *= x[1]
        row[0] = x[0] ** 2
    return np.sum(y.ravel() * WEIGHTS)


def broadcast(x):
    y = x * 1.0
    wide = np.broadcast_to(y, (2, 4))
    y[0] = x[1] ** 2
    return np.sum(wide * np.arange(8.0).reshape(2, 4))


def flat(x):
    y = x.reshape(2, 2) * 1.0
    entries, turned = y.flat, y.T.flat
    entries[1] = x[3] ** 2
    turned[1] = x[0] * x[1]
    y[0, 0] = 5.0 * x[2]
    y.flat = y.flat[:] * y.T.flat[:]
    return sum(e**2 for e in entries) + turned[0] * y[1, 1] + np.sum(y.flat * WEIGHTS)


def diagonal(x):
    y = x.reshape(2, 2) * 1.0
    entries = y.diagonal()
    y[0, 0] = x[1] ** 2
    return entries @ x[:2]


def imaginary_part(x):
    y = x + 1j * x**2
    part = y.imag
    y[0] = 2.0 * x[1] - 3j * x[2]
    part[1:] *= x[3]
    return np.real(y) @ x + np.imag(y) @ WEIGHTS + part @ x


def written_before_and_after(x):
    y = x**2
    z = np.sin(y)
    view = y[1:]
    view *= 3.0
    return z @ x + y @ WEIGHTS + np.cos(view) @ x[1:]


@pytest.mark.parametrize(
    "program",
    [
        siblings,
        views_of_views,
        rows_in_a_loop,
        broadcast,
        flat,
        diagonal,
        imaginary_part,
        written_before_and_after,
    ],
)
def test_programs(program):
    check(program)


def test_views_are_forgotten_with_their_last_name():
    kept = []

    def program(x):
        y = x * 1.0
        view = y[1:]
        kept.append(weakref.ref(view))
        del view
        for _ in range(100):
            y[:2] *= 2.0
        assert len(y.views) < 10
        return np.sum(y)

    grad(program)(np.ones(4))
    gc.collect()
    assert kept[0]() is None
