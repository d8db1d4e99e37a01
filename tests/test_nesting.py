"""Differentiations inside differentiations: nothing may be confused with anything.

Sources of the cases: Siskind and Pearlmutter 2005 and 2008, Manzyuk et al. 2019, and
the issue trackers of other libraries (ForwardDiff 313 and 443 among them).
"""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from diffops import (
    EscapedValueError,
    diff,
    diff2,
    diffn,
    fdiff,
    ffdiff2,
    ffjacobianTv,
    fgrad,
    grad,
    gradv,
    hessian,
    hessianv,
    jacobian,
    jacobianTv,
    jacobianv,
    jvp,
    linearize,
    stop_gradient,
    vjp,
)


def by_vectors(f):
    """Differentiate f of a number as a function of a vector with one entry."""
    return lambda x: grad(lambda v: f(v[0]))(np.stack([x]))[0]


def along_vectors(f):
    """Differentiate f of a number along the first axis of the plane."""

    def derivative(x):
        point = np.stack([x, 3.0])
        return jvp(lambda v: f(v[0]), (point,), (np.array([1.0, 0.0]),))[1]

    return derivative


FORWARD = {
    "diff": diff,
    "jvp": lambda f: lambda x: jvp(f, (x,), (1.0,))[1],
    "gradv": lambda f: lambda x: gradv(f)(x, 1.0),
    "jacobianv": lambda f: lambda x: jacobianv(f)(x, 1.0),
    "jacobian-forward": lambda f: jacobian(f, mode="forward"),
    "vectors-forward": along_vectors,
}
REVERSE = {
    "grad": grad,
    "fgrad": lambda f: lambda x: fgrad(f)(x)[1],
    "vjp": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
    "jacobianTv": lambda f: lambda x: jacobianTv(f)(x, 1.0),
    "ffjacobianTv": lambda f: lambda x: ffjacobianTv(f)(x)[1](1.0),
    "jacobian-reverse": lambda f: jacobian(f, mode="reverse"),
    "linearize": lambda f: lambda x: linearize(f, x)[1](1.0),
    "vectors-reverse": by_vectors,
}
ALL = FORWARD | REVERSE
MIXES = {"F": diff, "R": grad, "f": along_vectors, "r": by_vectors}
PURE = {"F": diff, "R": grad}


def nested(names, depth):
    """Parametrize ``D`` over all sequences of operators, outermost first."""
    mixes = itertools.product(names, repeat=depth)
    values = [
        pytest.param([names[n] for n in mix], id="·".join(mix)) for mix in mixes
    ]
    return pytest.mark.parametrize("D", values)


each = pytest.mark.parametrize("D", ALL.values(), ids=ALL)
modes = pytest.mark.parametrize("D", MIXES.values(), ids=MIXES)


def assert_close(found, wanted, rtol=2e-14):
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=1e-300)


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
    derivative = D(lambda u: {"shift": [shift(u)], "wave": lambda x: np.sin(u * x)})(2.0)
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
        lambda x: x
        * D[1](lambda y: x * y * D[2](lambda z: np.sin(x * y * z))(c))(b)
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


@nested(MIXES, 2)
def test_hessian_inside_and_around(D):
    x = np.array([0.4, 1.5])

    def f(t):
        matrix = hessian(lambda v: np.sum(v**3) * t**2 + t * v[0] * v[1])(x * t)
        return D[1](lambda s: np.sum(matrix) * s**2)(t)

    # matrix sums to 6 t³ Σx + 2t; the inner derivative doubles and multiplies by t.
    t = 0.9
    assert_close(D[0](f)(t), 48 * t**3 * x.sum() + 8 * t)


@modes
def test_second_order_operators_inside(D):
    x = 0.8
    assert_close(D(diff2(lambda y: y**5))(x), 60 * x**2)
    assert_close(D(lambda t: diff2(lambda y: np.exp(t * y))(1.0))(x), (x**2 + 2 * x) * np.exp(x))
    found = D(lambda t: ffdiff2(lambda y: t**2 * y**3)(t)[2])(x)
    assert_close(found, 18 * x**2)
    v = np.array([1.0, -2.0])
    found = D(lambda t: hessianv(lambda y: t * np.sum(y**3))(t * v, v).sum())(x)
    assert_close(found, 12 * x * np.sum(v**2))


