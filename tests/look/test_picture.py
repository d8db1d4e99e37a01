"""Pictures of Wengert lists: what is drawn, and what leads to what."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import survey

from diffops import trace
from diffops.look.layers import Layers


def test_the_survey_s_graph():
    picture = trace(survey.example)(survey.X1, survey.X2).picture()
    assert [box.lines for box in picture.boxes] == [
        ["v₋₁ = x1", "2"],
        ["v₀ = x2", "5"],
        ["v₁ = ln v₋₁", "0.69315"],
        ["v₂ = v₋₁ × v₀", "10"],
        ["v₃ = sin v₀", "−0.95892"],
        ["v₄ = v₁ + v₂", "10.693"],
        ["v₅ = v₄ − v₃", "11.652"],
        ["y = 11.652"],
    ]
    arrows = [(0, 2), (0, 3), (1, 3), (1, 4), (2, 5), (3, 5), (5, 6), (4, 6), (6, 7)]
    assert picture.edges == arrows
    assert Layers(8, picture.edges).crossings() == 0


def test_derivatives_have_a_line_of_their_own():
    found = trace(survey.example)(survey.X1, survey.X2)
    boxes = found.forward(1.0, 0.0).picture().boxes
    assert [box.accent for box in boxes[:3]] == ["v̇₋₁ = 1", "v̇₀ = 0", "v̇₁ = 0.5"]
    boxes = found.reverse().picture(".3f").boxes
    assert [box.accent for box in boxes[:2]] == ["v̄₋₁ = 5.500", "v̄₀ = 1.716"]
    assert boxes[-1].accent == ""


def test_kinds_of_boxes():
    constant = np.ones(2)

    def f(x):
        return x * constant if np.sum(x) > 0 else x

    picture = trace(f)(np.array([1.0, 2.0])).picture()
    kinds = ["input", "constant", "step", "step", "decision", "step", "output"]
    assert [box.kind for box in picture.boxes] == kinds
    decision = picture.boxes[4]
    assert decision.lines == ["bool(v₂) is True"]
    assert "test_picture.py:" in decision.title


def test_tooltips_say_all_of_what_is_cut():
    def f(x):
        return np.clip(x, np.array([-1.0, -2.0]), np.array([1.5, 2.5]))

    box = trace(f)(np.array([1.0, 2.0])).picture().boxes[-2]
    assert "test_picture.py:" in box.title
    assert all(len(line) <= 36 for line in box.lines)


def test_a_value_used_twice_has_one_arrow():
    picture = trace(lambda x: x * x)(2.0).picture()
    assert picture.edges == [(0, 1), (1, 2)]


def test_thousands_of_steps_are_one_box_in_the_middle():
    weights = np.ones(2)

    def f(x):
        for _ in range(1000):
            x = np.sin(x) + weights
        return x[0]

    found = trace(f)(np.zeros(2))
    picture = found.picture(most=6)
    texts = [box.lines[0] for box in picture.boxes]
    assert texts[5] == "⋮ 1995 more steps"
    assert texts[6].startswith("v₁₉₉₉")
    assert picture.boxes[5].kind == "gap"
    assert {b for _, b in picture.edges} == {2, 3, 4, 5, 6, 7, 8, 9}
    ElementTree.fromstring(picture.svg)


def test_the_identity_and_constants():
    assert trace(lambda x: x)(1.0).picture().edges == [(0, 1)]
    assert trace(lambda x: 3.0)(1.0).picture().edges == []


def test_notebooks_show_the_picture(tmp_path):
    found = trace(np.sin)(1.0)
    picture = found.picture()
    assert picture._repr_svg_() == picture.svg == found.svg()
    picture.save(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == picture.svg
