"""Adjoints: the survey's Table 3, and the rules' own formulas."""

from __future__ import annotations

import numpy as np
import pytest
import survey

from diffops import NoDerivativeError, grad, stop_gradient, trace


def rows(found, spec=".5g"):
    """Return what stands in the right column: name, formula, numbers, value."""
    lines = [line for band in found.table(spec).bands for line in band.right]
    return [[part for part in line[:4] if part] for line in lines]


def test_the_survey_s_table_number_by_number():
    found = trace(survey.example)(survey.X1, survey.X2).reverse()
    adjoints = [found.adjoints[name] for name in survey.NAMES]
    for adjoint, exact in zip(adjoints, survey.ADJOINTS, strict=True):
        assert abs(adjoint - exact) <= 1e-15 * abs(exact)
    assert found.value == (found.adjoints["v₋₁"], found.adjoints["v₀"])
    steps = rows(found, ".17g")[2:-1]
    for (name, _, formula, value), wanted in zip(steps, survey.INCREMENTS, strict=True):
        assert (name, formula) == wanted[:2]
        exact = wanted[2]
        assert abs(float(value.replace("−", "-")) - exact) <= 1e-15 * abs(exact)


def test_the_survey_s_table_as_printed():
    """With three decimals, as the survey has them; it is read from the bottom."""
    found = trace(survey.example)(survey.X1, survey.X2).reverse()
    assert rows(found, ".3f") == [
        ["x̄1", "v̄₋₁", "5.500"],
        ["x̄2", "v̄₀", "1.716"],
        ["v̄₋₁", "v̄₋₁ + v̄₁ ∂v₁/∂v₋₁", "v̄₋₁ + v̄₁ / v₋₁", "5.500"],
        ["v̄₀", "v̄₀ + v̄₂ ∂v₂/∂v₀", "v̄₀ + v̄₂ × v₋₁", "1.716"],
        ["v̄₋₁", "v̄₂ ∂v₂/∂v₋₁", "v̄₂ × v₀", "5.000"],
        ["v̄₀", "v̄₃ ∂v₃/∂v₀", "v̄₃ × cos v₀", "−0.284"],
        ["v̄₂", "v̄₄ ∂v₄/∂v₂", "v̄₄ × 1", "1.000"],
        ["v̄₁", "v̄₄ ∂v₄/∂v₁", "v̄₄ × 1", "1.000"],
        ["v̄₃", "v̄₅ ∂v₅/∂v₃", "v̄₅ × (−1)", "−1.000"],
        ["v̄₄", "v̄₅ ∂v₅/∂v₄", "v̄₅ × 1", "1.000"],
        ["v̄₅", "ȳ", "1.000"],
    ]


def test_steps_stand_beside_their_increments():
    found = trace(survey.example)(survey.X1, survey.X2).reverse()
    beside = {band.left[0].name: len(band.right) for band in found.table().bands}
    wanted = {"v₋₁": 1, "v₀": 1, "v₁": 1, "v₂": 2, "v₃": 1, "v₄": 2, "v₅": 2, "y": 1}
    assert beside == wanted


def test_a_variable_used_twice_by_one_step():
    found = trace(lambda x: x * x)(3.0).reverse()
    assert rows(found)[1:3] == [
        ["v̄₀", "v̄₀ + v̄₁ ∂v₁/∂v₀", "v̄₀ + v̄₁ × v₀", "6"],
        ["v̄₀", "v̄₁ ∂v₁/∂v₀", "v̄₁ × v₀", "3"],
    ]


def test_a_negative_increment_is_subtracted():
    found = trace(lambda x: x - np.cos(x))(1.0).reverse()
    formulas = [row[2] for row in rows(found)[1:-1]]
    assert formulas == ["v̄₀ − v̄₁ × sin v₀", "v̄₂ × (−1)", "v̄₂ × 1"]
    # v̄₁ is −1, so v̄₀ = 1 + sin 1.
    assert found.value[0] == pytest.approx(1 + np.sin(1.0), rel=1e-15)


def test_several_outputs_and_containers():
    rng = np.random.default_rng(1)
    a, x, u = rng.normal(size=(2, 3)), rng.normal(size=3), rng.normal(size=2)

    def f(p):
        return {"y": p["a"] @ p["x"], "n": p["x"] @ p["x"], "x": p["x"]}

    g = rng.normal(size=3)
    found = trace(f)({"a": a, "x": x}).reverse({"y": u, "n": 0.5, "x": g})
    (value,) = found.value
    np.testing.assert_allclose(value["a"], np.outer(u, x), rtol=1e-14)
    np.testing.assert_allclose(value["x"], a.T @ u + x + g, rtol=1e-13)
    text = str(found)
    assert "v₋₁ᵀ @ v̄₁" in text
    assert "p̄['x']" in text


