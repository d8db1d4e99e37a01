"""check=True tells rounding from results that went stale."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import StaleProgramError, jit
from diffops.jit.checking import compare
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
    ],
)
def test_comparison(found, wanted, fine):
    jitted = jit(lambda: wanted)
    if fine:
        compare(jitted, [found], Arguments((), {}))
    else:
        with pytest.raises(StaleProgramError):
            compare(jitted, [found], Arguments((), {}))
