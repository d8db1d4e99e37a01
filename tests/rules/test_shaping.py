"""Reordering, repeating and regrouping entries."""

import numpy as np
import pytest
from truth import check, entries

from diffops import NoDerivativeError, grad, jacobian, jvp, vjp

CASES = {
    "reshape": (lambda x: np.reshape(x, (3, -1)), entries(2, 6)),
    "reshape to int": (lambda x: np.reshape(x, -1), entries(2, 3)),
    "reshape F": (lambda x: np.reshape(x, (4, 3), order="F"), entries(2, 6)),
    "reshape A": (lambda x: np.reshape(x.T, (4, 3), order="A"), entries(2, 6)),
    "reshape copy": (lambda x: np.reshape(x, (6,), copy=True), entries(2, 3)),
    "reshape number": (lambda x: np.reshape(x, (1, 1)), 1.5),
    "method": (lambda x: x.reshape(3, 2).T.ravel(), entries(2, 3)),
    "ravel": (np.ravel, entries(2, 3)),
    "ravel F": (lambda x: np.ravel(x, order="F"), entries(2, 3)),
    "ravel K": (lambda x: np.ravel(x.T, order="K"), entries(2, 3)),
    "ravel number": (np.ravel, 0.5),
    "transpose": (np.transpose, entries(2, 3, 4)),
    "transpose axes": (lambda x: np.transpose(x, (1, -1, 0)), entries(2, 3, 4)),
    "permute_dims": (lambda x: np.permute_dims(x, (2, 0, 1)), entries(2, 3, 4)),
    "swapaxes": (lambda x: np.swapaxes(x, 0, -1), entries(2, 3, 4)),
    "moveaxis": (lambda x: np.moveaxis(x, (0, 1), (-1, 0)), entries(2, 3, 4)),
    "rollaxis": (lambda x: np.rollaxis(x, 2, 1), entries(2, 3, 4)),
    "matrix_transpose": (np.matrix_transpose, entries(2, 3, 4)),
    "linalg": (np.linalg.matrix_transpose, entries(2, 3, 4)),
    "expand_dims": (lambda x: np.expand_dims(x, (0, -1)), entries(2, 3)),
    "squeeze": (np.squeeze, entries(1, 3, 1)),
    "squeeze axis": (lambda x: np.squeeze(x, axis=-1), entries(1, 3, 1)),
    "broadcast_to": (lambda x: np.broadcast_to(x, (4, 2, 3)), entries(2, 1)),
    "broadcast number": (lambda x: np.broadcast_to(x, 3), 1.5),
    "broadcast_arrays": (
        lambda x, y: np.broadcast_arrays(x, y),
        entries(3),
        entries(2, 1),
    ),
    "atleast_1d": (np.atleast_1d, 1.5),
    "atleast_2d": (lambda x, y: np.atleast_2d(x, y), entries(3), entries(2, 2)),
    "atleast_3d": (np.atleast_3d, entries(2, 3)),
    "flip": (np.flip, entries(2, 3)),
    "flip axis": (lambda x: np.flip(x, -1), entries(2, 3)),
    "flip axes": (lambda x: np.flip(x, (0, 2)), entries(2, 3, 2)),
    "fliplr": (np.fliplr, entries(2, 3)),
    "flipud": (np.flipud, entries(2, 3)),
    "rot90": (np.rot90, entries(2, 3)),
    "rot90 twice": (lambda x: np.rot90(x, 2, (1, 2)), entries(2, 3, 2)),
    "rot90 back": (lambda x: np.rot90(x, -1, (0, 2)), entries(2, 3, 2)),
    "roll": (lambda x: np.roll(x, 2), entries(2, 3)),
    "roll axis": (lambda x: np.roll(x, -1, axis=1), entries(2, 3)),
    "roll axes": (lambda x: np.roll(x, (1, 2), axis=(0, 1)), entries(3, 3)),
    "tile": (lambda x: np.tile(x, 2), entries(2, 3)),
    "tile more": (lambda x: np.tile(x, (2, 1, 3)), entries(2, 3)),
    "tile fewer": (lambda x: np.tile(x, (2,)), entries(2, 3)),
    "tile number": (lambda x: np.tile(x, (2, 2)), 1.5),
    "repeat": (lambda x: np.repeat(x, 3), entries(2, 3)),
    "repeat axis": (lambda x: np.repeat(x, 2, axis=-1), entries(2, 3)),
    "repeat each": (lambda x: np.repeat(x, [2, 0, 3], axis=1), entries(2, 3)),
    "unstack": (lambda x: np.unstack(x, axis=1), entries(2, 3)),
    "windows": (
        lambda x: np.lib.stride_tricks.sliding_window_view(x, (2, 2)),
        entries(3, 4),
    ),
    "windows of an axis": (
        lambda x: np.lib.stride_tricks.sliding_window_view(x, 3, axis=-1),
        entries(2, 4),
    ),
    "float32": (
        lambda x: np.tile(np.roll(np.repeat(x.T, 2, 0), 1).reshape(2, -1), 2),
        entries(2, 3, dtype=np.float32),
    ),
    "empty": (lambda x: np.tile(np.repeat(x.T, 2, 0), 2)[..., None], entries(0, 3)),
    "no copies": (lambda x: np.tile(np.repeat(x, 0, 0), (0, 2)), entries(2, 3)),
}


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    check(*CASES[name])


