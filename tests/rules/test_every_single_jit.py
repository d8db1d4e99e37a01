"""Every primitive on singles under jit: NumPy's dtypes, and values as good as eager."""

import importlib
from unittest import mock

import numpy as np
import pytest
from test_every_rule import ALL, example

from diffops import jit, jvp, vjp
from diffops.jit import compiled

PATH = importlib.import_module("diffops.jit.path")


def of_singles(name):
    """Return a function of singles: value, tangent and cotangents of a primitive."""
    f, args = example(name)
    args = tuple(np.asarray(x, np.float32)[()] for x in args)

    def run(*xs):
        y, tangent = jvp(f, xs, tuple(np.cos(x) for x in xs))
        _, pullback = vjp(f, *xs)
        return y, tangent, *pullback(np.sin(1 + y))

    return run, args


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ALL)
def test_as_in_eager_mode(name, monkeypatch):
    monkeypatch.setattr(PATH, "PATIENCE", -1)
    run, args = of_singles(name)
    wanted = run(*args)
    true = run(*(np.asarray(x, float)[()] for x in args))
    with mock.patch.object(compiled, "_is_of_arrays", return_value=True):
        jitted = jit(run)
        for _ in range(3):
            found = jitted(*args)
    (ways,) = jitted._ways.values()
    assert not ways.plain
    for a, b, c in zip(found, wanted, true, strict=True):
        assert type(a) is type(b)
        assert np.result_type(a) == np.result_type(b)
        assert np.shape(a) == np.shape(b)
        lost = np.max(np.abs(b - c), initial=0.0)
        scale = np.max(np.abs(c), initial=1.0)
        np.testing.assert_allclose(a, c, rtol=0, atol=2e-6 * scale + 10 * lost)
