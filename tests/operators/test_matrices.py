"""Matrices of derivatives between containers: blocks of blocks."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import assert_equal

from diffops import fjacobianT, hessian, jacobian, jacobianT

MODES = ["auto", "forward", "reverse"]
modes = pytest.mark.parametrize("mode", MODES)

M = np.arange(6.0).reshape(2, 3)


def f(p):
    return {"sum": np.sum(p["m"]) * p["s"], "rows": [p["m"] @ np.ones(3), p["s"] ** 2]}


POINT = {"m": M, "s": 2.0}
BLOCKS = {
    "sum": {"m": np.full((2, 3), 2.0), "s": 15.0},
    "rows": [
        {"m": np.einsum("ik,l->ikl", np.eye(2), np.ones(3)), "s": np.zeros(2)},
        {"m": np.zeros((2, 3)), "s": 4.0},
    ],
}


@modes
def test_outputs_hold_inputs(mode):
    assert_equal(jacobian(f, mode=mode)(POINT), BLOCKS)


@modes
def test_transposed_inputs_hold_outputs(mode):
    rows, square = BLOCKS["rows"]
    wanted = {
        "m": {
            "sum": BLOCKS["sum"]["m"],
            "rows": [np.moveaxis(rows["m"], 0, -1), square["m"]],
        },
        "s": {"sum": 15.0, "rows": [np.zeros(2), 4.0]},
    }
    assert_equal(jacobianT(f, mode=mode)(POINT), wanted)
    value, found = fjacobianT(f, mode=mode)(POINT)
    assert_equal(value, f(POINT))
    assert_equal(found, wanted)


@modes
def test_several_arguments_are_columns(mode):
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])
    found = jacobian(lambda x, y: np.outer(x, y), (0, 1), mode=mode)(x, y)
    wanted = (
        np.einsum("ik,j->ijk", np.eye(2), y),
        np.einsum("i,jk->ijk", x, np.eye(3)),
    )
    assert_equal(found, wanted)
    first, second = jacobianT(lambda x, y: np.outer(x, y), (0, 1), mode=mode)(x, y)
    assert_equal(first, np.einsum("ik,j->kij", np.eye(2), y))
    assert_equal(second, np.einsum("i,jk->kij", x, np.eye(3)))


@modes
def test_dtypes_of_blocks(mode):
    p = {"double": np.ones(2), "single": np.ones(2, np.float32)}
    found = jacobian(lambda p: p["single"] * 2, mode=mode)(p)
    assert found["single"].dtype == np.float32
    assert_equal(found["single"], 2 * np.eye(2))
    assert_equal(found["double"], np.zeros((2, 2)))


@modes
def test_complex_and_real_blocks(mode):
    """Real inputs of complex outputs, and complex inputs, side by side."""
    p = {"real": np.array([0.5, 2.0]), "complex": 1.0 - 2.0j}

    def g(p):
        return p["real"] * p["complex"] ** 2 * 1j

    wanted = {
        "real": 1j * p["complex"] ** 2 * np.eye(2),
        "complex": 2j * p["real"] * p["complex"],
    }
    assert_equal(jacobian(g, mode=mode)(p), wanted)


@modes
def test_complex_numbers_and_arrays_among_the_outputs(mode):
    x = 0.5
    found = jacobian(lambda x: [1j * x**2, x**3, np.stack([x, 1j * x])], mode=mode)(x)
    assert_equal(found, [1j, 0.75, np.array([1, 1j])])


@modes
def test_hessians_of_matrices(mode):
    def f(m):
        return np.sum((m @ m) * m)

    matrix = M[:, :2] + np.eye(2)
    found = hessian(f, mode=mode)(matrix)
    assert found.shape == (2, 2, 2, 2)
    # Differences of a cubic polynomial are exact.
    units = np.eye(4).reshape(4, 2, 2)
    wanted = [
        [
            f(matrix + u + v)
            - f(matrix + u - v)
            - f(matrix - u + v)
            + f(matrix - u - v)
            for v in units
        ]
        for u in units
    ]
    np.testing.assert_array_equal(found.reshape(4, 4), np.array(wanted) / 4)
