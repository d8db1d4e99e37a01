"""Recording: values compute as they are, and every decision becomes a guard."""

from __future__ import annotations

import math

import numpy as np
import pytest

from diffops import grad, jit
from diffops.jit.recorder import NotRecordable, Recording


def recorded(value):
    level = Recording()
    return level, level.input(value)


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        (bool, 2.0),
        (float, 2.5),
        (int, 2.5),
        (complex, 2.5),
        (math.floor, 2.5),
        (math.ceil, 2.5),
        (math.trunc, 2.5),
        (round, 2.5),
        (lambda x: x.is_integer(), 2.0),
        (lambda x: f"{x:.3f}", 2.5),
        (lambda x: [1, 2, 3][x], np.int64(2)),
        (lambda x: np.arange(5)[x].tolist(), np.array([1, 3])),
    ],
)
def test_questions_become_guards(ask, value):
    level, x = recorded(value)
    assert ask(x) == ask(value)
    ask(x)
    (guard,) = level.program.guards
    assert guard.holds(value)
    assert guard.line == ""


def test_lines_are_noted_where_they_are_asked_for():
    level = Recording(lines=True)
    bool(level.input(2.0))
    assert "test_recorder.py" in level.program.guards[0].line


def test_looking_at_a_value_is_no_question():
    level, x = recorded(2.0)
    assert "2.0" in repr(x)
    assert "2.0" in f"{x}"
    assert not level.program.guards


def test_constants_are_shared_and_kept_as_they_were():
    level, x = recorded(np.ones(2))
    data = np.array([1.0, 2.0])
    first = x * data
    again = x + data
    data[0] = 5.0
    third = x - data
    assert len(level.program.constants) == 2
    for value, wanted in ((first, [1, 2]), (again, [2, 3]), (third, [-4, -1])):
        np.testing.assert_array_equal(value.primal, wanted)
    a, b = level.program.constants.values()
    np.testing.assert_array_equal(a, [1.0, 2.0])
    np.testing.assert_array_equal(b, [5.0, 2.0])


def test_zeros_of_both_signs_and_nan_are_constants_of_their_own():
    level, _ = recorded(1.0)
    slots = [level.constant(v) for v in (0.0, -0.0, 0, False, math.nan, 0.0, -0.0)]
    assert len(set(slots)) == 5
    assert slots[0] == slots[5]
    assert slots[1] == slots[6]


def test_values_of_an_outer_differentiation_are_not_recordable():
    def f(t):
        level, x = recorded(2.0)
        with pytest.raises(NotRecordable):
            x * t
        level.end()
        return t

    grad(f)(1.0)


def test_shapes_that_go_by_values_are_guarded():
    program = jit(lambda x: x[x > 0] * 2).program(np.array([1.0, -1.0, 3.0]))
    assert [guard.expected for guard in program.guards] == ["int64[2]"]


def test_a_value_that_outlives_its_recording_is_a_constant():
    kept = []
    jit(lambda x: kept.append(x) or x).program(2.0)
    assert kept[0] + 1 == 3.0
    assert float(kept[0]) == 2.0
