"""The inline path of recording: types and values as in eager, and few calls."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from diffops.jit.recorder import Recording

OPERATORS = ["add", "sub", "mul", "truediv", "lt", "le", "gt", "ge", "eq", "ne"]
OTHERS = [2, -3, 1.5, np.float64(0.7), -0.0]


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("x", [1.25, np.float64(1.25), 0.0])
def test_operators(name, x):
    operate = getattr(operator, name)
    for y in OTHERS:
        if name == "truediv" and 0 in (x, y):
            continue
        level = Recording()
        for a, b in (
            (level.input(x), y),
            (y, level.input(x)),
            (level.input(x), level.input(y)),
        ):
            plain = [getattr(v, "primal", v) for v in (a, b)]
            found, wanted = operate(a, b).primal, operate(*plain)
            assert found == wanted
            if name in ("add", "sub", "mul", "truediv"):
                assert type(found) is type(wanted)


@pytest.mark.parametrize("ufunc", [np.sin, np.exp, np.sqrt, np.negative, np.floor])
def test_functions_of_one_number(ufunc):
    for x in (1.25, np.float64(0.3)):
        level = Recording()
        assert ufunc(level.input(x)).primal == ufunc(x)
        assert level.program.operations[0].name == ufunc.__name__


def test_powers():
    level = Recording()
    x = level.input(1.25)
    for n in (0, 1, 2, 3, 2.0, -1, 0.5):
        assert (x**n).primal == 1.25**n
    assert (2.0**x).primal == 2.0**1.25
    assert (-x).primal == -1.25


def test_division_by_zero_gives_what_numpy_gives():
    level = Recording()
    with np.errstate(all="ignore"):
        assert (level.input(np.float64(1.0)) / 0.0).primal == np.inf
        assert (1.0 / level.input(np.float64(0.0))).primal == np.inf


def test_the_general_dispatch_is_not_asked(monkeypatch):
    monkeypatch.setattr(Recording, "apply", None)
    level = Recording()
    x, y = level.input(1.25), level.input(0.5)
    assert (np.sin(x * y + 2) / 3 - y**2).primal == np.sin(1.25 * 0.5 + 2) / 3 - 0.25
    assert bool(x > y)
