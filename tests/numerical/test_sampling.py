"""Calls of f near a point: fresh arguments, outputs in one vector, refusals."""

import math

import numpy as np
import pytest

from diffops import NoDerivativeError, grad, jacobian, numerical
from diffops.numerical._sampling import Samples, dtype_of, rounding_of
from diffops.operators._point import Point


def samples(f, *args, has_aux=False):
    return Samples(Point(f, 0, args, {}), has_aux, "jacobian")


def test_outputs_in_one_vector():
    found = samples(lambda x: {"a": x[0] * x, "b": (x[1], 2)}, np.array([2.0, 3.0]))
    assert found.count == 4
    np.testing.assert_array_equal(found.at([np.array([1.0, 0.0])]), [9, 9, 3, 2])
    assert found.value()["b"] == (3.0, 2)


def test_leaves_keep_their_types():
    seen = []

    def f(x):
        seen.append(x)
        return x * 1.0

    for x in (1.0, np.float32(1.0), np.array(1.0), np.ones(2, np.float32), 1j):
        samples(f, x).at([np.full(np.shape(x), 0.5)])
        for arg in seen[-2:]:
            assert type(arg) is type(x)
            assert np.result_type(arg) == np.result_type(x)
            assert np.shape(arg) == np.shape(x)


def test_f_may_write_into_its_argument():
    x = np.array([1.0, 2.0])

    def f(x):
        x *= x
        return x

    found = numerical.jacobian(f)(x)
    np.testing.assert_allclose(found, [[2, 0], [0, 4]], rtol=1e-11, atol=1e-11)
    np.testing.assert_array_equal(x, [1, 2])


@pytest.mark.parametrize(
    ("f", "x"), [(math.log, 0.01), (math.sqrt, 1e-6), (lambda x: 1 / x, 1e-5)]
)
def test_edges_of_domains_near_by(f, x):
    """The first steps leave the domain of f: they do not count."""
    found, error = numerical.diff(f, error=True)(x)
    wanted = {math.log: 1 / x, math.sqrt: 0.5 / math.sqrt(x)}.get(f, -1 / x**2)
    assert abs(found - wanted) <= error < 1e-8 * abs(wanted)


def test_what_f_raises():
    with pytest.raises(ValueError, match="math domain"):
        numerical.diff(math.log)(-1.0)
    with pytest.raises(ZeroDivisionError):
        numerical.diff(lambda x: 1 / x)(0.0)

    def only_here(x):
        if x != 1.0:
            raise ValueError("only here")
        return x

    with pytest.raises(ValueError, match="only here"):
        numerical.diff(only_here)(1.0)

    def broken(x):
        return x[0]

    with pytest.raises(TypeError):
        numerical.diff(broken)(1.0)


def test_warnings_come_from_the_point_alone():
    assert np.isnan(numerical.diff(np.sqrt)(0.0))
    with pytest.warns(RuntimeWarning, match="invalid"):
        numerical.diff(np.sqrt)(-1.0)


def test_shapes_must_stay():
    def f(x):
        return np.ones(3 if x > 1 else 2)

    with pytest.raises(TypeError, match="same shapes around x"):
        numerical.diff(f)(1.0)


def test_differences_refuse_tracked_values():
    with pytest.raises(NoDerivativeError, match=r"test_sampling.*diffops\.grad inside"):
        grad(lambda x: np.sum(numerical.grad(np.sum)(x)))(np.ones(2))

    def closure(y):
        return numerical.gradv(lambda x: np.sum(x * y))(np.ones(2), np.ones(2))

    with pytest.raises(NoDerivativeError, match="not differentiable"):
        jacobian(closure)(np.ones(2))


def test_precision():
    assert dtype_of(2) == dtype_of(2.0) == np.float64
    assert dtype_of(np.float32(1)) == dtype_of(np.ones(2, np.float32)) == np.float32
    assert dtype_of(1j) == np.complex128
    assert rounding_of(np.complex64(1)) == np.finfo(np.float32).eps
