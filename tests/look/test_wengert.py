"""The Wengert list: names, steps, decisions, and how it prints."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import survey

from diffops import grad, trace, vmap
from diffops.look.wengert import Decision, Step


def test_the_survey_s_primal_trace():
    found = trace(survey.example)(survey.X1, survey.X2)
    lines = [*found.inputs, *found.steps]
    assert [line.name for line in lines] == survey.NAMES
    assert [line.formula for line in lines] == [
        "x1",
        "x2",
        "ln v₋₁",
        "v₋₁ × v₀",
        "sin v₀",
        "v₁ + v₂",
        "v₄ − v₃",
    ]
    for line, exact in zip(lines, survey.VALUES, strict=True):
        assert mpmath.almosteq(line.value, exact, 1e-15)
    assert found.value == found.steps[-1].value


def test_the_survey_s_primal_trace_as_printed():
    found = trace(survey.example)(survey.X1, survey.X2)
    rows = [band.left[0][:4] for band in found.table(".3f").bands]
    assert rows == [
        ("v₋₁", "x1", "", "2.000"),
        ("v₀", "x2", "", "5.000"),
        ("v₁", "ln v₋₁", "ln 2.000", "0.693"),
        ("v₂", "v₋₁ × v₀", "2.000 × 5.000", "10.000"),
        ("v₃", "sin v₀", "sin 5.000", "−0.959"),
        ("v₄", "v₁ + v₂", "0.693 + 10.000", "10.693"),
        ("v₅", "v₄ − v₃", "10.693 − (−0.959)", "11.652"),
        ("y", "v₅", "", "11.652"),
    ]


def test_decisions_are_steps():
    def f(x):
        if x > 1 and np.floor(x) == 2:
            return x * int(x)
        return x

    found = trace(f)(2.5)
    decisions = [step for step in found if isinstance(step, Decision)]
    assert [step.question for step in decisions] == ["bool(v₁)", "bool(v₃)", "int(v₀)"]
    assert [step.value for step in decisions] == [True, True, 2]
    assert all("test_wengert.py:" in step.line for step in decisions)
    assert len(found) == 7
    assert "bool(v₁) is True" in str(found)
    assert isinstance(found.steps[0], Step)
    assert found.value == 5.0


def test_lines_of_the_user():
    found = trace(lambda x: np.sin(x))(1.0)
    assert "test_wengert.py:" in str(found)
    (step,) = found
    assert step.line.startswith("/") or ":" in step.line


def test_steps_that_nothing_depends_on():
    def f(x):
        np.cos(x)
        np.sin(x)
        return x * 2.0

    found = trace(f)(1.0)
    assert len(found) == 1
    assert str(found).splitlines()[-1] == "(2 steps that nothing depends on left out)"
    assert "left out" not in str(trace(np.sin)(1.0))


def test_arrays_show_dtype_shape_and_first_entries():
    constant = np.arange(3.0)
    found = trace(lambda x: x.astype(np.float32) @ (constant + 1).astype(np.float32))
    text = str(found(np.array([0.5, 1.0, 2.0])))
    assert "v₀ = x" in text
    assert "float64[3] [0.5, 1, 2]" in text
    assert "c₁ = constant" in text
    assert "float32[3] [1, 2, 3]" in text


def test_several_results_of_a_step():
    found = trace(lambda a: np.linalg.eigh(a)[0])(np.diag([1.0, 2.0]))
    step = found.steps[-1]
    assert step.name == "v₁, v₂"
    assert len(step.value) == 2
    assert "[0] = float64[2] [1, 2]" in str(found)


def test_results_have_names():
    found = trace(lambda x: {"b": x, "a": (x, 2.0)})(1.0)
    assert found.results == ["y['a'][0]", "y['a'][1]", "y['b']"]
    assert str(found).splitlines()[1:] == [
        "y['a'][0] = v₀ = 1",
        "y['a'][1] = 2",
        "y['b']    = v₀ = 1",
    ]


def test_a_function_that_differentiates_inside_is_what_it_consists_of():
    found = trace(grad(lambda x: np.sum(np.sin(x) * x)))(np.array([0.5, 1.0]))
    names = [step.formula for step in found.steps]
    assert "sin v₀" in names
    assert "cos v₀" in names
    x = np.array([0.5, 1.0])
    np.testing.assert_allclose(found.value, np.sin(x) + x * np.cos(x), rtol=1e-15)


def test_a_batch_inside():
    found = trace(lambda x: np.sum(vmap(lambda y: y * np.sin(y))(x)))(np.ones(3))
    assert found.value == pytest.approx(3 * np.sin(1.0), rel=1e-15)
    (gradient,) = found.reverse().value
    np.testing.assert_allclose(gradient, np.sin(1.0) + np.cos(1.0), rtol=1e-15)


def test_thousands_of_steps_are_elided_in_the_middle():
    def logistic(x):
        for _ in range(1000):
            x = 3.7 * x * (1 - x)
        return x

    found = trace(logistic)(0.3)
    assert len(found) == 3000
    lines = str(found).splitlines()
    assert len(lines) == 63
    assert "(2940 more steps)" in lines[31]
    assert lines[32].startswith("v₂₉₇₁")
    assert lines[-1].startswith("y ")
    assert len(found.table(most=10).text().splitlines()) == 13
    both = found.reverse()
    assert both.value[0] == pytest.approx(grad(logistic)(0.3), rel=1e-12)
    assert str(both).count("(2940 more steps)") == 2
    assert str(found.forward()).count("(2940 more steps)") == 2


def test_a_function_of_nothing_and_the_identity():
    assert str(trace(lambda x: 3.0)(1.0)).splitlines() == ["v₀ = x = 1", "y  = 3"]
    found = trace(lambda x: x)(1.0)
    assert len(found) == 0
    assert found.reverse().value == (1.0,)
