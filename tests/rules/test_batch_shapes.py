"""Shapes, joins and copies of whole batches: as those of the members."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import vmap
from diffops.modes.batch import loops

X = np.arange(24.0).reshape(2, 3, 4)
V = np.arange(6.0).reshape(2, 3)

FUNCTIONS = {
    "reshape": lambda x: np.reshape(x, (2, -1)),
    "reshape in Fortran's order": lambda x: np.reshape(x, (-1, 2), order="F"),
    "ravel in Fortran's order": lambda x: np.ravel(x, order="F"),
    "ravel as it lies": lambda x: np.ravel(x.T, order="K"),
    "copy in Fortran's order": lambda x: np.copy(x, order="F").ravel("A"),
    "transpose": lambda x: np.transpose(x[None], (2, 0, 1)),
    "moveaxis": lambda x: np.moveaxis(x, 0, -1),
    "squeeze": lambda x: np.squeeze(x[None, :, :, None]),
    "expand_dims": lambda x: np.expand_dims(x, (0, -1)),
    "atleast_3d": np.atleast_3d,
    "broadcast_to": lambda x: np.broadcast_to(x[:, :1], (5, 3, 2)),
    "roll": lambda x: np.roll(x, 2),
    "roll along axes": lambda x: np.roll(x, (1, 2), (0, -1)),
    "flip": lambda x: np.flip(x, 0),
    "rot90": np.rot90,
    "tile": lambda x: np.tile(x, (2, 1, 3)),
    "repeat": lambda x: np.repeat(x, 2, axis=1),
    "repeat by counts": lambda x: np.repeat(x, [2, 0, 1], axis=0),
    "windows": lambda x: np.lib.stride_tricks.sliding_window_view(x, (2, 2)),
    "windows along an axis": lambda x: np.lib.stride_tricks.sliding_window_view(
        x, 2, axis=-1
    ),
    "pad": lambda x: np.pad(x, ((1, 0), (0, 2))),
    "concatenate": lambda x: np.concatenate([x, np.ones((1, 4))], axis=-2),
    "stack": lambda x: np.stack([x, np.ones((3, 4))], axis=-1),
    "stack of numbers": lambda x: np.stack([x[0, 0], 1.0, x[1, 1]]),
    "block": lambda x: np.block([[x, x], [np.zeros((1, 8))]]),
    "split": lambda x: np.concatenate(np.split(x, 2, axis=1)),
    "diagonal": lambda x: np.diagonal(x, -1),
    "trace": lambda x: np.trace(x, 1),
    "diag": lambda x: np.diag(x[0], 2),
    "diag below": lambda x: np.diag(x[0], -1),
    "diagflat": np.diagflat,
    "tril": np.tril,
    "zeros_like": lambda x: np.zeros_like(x) + x,
    "linspace": lambda x: np.linspace(x[0], 2.0, 5, axis=-1),
    "linspace of numbers": lambda x: np.linspace(x[0, 0], x[0], 4),
    "meshgrid": lambda x: np.meshgrid(x[0], x[:, 0])[0],
    "kron": lambda x: np.kron(x, np.eye(2)),
    "delete": lambda x: np.delete(x, 1, axis=0),
    "insert": lambda x: np.insert(x, 1, x[0], axis=0),
    "resize": lambda x: np.resize(x, (2, 7)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_as_of_the_members(name):
    f = FUNCTIONS[name]
    loops.clear()
    found = vmap(f)(X)
    np.testing.assert_array_equal(found, np.stack([f(x) for x in X]))
    for axis in (1, -1):
        moved = vmap(f, in_axes=axis)(np.moveaxis(X, 0, axis))
        np.testing.assert_array_equal(moved, found)
    assert vmap(f)(X[:0]).shape == (0, *found.shape[1:])
    assert not loops
