"""The four operations on series of numbers: against polynomials and their quotients."""

from __future__ import annotations

import operator
from types import SimpleNamespace

import numpy as np
import pytest

from diffops.modes.jet_lists import OPERATIONS
from diffops.series import Series

A, B = Series.whole([2.0, -1.0, 0.5]), Series.whole([0.5, 3.0])
LEVEL = SimpleNamespace(order=6)


def padded(coefficients):
    return np.pad(np.asarray(coefficients, float), (0, 7))[:7]


@pytest.mark.parametrize(("a", "b"), [(A, B), (B, A), (A, A)], ids=["AB", "BA", "AA"])
def test_operations_on_two_series(a, b):
    p, q = padded(a), padded(b)
    found = {o: OPERATIONS[o].of_both(a, b, LEVEL) for o in OPERATIONS}
    assert padded(found[operator.add]).tolist() == (p + q).tolist()
    assert padded(found[operator.sub]).tolist() == (p - q).tolist()
    assert padded(found[operator.mul]).tolist() == np.convolve(p, q)[:7].tolist()
    quotient = found[operator.truediv]
    np.testing.assert_allclose(np.convolve(quotient, q)[:7], p, rtol=1e-12, atol=1e-12)
    assert {type(series) for series in found.values()} == {Series}


def test_operations_with_a_number():
    p = padded(A)
    one = padded([1.0])
    for operate, operation in OPERATIONS.items():
        found = padded(operation.by_number(A, 4, LEVEL))
        left = padded(operation.from_number(4, A, LEVEL))
        if operate in (operator.add, operator.sub):
            assert found.tolist() == operate(p, 4 * one).tolist()
            assert left.tolist() == operate(4 * one, p).tolist()
        elif operate is operator.mul:
            assert found.tolist() == left.tolist() == (4 * p).tolist()
        else:
            assert found.tolist() == (p / 4).tolist()
            np.testing.assert_allclose(np.convolve(left, p)[:7], 4 * one, atol=1e-14)


def test_products_have_no_more_terms_than_they_need():
    assert len(OPERATIONS[operator.mul].of_both(A, B, LEVEL)) == 4
    assert len(OPERATIONS[operator.mul].of_both(A, B, SimpleNamespace(order=2))) == 3
    assert len(OPERATIONS[operator.truediv].of_both(A, B, LEVEL)) == 7


def test_operands_are_left_as_they_are():
    for operation in OPERATIONS.values():
        operation.of_both(A, B, LEVEL)
        operation.by_number(A, 2.0, LEVEL)
        operation.from_number(2.0, A, LEVEL)
    assert A == [2.0, -1.0, 0.5]
    assert B == [0.5, 3.0]


def test_division_by_zero():
    with pytest.raises(ZeroDivisionError):
        OPERATIONS[operator.truediv].of_both(A, Series.whole([0.0, 1.0]), LEVEL)
