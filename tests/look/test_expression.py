"""Expressions are read off programs, and shown as people write them."""

from __future__ import annotations

import numpy as np
import pytest

from diffops.look.expression import (
    Call,
    Name,
    Number,
    TooLong,
    call_of,
    expression_of,
    negated,
)
from diffops.look.looking import watch
from diffops.look.printing import written


def seen(f, *values):
    """Return what f computes as an expression of a, b, …"""
    level, (result,) = watch(lambda *v: (f(*v),), values)
    program = level.program
    node = expression_of(result.carry, program, set(program.inputs))
    return written(node, lambda slot: "abcd"[program.inputs.index(slot)])


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda a, b: a * (1 / b), "a / b"),
        (lambda a, b: (1 / b) * a, "a / b"),
        (lambda a, b: a * 1, "a"),
        (lambda a, b: a + b * -1, "a − b"),
        (lambda a, b: a + -b, "a − b"),
        (lambda a, b: a * -b, "−a × b"),
        (lambda a, b: a - (-b), "a − (−b)"),
        (lambda a, b: a * (0.5 / b), "a × (0.5 / b)"),
        (lambda a, b: (a + b) * a, "(a + b) × a"),
        (lambda a, b: a - (b - a), "a − (b − a)"),
        (lambda a, b: a / (b / a), "a / (b / a)"),
    ],
)
def test_what_rules_write_is_shown_simply(f, text):
    assert seen(f, 2.0, 3.0) == text


def test_long_expressions_are_not_shown():
    def horner(a):
        total = a
        for _ in range(30):
            total = total * a + 1.0
        return total

    with pytest.raises(TooLong):
        seen(horner, 2.0)


def test_parameters_may_depend_on_values():
    assert seen(lambda a: a[np.argmax(a)], np.ones(3)) == "a[argmax(a)]"
    assert seen(lambda a, b: np.where(a > 0, b, 1.0), 1.0, 2.0) == "where(a > 0, b, 1)"
    assert seen(lambda a: np.where(False, a, 1.0), 2.0) == "where(False, a, 1)"
    mask = np.array([True, False])
    text = seen(lambda a: np.where(mask, a, 1.0), np.ones(2))
    assert text == "where(bool[2] [True, False], a, 1)"


def test_one_operation():
    level, _ = watch(lambda a, b: (np.power(a, 3) + b,), [2.0, 3.0])
    first, second = level.program.operations
    assert call_of(first, level.program) == Call("power", (Name(0), Number(3)))
    assert call_of(second, level.program).name == "add"


def test_negated():
    assert negated(Number(-2.0)) == Number(2.0)
    assert negated(Number(2.0)) is None
    assert negated(Number(-1j)) is None
    assert negated(Call("negative", (Name(0),))) == Name(0)
    assert negated(Name(0)) is None
