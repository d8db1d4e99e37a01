"""Tangents: the survey's Table 2, and the rules' own formulas."""

from __future__ import annotations

import numpy as np
import pytest
import survey

from diffops import NoDerivativeError, jvp, trace


def rows(found, spec=".5g"):
    """Return what stands in the right column: name, formula, numbers, value."""
    lines = [line for band in found.table(spec).bands for line in band.right]
    return [[part for part in line[:4] if part] for line in lines]


def test_the_survey_s_table_number_by_number():
    found = trace(survey.example)(survey.X1, survey.X2).forward(1.0, 0.0)
    assert list(found.tangents) == survey.NAMES
    for tangent, exact in zip(found.tangents.values(), survey.TANGENTS, strict=True):
        assert abs(tangent - exact) <= 1e-15 * max(1, abs(exact))
    assert found.value == 5.5


def test_the_survey_s_table_as_printed():
    found = trace(survey.example)(survey.X1, survey.X2).forward(1.0, 0.0)
    assert rows(found) == [
        ["v̇₋₁", "ẋ1", "1"],
        ["v̇₀", "ẋ2", "0"],
        ["v̇₁", "v̇₋₁ / v₋₁", "1 / 2", "0.5"],
        ["v̇₂", "v̇₋₁ × v₀ + v̇₀ × v₋₁", "1 × 5 + 0 × 2", "5"],
        ["v̇₃", "v̇₀ × cos v₀", "0 × cos 5", "0"],
        ["v̇₄", "v̇₁ + v̇₂", "0.5 + 5", "5.5"],
        ["v̇₅", "v̇₄ − v̇₃", "5.5 − 0", "5.5"],
        ["ẏ", "v̇₅", "5.5"],
    ]


def test_along_the_other_input():
    found = trace(survey.example)(2.0, 5.0).forward(0.0, 1.0)
    assert found.value == pytest.approx(float(survey.ADJOINTS[1]), rel=1e-15)


def test_arrays_in_containers():
    def f(w, x):
        return {"loss": np.sum(np.tanh(w["a"] @ x + w["b"])), "rest": [x[0]]}

    rng = np.random.default_rng(0)
    w = {"a": rng.normal(size=(2, 3)), "b": rng.normal(size=2)}
    x = rng.normal(size=3)
    v = {"a": rng.normal(size=(2, 3)), "b": rng.normal(size=2)}
    u = rng.normal(size=3)
    found = trace(f)(w, x).forward(v, u)
    slopes = 1 - np.tanh(w["a"] @ x + w["b"]) ** 2
    wanted = slopes @ (v["a"] @ x + w["a"] @ u + v["b"])
    assert found.value["loss"] == pytest.approx(wanted, rel=1e-14)
    assert found.value["rest"] == [u[0]]
    text = str(found)
    assert "ẇ['a']" in text
    assert "v̇₋₂ @ v₀ + v₋₂ @ v̇₀ = float64[2] [" in text
    assert "ẏ['loss']" in text


def test_what_does_not_move_has_no_line():
    text = str(trace(lambda x: x * 2.0 if x > 1 else x)(3.0).forward())
    assert text.splitlines()[2:4] == ["v₁ = v₀ > 1 = True", "     bool(v₁) is True"]


def test_formulas_that_are_too_long_are_named():
    found = trace(lambda a: np.linalg.svd(a)[1])(np.eye(2) + 0.3)
    text = str(found.forward(np.ones((2, 2))))
    assert "D svd(" in text
    # The singular values of 1 + 0.3 ones: 1, and 1.6, which grows by 2 a step.
    np.testing.assert_allclose(
        found.forward(np.ones((2, 2))).value, [2.0, 0.0], atol=1e-14
    )


def test_a_function_that_differentiates_inside():
    def f(x):
        return jvp(lambda y: np.sin(y) * x, (x,), (1.0,))[1]

    found = trace(f)(0.7).forward()
    # f(x) = x cos x, and so f' = cos x − x sin x.
    assert found.value == pytest.approx(np.cos(0.7) - 0.7 * np.sin(0.7), rel=1e-15)


def test_zero_outputs_and_constants():
    found = trace(lambda x: (x, 3.0))(2.0).forward()
    assert found.value == (1.0, 0.0)
    assert rows(found)[1:] == [["ẏ[0]", "v̇₀", "1"], ["ẏ[1]", "0", "0"]]


@pytest.mark.parametrize(
    ("tangents", "message"),
    [
        ((), "one tangent for each argument that varies, 1 in all, not 0"),
        ((np.ones(2), 1.0), "1 in all, not 2"),
        ((np.ones(3),), r"has shape \(3,\), but what it multiplies has shape \(2,\)"),
        (([np.ones(2), np.ones(2)],), "has 2 parts"),
    ],
)
def test_tangents_that_do_not_fit(tangents, message):
    with pytest.raises(ValueError, match=message):
        trace(np.sum)(np.ones(2)).forward(*tangents)


def test_lost_derivatives_are_refused_at_the_user_s_line():
    found = trace(lambda x: float(x) * x)(2.0)
    with pytest.raises(NoDerivativeError, match=r"test_tangents\.py"):
        found.forward()
