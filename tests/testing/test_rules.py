"""Rules are checked in every mode, and the one that fails is named."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import diffops.assembly  # noqa: F401  (fills the list of primitives)
from diffops import (
    check_rule,
    custom_jvp,
    custom_vjp,
    elementwise,
    primitive,
    stop_gradient,
)
from diffops.primitive import primitives, table

#: The elementwise rules of NumPy's functions; ldexp wants whole numbers.
RULES = {
    p.name: p
    for p in primitives
    if p.partials and p.function is getattr(np, p.name, None) and p.name != "ldexp"
}

X, Y = np.array([0.3, -1.2, 2.0]), np.array([1.0, 0.5, -0.7])


@pytest.mark.parametrize("name", RULES)
def test_rules_of_the_house(name):
    check_rule(RULES[name])


def product(a, b):
    return np.sin(a) * b


def push(primals, tangents):
    (a, b), (da, db) = primals, tangents
    return product(a, b), np.cos(a) * b * da + np.sin(a) * db


def back(kept, g):
    a, b = kept
    return g * np.cos(a) * b, g * np.sin(a)


def by_jvp(rule=push):
    f = custom_jvp(product)
    f.defjvp(rule)
    return f


def by_vjp(backward=back, forward=lambda a, b: (product(a, b), (a, b))):
    f = custom_vjp(product)
    f.defvjp(forward, backward)
    return f


def by_partials(*partials, function=product, **options):
    made = elementwise(function, *partials, **options)
    primitives.remove(made)
    del table[made.function]
    return made


def partial_a(y, a, b):
    return np.cos(a) * b


def partial_b(y, a, b):
    return np.sin(a)


def box(jvp=lambda t, y, a, b: push((a, b), t)[1], vjp=lambda g, y, *ab: back(ab, g)):
    return primitive(product, jvp=jvp, vjp=vjp)


RIGHT = {
    "jvp": by_jvp(),
    "vjp": by_vjp(),
    "partials": by_partials(partial_a, partial_b),
    "box": box(),
    "box, jvp": box(vjp=None),
    "box, vjp": box(jvp=None),
}

ARGUMENTS = {
    "arrays": (X, Y),
    "numbers": (0.3, -1.2),
    "single": (np.float32(X), np.float32(Y)),
    "complex": (X + 1j * Y, Y - 0.5j),
    "matrix": (np.outer(X, Y), np.outer(Y, Y)),
    "empty": (X[:0], Y[:0]),
}


@pytest.mark.parametrize("args", ARGUMENTS.values(), ids=ARGUMENTS)
@pytest.mark.parametrize("rule", RIGHT.values(), ids=RIGHT)
def test_right_rules_pass(rule, args):
    check_rule(rule, *args)


def test_third_order():
    for rule in RIGHT.values():
        check_rule(rule, X, Y, order=3)


def test_what_does_not_vary():
    @partial(custom_vjp, nondiff_argnums=(1,))
    def scaled(d, n, flag, shift=0.0):
        return {"p": d["a"] ** n + shift, "q": (d["b"], 2 * d["b"])}

    scaled.defvjp(
        lambda d, n, flag, shift=0.0: (scaled(d, n, flag, shift), d),
        lambda n, d, g: (
            {"a": g["p"] * n * d["a"] ** (n - 1), "b": g["q"][0] + 2 * g["q"][1]},
            None,
            g["p"],
        ),
    )
    check_rule(scaled, {"a": 2.0, "b": X}, 3, True, 0.5)
    rooted = custom_jvp(lambda x, n: x ** (1 / n))
    rooted.defjvp(lambda p, t: (rooted(*p), t[0] * rooted(*p) / (p[1] * p[0])))
    check_rule(rooted, 2.0, 3)
    check_rule(
        by_partials(lambda y, a, n: 2.0**n, None, function=lambda a, n: a * 2.0**n),
        X,
        np.array([1, 2, 3]),
    )
    with pytest.raises(TypeError, match=r"no argument of .* is a float"):
        check_rule(rooted, 2, 3)


WRONG = {
    "jvp": (
        by_jvp(lambda p, t: (product(*p), 1.01 * push(p, t)[1])),
        "^the rule of product: .* order 1 .*, forward mode, along argument 0: forward",
    ),
    "jvp of the second argument": (
        by_jvp(lambda p, t: (product(*p), np.cos(p[0]) * p[1] * t[0])),
        "^the rule of product: .* argument 1: forward mode gives .*0.0",
    ),
    "value of jvp": (
        by_jvp(lambda p, t: (p[0], push(p, t)[1])),
        "^the value that the rule of product states: ",
    ),
    "value of vjp": (
        by_vjp(forward=lambda a, b: (a, (a, b))),
        "^the value that the rule of product states: ",
    ),
    "vjp": (
        by_vjp(lambda kept, g: (back(kept, g)[0], -back(kept, g)[1])),
        "^the backward rule of product: .* reverse mode, along argument 1",
    ),
    "None": (
        by_vjp(lambda kept, g: (back(kept, g)[0], None)),
        "^the backward rule of product: .* argument 1: reverse mode gives .*0.0",
    ),
    "one of two": (
        box(vjp=lambda g, y, *ab: back(ab, 2 * g)),
        "^the vjp of product: .* reverse mode",
    ),
    "the other of two": (
        box(jvp=lambda t, y, *ab: push(ab, t)[1] * 2),
        "^the jvp of product: .* forward mode",
    ),
    "partial derivatives": (
        by_partials(partial_a, lambda y, a, b: -np.sin(a)),
        "^the partial derivatives of product: .* argument 1",
    ),
    "second order": (
        by_vjp(lambda kept, g: back((stop_gradient(kept[0]), kept[1]), g)),
        "^the derivatives of product in a second .*: .* order 2 .* over",
    ),
    "series": (
        by_partials(partial_a, partial_b, series=lambda call: lambda k: call.value),
        "^Taylor mode of product: ",
    ),
    "batch": (
        by_partials(
            lambda y, a, b: np.cos(a) * b / np.size(a),
            lambda y, a, b: np.sin(a) / np.size(a),
            function=lambda a, b: np.sin(a) * b / np.size(a),
        ),
        "^vmap of the values of <lambda>: ",
    ),
}


@pytest.mark.parametrize(("rule", "message"), WRONG.values(), ids=WRONG)
def test_wrong_rules_are_found_and_named(rule, message):
    with pytest.raises(AssertionError, match=message):
        check_rule(rule, X, Y)


def test_elementwise_rules_are_sampled():
    with pytest.raises(AssertionError, match="partial derivatives of product"):
        check_rule(by_partials(partial_a, lambda y, a, b: -np.sin(a)))
    with pytest.raises(ValueError, match="on="):
        check_rule(by_partials(partial_a, partial_b, on=[(0.0, 1.0)]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: check_rule(np.sin), r"check_grads\(f, args\)"),
        (lambda: check_rule(by_jvp()), r"give those of product"),
        (lambda: check_rule(custom_jvp(np.sin), 1.0), "no rule yet"),
        (lambda: check_rule(custom_vjp(np.sin), 1.0), "no rule yet"),
    ],
)
def test_misuse(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_errors_of_rules_are_placed():
    with pytest.raises(TypeError, match="in a tuple of 2") as caught:
        check_rule(by_vjp(lambda kept, g: g), X, Y)
    assert "the backward rule of product" in caught.value.__notes__[0]
