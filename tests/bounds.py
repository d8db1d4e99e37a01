"""Comparison of numerical results, and of their estimated errors, with the truth."""

from __future__ import annotations

import numpy as np


def bounded(pair, wanted, precision):
    """Check that a result is within its estimate, and the estimate small."""
    found, error = pair
    assert np.shape(found) == np.shape(error) == np.shape(wanted)
    assert np.all(np.abs(found - wanted) <= error)
    assert np.all(error <= precision * (1 + np.abs(wanted)))
