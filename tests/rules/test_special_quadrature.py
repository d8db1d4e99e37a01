"""Gauss and Legendre's rule, at one point and at many."""

import numpy as np

from diffops import diff
from diffops.rules.special_quadrature import DEPTH, depth, integrals


def test_smooth_functions_are_integrated_to_the_last_digit():
    cosine, power = integrals(lambda u: (np.cos(u), u**9))
    np.testing.assert_allclose([cosine, power], [np.sin(1), 0.1], rtol=1e-14)


def test_parameters_broadcast_and_are_differentiated():
    a, b = np.array([0.5, 1.0, 2.0]), np.array([[0.0], [1.0]])
    (y,) = integrals(lambda u: (np.exp(a * u) + b,), a, b)
    np.testing.assert_allclose(y, np.expm1(a) / a + b, rtol=1e-14)
    slope = diff(lambda a: integrals(lambda u: (np.exp(a * u),), a)[0])(1.0)
    np.testing.assert_allclose(slope, 1, rtol=1e-14)


def test_many_entries_take_no_more_memory_and_get_the_same_sums():
    a = np.linspace(0.1, 2, 20_000)
    (y,) = integrals(lambda u: (np.exp(a * u),), a)
    np.testing.assert_allclose(y, np.expm1(a) / a, rtol=1e-14)


def test_about_where_a_convex_function_has_its_depth():
    x = np.array([1.0, 30.0, 1e6])
    found = depth(
        lambda v: x * np.expm1(v) - x * v,
        lambda v: x * np.expm1(v),
        np.sqrt(2 * DEPTH / x),
    )
    np.testing.assert_allclose(x * np.expm1(found) - x * found, DEPTH, rtol=0.01)
