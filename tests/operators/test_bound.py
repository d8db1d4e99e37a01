"""Arguments of custom functions: leaves that vary, and results that are remembered."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import grad
from diffops.operators._bound import Bound, Memory, is_floating, of_active

X = np.ones(2)


def test_leaves_go_back_to_their_places():
    bound = Bound(({"a": 1.0, "b": X}, "flag", [2.0]), fixed=(1,))
    assert bound.fixed == ["flag"]
    assert [np.shape(leaf) for leaf in bound.leaves] == [(), (2,), ()]
    assert bound.split([10, 20, 30]) == ({"a": 10, "b": 20}, [30])
    assert bound.whole([10, 20, 30]) == [{"a": 10, "b": 20}, "flag", [30]]
    assert bound.flat((X, {"k": 3})) == (X, 3.0)
    assert bound.rebuild([4, 5]) == (4, {"k": 5})


def test_what_a_rule_says_of_each_argument():
    bound = Bound(({"a": 1.0, "b": X}, 2.0), fixed=())
    assert bound.cotangents("f", ({"a": 7, "b": 8}, None)) == [7, 8, None]
    assert bound.cotangents("f", (None, 9)) == [None, None, 9]
    with pytest.raises(TypeError, match="tuple of 2"):
        bound.cotangents("f", (1,))
    for wrong in ((7, 8), {"a": 7}, {"a": 7, "c": 8}, 7):
        with pytest.raises(TypeError, match="same containers"):
            bound.cotangents("f", (wrong, None))


def test_what_a_rule_says_of_the_value():
    bound = Bound((1.0,), fixed=())
    bound.flat({"a": 1.0, "b": 2.0})
    assert bound.tangents("f", {"a": 3.0, "b": 4.0}) == [3.0, 4.0]
    for wrong in (None, (3.0, 4.0), {"a": 3.0, "b": None}):
        with pytest.raises(TypeError, match="like the value"):
            bound.tangents("f", wrong)


def test_memory():
    runs = []
    memory = Memory(lambda leaves: runs.append(None) or sum(leaves))
    assert memory((X, 1.0)) is memory((X, 1.0))
    assert len(runs) == 1
    memory((X.copy(), 1.0))
    memory((X, 2.0))
    assert len(runs) == 3
    grad(lambda t: memory((t, 1.0)))(2.0)
    grad(lambda t: memory((t, 1.0)))(2.0)
    assert len(runs) == 5


def test_what_may_vary():
    assert all(map(is_floating, [1.0, 1j, np.float32(1), np.ones(2), np.ones(1, "c8")]))
    assert not any(map(is_floating, [1, True, "a", np.arange(2), np.int64(1)]))


def test_what_does_vary():
    found = []
    grad(lambda x: found.append(Bound((2.0, x, x > 1, X, [x]), ()).active) or x)(3.0)
    assert found == [[1, 4]]
    f = of_active(lambda *leaves: leaves, [1, 2, 3], [2, 0])
    assert f(10, 20) == (20, 2, 10)


def failing(x):
    raise ValueError("another")


def test_arguments_are_neither_written_into_nor_held_writable():
    x = X.copy()
    bound = Bound((x,), ())
    x[:] = 0.0
    np.testing.assert_array_equal(bound.leaves[0], X)
    with pytest.raises(TypeError, match="f writes into its arguments"):
        bound.call(lambda x: np.exp(x, out=x), bound.leaves, "f")
    with pytest.raises(ValueError, match="another"):
        bound.call(failing, bound.leaves, "f")

    def compiled(x):
        if not x.flags.writeable:
            raise ValueError("buffer source array is read-only")
        return 2 * x

    np.testing.assert_array_equal(bound.call(compiled, bound.leaves, "f"), 2 * X)
    (y,) = bound.flat(bound.call(lambda x: x, bound.leaves, "f"))
    assert y.flags.writeable


def test_memory_recalls():
    memory = Memory(lambda leaves: sum(leaves))
    assert memory.recall((X, 1.0)) is None
    y = memory((X, 1.0))
    assert memory.recall((X, 1.0)) is y
    assert memory.recall((X.copy(), 1.0)) is None
    grad(lambda t: t * (memory.recall((X, t)) is y))(1.0)


def test_fixed_arguments_may_be_counted_from_the_last():
    bound = Bound((1.0, "flag", 2.0), fixed=(-2,))
    assert bound.fixed == ["flag"] and bound.varying == [0, 2]
    with pytest.raises(TypeError, match="argument 3, but the call has 3"):
        Bound((1.0, "flag", 2.0), fixed=(3,))
