"""Rules of the user's own: any one serves every mode, order, batch and recording."""

from __future__ import annotations

import math
import pickle
from functools import partial

import numpy as np
import pytest

from diffops import (
    NoDerivativeError,
    check_grads,
    custom_jvp,
    custom_vjp,
    diff,
    grad,
    hessian,
    jacobian,
    jit,
    jvp,
    primitive,
    vmap,
)

X, Y = np.array([0.3, 1.2]), np.array([2.0, 0.7])
STACK = np.stack([X, Y])


def plain(x, y):
    return np.sin(x) * y


@custom_jvp
def by_jvp(x, y):
    return np.sin(x) * y


@by_jvp.defjvp
def _push(primals, tangents):
    (x, y), (dx, dy) = primals, tangents
    return by_jvp(x, y), np.cos(x) * y * dx + np.sin(x) * dy


@custom_jvp
def by_jvps(x, y):
    return np.sin(x) * y


by_jvps.defjvps(
    lambda t, z, x, y: np.cos(x) * y * t,
    lambda t, z, x, y: np.sin(x) * t,
)


@custom_vjp
def by_vjp(x, y):
    return np.sin(x) * y


by_vjp.defvjp(
    lambda x, y: (by_vjp(x, y), (x, y)),
    lambda kept, g: (g * np.cos(kept[0]) * kept[1], g * np.sin(kept[0])),
)


def loop(x, y):
    """Take plain arrays alone, entry by entry."""
    pairs = zip(np.ravel(x).tolist(), np.ravel(y).tolist(), strict=True)
    return np.array([math.sin(a) * b for a, b in pairs]).reshape(np.shape(x))


box_vjp = primitive(loop, vjp=lambda g, z, x, y: (g * np.cos(x) * y, g * np.sin(x)))
box_jvp = primitive(
    loop, jvp=lambda t, z, x, y: np.cos(x) * y * t[0] + np.sin(x) * t[1]
)

RULES = {
    "jvp": by_jvp,
    "jvps": by_jvps,
    "vjp": by_vjp,
    "box, vjp": box_vjp,
    "box, jvp": box_jvp,
}
each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def cube(f):
    return lambda x, y: np.sum(f(x, y) ** 3)


USES = {
    "value": lambda f: f(X, Y),
    "grad": lambda f: grad(f, (0, 1))(X, Y),
    "hessian": lambda f: hessian(f, (0, 1))(X, Y),
    "reverse over reverse": lambda f: hessian(f, (0, 1), mode="reverse")(X, Y),
    "forward": lambda f: jvp(f, (X, Y), (Y, X)),
    "forward over forward": lambda f: jvp(
        lambda x, y: jvp(f, (x, y), (Y, X))[1], (X, Y), (Y, X)
    ),
    "reverse over forward": lambda f: grad(lambda x: jvp(f, (x, Y), (Y, X))[1])(X),
    "third": lambda f: grad(
        lambda t: grad(lambda s: grad(lambda r: f(r * X, Y))(s))(t)
    )(1.1),
    "vmap": lambda f: vmap(f, (0, None))(STACK, Y),
    "vmap of grad": lambda f: vmap(grad(f, (0, 1)))(STACK, STACK[::-1].copy()),
    "vmap of jvp": lambda f: vmap(lambda x: jvp(f, (x, Y), (Y, X))[1])(STACK),
    "grad of vmap": lambda f: grad(
        lambda s, y: np.sum(vmap(f, (0, None))(s, y)), (0, 1)
    )(STACK, Y),
    "jacobian": lambda f: jacobian(grad(f))(X, Y),
    "jit": lambda f: [jit(grad(f))(X, Y) for _ in range(3)][-1],
}


def flat(result):
    if isinstance(result, tuple):
        return np.concatenate([flat(part) for part in result])
    return np.ravel(result)


@each_rule
@pytest.mark.parametrize("use", USES)
def test_every_use_of_every_rule(rule, use):
    found, wanted = (flat(USES[use](cube(f))) for f in (rule, plain))
    np.testing.assert_allclose(found, wanted, rtol=1e-11)


