"""Random programs give under jit what they give in eager mode; fuzz.py makes more."""

from __future__ import annotations

import random

import numpy as np
import pytest
from against_eager import Differs, check, compare
from hypothesis import given, settings, strategies as st
from random_programs import RandomProgram

from diffops import jit


@settings(max_examples=60)
@given(st.data())
def test_programs_of_arrays(data):
    check(RandomProgram(lambda kinds: data.draw(st.sampled_from(kinds))))


@settings(max_examples=40)
@given(st.data())
def test_programs_of_numbers(data):
    pick = lambda kinds: data.draw(st.sampled_from(kinds))  # noqa: E731
    check(RandomProgram(pick, arrays=False))


def test_without_derivatives_bit_for_bit():
    """Where f alone is recorded, plain replay does what f does."""
    found = 0
    for seed in range(300):
        program = RandomProgram(random.Random(seed).choice, arrays=False)
        if not program.differentiates:
            found += check(program, bitwise=True) == "same"
    assert found > 60


class Wrong(RandomProgram):
    """A program whose jitted self is off by a little, or of another type."""

    def __init__(self, seed, spoil):
        super().__init__(random.Random(seed).choice, arrays=False)
        self.spoil = spoil

    def both(self):
        eager = self.function()
        return eager, lambda *point: self.spoil(eager(*point))


@pytest.mark.parametrize("spoil", [lambda y: y * (1 + 1e-6), np.float32, lambda y: [y]])
def test_a_difference_is_found(spoil):
    programs = [Wrong(seed, spoil) for seed in range(40)]
    numbers = [p for p in programs if p.source.splitlines()[-1].count("s") == 1]
    assert len(numbers) > 3
    with pytest.raises(Differs):
        any(map(check, numbers))


def test_comparison():
    assert not compare((1.0, np.nan), (1.0, np.nan))
    assert compare(0.0, -0.0) == "rounding"
    assert compare(1.0, np.float64(1.0))
    assert compare(ValueError, 1.0)
    assert compare({"a": np.ones(2)}, {"a": np.ones(3)})


def test_programs_are_recorded():
    """What is tested is replay: most programs are not run by Python again."""
    replayed = 0
    for seed in range(200):
        program = RandomProgram(random.Random(seed).choice)
        if program.outside == "none" and program.inward:
            jitted = jit(program.function())
            with np.errstate(all="ignore"):
                try:
                    for _ in range(3):
                        jitted(*program.points[0])
                except Exception:
                    continue
            replayed += any(ways.paths for ways in jitted._ways.values())
    assert replayed > 40
