"""Fixtures of the tests of kernels."""

import pytest
import scipy.special  # noqa: F401

import diffops.rules.special  # noqa: F401  (its rules have kernels too)
from diffops.kernels import adjoint
from diffops.primitive import primitives


@pytest.fixture
def always(monkeypatch):
    """Use kernels for arrays of any size."""
    for primitive in primitives:
        if primitive.kernel is not None:
            monkeypatch.setattr(primitive.kernel, "least", 0)
            monkeypatch.setattr(primitive.kernel, "least_single", 0)
    monkeypatch.setattr(adjoint, "_LEAST", 0)
