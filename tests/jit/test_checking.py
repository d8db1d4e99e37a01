"""check=True tells rounding from results that went stale."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
import strict_arrays

from diffops import StaleProgramError, grad, jit
from diffops.jit.checking import agree, compare
from diffops.jit.signature import Arguments


@pytest.mark.parametrize(
    ("found", "wanted", "fine"),
    [
        (1.0, 1.0 + 1e-15, True),
        (1.0, 1.0 + 1e-9, False),
        (np.nan, np.nan, True),
        (np.inf, np.inf, True),
        (np.inf, 1.0, False),
        (np.ones(2), np.ones(3), False),
        (np.float32(1), np.float32(1 + 1e-6), True),
        (np.array([1, 2]), np.array([1, 3]), False),
        (True, True, True),
        (np.zeros(0), np.zeros(0), True),
        (np.float32(1), np.float64(1), False),
        (1, 1.0, False),
    ],
)
def test_comparison(found, wanted, fine):
    jitted = jit(lambda: wanted)
    if fine:
        compare(jitted, [found], Arguments((), {}))
    else:
        with pytest.raises(StaleProgramError):
            compare(jitted, [found], Arguments((), {}))


TABLE = np.array([1.0, 2.0, 3.0])
COUNT = itertools.count()


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * np.random.rand(),  # noqa: NPY002
        lambda x: x + np.random.default_rng().normal(),
        lambda x: x + next(COUNT),
        lambda x: x + time.perf_counter(),
        grad(lambda x: x * next(COUNT)),
    ],
)
def test_what_changes_by_itself(f):
    jitted = jit(f, check=True)
    jitted(2.0)
    with pytest.raises(StaleProgramError, match=r"test_checking\.py"):
        jitted(2.0)


def test_what_somebody_changes():
    table, scale, model = TABLE.copy(), [2.0], type("Model", (), {"bias": 1.0})
    functions = (
        (lambda x: np.sum(table * x), lambda: table.fill(7.0)),
        (lambda x: scale[0] * x, lambda: scale.__setitem__(0, 3.0)),
        (lambda x: x + model.bias, lambda: setattr(model, "bias", 2.0)),
        (lambda x: x + len(scale), lambda: scale.append(1.0)),
    )
    for f, change in functions:
        plain, checked = jit(f), jit(f, check=True)
        for _ in range(3):
            before = plain(2.0)
            assert checked(2.0) == before
        change()
        assert plain(2.0) == before  # it does not see that
        with pytest.raises(StaleProgramError):
            checked(2.0)


def test_lost_digits_are_told_from_what_changes():
    fine = np.array([1.0, 2.0])
    near = fine * (1 + 1e-9)
    assert agree(near, fine, lambda: fine.copy())
    assert not agree(near, fine, lambda: near)
    assert not agree(fine * 1.01, fine, lambda: fine)
    assert not agree((fine, fine), fine, lambda: fine)


def test_results_on_a_device_are_compared_there():
    x = strict_arrays.asarray(np.array([1.0, np.inf, np.nan]))
    nearly = x * (1 + 1e-14)
    with strict_arrays.counting() as counts:
        assert agree(x, nearly, lambda: nearly)
    assert counts.transfers == 1
    assert not agree(x, x * 1.5, lambda: x * 1.5)
    assert not agree(x, x.get(), lambda: x.get())


def test_what_is_not_finite_agrees_with_itself_alone():
    x = np.array([1.0, np.inf, -np.inf, np.nan])
    assert agree(x, x.copy(), x.copy)
    for i in range(4):
        for value in (2.0, np.inf, -np.inf, np.nan):
            other = x.copy()
            other[i] = value
            same = value == x[i] or (value != value and x[i] != x[i])
            assert agree(other, x, x.copy) == same
    assert agree(x[:0], x[:0], x.copy)
