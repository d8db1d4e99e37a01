"""Errors and the user's line in them."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import scipy.optimize
import scipy.signal
import scipy.stats

from diffops import EscapedValueError, NoDerivativeError, grad
from diffops.errors import at_line_of, at_user_line, name_of


def test_kinds_of_errors():
    assert issubclass(NoDerivativeError, TypeError)
    assert issubclass(EscapedValueError, NoDerivativeError)


def here():
    """Return ' (file:line)' of the line after the one that calls this."""
    import sys

    return f" ({__file__}:{sys._getframe(1).f_lineno + 1})"


def test_the_users_line():
    wanted = here()
    assert at_user_line() == wanted


def test_the_users_line_under_numpy_and_diffops():
    lines = []

    class Probe:
        def __array_function__(self, function, types, args, kwargs):
            lines.append(at_user_line())
            return 0

    wanted = here()
    np.sum(Probe())
    # The method above is the user's own, and nearer.
    assert lines != [wanted]
    assert lines[0].startswith(f" ({__file__}:")
    with pytest.raises(NoDerivativeError) as caught:
        grad(refused)(2.0)
    assert LINE[0] in str(caught.value)


LINE = []


def refused(x):
    LINE[:] = [here()]
    return float(x)


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (lambda x: scipy.linalg.cho_factor(x * np.eye(2)), "linalg.cho_factor"),
        (lambda x: scipy.linalg.expm(x * np.eye(2)), "linalg.expm"),
        (lambda x: scipy.signal.fftconvolve(x * np.ones(2), np.ones(2)), "signal."),
        (lambda x: scipy.stats.norm.logpdf(x), "stats.rv_continuous.logpdf"),
        (lambda x: scipy.optimize.brentq(lambda y: y - x, 0, 9), "optimize.brentq"),
        (lambda x: scipy.integrate.quad(lambda y: y * x, 0, 1)[0], "integrate.quad"),
    ],
)
def test_functions_of_scipy_are_named_with_what_stands_for_them(f, name):
    line = f.__code__.co_firstlineno
    with pytest.raises(NoDerivativeError) as caught:
        grad(f)(2.0)
    words = str(caught.value)
    assert words.startswith(f"scipy.{name}"), words
    assert f"({__file__}:{line}); use its mirror in diffops.scipy" in words


def test_numbers_that_the_user_asks_for_below_scipy_are_the_users():
    def f(x):
        return scipy.optimize.brentq(lambda y: y - float(x), 0, 9)

    with pytest.raises(NoDerivativeError, match=r"^float\(x\)"):
        grad(f)(2.0)


def test_the_last_line_of_the_user_that_an_error_came_through():
    lines = []

    def fails():
        lines.append(here())
        np.linalg.inv(np.ones((2, 3)))

    with pytest.raises(np.linalg.LinAlgError) as caught:
        fails()
    assert at_line_of(caught.value) == lines[0]
    assert at_line_of(ValueError()) == ""


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (np.sum, "numpy.sum"),
        (np.sin, "numpy.sin"),
        (np.linalg.det, "numpy.linalg.det"),
        (len, "builtins.len"),
        (np.frompyfunc(len, 1, 1), "len (vectorized)"),
    ],
)
def test_names_of_functions(function, name):
    assert name_of(function) == name
