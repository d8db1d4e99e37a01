"""Recorded values have the class that suits what they are."""

from __future__ import annotations

import numpy as np
import pytest

from diffops.jit import recorded
from diffops.jit.recorded import class_for
from diffops.jit.recorder import Recording


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1.0, "RecordedFloat"),
        (np.float64(1), "RecordedFloat64"),
        (np.float32(1), "RecordedNumber"),
        (1j, "RecordedNumber"),
        (np.bool_(True), "RecordedNumber"),
        (np.ones(2), "RecordedArray"),
        (np.arange(2), "RecordedIndices"),
        (np.ones(2, bool), "RecordedIndices"),
    ],
)
def test_classes(value, name):
    assert class_for(value) is getattr(recorded, name)
    x = Recording().input(value)
    assert x.shape == np.shape(value)
    assert x.dtype == np.result_type(value)


def test_what_numpy_wants_plain_becomes_a_guard():
    level = Recording()
    mask = level.input(np.array([True, False]))
    np.testing.assert_array_equal(np.array([5.0, 6.0])[mask], [5.0])
    assert len(level.program.guards) == 1
    np.testing.assert_array_equal(mask.shared(), [True, False])