COMPLEX = {
    "reshape": lambda z: z.reshape(3, 2),
    "transpose": lambda z: z.T,
    "tile": lambda z: np.tile(z, 2),
    "repeat": lambda z: np.repeat(z, 2, 1),
    "roll": lambda z: np.roll(z, 1),
}


@pytest.mark.parametrize("name", COMPLEX)
def test_complex_values_and_cotangents(name):
    f = COMPLEX[name]
    z = entries(2, 3) + 1j * entries(2, 3)[::-1]
    v = 1j * entries(2, 3) - 2
    y, tangent = jvp(f, (z,), (v,))
    np.testing.assert_array_equal(y, f(z))
    np.testing.assert_array_equal(tangent, f(v))
    u = f(z) * (1 - 2j)
    (cotangent,) = vjp(f, z)[1](u)
    np.testing.assert_allclose(np.sum(cotangent * v), np.sum(u * f(v)))


VIEWS = {
    "reshape": lambda x: x.reshape(3, 2),
    "ravel": np.ravel,
    "transpose": lambda x: x.T,
    "expand_dims": lambda x: x[:, None] if x.ndim == 1 else np.expand_dims(x, 1),
    "flip": np.flip,
    "swapaxes then reshape": lambda x: np.swapaxes(x, 0, 1).reshape(3, 2, 1),
    "rot90": np.rot90,
}


@pytest.mark.parametrize("name", VIEWS)
def test_writes_go_through_views_as_in_numpy(name):
    view = VIEWS[name]

    def into_view(x):
        y = x * 1.0
        view(y)[1] = x[0, 0] ** 2
        return y

    def into_base(x):
        y = x * 1.0
        seen = view(y)
        y[0] *= x[1]
        return seen * 1.0

    x = entries(2, 3)
    for f in (into_view, into_base):
        check(f, x)


def test_copies_are_no_views():
    def f(x):
        y = x * 1.0
        y.T.reshape(6)[0] = 5.0
        np.repeat(y, 1)[0] = 5.0
        np.roll(y, 0)[0] = 5.0
        return y

    check(f, entries(2, 3))


def test_broadcast_view_sees_its_base():
    def f(x):
        y = x * 1.0
        wide = np.broadcast_to(y, (2, 3))
        y[0] = x[1] ** 2
        return wide * 1.0

    check(f, entries(3))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.repeat(np.ones(2), x),
        lambda x: np.repeat(x, [1, x[0]]),
        lambda x: np.roll(x, x[0]),
        lambda x: np.tile(x, (2, x[0])),
        lambda x: np.reshape(x, (x[0], -1)),
    ],
)
def test_tracked_counts_are_refused(f):
    with pytest.raises(NoDerivativeError):
        grad(lambda x: np.sum(f(x)))(np.array([1.0, 2.0]))


def test_errors_are_numpys():
    for f, kind in (
        (lambda x: np.reshape(x, (4, 2)), ValueError),
        (lambda x: np.squeeze(x, 0), ValueError),
        (lambda x: np.swapaxes(x, 0, 5), np.exceptions.AxisError),
        (lambda x: np.broadcast_to(x, (2, 4)), ValueError),
        (lambda x: np.rot90(x, axes=(0, 0)), ValueError),
    ):
        with pytest.raises(kind):
            jacobian(f)(entries(2, 3))
