"""Differentiations inside differentiations: nothing may be confused with anything.

Sources of the cases: Siskind and Pearlmutter 2005, Manzyuk et al. 2019, and the issue
trackers of other libraries (ForwardDiff 313 and 443 among them).
"""

from __future__ import annotations

import numpy as np
import pytest
from mixes import ALL, MIXES, PURE, assert_close, nested

from diffops import diff, diffn, grad, jacobian

# Perturbation confusion


@nested(ALL, 2)
def test_outer_variable_inside_an_inner_sum(D):
    assert_close(D[0](lambda x: x * D[1](lambda y: x + y)(1.0))(1.0), 1.0)


@nested(ALL, 2)
def test_outer_variable_inside_an_inner_product(D):
    assert_close(D[0](lambda x: x * D[1](lambda y: x * y)(2.0))(1.0), 2.0)


@nested(ALL, 2)
def test_inner_point_moves_with_the_outer_variable(D):
    x = 0.7
    found = D[0](lambda x: x**2 * D[1](lambda y: np.sin(y) * x)(3 * x))(x)
    assert_close(found, 3 * x**2 * np.cos(3 * x) - 3 * x**3 * np.sin(3 * x))


@nested(MIXES, 2)
def test_what_one_of_the_variables_does_not_reach(D):
    assert_close(D[0](lambda x: D[1](lambda y: x**3)(2.0) + x)(5.0), 1.0)
    assert_close(D[0](lambda x: D[1](lambda y: y**3)(2.0) + x)(5.0), 1.0)
    assert_close(D[0](lambda x: D[1](lambda y: y**3)(x) * 0 + x)(5.0), 1.0)
    assert D[0](lambda x: D[1](lambda y: y**3)(2.0))(5.0) == 0


@nested(MIXES, 2)
def test_state_that_an_inner_differentiation_changes(D):
    def outer(x):
        state = [x]

        def f(y):
            state[0] = state[0] * y
            return state[0]

        D[1](f)(1.0)
        return D[1](f)(1.0)

    assert_close(D[0](outer)(1.0), 1.0)


def shift(u):
    return lambda f: lambda x: f(x + u)


def exp_of_twice(x):
    return np.exp(2 * x)


@pytest.mark.parametrize("D", [diff, grad, jacobian])
@pytest.mark.parametrize("E", [diff, grad, jacobian])
def test_derivative_of_a_function_valued_function(D, E):
    """The "amazing bug": D(shift)(0) is the derivative operator itself."""
    first, second = D(shift)(0.0), E(shift)(0.0)
    assert_close(first(exp_of_twice)(1.0), 2 * np.exp(2))
    assert_close(first(first(exp_of_twice))(1.0), 4 * np.exp(2))
    assert_close(first(second(exp_of_twice))(1.0), 4 * np.exp(2))
    assert_close(second(first(second(exp_of_twice)))(1.0), 8 * np.exp(2))
    assert_close(first(E(exp_of_twice))(1.0), 4 * np.exp(2))
    assert_close(E(first(exp_of_twice))(1.0), 4 * np.exp(2))


@pytest.mark.parametrize("D", [diff, grad, jacobian])
def test_functions_inside_a_container(D):
    def functions(u):
        return {"shift": [shift(u)], "wave": lambda x: np.sin(u * x)}

    derivative = D(functions)(2.0)
    (moved,) = derivative["shift"]
    assert_close(moved(exp_of_twice)(-1.0), 2 * np.exp(2))
    assert_close(moved(moved(exp_of_twice))(-1.0), 4 * np.exp(6))
    assert_close(derivative["wave"](0.5), 0.5 * np.cos(1.0))


def test_function_and_number_side_by_side():
    number, function = diff(lambda u: (u**3, lambda x: u * u * x))(2.0)
    assert_close([number, function(5.0)], [12.0, 20.0])


@nested(MIXES, 2)
def test_callable_object_that_differentiates_itself(D):
    class Falling:
        """Differentiate x^depth · self of the depth below, times x."""

        def __init__(self, depth):
            self.depth = depth

        def __call__(self, x):
            if self.depth == 0:
                return x**3
            self.depth -= 1
            try:
                return x * D[self.depth % 2](self)(x)
            finally:
                self.depth += 1

    # x d/dx multiplies x³ by 3 each time.
    assert_close(Falling(3)(2.0), 27 * 8)
    assert_close(D[0](Falling(2))(2.0), 27 * 4)


@nested(MIXES, 2)
def test_recursive_function_that_differentiates_itself(D):
    def f(x, n):
        if n == 0:
            return np.exp(x * x)
        return D[n % 2](lambda y: f(y, n - 1))(x)

    x = 0.4
    assert_close(f(x, 3), (8 * x**3 + 12 * x) * np.exp(x * x), rtol=1e-13)


@nested(MIXES, 2)
def test_operands_of_an_older_level_stay_whole(D):
    """Rules get operands of two levels at once, in both orders, scalars and arrays."""
    a = np.array([0.3, 0.8])

    def outer(x):
        def inner(y):
            products = (x * a) @ (a * y) + (y * a) @ (x * x * a)
            return products + np.where(a > 0.5, x * y, y / x).sum() + x**y

        return D[1](inner)(1.5)

    x, y = 1.2, 1.5
    squares = a @ a
    wanted = squares * (1 + 2 * x) + (1 - 1 / x**2)
    wanted += x ** (y - 1) * (y * np.log(x) + 1)
    assert_close(D[0](outer)(x), wanted, rtol=1e-13)


