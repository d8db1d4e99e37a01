"""Where the operands of loops come from."""

import numpy as np
from natively import natively, tape_of

from diffops.jit.numbers.placement import (
    Carried,
    Constants,
    Fixed,
    Looked,
    Placement,
    Read,
    Turning,
    addressed,
)
from diffops.jit.numbers.rolling import stretches


def placement_of(f, *args):
    tape = tape_of(f, *args)
    rolled = stretches(tape.arrays()[0])
    placement = Placement(tape, [rolled])
    loops = [s for s in rolled if s.turns > 1]
    return placement, loops


def kinds(placement, loop):
    return {type(c) for row in placement.columns[loop.start] for c in row}


def test_a_recurrence_needs_no_memory():
    def f(a, b):
        for _ in range(50):
            a = a * b + 0.5
        return a

    placement, (loop,) = placement_of(f, 0.5, 0.7)
    assert kinds(placement, loop) == {Carried, Fixed, Turning}
    assert placement.size == 0


def test_a_sum_over_entries_reads_them_in_turn():
    def f(x):
        s = 0.0
        for i in range(50):
            s = s + x[i] * x[i]
        return s

    placement, (loop,) = placement_of(f, np.ones(50))
    assert Read(loop.start, 1) in {
        c for row in placement.columns[loop.start] for c in row
    }
    assert placement.copies_inputs


def test_varying_constants_and_irregular_operands():
    weights = np.random.default_rng(0).random(50)
    order = np.random.default_rng(0).permutation(50)

    def f(x):
        s = 0.0
        for i in range(50):
            s = s + x[int(order[i])] * weights[i]
        return s

    placement, (loop,) = placement_of(f, np.ones(50))
    assert kinds(placement, loop) >= {Constants, Looked}


def test_only_what_is_read_by_address_is_stored():
    def f(a):
        values = []
        for _ in range(40):
            b = np.sin(a)
            a = b * 0.5
            values.append(a)
        return sum(v * w for v, w in zip(values, values[::-1], strict=True))

    placement, loops = placement_of(f, 0.5)
    assert [len(placement.stored[loop.start]) for loop in loops] == [1, 0]


def test_addresses():
    assert addressed(np.array([3, 5, 7])) == Read(3, 2)
    assert addressed(np.array([7, 5, 3])) == Read(7, -2)
    assert isinstance(addressed(np.array([3, 5, 6])), Looked)


def test_what_the_first_turn_computes_for_all_is_read_when_it_is_there():
    def f(a, b, c):
        total = kept = 0.0
        for i in range(20):
            made = c * (i + 1.5)
            kept = made if i == 0 else kept
            total = total + made
            a = a * b - kept
        return a + total

    placement, (loop,) = placement_of(f, 0.5, 0.7, 0.3)
    fixed = {
        c.name for row in placement.columns[loop.start] for c in row if type(c) is Fixed
    }
    assert all(name < placement.first + loop.start for name in fixed)
    native = natively(f, 0.5, 0.7, 0.3)
    assert native(0.5, 0.7, 0.3) == f(0.5, 0.7, 0.3)
    assert native(0.1, 0.2, 5.0) == f(0.1, 0.2, 5.0)


def test_outputs_of_constants_alone():
    """There are more constants than there are numbers in the program."""
    values = np.arange(1.0, 41.0)
    native = natively(lambda a: (a, values * 1.0 + 0 * np.zeros(40)), 0.5)
    a, found = native(3.0)
    assert a == 3.0
    np.testing.assert_array_equal(found, values)
