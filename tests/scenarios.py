"""Functions, points, and their derivatives in closed form, shared by many tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest


@dataclass
class Curve:
    """A function of one number: f(x), f′(x), f″(x), … at a point."""

    f: Callable[[Any], Any]
    x: float
    orders: tuple[Any, ...]


@dataclass
class Surface:
    """A number as a function of an array, with its gradient and Hessian at a point."""

    f: Callable[[Any], Any]
    x: Any
    value: float
    gradient: Any
    hessian: Any


@dataclass
class Field:
    """An array as a function of an array, with its Jacobian at a point."""

    f: Callable[[Any], Any]
    x: Any
    value: Any
    jacobian: Any


@dataclass
class Space:
    """A vector field in space, with its curl and divergence at a point."""

    f: Callable[[Any], Any]
    x: Any
    curl: Any
    div: float


def horner(x):
    total = 0.0
    for coefficient in (2.0, -1.0, 0.5, 3.0, 1.0):
        total = total * x + coefficient
    return total


def newton_root(x):
    """Return √x by Newton's method, whose number of steps depends on x."""
    root = x
    while abs(root * root - x) > 1e-15 * x:
        root = (root + x / root) / 2
    return root


def _curves():
    x, t = 0.3, np.tanh(0.3)
    bell = np.exp(-(x**2))
    yield "sin", np.sin, 0.7, np.sin(0.7 + np.arange(5) * np.pi / 2)
    yield "exp", lambda x: np.exp(2 * x), x, 2.0 ** np.arange(5) * np.exp(2 * x)
    yield (
        "power",
        lambda x: x**5,
        1.5,
        [1.5**5, 5 * 1.5**4, 20 * 1.5**3, 60 * 1.5**2, 180],
    )
    yield "reciprocal", lambda x: 1 / x, 2.0, [1 / 2, -1 / 4, 2 / 8, -6 / 16, 24 / 32]
    yield "log", np.log, 2.0, [np.log(2.0), 1 / 2, -1 / 4, 2 / 8, -6 / 16]
    yield "sqrt", np.sqrt, 4.0, [2, 1 / 4, -1 / 32, 3 / 256, -15 / 2048]
    yield "newton", newton_root, 4.0, [2, 1 / 4]
    s = 1 - t**2
    yield "tanh", np.tanh, x, [t, s, -2 * t * s, s * (6 * t**2 - 2)]
    hermite = [1, -2 * x, 4 * x**2 - 2, -8 * x**3 + 12 * x]
    yield "bell", lambda x: np.exp(-x * x), x, [bell * h for h in hermite]
    yield "horner", horner, 2.0, [33, 57, 85, 90, 48]
    yield "absolute", lambda x: abs(x) * x, -2.0, [-4, 4, -2, 0]
    yield "constant", lambda x: 7.0, 1.0, [7, 0, 0, 0]
    yield "identity", lambda x: x, 3.0, [3, 1, 0, 0]
    weights = np.array([1.0, -2.0])
    yield (
        "circle",
        lambda x: np.stack([np.cos(x), np.sin(x)]),
        x,
        [
            np.array([np.cos(x), np.sin(x)]),
            np.array([-np.sin(x), np.cos(x)]),
            -np.array([np.cos(x), np.sin(x)]),
        ],
    )
    yield "line", lambda x: x * weights, x, [x * weights, weights, 0 * weights]


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def chain(x):
    """Return Σ xᵢ² xᵢ₊₁ by a loop over the entries."""
    total = 0.0
    for i in range(len(x) - 1):
        total = total + x[i] ** 2 * x[i + 1]
    return total