@each_rule
def test_against_differences(rule):
    check_grads(rule, (X, Y), order=3)
    np.testing.assert_array_equal(rule(X, Y), plain(X, Y))


def test_containers_keywords_and_fixed_arguments():
    @partial(custom_vjp, nondiff_argnums=(1,))
    def scaled(d, n, shift=0.0):
        return {"p": d["a"] ** n + shift, "q": (d["b"], 2 * d["b"])}

    scaled.defvjp(
        lambda d, n, shift: (scaled(d, n, shift), d),
        lambda n, d, g: (
            {"a": 10 * g["p"] * n * d["a"] ** (n - 1), "b": g["q"][0] + 2 * g["q"][1]},
            g["p"],
        ),
    )

    def f(a, b):
        out = scaled({"a": a, "b": b}, 3, shift=a)
        return out["p"] + out["q"][0] + out["q"][1]

    assert grad(f, (0, 1))(2.0, 5.0) == (10 * 12.0 + 1, 3.0)  # ten times: our rule ran
    assert jvp(f, (2.0, 5.0), (1.0, 0.0))[1] == 121.0

    @partial(custom_jvp, nondiff_argnums=(0,))
    def apply(g, x):
        return g(x)

    @apply.defjvp
    def rule(g, primals, tangents):
        return g(*primals), 7.0 * tangents[0]

    assert grad(lambda x: apply(np.sin, x))(0.5) == 7.0


def test_none_is_no_cotangent():
    @custom_vjp
    def first(x, y):
        return x + y

    first.defvjp(lambda x, y: (x + y, None), lambda kept, g: (3.0 * g, None))
    assert grad(first, (0, 1))(1.0, 2.0) == (3.0, 0.0)
    assert vmap(grad(first, 1))(X, Y).tolist() == [0.0, 0.0]


def test_a_straight_through_estimator():
    @custom_jvp
    def rounded(x):
        return np.round(x)

    rounded.defjvps(lambda t, y, x: t)
    assert grad(lambda x: rounded(x) ** 2)(2.7) == 6.0
    assert grad(lambda x: np.sum(rounded(x) * X))(Y).tolist() == X.tolist()


def test_the_forward_rule_runs_once():
    runs = []

    @custom_vjp
    def f(x):
        return x * 2

    f.defvjp(lambda x: (runs.append(None), (x * 2, None))[1], lambda kept, g: (g * 2,))
    grad(lambda x: np.sum(f(x)))(X)
    assert len(runs) == 1
    calls = []
    box = primitive(
        lambda x: calls.append(None) or x**2, vjp=lambda g, y, x: (2 * g * x,)
    )
    grad(lambda x: np.sum(box(x)))(X)
    assert len(calls) == 1


def test_names_and_pickles():
    assert repr(by_jvp) == "<custom_jvp by_jvp>"
    assert by_vjp.__name__ == "by_vjp"
    assert pickle.loads(pickle.dumps(primitive(math.sin, vjp=len))).f is math.sin

    class Model:
        @custom_jvp
        def f(self, x):
            return x

    assert Model().f(3.0) == 3.0


def no_rule(kind):
    return kind(lambda x: 2 * x)


def with_vjp(backward):
    f = custom_vjp(lambda x: 2 * x)
    f.defvjp(lambda x: (2 * x, None), backward)
    return f


def with_jvp(rule):
    f = custom_jvp(lambda x: 2 * x)
    f.defjvp(rule)
    return f


def refuses_float(value):
    return math.sin(value)


