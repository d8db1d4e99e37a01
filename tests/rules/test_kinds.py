"""Primitives made on the spot, one of each kind; wrong ones must be found out."""

import numpy as np
import pytest
from truth import check, check_single, entries, sampler

from diffops import NoDerivativeError, grad, jvp, vjp
from diffops.primitive import primitives, table
from diffops.rules import _kinds
from diffops.rules._kinds import bilinear, elementwise, general, jointly_linear, linear
from diffops.tags import strip

array = sampler(12)


@pytest.fixture(autouse=True)
def _apart(monkeypatch):
    """Keep what is made here out of the table that other tests walk."""
    monkeypatch.setattr(_kinds, "primitives", [])
    monkeypatch.setattr(_kinds, "table", {})


def rotated(x, turns=1):
    """Return rows in another order; two Python functions stand for NumPy's here."""
    return np.roll(x, turns, axis=0)


def weave(a, b, c, scale=1.0):
    return scale * np.concatenate([a, 2 * b, np.repeat(c[:, None], a.shape[1], 1)])


def weave_back(g, index, shapes, scale=1.0):
    rows = np.cumsum([shape[0] for shape in shapes])
    part = np.split(g, rows[:-1])[index] * scale
    return np.sum(part, axis=1) if index == 2 else part * (1 + index)


#: Functions and their partials: ints, None, and more arguments than two.
ELEMENTWISE = {
    "one": (lambda x: x * np.sin(x), [lambda y, x: np.sin(x) + x * np.cos(x)]),
    "by y": (lambda x: np.exp(-x), [lambda y, x: -y]),
    "int": (lambda x: 3 * x, [3]),
    "ones": (lambda a, b: a + b, [1, 1]),
    "ints": (lambda a, b: 2 * a - b, [2, -1]),
    "int and function": (lambda a, b: a + b * b, [1, lambda y, a, b: 2 * b]),
    "zero": (lambda a, b: a * a + np.floor(b), [lambda y, a, b: 2 * a, 0]),
    "none": (lambda a, b: a * a + np.floor(b), [lambda y, a, b: 2 * a, None]),
    "none at all": (lambda a, b: np.floor(a + b), [None, None]),
    "three": (
        lambda a, b, c: a * b + c,
        [lambda y, a, b, c: b, lambda y, a, b, c: a, 1],
    ),
}
SHAPES = [((), (), ()), ((3,), (3,), (3,)), ((2, 3), (3,), ()), ((2, 1), (3,), (1, 1))]


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise(name, shapes):
    function, partials = ELEMENTWISE[name]
    primitive = elementwise(function, *partials)
    xs = [entries(*shape) + 0.1 * i for i, shape in enumerate(shapes)][: len(partials)]
    check(primitive, *xs)
    check_single(primitive, *xs)
    check(primitive, *(x[()].item() if x.ndim == 0 else x for x in xs))


@pytest.mark.parametrize("name", ["one", "by y", "int", "ones", "three"])
def test_elementwise_of_complex_and_mixed(name):
    function, partials = ELEMENTWISE[name]
    primitive = elementwise(function, *partials)
    xs = [array((2, 3), complex), array(3), array((), complex)][: len(partials)]
    check(primitive, *xs)
    check(primitive, *xs[::-1])


def test_cotangents_keep_their_dtype_between_rules():
    seen = []

    def pull(g, y, x):
        seen.append(g.dtype)
        return g

    probe = general(lambda x: x * 1, lambda y, args, tangents: tangents[0], pull)
    wide = elementwise(np.abs, lambda y, x: np.where(x > 0, 1.0, -1.0))
    vjp(lambda x: wide(probe(x)), np.float32([1, -2]))[1](np.ones(2, np.float32))
    assert seen == [np.float32]


def test_regular_alone_makes_zeros_strong():
    def partial(y, x):
        return 0.5 / y

    plain = elementwise(np.sqrt, partial)
    strong = elementwise(np.sqrt, partial, regular=lambda y, x: x > 0)
    check(strong, entries(3))
    x, v = np.array([0.0, 0.0, 4.0]), np.array([0.0, 1.0, 1.0])
    with pytest.warns(RuntimeWarning, match=r"divide|invalid"):
        np.testing.assert_array_equal(jvp(plain, (x,), (v,))[1], [np.nan, np.inf, 0.25])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(vjp(plain, x)[1](v)[0], [np.nan, np.inf, 0.25])
        for found in (jvp(strong, (x,), (v,))[1], vjp(strong, x)[1](v)[0]):
            np.testing.assert_array_equal(found, [0.0, np.inf, 0.25])
        for number in (0.0, np.float64(0)):
            assert jvp(strong, (number,), (0.0,))[1] == 0.0
            assert vjp(strong, number)[1](0.0) == (0.0,)
            assert grad(strong)(number) == np.inf


@pytest.mark.parametrize("kind", [float, complex])
def test_linear(kind):
    primitive = linear(rotated, lambda g, shape, turns=1: np.roll(g, -turns, axis=0))
    check(lambda x: primitive(x, turns=2), array((3, 2), kind))
    check(lambda x: primitive(x) * primitive(x * x, turns=-1), array((3, 2), kind))
    check_single(primitive, array((3, 2)))


@pytest.mark.parametrize("kind", [float, complex])
def test_jointly_linear(kind):
    primitive = jointly_linear(weave, weave_back)
    xs = array((2, 2), kind), array((1, 2)), array(3, kind)
    check(lambda a, b, c: primitive(a, b, c, scale=3.0), *xs)
    check(lambda a, b: primitive(a, b * b, b[0]) ** 2, *xs[:2])
    check_single(primitive, array((2, 2)), array((1, 2)), array(3))


