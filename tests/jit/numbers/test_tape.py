"""Tapes: names of numbers, shared constants, pruning."""

import numpy as np

from diffops.jit.numbers.tape import Tape
from diffops.native import codes


def example():
    tape = Tape()
    tape.inputs = 2
    two = tape.constant(2)
    product = tape.note(codes.MULTIPLY, 0, two)
    unused = tape.note(codes.NEGATIVE, 1)
    chosen = tape.note(codes.CHOSEN, product, 1, 0)
    tape.outputs = [np.array([chosen, two]), np.array(0)]
    return tape, unused


def test_equal_constants_share_a_name():
    tape = Tape()
    assert tape.constant(1) == tape.constant(1.0) == tape.constant(True)
    assert tape.constant(np.nan) == tape.constant(np.nan)
    assert tape.constant(0.0) != tape.constant(-0.0)
    assert tape.constants[:2] == [1.0, tape.constants[1]]


def test_pruning_keeps_names_right():
    tape, _ = example()
    assert str(tape).splitlines() == [
        "v2 = multiply(x0, 2.0)",
        "v3 = negative(x1)",
        "v4 = chosen(v2, x1, x0)",
    ]
    tape.prune()
    assert str(tape).splitlines() == [
        "v2 = multiply(x0, 2.0)",
        "v3 = chosen(v2, x1, x0)",
    ]
    assert [output.tolist() for output in tape.outputs] == [[3, -1], 0]


def test_pruning_keeps_guards_and_what_they_need():
    tape, unused = example()
    tape.note(codes.GUARD_TRUE, unused)
    before = str(tape)
    tape.prune()
    assert str(tape) == before


def test_arrays_have_three_operands_a_row():
    numbers, operands = example()[0].arrays()
    assert numbers.tolist() == [
        c.number for c in (codes.MULTIPLY, codes.NEGATIVE, codes.CHOSEN)
    ]
    assert operands.tolist() == [[0, -1, 0], [1, 1, 1], [2, 1, 0]]


def test_pruning_a_tape_of_more_constants_than_numbers():
    tape = Tape()
    tape.inputs = 1
    for value in range(10):
        last = tape.constant(value)
    kept = tape.note(codes.ADD, 0, last)
    tape.note(codes.NEGATIVE, 0)
    tape.outputs = [np.array([kept, last])]
    tape.prune()
    assert str(tape) == "v1 = add(x0, 9.0)"
    assert tape.outputs[0].tolist() == [1, last]