def _surfaces():
    matrix = np.array([[2.0, 1.0, 0.0], [-1.0, 3.0, 0.5], [0.0, 0.25, 1.0]])
    both = matrix + matrix.T
    x = np.array([0.5, -1.0, 2.0])
    yield "quadratic", lambda x: x @ matrix @ x / 2, x, both @ x / 2, both / 2
    yield "cubes", lambda x: np.sum(x**3), x, 3 * x**2, np.diag(6 * x)
    yield "linear", lambda x: x @ matrix[0], x, matrix[0], np.zeros((3, 3))
    yield "constant", lambda x: 4.0, x, 0 * x, np.zeros((3, 3))

    a, b, c = x
    inner = [-400 * a * (b - a**2) - 2 * (1 - a), 200 * (b - a**2), 0]
    inner[1] += -400 * b * (c - b**2) - 2 * (1 - b)
    inner[2] += 200 * (c - b**2)
    yield (
        "rosenbrock",
        rosenbrock,
        x,
        np.array(inner),
        np.array(
            [
                [1200 * a**2 - 400 * b + 2, -400 * a, 0],
                [-400 * a, 200 + 1200 * b**2 - 400 * c + 2, -400 * b],
                [0, -400 * b, 200],
            ]
        ),
    )
    yield (
        "chain",
        chain,
        x,
        np.array([2 * a * b, a**2 + 2 * b * c, b**2]),
        np.array([[2 * b, 2 * a, 0], [2 * a, 2 * c, 2 * b], [0, 2 * b, 0]]),
    )

    p = np.exp(x) / np.exp(x).sum()
    yield (
        "logsumexp",
        lambda x: np.log(np.sum(np.exp(x))),
        x,
        p,
        np.diag(p) - np.outer(p, p),
    )
    r = np.sqrt(x @ x)
    sphere = np.eye(3) / r - np.outer(x, x) / r**3
    yield "norm", np.linalg.norm, x, x / r, sphere
    yield (
        "product",
        np.prod,
        x,
        np.array([b * c, a * c, a * b]),
        np.array([[0, c, b], [c, 0, a], [b, a, 0]]),
    )
    inverse = np.linalg.inv(matrix)
    cofactors = -np.einsum("li,jk->ijkl", inverse, inverse)
    yield "logdet", lambda m: np.log(np.linalg.det(m)), matrix, inverse.T, cofactors
    yield (
        "number",
        lambda x: np.sin(x) * x,
        0.4,
        (np.sin(0.4) + 0.4 * np.cos(0.4)),
        2 * np.cos(0.4) - 0.4 * np.sin(0.4),
    )
    yield (
        "single",
        lambda x: x[0] ** 4,
        np.array([2.0]),
        np.array([32.0]),
        (np.array([[48.0]])),
    )


def _fields():
    wide = np.array([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]])
    polar = np.array([2.0, 0.6])
    cos, sin = np.cos(0.6), np.sin(0.6)
    x = np.array([0.5, -1.0, 2.0])
    yield "wide", lambda x: wide @ x, x, wide
    yield "tall", lambda x: x @ wide, polar, wide.T
    yield (
        "polar",
        lambda x: x[0] * np.stack([np.cos(x[1]), np.sin(x[1])]),
        polar,
        (np.array([[cos, -2 * sin], [sin, 2 * cos]])),
    )
    yield "squares", lambda x: x**2, x, np.diag(2 * x)
    eye = np.eye(2)
    yield (
        "outer",
        lambda x: np.outer(x, x),
        polar,
        (np.einsum("ik,j->ijk", eye, polar) + np.einsum("jk,i->ijk", eye, polar)),
    )
    yield "from matrix", lambda m: m @ x, wide, np.einsum("ik,j->ikj", eye, x)
    yield "to number", lambda x: x[0] * x[1], polar, polar[::-1]
    yield "of number", lambda x: np.stack([x, x**2, x**3]), 2.0, np.array([1, 4.0, 12])
    yield "constant", lambda x: np.array([1.0, 2.0]), x, np.zeros((2, 3))


def _spaces():
    x = np.array([0.5, -1.0, 2.0])
    a, b, c = x
    yield "turning", lambda x: np.stack([-x[1], x[0], 0 * x[2]]), [0, 0, 2], 0
    yield "cyclic", lambda x: x * np.roll(x, -1), [-b, -c, -a], a + b + c
    radial = x / np.sum(x**2) ** 1.5
    yield "radial", lambda x: x / np.sum(x**2) ** 1.5, 0 * radial, 0.0
    # The flow of Arnold, Beltrami and Childress is its own curl.
    flow = np.sin(x[[2, 0, 1]]) + np.cos(x[[1, 2, 0]])
    yield "abc", lambda x: np.sin(x[[2, 0, 1]]) + np.cos(x[[1, 2, 0]]), flow, 0.0
    yield "numbers", lambda x: [x[0] ** 2, x[0] * x[1], x[2]], [0, 0, b], 2 * a + a + 1


CURVES = {name: Curve(f, x, tuple(orders)) for name, f, x, orders in _curves()}
SURFACES = {
    name: Surface(f, x, f(x), gradient, hessian)
    for name, f, x, gradient, hessian in _surfaces()
}
FIELDS = {name: Field(f, x, f(x), jacobian) for name, f, x, jacobian in _fields()}
SPACES = {
    name: Space(f, np.array([0.5, -1.0, 2.0]), np.array(curl), div)
    for name, f, curl, div in _spaces()
}

curves = pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
surfaces = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
fields = pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
spaces = pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)


def assert_equal(found, wanted, rtol=2e-13):
    """Compare two results, or containers of results, in values and in shapes."""
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys()
        found, wanted = [found[key] for key in wanted], list(wanted.values())
    if isinstance(wanted, (list, tuple)):
        assert type(found) is type(wanted) and len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            assert_equal(one, other, rtol)
        return
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=rtol)
