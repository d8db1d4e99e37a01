"""Formulas are true: what is printed, evaluated by mpmath, is the derivative."""

from __future__ import annotations

import re

import mpmath
import numpy as np
import pytest
from calls import EACH
from points import function_of

from diffops import grad, root, trace
from diffops.operators._tree import flatten

ONE = {
    np.sin: mpmath.sin,
    np.cos: mpmath.cos,
    np.tan: mpmath.tan,
    np.exp: mpmath.exp,
    np.expm1: mpmath.expm1,
    np.log: mpmath.log,
    np.log1p: mpmath.log1p,
    np.sqrt: mpmath.sqrt,
    np.cbrt: mpmath.cbrt,
    np.sinh: mpmath.sinh,
    np.cosh: mpmath.cosh,
    np.tanh: mpmath.tanh,
    np.arcsin: mpmath.asin,
    np.arccos: mpmath.acos,
    np.arctan: mpmath.atan,
    np.arcsinh: mpmath.asinh,
    np.arctanh: mpmath.atanh,
    np.square: lambda x: x * x,
    np.reciprocal: lambda x: 1 / x,
    np.negative: lambda x: -x,
}
TWO = {
    np.add: lambda a, b: a + b,
    np.subtract: lambda a, b: a - b,
    np.multiply: lambda a, b: a * b,
    np.divide: lambda a, b: a / b,
    np.arctan2: mpmath.atan2,
}
POWERS = [(lambda x, n=n: x**n, lambda x, n=n: x**n) for n in (2, 3, -1, 0.5)]
EXPRESSIONS = [
    *ONE.items(),
    *POWERS,
    *((lambda x, f=f: f(x, 0.5), lambda x, f=f: TWO[f](x, 0.5)) for f in TWO),
    *((lambda x, f=f: f(0.5, x), lambda x, f=f: TWO[f](0.5, x)) for f in TWO),
]
NAMES = {name: getattr(mpmath, name) for name in ("sin", "cos", "sinh", "cosh", "exp")}
NAMES |= {"ln": mpmath.log, "sqrt": mpmath.sqrt, "hypot": mpmath.hypot}
NAMES |= {"where": lambda c, a, b: a if c else b, "isfinite": mpmath.isfinite}
NAMES |= {"sign": mpmath.sign, "reciprocal": lambda x: 1 / x}
X = 0.6


def evaluated(formula, values):
    """Return what a printed formula is, given the values of the names in it."""
    text = formula.translate(str.maketrans("−×", "-*"))
    text = re.sub("([⁰¹²³])", lambda m: f"**{'⁰¹²³'.index(m[0])}", text)
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    text = re.sub("v[\u0304\u0307]?[₋₀-₉]+", lambda m: f"V[{m[0]!r}]", text)
    text = re.sub(r"\b([a-z]+) (V\[[^]]*\])", r"\1(\2)", text)
    return eval(text, {"V": values, "abs": abs, **NAMES})


@pytest.mark.parametrize(("f", "truth"), EXPRESSIONS)
def test_printed_formulas_are_the_derivative(f, truth):
    found = trace(f)(X)
    slope = mpmath.diff(truth, mpmath.mpf(X))
    values = {"v₀": mpmath.mpf(X), "v₁": mpmath.mpf(truth(mpmath.mpf(X)))}
    (step,) = found.program.operations
    (line,) = found.forward(2.0).step_lines(step, ".5g")
    tangent = evaluated(line.formula, {**values, "v̇₀": mpmath.mpf(2)})
    assert mpmath.almosteq(tangent, 2 * slope, 1e-12)
    (line,) = found.reverse(3.0).step_lines(step, ".5g")
    adjoint = evaluated(line.numbers, {**values, "v̄₁": mpmath.mpf(3)})
    assert mpmath.almosteq(adjoint, 3 * slope, 1e-12)


def like(value, rng):
    """Return random tangents or cotangents for all that varies in a container."""
    leaves, rebuild = flatten(value)
    return rebuild([_noise(leaf, rng) for leaf in leaves])


def _noise(leaf, rng):
    kind, shape = np.result_type(leaf).kind, np.shape(leaf)
    if kind not in "fc":
        return np.zeros(shape)[()]
    noise = rng.normal(size=shape)
    return (noise + 1j * rng.normal(size=shape) if kind == "c" else noise)[()]


FIRST = dict(reversed(EACH))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "call"), FIRST.items(), ids=FIRST)
def test_every_function_of_numpy_shows_itself(name, call):
    """The steps add up to the derivative of the whole, or else it raises."""
    f, args = function_of(call)
    rng = np.random.default_rng(7)
    found = trace(f)(*args)
    shown = [
        found,
        found.forward(*(like(x, rng) for x in args)),
        found.reverse(like(found.value, rng)),
    ]
    assert all(str(one).count("\n") >= min(len(found), 60) for one in shown)
    assert found.picture(most=12).boxes


def test_another_function_at_each_call_is_found():
    calls = iter(range(10))
    found = trace(lambda x: x * (next(calls) + 1.0))(2.0)
    with pytest.raises(RuntimeError, match="something else at each call"):
        found.forward()
    with pytest.raises(RuntimeError, match=r"derivative 1, but the function has 3"):
        found.reverse()


def test_implicit_functions_show_the_step_that_gives_their_derivative():
    found = trace(lambda a: root(lambda x: x**3 - a, 1.0))(2.0)
    assert found.value == pytest.approx(2 ** (1 / 3), rel=1e-14)
    names = [step.name for step in found.program.operations]
    assert "solve" in names
    slope = 2 ** (-2 / 3) / 3
    assert found.forward().value == pytest.approx(slope, rel=1e-12)
    assert found.reverse().value == (pytest.approx(slope, rel=1e-12),)
    found = trace(grad(lambda a: root(lambda x: x**3 - a, 1.0)))(2.0)
    bend = -2 * 2 ** (-5 / 3) / 9
    assert found.reverse().value == (pytest.approx(bend, rel=1e-12),)


def test_parameters_that_vary_are_refused():
    found = trace(lambda x: np.interp(0.5, [0.0, 1.0], np.stack([x, x * x])))(3.0)
    assert found.value == pytest.approx(6.0)
    assert found.forward().value == pytest.approx(0.5 * (1 + 6.0))


def test_single_precision():
    found = trace(lambda x: np.sum(np.sin(x)))(np.ones(3, np.float32))
    (gradient,) = found.reverse().value
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, np.cos(np.ones(3)), rtol=1e-6)


def test_errors_of_rules_say_at_which_step():
    from diffops import primitive

    def broken(g, y, x):
        raise ValueError("no")

    odd = primitive(lambda x: x * 2.0, vjp=broken)
    found = trace(lambda x: odd(x))(1.0)
    with pytest.raises(ValueError, match="no") as caught:
        found.reverse()
    assert any("test_differentiated.py" in note for note in caught.value.__notes__)