# Values that leave their differentiation


@nested(MIXES, 2)
def test_escaped_value_counts_for_nobody_else(D):
    escaped = []
    D[0](lambda x: (escaped.append(x * 1), x * x)[1])(2.0)
    assert_close(D[1](lambda y: y * escaped[0])(3.0), 2.0)
    assert_close(D[1](lambda y: y * y + escaped[0] * escaped[0])(3.0), 6.0)
    assert_close(D[1](D[0](lambda y: y**3 * escaped[0]))(3.0), 36.0)


@nested(MIXES, 2)
def test_value_escaped_from_an_inner_differentiation(D):
    """Only the inner perturbation ends: the outer one lives on in the value."""

    def outer(x):
        escaped = []
        D[1](lambda y: (escaped.append(x * y * y), y)[1])(3.0)
        return escaped[0]

    assert_close(D[0](outer)(2.0), 9.0)


@modes
def test_escaped_value_is_a_plain_number_again(D):
    escaped = []
    D(lambda x: (escaped.append(x * 3), x)[1])(2.0)
    assert float(escaped[0]) == 6.0
    assert stop_gradient(escaped[0]) == 6.0
    assert type(np.sin(escaped[0])) is np.float64
    assert np.sin(escaped[0]) == np.sin(6.0)
    assert type(escaped[0] + 1) in (float, np.float64)


def test_writing_into_an_escaped_array_raises():
    escaped = []
    grad(lambda x: (escaped.append(x * 1), x.sum())[1])(np.ones(3))
    with pytest.raises(EscapedValueError, match="ended"):
        escaped[0][0] = 5.0


@nested(MIXES, 2)
def test_exception_in_the_middle(D):
    def fails(y):
        y = y * y
        raise ZeroDivisionError(str(float(stop_gradient(y))))

    def outer(x):
        try:
            D[1](lambda y: fails(x * y))(2.0)
        except ZeroDivisionError:
            return x * D[1](lambda y: x * y)(2.0)

    assert_close(D[0](outer)(3.0), 6.0)
    with pytest.raises(ZeroDivisionError):
        D[0](fails)(3.0)
    assert_close(D[0](lambda x: x * D[1](lambda y: x + y)(1.0))(1.0), 1.0)


@nested(MIXES, 2)
def test_generators_interleave(D):
    """Generators begun in one differentiation go on inside another."""

    def powers(x):
        y = x
        while True:
            yield y
            y = y * x

    def outer(x):
        mine = powers(x)
        next(mine)

        def inner(y):
            theirs = powers(y)
            return next(theirs) * next(mine) + next(theirs) * next(mine)  # y x² + y² x³

        return D[1](inner)(2.0) * next(mine)  # (x² + 4x³) x⁴

    x = 1.1
    assert_close(D[0](outer)(x), 6 * x**5 + 28 * x**6)


@nested(PURE, 2)
def test_differentiations_suspended_in_turn(D):
    """Two threads take turns at every operation inside their differentiations."""
    turns = [threading.Semaphore(1), threading.Semaphore(0)]

    def run(me):
        def f(x):
            y = x
            for k in range(1, 20):
                turns[me].acquire()
                y = y + D[1](lambda z: z**2 * x)(y) / k
                y = y * (0.1 + me)
                turns[1 - me].release()
            return y

        return D[0](f)(0.7)

    def closed(me):
        y, slope = 0.7, 1.0
        for k in range(1, 20):
            slope = slope + 2 * (slope * 0.7 + y) / k
            y = y + 2 * y * 0.7 / k
            y, slope = y * (0.1 + me), slope * (0.1 + me)
        return slope

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(run, (0, 1)))
    assert_close(found, [closed(0), closed(1)], rtol=1e-12)


# Threads


