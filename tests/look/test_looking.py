"""Looking: values and lines are kept, nothing is computed once that f does twice."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import NoDerivativeError, grad, stop_gradient
from diffops.jit.program import Slot
from diffops.look.looking import Looking, Seen, filled, watch


def look(f, *values):
    level = Looking(lines=True)
    try:
        result = f(*map(level.input, values))
    finally:
        level.end()
    return level, result


def test_values_are_kept():
    level, result = look(lambda x, y: np.sin(x) * y, 0.5, np.ones(2))
    held = [level.values[step.outputs[0]] for step in level.program.operations]
    assert held[0] == np.sin(0.5)
    np.testing.assert_array_equal(held[1], result.primal)


def test_what_is_computed_twice_is_noted_twice():
    level, _ = look(lambda x: np.sin(x) + np.sin(x), 1.0)
    assert [step.name for step in level.program.operations] == ["sin", "sin", "add"]


def test_lines_are_the_user_s():
    level, _ = look(lambda x: x + 1.0, 1.0)
    (step,) = level.program.steps
    assert isinstance(step, Seen)
    assert "test_looking.py:" in step.line


def test_later_writes_do_not_change_what_was_seen():
    data = np.ones(2)

    def f(x):
        y = x * data
        data[0] = 7.0
        y[1] = 5.0
        return y

    level, result = look(f, np.array([2.0, 3.0]))
    first = level.program.operations[0]
    np.testing.assert_array_equal(level.values[first.outputs[0]], [2.0, 3.0])
    np.testing.assert_array_equal(level.values[first.slots[1]], [1.0, 1.0])
    np.testing.assert_array_equal(result.primal, [2.0, 5.0])


def test_decisions_of_the_user_s_code_are_noted():
    level, _ = look(lambda x: x if x > 0 else -x, 2.0)
    (guard,) = level.program.guards
    assert guard.expected is True
    assert "test_looking.py" in guard.line


def test_whole_arrays_that_are_asked_for():
    level, result = look(lambda i: np.arange(5.0)[i], np.array([3, 1]))
    (guard,) = level.program.guards
    assert guard.expected == [3, 1]
    np.testing.assert_array_equal(result, [3.0, 1.0])


def test_decisions_that_numpy_takes_for_the_user():
    level, _ = look(lambda x: sorted([x, 1.0]), 2.0)
    assert "test_looking.py" in level.program.guards[0].line


def test_decisions_inside_diffops_are_not():
    level, _ = look(grad(lambda x: x**2 / (1 + x)), 2.0)
    assert level.program.guards == []


def test_constants_are_steps():
    level, result = look(lambda x: x * stop_gradient(x), 3.0)
    assert [step.name for step in level.program.operations] == [
        "stop_gradient",
        "multiply",
    ]
    assert result.primal == 9.0


def test_functions_without_a_derivative_read_the_value_itself():
    level, _ = look(lambda x: np.floor(x) + (x > 1), 3.5)
    level.program.outputs = [level.program.operations[-1].outputs[0]]
    level.program.prune()
    names = [step.name for step in level.program.operations]
    assert names == ["floor", "greater", "add"]
    assert level.program.operations[0].slots == tuple(level.program.inputs)


def test_values_of_other_differentiations_are_refused():
    def f(t):
        return look(lambda x: x * t, 2.0)[1]

    with pytest.raises(NoDerivativeError, match=r"outside of it .*test_looking\.py"):
        grad(f)(3.0)


def test_an_ended_look_leaves_plain_values():
    kept = []
    look(lambda x: kept.append(x) or x, 2.0)
    assert kept[0] + 1 == 3.0
    assert stop_gradient(kept[0]) == 2.0


def test_watch():
    level, results = watch(lambda a, b: [a + b, a], [1.0, 2.0])
    assert [result.primal for result in results] == [3.0, 1.0]
    assert not level.running


def test_filled():
    values = {3: "three"}
    assert filled((Slot(3), [Slot(3), 4]), values) == ("three", ["three", 4])
