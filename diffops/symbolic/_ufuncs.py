"""What NumPy's elementwise functions, and some of SciPy's, are in SymPy."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.symbolic._lazy import sympy

Rule = Callable[..., Any]


def rule_of(ufunc: np.ufunc) -> Rule | None:
    """Return what computes a ufunc on SymPy expressions, or None if nothing does."""
    name = ufunc.__name__
    if getattr(np, name, None) is ufunc:
        return _of_numpy().get(name)
    if getattr(sys.modules.get("scipy.special"), name, None) is ufunc:
        return _of_scipy().get(name)
    return None


def names() -> frozenset[str]:
    """Return the names of the functions of NumPy that have a rule."""
    return frozenset(_of_numpy())


def as_number(value: Any) -> Any:
    """Return 1 and 0 for true and false, and numbers as they are."""
    sp = sympy()
    if isinstance(value, sp.logic.boolalg.Boolean) and not isinstance(value, sp.Symbol):
        return sp.Piecewise((1, value), (0, True))
    return value


def choose(condition: Any, a: Any, b: Any) -> Any:
    """Return a where the condition holds, else b."""
    sp = sympy()
    if not isinstance(condition, sp.logic.boolalg.Boolean):
        condition = sp.Ne(condition, 0)
    return sp.Piecewise((a, condition), (b, True))


def _absolute(x: Any) -> Any:
    sp = sympy()
    if x.is_extended_real:
        return sp.Abs(x)
    return sp.Piecewise((x, x > 0), (-x, x < 0), (0, True))


def _sign(x: Any) -> Any:
    sp = sympy()
    if x.is_extended_real:
        return sp.sign(x)
    return sp.Piecewise((1, x > 0), (-1, x < 0), (0, True))


def _power(x: Any, y: Any) -> Any:
    """Return x to the y: a whole y is an integer, so that x**2.0 is x squared."""
    whole = y.is_Float and float(y).is_integer()
    return x ** (sympy().Integer(int(y)) if whole else y)


def _cbrt(x: Any) -> Any:
    sp = sympy()
    return _sign(x) * _absolute(x) ** sp.Rational(1, 3)


@functools.cache
def _of_numpy() -> dict[str, Rule]:
    sp = sympy()
    degree = sp.pi / 180
    numbers: dict[str, Rule] = {
        "add": lambda x, y: x + y,
        "subtract": lambda x, y: x - y,
        "multiply": lambda x, y: x * y,
        "divide": lambda x, y: x / y,
        "true_divide": lambda x, y: x / y,
        "floor_divide": lambda x, y: sp.floor(x / y),
        "remainder": lambda x, y: x - y * sp.floor(x / y),
        "mod": lambda x, y: x - y * sp.floor(x / y),
        "power": _power,
        "pow": _power,
        "float_power": _power,
        "negative": lambda x: -x,
        "positive": lambda x: x,
        "absolute": _absolute,
        "abs": _absolute,
        "fabs": _absolute,
        "sign": _sign,
        "conjugate": lambda x: x if x.is_extended_real else sp.conjugate(x),
        "square": lambda x: x**2,
        "sqrt": sp.sqrt,
        "cbrt": _cbrt,
        "reciprocal": lambda x: 1 / x,
        "exp": sp.exp,
        "exp2": lambda x: 2**x,
        "expm1": lambda x: sp.exp(x) - 1,
        "log": sp.log,
        "log2": lambda x: sp.log(x) / sp.log(2),
        "log10": lambda x: sp.log(x) / sp.log(10),
        "log1p": lambda x: sp.log(1 + x),
        "logaddexp": lambda x, y: sp.log(sp.exp(x) + sp.exp(y)),
        "logaddexp2": lambda x, y: sp.log(2**x + 2**y) / sp.log(2),
        "sin": sp.sin,
        "cos": sp.cos,
        "tan": sp.tan,
        "arcsin": sp.asin,
        "asin": sp.asin,
        "arccos": sp.acos,
        "acos": sp.acos,
        "arctan": sp.atan,
        "atan": sp.atan,
        "arctan2": sp.atan2,
        "atan2": sp.atan2,
        "sinh": sp.sinh,
        "cosh": sp.cosh,
        "tanh": sp.tanh,
        "arcsinh": sp.asinh,
        "asinh": sp.asinh,
        "arccosh": sp.acosh,
        "acosh": sp.acosh,
        "arctanh": sp.atanh,
        "atanh": sp.atanh,
        "hypot": lambda x, y: sp.sqrt(x**2 + y**2),
        "deg2rad": lambda x: x * degree,
        "radians": lambda x: x * degree,
        "rad2deg": lambda x: x / degree,
        "degrees": lambda x: x / degree,
        "maximum": sp.Max,
        "fmax": sp.Max,
        "minimum": sp.Min,
        "fmin": sp.Min,
        "floor": sp.floor,
        "ceil": sp.ceiling,
        "trunc": lambda x: _sign(x) * sp.floor(_absolute(x)),
        "heaviside": lambda x, h: (
            sp.Heaviside(x)
            if h.is_number and float(h) == 0.5
            else sp.Piecewise((0, x < 0), (h, sp.Eq(x, 0)), (1, True))
        ),
        "less": sp.Lt,
        "less_equal": sp.Le,
        "greater": sp.Gt,
        "greater_equal": sp.Ge,
        "equal": sp.Eq,
        "not_equal": sp.Ne,
    }
    table = {name: _on_numbers(rule) for name, rule in numbers.items()}
    for name, rule in {"and": sp.And, "or": sp.Or, "xor": sp.Xor}.items():
        table[f"logical_{name}"] = table[f"bitwise_{name}"] = rule
    table["logical_not"] = table["invert"] = sp.Not
    return table


def _on_numbers(rule: Rule) -> Rule:
    return lambda *args: rule(*map(as_number, args))


@functools.cache
def _of_scipy() -> dict[str, Rule]:
    sp = sympy()
    return {
        "erf": sp.erf,
        "erfc": sp.erfc,
        "gamma": sp.gamma,
        "gammaln": sp.loggamma,
        "psi": sp.digamma,
        "digamma": sp.digamma,
        "beta": sp.beta,
        "jv": sp.besselj,
        "yv": sp.bessely,
        "iv": sp.besseli,
        "kv": sp.besselk,
        "expit": lambda x: 1 / (1 + sp.exp(-x)),
        "logit": lambda x: sp.log(x / (1 - x)),
        "xlogy": lambda x, y: sp.Piecewise((0, sp.Eq(x, 0)), (x * sp.log(y), True)),
    }
