"""``import diffops.numpy as np`` in the place of ``import numpy as np``."""

import subprocess
import sys

import numpy
import pytest
from gradients import POINT, check, modes

import diffops.numpy as np
from diffops import NoDerivativeError

#: What plain NumPy cannot do, or only with arrays of objects.
PROGRAMS = {
    "array": lambda x: np.exp(np.array([x[0], 1.0, x[1] * 2])).sum(),
    "array nested": lambda x: np.linalg.det(np.array([[x[0], 1.0], [2.0, x[1]]])),
    "array deep": lambda x: np.sin(np.array([[[x[0]], [1]], [[x[1]], [x[2]]]])).sum(),
    "array of rows": lambda x: np.linalg.norm(np.array([x, x**2, numpy.ones(4)])),
    "array dtype": lambda x: np.array([x[0], 1], dtype=float) @ x[:2],
    "array single": lambda x: np.array([x[0], 1], dtype=np.float64).mean(),
    "array ndmin": lambda x: np.array(x, ndmin=2)[0] @ x,
    "array complex": lambda x: np.array([x[0] * 1j, 2.0 + x[1]]).imag.sum(),
    "asarray": lambda x: np.sqrt(np.asarray([x[0], 4.0])).sum() + np.asarray(x) @ x,
    "asanyarray": lambda x: np.sqrt(np.asanyarray([x[0], 4.0])).sum(),
    "ascontiguousarray": lambda x: np.ascontiguousarray([x[0], 4.0]) @ x[:2],
    "full": lambda x: np.exp(np.full((2, 2), x[0])).sum(),
    "full array": lambda x: np.linalg.norm(np.full((2, 4), x)),
    "full_like": lambda x: np.exp(np.full_like(numpy.ones(3), x[0])).sum(),
    "arange": lambda x: np.arange(x[0], x[0] + 2.5) @ [1.0, 2.0, 3.0],
    "arange step": lambda x: np.arange(0.0, 4 * x[1], x[1])[:3].sum(),
    "linspace": lambda x: np.linspace([x[0], 1.0], [x[1], x[2]], 5).std(),
    "logspace": lambda x: np.logspace([x[0], 0.0], 1.0, 3).sum(),
    "logspace from a list": lambda x: np.logspace([0.5, 0.0], x[0], 3).sum(),
    "geomspace": lambda x: np.geomspace([x[0], 1.0], 4.0, 3).sum(),
    "r_": lambda x: np.exp(np.r_[x[0], x[1:3], 1.0, 0:2]).sum(),
    "c_": lambda x: np.linalg.norm(np.c_[x, numpy.ones(4)]),
    "fromiter": lambda x: np.exp(np.fromiter((t * t for t in x), float)).sum(),
    "fromiter count": lambda x: np.fromiter(iter(x), float, 2) @ x[:2],
    "vectorize": lambda x: np.exp(np.vectorize(lambda t: t if t > 1 else 0.0)(x)).sum(),
    "vectorize types": lambda x: np.sqrt(
        np.vectorize(lambda s, t: s * t, otypes=[float])(x[:, None] ** 2, [1.0, 2.0])
    ).sum(),
    "vectorize two": lambda x: (
        np.exp(np.vectorize(lambda t: (t, 1.0))(x)[1]).sum()
        + np.vectorize(lambda t: (t * t, 1.0))(x)[0] @ x
    ),
    "sum": lambda x: np.sum([[x[0], 1.0], [x[1], x[2]]], axis=0) @ [1.0, 2.0],
    "mean, std": lambda x: np.mean([x[0], 2.0]) * np.std([x[0], x[1], 3.0]),
    "dot": lambda x: np.dot([x[0], 1.0], [[x[1], 2.0], [0.0, x[2]]]).sum(),
    "diag": lambda x: np.linalg.inv(np.diag([x[0], x[1]])).sum(),
    "concatenate": lambda x: np.exp(np.concatenate([[x[0]], [1.0, x[1]], x])).sum(),
    "where": lambda x: np.where([True, False], [x[0], 1.0], [2.0, x[1]]).sum(),
    "interp": lambda x: np.interp([0.5, 1.5], [0.0, 1.0, 2.0], [x[0], x[1], 1.0]).sum(),
    "einsum": lambda x: np.einsum("i,j->", [x[0], 1.0], [x[1], x[2]]),
    "clip": lambda x: np.clip([x[0], 5.0, x[2]], 0.0, [x[1], 6.0, 1.0]).sum(),
    "cumsum": lambda x: np.cumsum([x[0], 1.0, x[1]]) @ [1.0, 2.0, 3.0],
    "max": lambda x: np.max([x[0], 1.0, x[3]]) * np.min([x[1], x[2]]),
    "reshape": lambda x: np.reshape([x[0], 1.0, x[1], 2.0], (2, 2))[1, 0] ** 2,
    "out": lambda x: np.sum([x, x], axis=0, out=np.zeros_like(x)) @ x,
    "zeros like": lambda x: _filled(np.zeros(4, like=x), x),
    "keywords": lambda x: np.sum(a=[x[0], 1.0]) * np.stack(arrays=[x, x])[1] @ x,
}


def _filled(y, x):
    for i, entry in enumerate(x):
        y[i] = entry**2
    return y @ x


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_programs(program):
    check(program)


def test_plain_values_are_numpys():
    assert np.float64 is numpy.float64
    assert np.sin is numpy.sin
    assert np.linalg is numpy.linalg
    assert np.ndarray is numpy.ndarray
    assert set(dir(np)) == set(dir(numpy))
    assert np.__all__ == numpy.__all__
    assert np.sum is np.sum
    assert np.sum.__doc__ == numpy.sum.__doc__
    for mine, plain in (
        (np.array([1, 2], dtype=np.int8), numpy.array([1, 2], dtype=np.int8)),
        (np.full(3, 2), numpy.full(3, 2)),
        (np.arange(3), numpy.arange(3)),
        (np.r_[1:4, 0], numpy.r_[1:4, 0]),
        (np.fromiter(range(3), int), numpy.fromiter(range(3), int)),
        (np.sum([[1, 2], [3, 4]], 0), numpy.sum([[1, 2], [3, 4]], 0)),
        (np.vectorize(abs)([-1, 2]), numpy.array([1, 2])),
        (np.vectorize(abs, otypes=[int])([]), numpy.array([], dtype=int)),
    ):
        numpy.testing.assert_array_equal(mine, plain)
        assert mine.dtype == plain.dtype
    assert len(np.r_) == len(numpy.r_) == 0
    with pytest.raises(AttributeError):
        _ = np.no_such_name


def test_star_import():
    scope = {}
    exec("from diffops.numpy import *", scope)
    assert scope["array"] is np.array
    assert scope["pi"] == numpy.pi


@modes
def test_objects_are_left_alone(gradient):
    def program(x):
        held = np.array([x, None], dtype=object)
        return held[0] @ x

    numpy.testing.assert_allclose(gradient(program)(POINT), 2 * POINT)


@modes
def test_plain_zeros_refuse_tracked_values(gradient):
    with pytest.raises(NoDerivativeError, match="like=x"):
        gradient(lambda x: _filled(np.zeros(4), x))(POINT)


def test_nothing_heavy_is_imported():
    heavy = "numpy.ma", "numpy.random", "scipy", "numba", "optree"
    code = f"import sys, diffops.numpy; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
