"""Random array programs give natively what they give in eager mode."""

import numpy as np
import pytest
from random_arrays import ArrayProgram, check, differs


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.filterwarnings("ignore")
def test_as_in_eager_mode(seed):
    assert check(seed) in ("native", "plain", "refused")


# Programs in which something was wrong once: empty arrays between native regions,
# sums of numbers over an axis.
@pytest.mark.parametrize("seed", [1072, 1260, 1360, 1403, 1504, 1608, 10512])
@pytest.mark.filterwarnings("ignore")
def test_what_was_wrong(seed):
    assert check(seed) in ("native", "plain")


@pytest.mark.filterwarnings("ignore")
def test_most_programs_are_native():
    found = [check(seed) for seed in range(5000, 5020)]
    assert found.count("native") >= 12


@pytest.mark.parametrize("seed", range(16))
@pytest.mark.parametrize("kinds", ["dd", "ff"])
@pytest.mark.filterwarnings("ignore")
def test_running_sums_and_contractions(seed, kinds):
    assert check(seed, kinds, more=True) in ("native", "plain", "refused")


def test_differences_are_found():
    assert not differs((np.ones(3), 1.0), (np.ones(3), 1.0))
    assert differs(np.ones(3), np.ones(3) + 1e-6)
    assert differs(np.ones((3, 1)), np.ones(3))
    assert differs((1.0,), [1.0])
    assert differs(np.array([1.0, np.nan]), np.ones(2))
    assert repr(ArrayProgram(3)) == repr(ArrayProgram(3))


@pytest.mark.parametrize("seed", range(100, 112))
@pytest.mark.parametrize("kinds", ["ff", "fd"])
@pytest.mark.filterwarnings("ignore")
def test_in_single_precision(seed, kinds):
    assert check(seed, kinds) in ("native", "plain", "refused")
