"""Programs print as Wengert lists, and keep only what their results need."""

from __future__ import annotations

import numpy as np

from diffops import grad, jit
from diffops.jit.program import Guard, Operation, Program, Slot, kind_of, slots_in


def test_the_survey_s_example():
    program = jit(lambda a, b: np.log(a) + a * b - np.sin(b)).program(2.0, 5.0)
    assert str(program).splitlines() == [
        "x0: float",
        "x1: float",
        "v2 = log(x0): float64",
        "v3 = multiply(x0, x1): float",
        "v4 = add(v2, v3): float64",
        "v5 = sin(x1): float64",
        "v6 = subtract(v4, v5): float64",
        "return v6",
    ]


def test_a_gradient_is_a_list_too():
    program = jit(grad(lambda x: np.sum(np.sin(x)))).program(np.ones(2))
    lines = str(program).splitlines()
    assert lines[0] == "x0: float64[2]"
    assert any("cos(x0): float64[2]" in line for line in lines)
    assert not any("= sin(" in line for line in lines)  # not needed


def test_guards_and_parameters_are_shown():
    def f(x):
        if x[0] > 1:
            return x[1:, None] * x[np.argmax(x)]
        return x

    text = str(jit(f).program(np.array([2.0, 1.0])))
    assert "guard v" in text
    assert "-> True (" in text
    assert "key=(1:, None)" in text
    assert "key=(v" in text


def test_equal_operations_are_one():
    program = jit(lambda x: np.sin(x) * np.sin(x) + np.sin(x)).program(1.0)
    assert [step.name for step in program.operations].count("sin") == 1


def test_slots_in_parameters():
    found = list(slots_in([Slot(3), (1, Slot(4)), slice(Slot(5), None), 7]))
    assert found == [3, 4, 5]
    step = Operation(np.add, "add", (0, 1), {"key": (Slot(2),)}, (3,), False)
    assert list(step.reads()) == [0, 1, 2]


def test_pruning():
    program = Program()
    a, b, c, d = (program.new_slot(1.0) for _ in range(4))
    program.inputs = [a]
    program.constants = {b: 2.0}
    program.short = [
        Operation(np.sin, "sin", (a,), {}, (c,), False),
        Operation(np.add, "add", (a, b), {}, (d,), False),
        Guard(c, bool, True, ""),
    ]
    program.outputs = [a]
    program.prune()
    assert [step.name for step in program.operations] == ["sin"]
    assert len(program.guards) == 1
    assert program.constants == {}


def test_guards_of_what_is_no_number():
    assert Guard(0, float, float("nan"), "").holds(np.nan)
    assert not Guard(0, float, 1.0, "").holds(np.nan)
    assert Guard(0, np.shape, (2,), "").holds(np.ones(2))


def test_kinds():
    assert kind_of(1.0) == "float"
    assert kind_of(np.float32(1)) == "float32"
    assert kind_of(np.ones((2, 3))) == "float64[2, 3]"
    assert kind_of(np.float64) == "type"


def test_a_type_may_be_an_argument():
    def f(a, b):
        return np.geomspace(a, b, 3, dtype=np.float64)

    compiled = jit(f)
    for _ in range(3):
        np.testing.assert_allclose(compiled(1.0, 4.0), [1.0, 2.0, 4.0], rtol=1e-15)
