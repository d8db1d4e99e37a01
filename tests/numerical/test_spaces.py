"""Differences of vector fields, beside closed forms."""

import numpy as np
import pytest
from bounds import bounded
from scenarios import spaces

from diffops import numerical


@spaces
def test_fields_in_space(space):
    f, x = space.f, space.x
    bounded(numerical.curl(f, error=True)(x), space.curl, 1e-10)
    bounded(numerical.div(f, error=True)(x), space.div, 1e-10)
    (rotation, divergence), errors = numerical.curldiv(f, error=True)(x)
    bounded((rotation, errors[0]), space.curl, 1e-10)
    bounded((divergence, errors[1]), space.div, 1e-10)
    for name in ("curl", "div"):
        value, found = getattr(numerical, "f" + name)(f)(x)
        np.testing.assert_array_equal(value, f(x))
        np.testing.assert_array_equal(found, getattr(numerical, name)(f)(x))
    _, *both = numerical.fcurldiv(f)(x)
    np.testing.assert_array_equal(both[0], rotation)
    assert both[1] == divergence


@pytest.mark.parametrize("name", ["curl", "div", "curldiv"])
def test_shapes_must_fit(name):
    with pytest.raises(ValueError, match=rf"{name} wants x and f\(x\) of"):
        getattr(numerical, name)(lambda x: x[:1])(np.ones(3))


def test_precision_is_kept():
    found = numerical.curl(lambda x: x[::-1] * x[0])(np.ones(3, np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [0, -1, 1], atol=1e-4)
