"""Which arguments vary: positions, names, containers, and what cannot be found."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import assert_equal

from diffops import grad, gradv, hessianv, jacobian, jvp
from diffops.operators._point import is_function, locate
from diffops.values.methods import shape_of as shape


def f(a, b, c=1.0, *rest, d=2.0, **options):
    return a * b**2 * c**3 * d**4


SLOPES = {"a": 4 * 27 * 16, "b": 4 * 27 * 16, "c": 4 * 27 * 16, "d": 4 * 27 * 32}


@pytest.mark.parametrize(
    ("argnums", "wanted"),
    [
        (0, SLOPES["a"]),
        (1, SLOPES["b"]),
        (2, SLOPES["c"]),
        (-1, SLOPES["c"]),
        (-3, SLOPES["a"]),
        ("a", SLOPES["a"]),
        ("c", SLOPES["c"]),
        ("d", SLOPES["d"]),
        ((0,), (SLOPES["a"],)),
        ([0, "b"], (SLOPES["a"], SLOPES["b"])),
        ((1, 0), (SLOPES["b"], SLOPES["a"])),
        ((-1, "a"), (SLOPES["c"], SLOPES["a"])),
        (("d", 1), (SLOPES["d"], SLOPES["b"])),
        ((), ()),
    ],
)
def test_positions_and_names(argnums, wanted):
    assert grad(f, argnums)(1.0, 2.0, 3.0, d=2.0) == wanted


def test_names_of_arguments_passed_by_keyword():
    assert grad(f, "b")(1.0, b=2.0, c=3.0) == SLOPES["b"]
    assert grad(f, ("c", "a"))(a=1.0, b=2.0, c=3.0) == (SLOPES["c"], SLOPES["a"])
    assert grad(lambda **p: p["x"] ** 2, "x")(x=3.0) == 6.0


def test_vectors_stand_after_the_last_of_the_arguments():
    x, y, v, w = 2.0, 3.0, 10.0, 100.0

    def product(x, y, scale=1.0):
        return x * y**2 * scale

    assert gradv(product)(x, v, y) == 90.0
    assert gradv(product, 1)(x, y, w) == 1200.0
    assert gradv(product, -1)(x, y, w) == 1200.0
    assert gradv(product, -2)(x, v, y) == 90.0
    assert gradv(product, (0, 1))(x, y, (v, w)) == 1290.0
    assert gradv(product, (1, 0))(x, y, (w, v), 2.0) == 2580.0
    assert gradv(product, "y")(x, y, w, scale=2.0) == 2400.0
    assert gradv(product, "y")(x, w, y=y) == 1200.0
    assert hessianv(product, 1)(x, y, w) == 400.0
    assert hessianv(product, (0, 1))(x, y, (v, w)) == (600.0, 460.0)


def test_containers_keep_their_structure():
    def g(p, q):
        return p["x"] @ p["x"] * p["y"][0] + q[1]

    p, q = {"y": [3.0], "x": np.array([1.0, 2.0])}, (5.0, 7.0)
    for_p, for_q = grad(g, (0, 1))(p, q)
    assert_equal(for_p, {"y": [5.0], "x": np.array([6.0, 12.0])})
    assert for_q == (0.0, 1.0)
    _, change = jvp(g, (p, q), ({"y": [1.0], "x": np.zeros(2)}, (0.0, 2.0)))
    assert change == 7.0


def test_the_arguments_are_not_touched():
    p = {"x": np.array([1.0, 2.0]), "y": [3.0]}

    def greedy(p):
        x = p["x"]
        p["y"].append(None)
        p["new"] = 1
        x *= 2
        return x @ x * p["y"][0]

    found = grad(greedy)(p)
    assert_equal(found, {"x": np.array([24.0, 48.0]), "y": [20.0]})
    assert_equal(p, {"x": np.array([1.0, 2.0]), "y": [3.0]})
    x = np.array([1.0, 2.0])

    def writes(x):
        x[0] = x[1] * 5
        return np.sum(x)

    for found in (grad(writes)(x), jacobian(writes, mode="forward")(x)):
        assert_equal(found, np.array([0.0, 6.0]))
    assert_equal(x, np.array([1.0, 2.0]))


def test_errors():
    with pytest.raises(ValueError, match="argnums=3 but the call passes 2 positional"):
        grad(f, 3)(1.0, 2.0)
    with pytest.raises(ValueError, match="argnums=-3"):
        grad(f, -3)(1.0, 2.0)
    with pytest.raises(ValueError, match="argnums=0 but the call passes 0"):
        grad(f)(a=1.0, b=2.0)
    with pytest.raises(ValueError, match="names 'z', which the call does not pass"):
        grad(f, "z")(1.0, 2.0)
    with pytest.raises(ValueError, match="names 'c'"):
        grad(f, "c")(1.0, 2.0)
    with pytest.raises(ValueError, match="names an argument twice"):
        grad(f, (0, 0))(1.0, 2.0)
    with pytest.raises(ValueError, match="names an argument twice"):
        grad(f, (0, "a"))(1.0, 2.0)
    with pytest.raises(ValueError, match="names an argument twice"):
        grad(f, (1, -1))(1.0, 2.0)
    for argnums in (1.0, True, None, (0, 1.0)):
        with pytest.raises(TypeError, match="argnums must be ints or names"):
            grad(f, argnums)(1.0, 2.0)
        with pytest.raises(TypeError, match="argnums must be ints or names"):
            gradv(f, argnums)(1.0, 2.0, 3.0)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        grad(f)(1.0)


def test_locate():
    assert locate(f, -1, (1, 2, 3), {}) == 2
    assert locate(f, "b", (1, 2), {}) == 1
    assert locate(f, "d", (1, 2), {"d": 3}) == "d"
    assert locate(max, 0, (1, 2), {}) == 0
    with pytest.raises(ValueError, match="'x'"):
        locate(max, "x", (1, 2), {})


def test_what_counts_as_a_function():
    assert is_function(np.sin) and is_function(lambda: None) and is_function(grad(f))
    assert not is_function(float) and not is_function(1.0)
    seen = []
    grad(lambda x: (seen.append((is_function(x), shape(x))), x @ x)[1])(np.ones(2))
    assert seen == [(False, (2,))]
    assert shape(3.0) == ()