def test_an_output_that_is_given_twice_adds_its_cotangents():
    found = trace(lambda x: (x * 2, [x * 3]))(1.0).reverse((1.0, [1.0]))
    assert found.value == (5.0,)

    def same(x):
        y = x * 2
        return y, y

    found = trace(same)(1.0).reverse((1.0, 10.0))
    assert found.value == (22.0,)
    assert rows(found)[-2:] == [
        ["v̄₁", "ȳ[0]", "1"],
        ["v̄₁", "v̄₁ + ȳ[1]", "10"],
    ]


def test_several_results_of_one_step():
    a = np.array([[2.0, 0.5], [0.5, 1.0]])
    found = trace(lambda a: np.linalg.slogdet(a)[1])(a).reverse()
    np.testing.assert_allclose(found.value[0], np.linalg.inv(a).T, rtol=1e-14)


def test_what_the_result_does_not_depend_on():
    found = trace(lambda x, y: y * 2.0)(1.0, 3.0).reverse()
    assert found.value == (0.0, 2.0)
    assert rows(found)[0] == ["x̄", "0", "0"]
    found = trace(lambda x: 3.0)(1.0).reverse()
    assert found.value == (0.0,)
    assert rows(found) == [["x̄", "0", "0"], ["ȳ", "1"]]


def test_constants_pass_nothing_on():
    found = trace(lambda x: x * stop_gradient(x) + np.floor(x))(2.5).reverse()
    assert found.value == (2.5,)


def test_infinite_slopes_and_strong_zeros():
    found = trace(lambda x: np.where(x > 0, np.sqrt(x), 0.0))(0.0).reverse()
    assert found.value == (0.0,)
    found = trace(np.sqrt)(0.0).reverse()
    assert found.value == (np.inf,)


def test_a_function_that_differentiates_inside():
    found = trace(grad(lambda x: x * np.sin(x)))(0.7).reverse()
    # (sin x + x cos x)′ = 2 cos x − x sin x.
    wanted = 2 * np.cos(0.7) - 0.7 * np.sin(0.7)
    assert found.value[0] == pytest.approx(wanted, rel=1e-15)


def test_formulas_that_are_too_long_are_named():
    text = str(trace(lambda a: np.linalg.svd(a)[0][0, 0])(np.eye(2) + 0.3).reverse())
    assert "Dᵀ svd(v₀)[v̄₁]" in text


def test_equal_eigenvalues_inside():
    """The sum of squared eigenvalues of A is ∑ Aᵢⱼ², so its gradient is 2 A."""

    def f(a):
        return grad(lambda m: np.sum(np.linalg.eigvalsh((m + m.T) / 2) ** 2))(a)

    found = trace(f)(np.eye(2))
    np.testing.assert_allclose(found.value, 2 * np.eye(2), rtol=1e-14)
    u = np.array([[1.0, 2.0], [2.0, 3.0]])
    (value,) = found.reverse(u).value
    assert type(value) is np.ndarray
    np.testing.assert_allclose(value, 2 * u, rtol=1e-13)
    assert all(type(a) is np.ndarray for a in found.reverse(u).adjoints.values())


def test_holomorphic_functions():
    z = 0.3 + 0.7j
    found = trace(lambda z: np.exp(z) * z)(z).reverse()
    assert found.value[0] == pytest.approx(np.exp(z) * (1 + z), rel=1e-15)


@pytest.mark.parametrize(
    ("f", "x", "cotangents", "message"),
    [
        (np.sin, np.ones(2), (), "leave it out where f returns one number"),
        (np.sin, 1.0, (1.0, 1.0), "one cotangent like the result of f, not 2"),
        (np.sin, np.ones(2), (np.ones(3),), r"has shape \(3,\)"),
        (lambda x: {"a": x}, 1.0, ([1.0, 2.0],), "has 2 parts"),
    ],
)
def test_cotangents_that_do_not_fit(f, x, cotangents, message):
    with pytest.raises(ValueError, match=message):
        trace(f)(x).reverse(*cotangents)


def test_lost_derivatives_are_refused_at_the_user_s_line():
    found = trace(lambda x: np.array([1.0, 2.0])[int(x)] * x)(1.0)
    with pytest.raises(NoDerivativeError, match=r"test_adjoints\.py"):
        found.reverse()