def test_eight_threads_at_once():
    def work(k):
        D, E = (diff, grad) if k % 2 else (by_vectors, along_vectors)
        results = []
        for i in range(30):
            c = 1 + k + 0.01 * i
            f = lambda x, c=c: x * E(lambda y: np.sin(c * x * y) * x)(1.0)  # noqa: E731
            results.append(D(f)(0.5) - (1.5 / 2 * c * np.cos(0.5 * c) - c**2 / 8 * np.sin(0.5 * c)))
        return np.abs(results).max()

    start = threading.Barrier(8)

    def begin(k):
        start.wait(timeout=60)
        return work(k)

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(begin, range(8))) < 1e-11


@pytest.mark.parametrize("D", [grad, lambda f: lambda x: jacobian(f, mode="forward")(x)])
def test_pool_of_threads_inside_one_differentiation(D):
    """All threads write on the same trace."""

    def f(x):
        def work(k):
            y = x[k]
            for i in range(1, 60):
                y = y + np.sin(x[(k + i) % 8] * y) / i + (x * x)[k] / 100
            return y

        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(work, range(8)))

    def alone(x):
        total = 0.0
        for k in range(8):
            y = x[k]
            for i in range(1, 60):
                y = y + np.sin(x[(k + i) % 8] * y) / i + x[k] * x[k] / 100
            total = total + y
        return total

    x = np.linspace(0.1, 0.8, 8)
    step = 1e-30j
    wanted = [
        alone(x + step * unit).imag / step.imag for unit in np.eye(8)
    ]
    for _ in range(5):
        assert_close(D(f)(x), wanted, rtol=1e-12)


# Pullbacks


@nested(PURE, 2)
def test_pullback_inside_another_differentiation(D):
    y, pullback = vjp(lambda x: np.stack([x[0] * x[1], x[1] ** 3]), np.array([2.0, 3.0]))
    assert_close(y, [6.0, 27.0])
    u = np.array([0.5, -1.0])
    # J = [[3, 2], [0, 27]]; the pullback is linear in u.
    found = D[0](lambda t: pullback(t**2 * u)[0] @ np.array([1.0, 1.0]))(3.0)
    assert_close(found, 6 * (0.5 * 5 - 27))
    found = D[0](lambda s: D[1](lambda t: pullback(s * t * u)[0][1])(1.0))(1.0)
    assert_close(found, 2 * 0.5 - 27)
    assert_close(pullback(u)[0], [1.5, -26.0])


@nested(PURE, 2)
def test_pullback_made_inside_another_differentiation(D):
    """The point of the pullback moves with the outer variable, and so does u."""

    def outer(t):
        _, pullback = vjp(lambda x, y: np.sin(x) * y * t, t, 2 * t)
        for_x, _ = pullback(t)  # 2 t³ cos t
        _, for_y = pullback(1.0)  # t sin t
        return for_x * D[1](lambda s: s * for_y)(1.0)

    t = 0.6
    wanted = (8 * t**3 * np.cos(t) * np.sin(t) + 2 * t**4 * np.cos(2 * t))
    assert_close(D[0](outer)(t), wanted)


@modes
def test_pullback_used_after_the_differentiation_it_was_made_in(D):
    """The outer perturbation has ended: what remains is a constant."""
    kept = []

    def f(t):
        kept.append(vjp(lambda x: x**2 * t, 3.0)[1])
        return t

    D(f)(5.0)
    (slope,) = kept[0](1.0)
    assert_close(grad(lambda s: s * kept[0](s)[0])(1.0), 60.0)
    assert float(slope) == 30.0


@modes
def test_linear_map_inside_another_differentiation(D):
    x = np.array([0.3, 0.7])
    _, pushforward = linearize(lambda x: np.sin(x) * x[0], x)
    v = np.array([1.0, -1.0])
    wanted = np.cos(x) * x[0] * v + np.sin(x) * v[0]
    assert_close(D(lambda t: pushforward(t**2 * v).sum())(1.0), 2 * wanted.sum())


def test_several_pullbacks_of_one_trace():
    x = np.linspace(0.2, 1.0, 5)
    _, pullback = vjp(lambda x: np.cumsum(np.exp(x)) * x[0], x)
    lower = np.tril(np.ones((5, 5)))
    matrix = lower * np.exp(x) * x[0]
    matrix[:, 0] += np.cumsum(np.exp(x))
    for u in (*np.eye(5), np.arange(5.0), np.eye(5)[2]):
        assert_close(pullback(u)[0], u @ matrix, rtol=1e-13)


