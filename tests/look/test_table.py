"""Tables align as text, and are well-formed HTML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from diffops import trace
from diffops.look.notation import width
from diffops.look.table import Band, Gap, Line, Table, around_the_middle


def test_one_column():
    bands = [
        Band([Line("v₀", "x", "", "2")], []),
        Band([Line("v₁₀", "sin v₀", "sin 2", "0.9", "f.py:1")], []),
        Band([Line("", "bool(v₁₀) is True", "", "", "f.py:2")], []),
    ]
    assert Table(("Title",), bands, ["(a note)"]).text().splitlines() == [
        "v₀  = x      = 2",
        "v₁₀ = sin v₀ = sin 2 = 0.9  f.py:1",
        "      bool(v₁₀) is True     f.py:2",
        "(a note)",
    ]


def test_two_columns_are_levelled():
    bands = [
        Band(
            [Line("a", "1", "", "2")],
            [Line("b", "3", "", "4"), Line("c", "5", "", "6")],
        ),
        Band([Line("d", "7", "", "7")], []),
    ]
    assert Table(("Left", "Right"), bands).text().splitlines() == [
        "Left        Right",
        "a = 1 = 2   b = 3 = 4",
        "            c = 5 = 6",
        "d = 7",
    ]


def test_nothing_is_said_twice():
    assert Line("y", "3", "", "3").rest == ""
    assert Line("y", "v₁", "3", "3").rest == "3"
    assert Line("y", "v₁", "1 + 2", "3").rest == "1 + 2 = 3"


def test_columns_stand_below_each_other():
    def f(w, x):
        return w * x + x / w - x**3

    lines = str(trace(f)(2.0, 5.0).reverse()).splitlines()
    marks = "\u0304\u0307"
    plain = ["".join(c for c in line if c not in marks) for line in lines]
    start = plain[0].index("Reverse")
    assert all(line[start - 1 : start] in ("", " ") for line in plain)
    assert len({line.index(" = ", start) for line in plain[1:]}) == 1


def test_long_formulas_are_cut():
    line = Line("y", "f(" + "x, " * 100 + ")", "", "z" * 100)
    (text,) = Table(("",), [Band([line], [])]).text().splitlines()
    assert text.count("…") == 2
    assert width(text) < 125


@pytest.mark.parametrize("count", [0, 5, 6, 7, 100])
def test_around_the_middle(count):
    found = list(around_the_middle(range(count), 6))
    if count <= 6:
        assert found == list(range(count))
    else:
        assert found == [0, 1, 2, Gap(count - 6), count - 3, count - 2, count - 1]


def test_html():
    found = trace(lambda x: x * 2.0 if x < 3 else x)(2.0)
    page = ElementTree.fromstring(found.reverse()._repr_html_())
    rows = page.findall(".//tr")
    assert ["".join(cell.itertext()) for cell in rows[0]] == [
        "Forward primal trace",
        "Reverse adjoint trace (upwards)",
    ]
    assert len(rows) == 1 + 5
    assert {sum(int(c.get("colspan", 1)) for c in row) for row in rows} == {8}
    assert "v<sub>0</sub> &lt; 3" in found._repr_html_()
    assert "v₀" not in found._repr_html_()