# Depth


@nested(MIXES, 3)
def test_three_levels(D):
    a, b, c = 0.6, 0.9, 1.1
    found = D[0](
        lambda x: x * D[1](lambda y: x * y * D[2](lambda z: np.sin(x * y * z))(c))(b)
    )(a)
    t = a * b * c
    wanted = 6 * a**2 * b * np.cos(t) - 6 * c * b**2 * a**3 * np.sin(t)
    wanted -= c**2 * b**3 * a**4 * np.cos(t)
    assert_close(found, wanted, rtol=1e-13)


@nested(PURE, 4)
def test_four_levels(D):
    a, b, c, d = 1.1, 0.7, 1.3, 0.4

    def at_w(w):
        def at_x(x):
            def at_y(y):
                return w * x * y * D[3](lambda z: (w * x * y * z) ** 2)(d)

            return w * x * D[2](at_y)(c)

        return w * D[1](at_x)(b)

    assert_close(D[0](at_w)(a), 120 * a**4 * b**3 * c**2 * d, rtol=1e-13)


@nested(MIXES, 3)
def test_third_derivative(D):
    f = D[0](D[1](D[2](np.tanh)))
    t = np.tanh(0.3)
    assert_close(f(0.3), (1 - t**2) * (6 * t**2 - 2), rtol=1e-13)


@nested(PURE, 4)
def test_fourth_derivative(D):
    f = D[0](D[1](D[2](D[3](lambda x: x * np.sin(x) / (1 + 0 * x)))))
    assert_close(f(0.3), 0.3 * np.sin(0.3) - 4 * np.cos(0.3), rtol=1e-12)


@nested(MIXES, 2)
def test_mixed_partials_of_an_array_program(D):
    a = np.array([0.5, -0.25, 2.0])

    def f(s, t):
        m = np.stack([np.cos(s * a), np.sin(t * a), s * t * a])
        return np.sum(m @ m.T) / 2 + np.prod(s * t * a)

    # ½|Σ columns of m|² differentiated by hand.
    s, t = 0.8, 1.4
    m_s = -a * np.sin(s * a) + t * a
    m_t = a * np.cos(t * a) + s * a
    column = np.cos(s * a) + np.sin(t * a) + s * t * a
    wanted = m_s @ m_t + column @ a + 9 * (s * t) ** 2 * np.prod(a)
    found = D[0](lambda s: D[1](lambda t: f(s, t))(t))(s)
    assert_close(found, wanted, rtol=1e-13)


def test_ten_levels_deep():
    f = np.exp
    for D in (diff, grad) * 5:
        f = D(f)
    assert_close(f(0.5), np.exp(0.5))
    assert_close(diffn(10, np.exp)(0.5), np.exp(0.5))


# Arrays that several levels write into: each case is a function of x and an operator
# for the inner differentiation, beside its derivative.


def outer_buffer(x, D):
    buffer = np.zeros_like(np.stack([x, x]))

    def inner(y):
        buffer[0] = y * x
        return buffer[0] * y

    return D(inner)(2.0) * x + buffer[0]  # 4 x² + 2 x


def outer_buffer_written_again(x, D):
    buffer = np.zeros(2, like=np.stack([x]))
    buffer[0] = x

    def inner(y):
        buffer[1] = y * buffer[0]
        return buffer.sum() * y

    slope = D(inner)(2.0)  # 5 x
    buffer[0] = x * x
    return buffer.sum() + slope  # x² + 2 x + 5 x


def inner_copy(x, D):
    outer = np.stack([x, x * x])

    def inner(y):
        mine = outer.copy()
        mine[0] = y
        mine *= y
        return mine.sum() + outer[0] * y

    return D(inner)(3.0)  # 6 + x² + x


def views_on_both_sides(x, D):
    view = np.stack([x, x * x])[:1]

    def inner(y):
        mine = np.stack([x, x * x]) * 1
        mine[0] = y * view[0]
        backwards = mine[::-1]
        backwards[1] *= y
        return mine.sum()

    return D(inner)(3.0) + view[0]  # 6 x + x


def object_arrays(x, D):
    outer = np.array([x, x * x])
    return D(lambda y: (np.array([y, x * y]) * outer).sum())(3.0)  # x + x³


def escaped_array(x, D):
    escaped = []
    D(lambda y: (escaped.append(np.stack([y, x * y])), y)[1])(3.0)
    return (escaped[0] * escaped[0]).sum()  # 9 + 9 x²


WRITTEN = [
    (outer_buffer, lambda x: 8 * x + 2),
    (outer_buffer_written_again, lambda x: 2 * x + 7),
    (inner_copy, lambda x: 2 * x + 1),
    (views_on_both_sides, lambda x: 7),
    (object_arrays, lambda x: 1 + 3 * x**2),
    (escaped_array, lambda x: 18 * x),
]


@nested(MIXES, 2)
@pytest.mark.parametrize(("f", "derivative"), WRITTEN)
def test_arrays_written_across_levels(D, f, derivative):
    assert_close(D[0](lambda x: f(x, D[1]))(0.7), derivative(0.7))