# Programs


@nested(MIXES, 2)
def test_hypergradient_of_unrolled_descent(D):
    """The loss after some steps, differentiated in the step size and the penalty."""
    matrix = np.array([[2.0, 0.3], [0.3, 1.0]])
    b = np.array([1.0, -2.0])

    def loss(w, penalty):
        return w @ matrix @ w / 2 - b @ w + penalty * np.sum(w**4)

    def slope(w, penalty):
        return matrix @ w - b + 4 * penalty * w**3

    def trained(rate, penalty, gradient):
        w = np.array([0.5, 0.5])
        for _ in range(12):
            w = w - rate * gradient(w, penalty)
        return loss(w, 0.0)

    def gradient(w, penalty):
        if D[1] is grad or D[1] is by_vectors:
            return grad(loss)(w, penalty)
        return np.stack([jvp(lambda w: loss(w, penalty), (w,), (e,))[1] for e in np.eye(2)])

    def richardson(f, x):
        difference = lambda h: (f(x + h) - f(x - h)) / (2 * h)  # noqa: E731
        once = [(4 * difference(h / 2) - difference(h)) / 3 for h in (2e-3, 1e-3)]
        return (16 * once[1] - once[0]) / 15

    point = 0.15, 0.05
    for k in range(2):

        def at(x, gradient, k=k):
            return trained(*(x if i == k else p for i, p in enumerate(point)), gradient)

        wanted = richardson(lambda x, at=at: at(x, slope), point[k])
        found = D[0](lambda x, at=at: at(x, gradient))(point[k])
        assert_close(found, wanted, rtol=1e-10)


def final_position(w, force):
    """Fly the charged particle of Siskind and Pearlmutter 2008 until it lands.

    It starts at (0, 8) with velocity (0.75, 0), repelled by charges at (10, 10 − w)
    and (10, 0), in Euler steps of 0.1; a linear step back ends it at height zero.
    """
    x, velocity = np.array([0.0, 8.0]), np.array([0.75, 0.0])
    for _ in range(1000):
        if not x[1] > 0:
            return (x - velocity * (x[1] / velocity[1]))[0]
        x, velocity = x + 0.1 * velocity, velocity + 0.1 * force(x, w)
    raise AssertionError("the particle does not land")


def potential(x, w):
    upper = np.stack([x[0] - 10, x[1] - (10 - w)])
    lower = x - np.array([10.0, 0.0])
    return 1 / np.linalg.norm(upper) + 1 / np.sqrt(np.sum(lower**2))


def repulsion(x, w):
    upper, lower = x - np.array([10, 10 - w]), x - np.array([10, 0])
    return upper / np.linalg.norm(upper) ** 3 + lower / np.linalg.norm(lower) ** 3


def forward_gradient(f):
    return lambda x: np.stack([jvp(f, (x,), (unit,))[1] for unit in np.eye(2)])


@pytest.mark.parametrize("outer", [diff, grad])
@pytest.mark.parametrize("middle", [diff, grad])
@pytest.mark.parametrize("inner", [grad, forward_gradient])
def test_charged_particle(outer, middle, inner):
    """Newton's method finds the controller that lands at 0: w = −0.2665 in 4 steps."""

    def force(x, w):
        return -inner(lambda x: potential(x, w))(x)

    def error(w):
        return final_position(w, force) ** 2

    slope = middle(error)
    w = 0.0
    for _ in range(4):
        w = w - slope(w) / outer(slope)(w)
    assert abs(w + 0.2665) < 5e-5
    # The force by hand lands the particle there too, and only there nearby.
    assert abs(final_position(w, repulsion)) < 1e-6
    assert final_position(w - 1e-3, repulsion) * final_position(w + 1e-3, repulsion) < 0


def test_value_variants_nest():
    value, slope = fdiff(lambda x: x * fgrad(lambda y: x * y**2)(3.0)[1])(2.0)
    assert_close([value, slope], [24.0, 24.0])
