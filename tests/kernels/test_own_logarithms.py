"""Functions for systems without libmvec: identities. Their accuracy: tests of jit."""

import numpy as np
import pytest
from own_bodies import of_numbers

from diffops.kernels import own_logarithms
from diffops.kernels.registers import Body, Register


def compiled(name):
    """Return a function of one number, by its code."""
    return of_numbers(own_logarithms.OTHERS[name][0])


def test_logarithms_of_powers_of_two():
    log = compiled("log")
    for k in (-1074, -1022, -1, 0, 1, 52, 1023):
        assert log(2.0**k) == pytest.approx(k * np.log(2.0), rel=2.5e-16, abs=0)
    assert log(0.0) == -np.inf
    assert np.isnan(log(-5e-324))


def test_small_arguments_are_kept():
    for name in ("log1p", "expm1", "tanh", "tan"):
        f = compiled(name)
        for x in (5e-324, -1e-310, 1e-200, -3e-17):
            assert f(x) == x, name
        assert np.signbit(f(-0.0))


def test_symmetries():
    for name in ("tanh", "tan"):
        f = compiled(name)
        for x in np.linspace(0.1, 30.0, 50):
            assert f(-x) == -f(x)
    tanh = compiled("tanh")
    assert tanh(22.0) == 1.0
    assert tanh(1e300) == 1.0


def test_a_body_of_vectors_is_written_in_vectors():
    body = Body(lanes=4)
    own_logarithms.tangent(Register(body, "%x"))
    assert all("<4 x" in line for line in body.lines)
