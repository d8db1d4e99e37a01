"""One map of a rule gives the other, by transposing it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from diffops import (
    custom_jvp,
    custom_vjp,
    grad,
    jvp,
    primitive,
    sparse_hessian,
    vmap,
)
from diffops.modes.batch import loops
from diffops.operators._custom_rule import CustomRule

X = np.array([0.3, 1.2, -0.7])


def rule(**maps):
    return CustomRule("twice", lambda x: (2 * x, x.sum()), **maps)


MAPS = {
    "push": {"push": lambda a, t: (2 * t[0], np.sum(t[0]))},
    "pull": {"pull": lambda a, g: (2 * g[0] + g[1],)},
}


@pytest.mark.parametrize("name", MAPS)
def test_both_modes(name):
    def f(x):
        double, total = rule(**MAPS[name])([x])
        return np.sum(double**2) * total

    def wanted(x):
        return np.sum((2 * x) ** 2) * x.sum()

    np.testing.assert_allclose(grad(f)(X), grad(wanted)(X))
    np.testing.assert_allclose(jvp(f, (X,), (X,)), jvp(wanted, (X,), (X,)))


@pytest.mark.parametrize("name", MAPS)
def test_batches_run_at_once_unless_they_are_to_be_looped(name):
    loops.clear()
    found = vmap(lambda x: rule(**MAPS[name])([x])[0])(np.stack([X, 2 * X]))
    np.testing.assert_array_equal(found, [2 * X, 4 * X])
    assert not loops
    vmap(lambda x: rule(looped=True, **MAPS[name])([x])[0])(np.stack([X, 2 * X]))
    assert loops == {"twice": 1}
    loops.clear()


def with_jvp(tangent, f=np.sin):
    made = custom_jvp(f)
    made.defjvp(lambda p, t: (f(*p), tangent(t[0])))
    return made


def with_vjp(cotangent, f=np.sin):
    made = custom_vjp(f)
    made.defvjp(lambda x: (f(x), x), lambda x, g: (cotangent(g),))
    return made


def two_arguments_one_rule(x, y):
    made = custom_jvp(np.multiply)
    made.defjvps(lambda t, z, x, y: t * y)
    return grad(made)(x, y)


def pair(x):
    return {"a": x, "b": 2 * x}


def push(f, x=1.0):
    return jvp(f, (x,), (x,))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: push(with_jvp(lambda t: None)), TypeError, "like the value.* None"),
        (lambda: grad(with_jvp(lambda t: None))(1.0), TypeError, "like the value"),
        (
            lambda: push(with_jvp(lambda t: (t, 2 * t), pair)),
            TypeError,
            "same containers, not a tuple of 2",
        ),
        (
            lambda: push(primitive(math.sin, jvp=lambda t, y, x: None)),
            TypeError,
            "like the value",
        ),
        (
            lambda: grad(primitive(math.sin, vjp=lambda g, y, x: None))(1.0),
            TypeError,
            "in a tuple of 1, one per argument that varies, not None",
        ),
        (
            lambda: grad(lambda x: with_vjp(lambda g: (g, g), sum)([x, x]))(1.0),
            TypeError,
            "cotangent of argument 0 in the same containers",
        ),
        (lambda: grad(with_vjp(lambda g: "a"))(1.0), TypeError, "same cont|is a str"),
        (lambda: grad(with_vjp(lambda g: True))(1.0), TypeError, "cotangent .* bool"),
        (lambda: push(with_jvp(lambda t: True)), TypeError, "tangent .* bool"),
        (lambda: push(with_jvp(lambda t: 1j * t)), TypeError, "complex tangent"),
        (lambda: grad(with_vjp(lambda g: 1j * g))(1.0), TypeError, "complex cotangent"),
        (lambda: push(with_jvp(lambda t: t, lambda x: "a")), TypeError, "floats"),
        (lambda: push(with_jvp(lambda t: t, lambda x: len)), TypeError, "floats"),
        (lambda: custom_jvp(np.sin).defjvp(1), TypeError, "functions, not 1"),
        (lambda: custom_jvp(np.sin).defjvps("a"), TypeError, "functions, not 'a'"),
        (lambda: custom_vjp(np.sin).defvjp(np.sin, 2), TypeError, "functions, not 2"),
        (lambda: primitive(np.sin, vjp=3), TypeError, "functions, not 3"),
        (lambda: two_arguments_one_rule(1.0, 2.0), TypeError, "states 1 rules"),
    ],
)
def test_what_a_rule_must_not_return(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_dtypes_are_those_of_what_varies():
    single = np.float32(X)
    double = np.ones(3)
    _, tangent = push(with_jvp(lambda t: double * t), single)
    assert tangent.dtype == np.float32
    assert grad(lambda x: np.sum(with_vjp(lambda g: double * g)(x)))(single).dtype == (
        np.float32
    )
    slope = grad(with_vjp(lambda g: 3))(1.0)
    assert slope == 3.0 and isinstance(slope, float)
    # The change of exp(ix) is i exp(ix) dx; the cotangent's real part pairs with dx.
    turn = custom_vjp(lambda x: np.exp(1j * x))
    turn.defvjp(lambda x: (turn(x), x), lambda x, g: (g * 1j * np.exp(1j * x),))
    assert grad(lambda x: np.real(turn(x)))(0.4) == pytest.approx(-np.sin(0.4))


def by_jvp(fixed):
    made = custom_jvp(lambda x, c: np.sum(c["c"] * x), fixed)
    if fixed:
        made.defjvp(lambda c, p, t: (0.0, np.sum(c["c"] * t[0])))
    else:
        made.defjvp(lambda p, t: (0.0, np.sum(p[1]["c"] * t[0])))
    return made


def by_vjp(fixed):
    made = custom_vjp(lambda x, c: np.sum(c["c"] * x), fixed)
    if fixed:
        made.defvjp(lambda x, c: (made(x, c), None), lambda c, _, g: (g * c["c"],))
    else:
        made.defvjp(lambda x, c: (made(x, c), c), lambda c, g: (g * c["c"], None))
    return made


def by_box(fixed):
    return primitive(
        lambda x, c: np.sum(c["c"] * x),
        vjp=lambda g, y, x, c: (g * c["c"],) if fixed else (g * c["c"], None),
        nondiff_argnums=fixed,
    )


@pytest.mark.parametrize("fixed", [(), (1,)], ids=["argument", "nondiff_argnums"])
@pytest.mark.parametrize("kind", [by_jvp, by_vjp, by_box])
def test_constants_count_as_f_saw_them(kind, fixed):
    made, c = kind(fixed), {"c": np.ones(3)}

    def f(x):
        y = made(x, c)
        c["c"][:] = 7.0
        return y

    np.testing.assert_array_equal(grad(f)(X), np.ones(3))


def test_arguments_that_are_no_floats():
    def f(x, n, flag, name, g, i):
        assert (n, flag, name, g) == (2, True, "s", np.cos)
        return x[i] ** n

    made = custom_jvp(f)
    made.defjvp(lambda p, t: (f(*p), 2 * p[0][p[5]] * t[0][p[5]] + t[1] + t[2] + t[3]))
    i = np.array([2, 0])

    def use(x):
        return made(x, 2, True, "s", np.cos, i)

    np.testing.assert_allclose(jvp(use, (X,), (X,))[1], 2 * X[i] ** 2)
    np.testing.assert_allclose(
        grad(lambda x: np.sum(use(x)))(X), [2 * X[0], 0.0, 2 * X[2]]
    )
    stack = np.stack([X, 2 * X])
    np.testing.assert_allclose(vmap(use)(stack), stack[:, i] ** 2)
    slopes = vmap(grad(lambda x: np.sum(use(x))))(stack)
    np.testing.assert_allclose(slopes, 2 * stack * [1, 0, 1])


@pytest.mark.parametrize("name", MAPS)
def test_sparsity_asks_for_no_values(name):
    def f(x):
        double, total = rule(**MAPS[name])([x])
        return np.sum(double**3) + total**2

    found = sparse_hessian(f)(X).toarray()
    np.testing.assert_allclose(found, np.diag(48 * X) + 2.0)
