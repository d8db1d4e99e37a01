"""Checkpointed functions: the derivatives of plain ones, in less memory."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest

from diffops import (
    NoDerivativeError,
    checkpoint,
    diffn,
    grad,
    jit,
    jvp,
    laplacian,
    sparse_jacobian,
    vmap,
)

B, X = np.full(3, 0.1), np.ones(3)


def test_checkpointed_functions():
    runs = []

    def f(x, d):
        runs.append(None)
        return {"y": np.sin(x) * d["w"], "z": np.sum(x)}

    def use(g, x, w):
        out = g(x, {"w": w})
        return np.sum(out["y"]) * out["z"]

    wanted = grad(lambda x, w: use(f, x, w), (0, 1))(X, B)
    runs.clear()
    found = grad(lambda x, w: use(checkpoint(f), x, w), (0, 1))(X, B)
    assert len(runs) == 2
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_allclose(a, b)
    assert grad(grad(checkpoint(lambda x: x**3)))(2.0) == 12.0
    assert checkpoint(f).__name__ == "f"
    np.testing.assert_array_equal(checkpoint(np.sin)(X), np.sin(X))


def test_what_is_recorded_is_forgotten():
    def deep(x):
        for _ in range(50):
            x = np.sin(x)
        return x

    large = np.ones(50_000)
    peaks = []
    for f in (deep, checkpoint(deep)):
        tracemalloc.start()
        grad(lambda x, f=f: np.sum(f(f(f(f(x))))))(large)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 0.4 * peaks[0]


def curved(x):
    return np.sin(x) * x if x > 0 else x**3


def test_every_mode():
    kept = checkpoint(curved)
    points = np.array([0.3, -1.2, 2.0])
    for f in (grad, lambda f: grad(grad(f)), lambda f: diffn(4, f)):
        for x in points:
            assert f(kept)(x) == pytest.approx(f(curved)(x), rel=1e-12)
        np.testing.assert_allclose(vmap(f(kept))(points), vmap(f(curved))(points))
        jitted = jit(f(kept))
        for x in (*points, *points):
            assert jitted(x) == pytest.approx(f(curved)(x), rel=1e-12)
        assert f(jit(kept))(0.3) == pytest.approx(f(curved)(0.3), rel=1e-12)
    smooth = lambda x: np.sin(x) * x  # noqa: E731
    found = sparse_jacobian(checkpoint(smooth))(points).toarray()
    np.testing.assert_allclose(found, np.diag(points * np.cos(points) + np.sin(points)))
    total = lambda f: lambda x: np.sum(f(x))  # noqa: E731
    assert laplacian(total(checkpoint(smooth)))(points) == pytest.approx(
        laplacian(total(smooth))(points)
    )
    size = lambda f: lambda t: np.abs(f(t * (1 + 1j)))  # noqa: E731
    square = lambda z: z**2  # noqa: E731
    assert grad(size(checkpoint(square)))(1.5) == grad(size(square))(1.5)
    assert grad(total(checkpoint(smooth)))(np.float32(points)).dtype == np.float32


def test_what_is_no_float_passes_through():
    class Layer:
        @checkpoint
        def __call__(self, x, i, flag, name, g, *, scale=1.0, nothing=None):
            assert (flag, name, nothing) == (True, "s", None)
            return scale * g(x[i]), [2]

    def f(x, scale):
        y, (two,) = Layer()(x, 1, True, "s", np.sin, scale=scale)
        return two * y

    by_x, by_scale = grad(f, (0, 1))(X, 3.0)
    np.testing.assert_allclose(by_x, [0.0, 6 * np.cos(1.0), 0.0])
    assert by_scale == pytest.approx(2 * np.sin(1.0))
    _, change = jvp(f, (X, 3.0), (X, 1.0))
    assert change == pytest.approx(6 * np.cos(1.0) + 2 * np.sin(1.0))
    assert checkpoint(np.argmax)(X) == 0  # without derivatives it is f


def test_constants_count_as_f_saw_them():
    """As without checkpoint, though f runs again when they were overwritten."""
    c = np.ones(3)

    def f(x):
        y = checkpoint(lambda x, c: np.sum(c * x**3))(x, c)
        c[:] = 7.0
        return y

    np.testing.assert_array_equal(grad(f)(X), 3 * X**2)
    c[:] = 1.0
    np.testing.assert_array_equal(grad(lambda t: grad(f)(t * X)[0])(2.0), 12.0)


def test_another_value_on_the_way_back_is_no_derivative():
    c, random, counter = np.ones(3), np.random.default_rng(0), itertools.count(1)

    def overwritten(x):
        y = checkpoint(lambda x: np.sum(c * x))(x)
        c[:] *= 2
        return y

    for f in (
        overwritten,
        lambda x: checkpoint(lambda x: np.sum(x) * random.normal())(x),
        lambda x: np.sum(checkpoint(lambda x: x[: next(counter)] * 1.0)(x)),
    ):
        with pytest.raises(NoDerivativeError, match="something else when it was run"):
            grad(f)(X)
    seeded = checkpoint(lambda x: np.sum(x * np.random.default_rng(1).normal(size=3)))
    np.testing.assert_array_equal(
        grad(seeded)(X), np.random.default_rng(1).normal(size=3)
    )


def test_values_in_place_afterwards():
    def f(use):
        def run(x):
            y = x * 1
            r = use(y)
            y[0] = 5.0 * x[1]
            return np.sum(r) + np.sum(y * r)

        return run

    cube = lambda y: y**3  # noqa: E731
    np.testing.assert_array_equal(
        grad(f(checkpoint(cube)))(X + B), grad(f(cube))(X + B)
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: grad(lambda w: checkpoint(lambda x: x * w)(w))(1.0),
            NoDerivativeError,
            "pass it as one",
        ),
        (lambda: checkpoint(3), TypeError, "takes a function, not a int"),
        (
            lambda: grad(lambda x: checkpoint(lambda y: y.__imul__(2.0))(x * 1)[0])(X),
            TypeError,
            "writes into its arguments.*copy them",
        ),
        (lambda: grad(checkpoint(lambda x: "a"))(1.0), TypeError, "floats"),
        (lambda: grad(checkpoint(lambda x: (x, x > 0)))(X), TypeError, "floats"),
    ],
)
def test_misuse(call, error, message):
    with pytest.raises(error, match=message):
        call()
