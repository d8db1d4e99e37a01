"""Entries of the table that raise."""

import numpy as np
import pytest

from diffops import NoDerivativeError, grad, vjp
from diffops.primitive import table
from diffops.rules._refused import refused


def guess(x):
    """Stand for a NumPy function."""


def test_the_error_names_function_line_reason_and_way_out():
    refused(guess, reason="it is a guess", advice="know it")
    run = table.pop(guess)
    assert repr(run) == "<refused guess>"
    with pytest.raises(NoDerivativeError) as raised:
        grad(run)(1.0)
    message = str(raised.value)
    assert "guess of a tracked value" in message
    assert message.endswith("has no derivative: it is a guess; know it")


def test_one_that_is_swallowed_is_raised_in_the_end():
    def f(x):
        try:
            np.packbits(x)
        except TypeError:
            return np.sum(x)

    with pytest.raises(NoDerivativeError, match=r"packbits.*test_refused\.py:\d+"):
        grad(f)(np.ones(3))
    with pytest.raises(NoDerivativeError, match="stop_gradient"):
        vjp(lambda x: np.busday_count(x, x), np.ones(3))
