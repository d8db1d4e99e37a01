"""Copies of what a program reads: as they were, and one for windows that lie alike."""

import numpy as np
import pytest
import strict_arrays

from diffops import grad, jit
from diffops.jit.copies import Copies

A = np.random.default_rng(0).standard_normal((6, 4))
LAYOUTS = [A, A.T, A[::2], A[:, 1:3], A[::-1], A[:, ::-2].T, A[0], A[:0], A[0, 0, None]]
LAYOUTS += [np.asfortranarray(A), np.arange(5), A > 0, A.astype(np.float32), A + 1j]
LAYOUTS += [np.broadcast_to(A, (3, 6, 4)), A.reshape(2, 3, 4).transpose(1, 2, 0)]


@pytest.mark.parametrize("array", LAYOUTS, ids=range(len(LAYOUTS)))
def test_a_copy_has_the_entries_and_shares_nothing(array):
    array = np.array(array, order="K") if array.flags.owndata else array
    found = Copies().of(array)
    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype
    assert not np.may_share_memory(found, array)


def test_windows_that_lie_alike_are_one_copy():
    copies = Copies()
    first, turned, other = (copies.of(x) for x in (A, A.T, A.copy().T))
    assert np.shares_memory(first, turned)
    assert np.shares_memory(first, other)
    assert not np.shares_memory(first, copies.of(np.asfortranarray(A)))
    assert not np.shares_memory(first, copies.of(A.reshape(4, 6)))


@pytest.mark.parametrize("entry", [7.0, -0.0, np.nan])
def test_what_has_changed_is_another_copy(entry):
    data, copies = np.zeros((40, 3)), Copies()
    first = copies.of(data)
    data[1, 1] = entry
    second = copies.of(data)
    np.testing.assert_array_equal(first, np.zeros((40, 3)))
    assert second.tobytes() == data.tobytes()
    assert np.shares_memory(second, copies.of(data.T))


def test_a_matrix_and_its_transpose_are_one_constant_of_a_gradient():
    x = np.ones(4)
    program = jit(grad(lambda x: np.sum(np.sin(A @ x)))).program(x)
    first, second = (c for c in program.constants.values() if np.ndim(c) == 2)
    assert first.shape == second.T.shape
    assert np.shares_memory(first, second)


def test_copies_on_a_device_stay_there():
    """Entries are compared where they lie; the host reads whether all are the same."""
    copies, array = Copies(), strict_arrays.asarray(A)
    with strict_arrays.counting() as counts:
        first = copies.of(array)
        assert counts.transfers == 0
        turned = copies.of(array.T)
        array[0, 0] = 7.0
        changed = copies.of(array)
    assert counts.transfers == 2
    assert first.data.ptr == turned.data.ptr != changed.data.ptr
    np.testing.assert_array_equal(turned.get(), A.T)
    assert changed.get()[0, 0] == 7
