"""Notation: marks take no room, subscripts become real ones, values are short."""

from __future__ import annotations

import numpy as np
import pytest

from diffops.look.notation import (
    BAR,
    DOT,
    as_html,
    marked,
    number,
    padded,
    place,
    short,
    shortened,
    subscript,
    superscript,
    width,
)


def test_marks_take_no_room():
    assert width(marked("v₋₁", DOT)) == width(marked("v₋₁", BAR)) == 3
    assert marked("x1", DOT) == "ẋ1"
    assert len(padded(marked("v", BAR), 4)) == 5


def test_subscripts():
    assert subscript(-12) == "₋₁₂"
    assert superscript(3) == "³"
    assert as_html("v₋₁ < 2") == "v<sub>−1</sub> &lt; 2"


def test_shortened():
    assert shortened("abc", 3) == "abc"
    assert shortened("abcd", 3) == "ab…"
    assert shortened(marked("v", BAR) * 4, 2) == marked("v", BAR) + "…"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (-0.958924, "−0.95892"),
        (1e-10, "1e−10"),
        (-1e10, "−1e+10"),
        (-3, "−3"),
        (np.int64(7), "7"),
        (True, "True"),
        (np.bool_(False), "False"),
        (np.float32(0.5), "0.5"),
        (1 - 2j, "1−2j"),
        (float("nan"), "nan"),
        (-np.inf, "−inf"),
        (np.longdouble(1) / 3, "0.33333"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_digits():
    assert number(2.0, ".3f") == "2.000"
    assert number(2, ".3f") == "2"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.arange(4.0), "float64[4] [0, 1, 2, 3]"),
        (np.arange(9.0), "float64[9] [0, 1, 2, 3, …]"),
        (np.eye(2), "float64[2, 2] [[1, 0], [0, 1]]"),
        (np.full(9, 1 / 3), "float64[9] [0.33333, 0.33333, …]"),
        (np.zeros((0,)), "float64[0] []"),
        (np.array(2.5), "2.5"),
        (np.array([True]), "bool[1] [True]"),
        ("word", "'word'"),
        ([3, 1], "[3, 1]"),
        (list(range(99)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …"),
    ],
)
def test_values(value, text):
    assert short(value) == text


def test_places():
    assert place("/home/me/model.py:12") == "model.py:12"
    assert place("C:\\me\\model.py:12") == "model.py:12"
    assert place("<stdin>:3") == "line 3"
