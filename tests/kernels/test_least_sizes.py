"""Sizes from which kernels are used."""

import pytest

from diffops.kernels.least_sizes import least_sizes


@pytest.mark.parametrize("single", [False, True])
def test_where_numpy_is_slow_there_are_more_kernels(single):
    fast, slow = least_sizes(True, single), least_sizes(False, single)
    assert set(fast) < set(slow)
    assert all(slow[name] <= fast[name] for name in fast)


@pytest.mark.parametrize("vectorised", [False, True])
def test_singles_are_never_sooner(vectorised):
    doubles, singles = least_sizes(vectorised), least_sizes(vectorised, single=True)
    assert set(singles) < set(doubles)
    assert all(singles[name] >= doubles[name] for name in singles)