@pytest.mark.parametrize("kind", [float, complex])
def test_bilinear(kind):
    primitive = bilinear(
        lambda a, b, sign=1: sign * np.outer(a, b),
        lambda g, a, b, sign=1: sign * g @ b,
        lambda g, a, b, sign=1: sign * a @ g,
    )
    check(lambda a, b: primitive(a, b, sign=-1), array(3, kind), array(2))
    check(lambda a: primitive(a, a * a), array(3, kind))
    check_single(primitive, array(3), array(2))


def halves(a, b):
    return a * b, np.sin(a)


def halves_forward(y, args, tangents):
    a, b = args
    da, db = (
        np.zeros_like(x) if t is None else t
        for x, t in zip(args, tangents, strict=True)
    )
    return da * b + a * db, da * np.cos(a)


def halves_to_a(g, y, a, b):
    product, sine = g
    total = 0 * a
    if product is not None:
        total = total + product * b
    return total if sine is None else total + sine * np.cos(a)


def halves_to_b(g, y, a, b):
    return 0 * b if g[0] is None else g[0] * a


@pytest.mark.parametrize(
    "use",
    [
        lambda y: y,
        lambda y: y[0],
        lambda y: y[1],
        lambda y: y[0] * y[1] + y[0] ** 2,
    ],
)
def test_general_with_several_outputs(use):
    primitive = general(halves, halves_forward, halves_to_a, halves_to_b)
    check(lambda a, b: use(primitive(a, b)), array(3), array(3))
    check(lambda a: use(primitive(a, a**2)), array(3, complex))
    check(lambda a: use(primitive(a, 2.0)), 0.7)


def test_general_without_a_pullback_for_an_argument():
    primitive = general(
        lambda x, n, shift=0: x**2 * n + shift,
        lambda y, args, tangents, shift=0: 2 * args[0] * args[1] * tangents[0],
        lambda g, y, x, n, shift=0: g * 2 * x * n,
        None,
    )
    check(lambda x: primitive(x, np.arange(3), shift=4), array(3))
    _, pullback = vjp(primitive, array(3), 2.0)
    assert pullback(np.ones(3))[1] == 0.0


def test_the_user_may_change_constants_afterwards():
    product = elementwise(
        lambda a, b: a * b, lambda y, a, b: b, lambda y, a, b: np.reshape(a, a.shape)
    )
    outer = bilinear(np.outer, lambda g, a, b: g @ b, lambda g, a, b: a @ g)
    square = general(
        lambda a, b: a * b * b,
        lambda y, args, tangents: y,
        None,
        lambda g, y, a, b: g * a * 2 * b,
    )
    for primitive, wanted in ((product, [1, 1]), (outer, [2, 2]), (square, [6, 6])):
        a = np.ones(2)
        y, pullback = vjp(lambda b, p=primitive, a=a: p(a, b), np.full(2, 3.0))
        a[:] = 7
        np.testing.assert_array_equal(pullback(np.ones_like(y))[0], wanted)


WRONG = {
    "partial": lambda: elementwise(lambda x: np.sin(x), lambda y, x: 1.001 * np.cos(x)),
    "partial that loses a level": lambda: elementwise(
        lambda x: np.sin(x), lambda y, x: np.cos(strip(x))
    ),
    "int": lambda: elementwise(lambda x: 2 * x, 1),
    "none": lambda: elementwise(lambda x: x + 1e-6 * x, None),
    "transpose": lambda: linear(lambda x: 2 * x[::-1], lambda g, shape: 2 * g),
    "pullback": lambda: general(
        lambda x: x * x,
        lambda y, args, tangents: 2 * args[0] * tangents[0],
        lambda g, y, x: g * x,
    ),
    "pushforward": lambda: general(
        lambda x: x * x,
        lambda y, args, tangents: args[0] * tangents[0],
        lambda g, y, x: 2 * g * x,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_rules_are_found_out(name):
    with pytest.raises(AssertionError):
        check(WRONG[name](), entries(2))


def test_an_argument_without_an_entry_is_an_error_and_no_zero():
    one_of_two = elementwise(lambda a, b: a * b, lambda y, a, b: b)
    with pytest.raises(TypeError, match="a partial for it"):
        jvp(one_of_two, (1.0, 2.0), (0.0, 1.0))
    with pytest.raises(TypeError, match="a partial for it"):
        vjp(one_of_two, 1.0, 2.0)
    explicit = general(
        lambda a, b: a * b, lambda y, args, tangents: y, lambda g, y, a, b: g
    )
    with pytest.raises(IndexError):
        vjp(explicit, 1.0, 2.0)[1](1.0)


def test_tracked_options_are_refused_by_name():
    primitive = linear(rotated, lambda g, shape, turns: np.roll(g, -turns, axis=0))
    with pytest.raises(NoDerivativeError, match=r"rotated .* 'turns'.*test_kinds"):
        grad(lambda x: np.sum(primitive(np.ones(3), turns=x)))(1.0)


def test_the_first_rule_of_a_function_is_the_one_in_the_table():
    first, second = (elementwise(rotated, partial) for partial in (1, 2))
    assert _kinds.table == {rotated: first}
    assert _kinds.primitives == [first, second]
    assert rotated not in table
    assert first not in primitives
    assert repr(first) == "<primitive rotated>"