def closing_over(w):
    f = custom_jvp(lambda x: x * w)
    f.defjvps(lambda t, y, x: t)
    return f(w)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: custom_jvp(3), TypeError, "decorates a function"),
        (lambda: primitive(math.sin), TypeError, "wants a vjp or a jvp"),
        (lambda: grad(no_rule(custom_jvp))(1.0), TypeError, "no rule yet"),
        (lambda: grad(no_rule(custom_vjp))(1.0), TypeError, "no rule yet"),
        (lambda: grad(with_vjp(lambda k, g: g))(1.0), TypeError, "in a tuple of 1"),
        (lambda: grad(with_vjp(lambda k, g: (g, g)))(1.0), TypeError, "tuple of 1"),
        (
            lambda: grad(with_vjp(lambda k, g: (X,)))(1.0),
            ValueError,
            r"cotangent of shape \(2,\)",
        ),
        (
            lambda: grad(with_vjp(lambda k, g: ([g, g],)))(1.0),
            TypeError,
            "same containers .*, not a list of 2",
        ),
        (
            lambda: jvp(with_vjp(lambda k, g: (refuses_float(g),)), (1.0,), (1.0,)),
            NoDerivativeError,
            "states its backward rule alone",
        ),
        (
            lambda: grad(with_jvp(lambda p, t: (p[0], refuses_float(t[0]))))(1.0),
            NoDerivativeError,
            "states its forward rule alone",
        ),
        (
            lambda: jvp(with_jvp(lambda p, t: t[0]), (1.0,), (1.0,)),
            TypeError,
            r"must return \(value, tangent\)",
        ),
        (
            lambda: jvp(with_jvp(lambda p, t: (p[0], X)), (1.0,), (1.0,)),
            ValueError,
            r"tangent of shape \(2,\)",
        ),
        (lambda: grad(closing_over)(2.0), NoDerivativeError, "pass it as one"),
        (
            lambda: grad(lambda x: by_jvp(x, y=Y, z=1))(X),
            TypeError,
            "unexpected keyword",
        ),
    ],
)
def test_misuse(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_results_must_be_floats():
    f = custom_jvp(lambda x: np.argmax(x))
    f.defjvps(lambda t, y, x: t)
    with pytest.raises(TypeError, match="must return floats"):
        jvp(f, (X,), (X,))


def test_complex_numbers_keep_both_parts():
    backward = custom_vjp(np.sin)
    backward.defvjp(lambda x: (np.sin(x), x), lambda x, g: (g * np.cos(x),))
    forward = custom_jvp(np.sin)
    forward.defjvp(lambda p, t: (np.sin(p[0]), t[0] * np.cos(p[0])))
    z = 0.7 + 0.3j
    assert diff(backward)(z) == pytest.approx(np.cos(z))
    for rule in (backward, forward):
        size = lambda t, f=rule: np.abs(f(t * (1 + 2j)))  # noqa: E731
        w = 0.5 * (1 + 2j)
        wanted = np.real(np.conj(np.sin(w)) * np.cos(w) * (1 + 2j)) / abs(np.sin(w))
        assert diff(size)(0.5) == pytest.approx(wanted)
        assert grad(size)(0.5) == pytest.approx(wanted)


def test_a_rule_that_ignores_its_tangent_is_found():
    f = custom_jvp(lambda x: x**2)
    f.defjvp(lambda p, t: (p[0] ** 2, 2 * p[0]))
    with pytest.raises(TypeError, match="not linear"):
        grad(f)(3.0)


def test_black_boxes_get_and_give_copies():
    def doubling(x):
        x *= 2
        return np.sum(x)

    box = primitive(doubling, vjp=lambda g, y, x: (g * 2 * np.ones(2),))

    def use(x):
        y = x * 1
        s = box(y)
        return s + np.sum(y**2)

    np.testing.assert_array_equal(grad(use)(np.ones(2)), [4.0, 4.0])
    buffer = np.zeros(2)
    reusing = primitive(
        lambda x: np.sin(x, out=buffer), vjp=lambda g, y, x: (g * np.cos(x),)
    )
    np.testing.assert_array_equal(vmap(reusing)(STACK), np.sin(STACK))


def test_fixed_arguments_may_be_batched_but_not_vary():
    @partial(custom_vjp, nondiff_argnums=(1,))
    def power(x, n):
        return x**n

    power.defvjp(lambda x, n: (power(x, n), x), lambda n, x, g: (g * n * x ** (n - 1),))
    np.testing.assert_array_equal(vmap(power)(Y, np.arange(2)), [1.0, 0.7])
    with pytest.raises(NoDerivativeError, match="nondiff_argnums"):
        grad(lambda n: power(2.0, n))(3.0)
