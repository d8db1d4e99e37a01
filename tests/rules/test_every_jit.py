"""Every primitive, through mixes of modes, recorded and replayed: equal to eager."""

import importlib

import numpy as np
import pytest
from natively import natives_of
from test_every_rule import ALL, MODES, example
from truth import line

from diffops import grad, hessianv, jit

#: Where jit decides when to compile; the name diffops.jit is that of the function.
PATH = importlib.import_module("diffops.jit.path")

MIXES = ["", "F", "R", "FF", "FR", "RF", "RR", "FRF"]


def close(found, wanted):
    assert np.result_type(found) == np.result_type(wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("tier", ["plain", "native", "exact"])
@pytest.mark.parametrize("name", ALL)
def test_recorded_derivatives_equal_eager_ones(name, tier, monkeypatch):
    monkeypatch.setattr(PATH, "PATIENCE", np.inf if tier == "plain" else -1)
    f, args = example(name)
    value = f(*args)
    weights = np.sin(1 + np.arange(np.size(value))).reshape(np.shape(value))
    directions = [np.cos(np.arange(np.size(x))).reshape(np.shape(x)) for x in args]
    phi = line(lambda *xs: np.sum(weights * f(*xs)), args, directions)
    for mix in MIXES:
        derivative = phi
        for mode in mix:
            derivative = MODES[mode](derivative)
        jitted = jit(derivative, exact=tier == "exact")
        for t in (0.0, 0.0, 0.0, 0.01, -0.01, 0.01):
            close(jitted(t), derivative(t))
            if tier == "exact" and natives_of(jitted):
                np.testing.assert_array_equal(jitted(t), derivative(t))
        (ways,) = jitted._ways.values()
        assert len(ways.paths) == 1, mix
        assert not ways.plain


@pytest.mark.parametrize("name", ALL)
def test_derivatives_of_recorded_functions(name):
    f, args = example(name)
    value = f(*args)
    weights = np.sin(1 + np.arange(np.size(value))).reshape(np.shape(value))
    every = tuple(range(len(args)))
    directions = tuple(np.cos(np.arange(np.size(x))).reshape(np.shape(x)) for x in args)
    scalar = lambda *xs: np.sum(weights * f(*xs))  # noqa: E731
    jitted = jit(scalar)
    for _ in range(3):
        for a, b in zip(
            grad(jitted, every)(*args), grad(scalar, every)(*args), strict=True
        ):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)
    found = hessianv(jitted, every)(*args, directions)
    wanted = hessianv(scalar, every)(*args, directions)
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)
