"""trace: what a function computes, step by step, and its derivatives on the way."""

from __future__ import annotations

import re

import numpy as np

from diffops import trace
from diffops.tour.page import Check, Page

TITLE = "trace: the steps of a function, as a survey has them"

POINT = (2.0, 5.0)


def f(x1, x2):
    """The example of the survey."""
    return np.log(x1) + x1 * x2 - np.sin(x2)


def look():
    """The steps of f, with the tangents for x1 and the adjoints of both."""
    steps = trace(f)(*POINT)
    return steps, steps.forward(1.0, 0.0), steps.reverse()


def show(page: Page) -> None:
    """Check the ends of both tables against the survey and the closed form."""
    page.text("""Tables 2 and 3 of A. G. Baydin, B. A. Pearlmutter, A. A. Radul and
        J. M. Siskind, Automatic differentiation in machine learning: a survey (Journal
        of Machine Learning Research 18, 2018), print their results to a few digits.""")
    page.code(f, look)
    steps, forward, reverse = look()
    page.printed(re.sub(" +line .*", "", str(steps)))  # all in one line of f
    x1, x2 = POINT
    page.compare(
        "the survey",
        [
            Check("y", steps.value, 11.652, 5e-5),
            Check("tangent of y", forward.value, 5.5, 1e-15),
            Check("adjoint of x1", reverse.value[0], 5.5, 1e-15),
            Check("adjoint of x2", reverse.value[1], 1.716, 5e-4),
        ],
    )
    page.compare(
        "closed form",
        [Check("adjoint of x2", reverse.value[1], x1 - np.cos(x2), 1e-15)],
    )
