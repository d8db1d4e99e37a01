"""Copies that later writes into the original do not reach."""

from __future__ import annotations

import numpy as np
import pytest
import strict_arrays

from diffops import grad
from diffops.engines.copying import (
    copied,
    held,
    is_copy,
    is_of_numpy,
    is_plain_array,
    unwritable,
)

HOST = np.arange(6.0).reshape(2, 3).T


@pytest.mark.parametrize("array", [HOST, strict_arrays.asarray(HOST)])
@pytest.mark.parametrize("copying", [copied, held])
def test_copies(array, copying):
    array = array.copy()
    copy = copying(array)
    assert is_plain_array(array)
    assert is_copy(copy, array)
    array[0] = -7.0
    assert not is_copy(copy, array)
    assert float(copy[0, 0]) == 0.0


def test_memory_keeps_its_order():
    assert copied(HOST).flags.f_contiguous


@pytest.mark.parametrize("copying", [copied, held, unwritable])
def test_what_is_no_array_stays(copying):
    seen = []
    grad(lambda x: seen.append(copying(x) is x) or np.sum(x))(HOST)
    assert seen == [True]
    for value in (1.5, None, "text", [1, 2], np.float64(2)):
        assert copying(value) is value
        assert not is_plain_array(value)
        assert is_copy(value, value)


def test_what_must_not_be_written_into():
    view = unwritable(HOST)
    assert is_of_numpy(view)
    assert np.shares_memory(view, HOST)
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1.0
    there = strict_arrays.asarray(HOST)
    assert not is_of_numpy(there)
    unwritable(there)[...] = 5.0
    np.testing.assert_array_equal(there.get(), HOST)
