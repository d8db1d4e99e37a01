"""Errors in units in the last place, against mpmath."""

import mpmath
import numpy as np
import scipy.special

mp = mpmath.mp.clone()
mp.prec = 400


def _hypot(a, b):
    return mp.sqrt(a * a + b * b)


#: Functions of numbers of mpmath: the value, and the partial in each argument.
TRUE = {
    "sin": (mp.sin, mp.cos),
    "cos": (mp.cos, lambda x: -mp.sin(x)),
    "tan": (mp.tan, lambda x: 1 / mp.cos(x) ** 2),
    "exp": (mp.exp, mp.exp),
    "exp2": (lambda x: mp.mpf(2) ** x, lambda x: mp.log(2) * mp.mpf(2) ** x),
    "expm1": (mp.expm1, mp.exp),
    "log": (mp.log, lambda x: 1 / x),
    "log1p": (mp.log1p, lambda x: 1 / (1 + x)),
    "log2": (lambda x: mp.log(x) / mp.log(2), lambda x: 1 / (x * mp.log(2))),
    "log10": (lambda x: mp.log(x) / mp.log(10), lambda x: 1 / (x * mp.log(10))),
    "tanh": (mp.tanh, lambda x: 1 / mp.cosh(x) ** 2),
    "sinh": (mp.sinh, mp.cosh),
    "cosh": (mp.cosh, mp.sinh),
    "cbrt": (
        lambda x: mp.sign(x) * mp.cbrt(abs(x)),
        lambda x: 1 / (3 * mp.cbrt(abs(x)) ** 2),
    ),
    "reciprocal": (lambda x: 1 / x, lambda x: -1 / x**2),
    "arctan": (mp.atan, lambda x: 1 / (1 + x * x)),
    "arcsin": (mp.asin, lambda x: 1 / mp.sqrt(1 - x * x)),
    "arccos": (mp.acos, lambda x: -1 / mp.sqrt(1 - x * x)),
    "arcsinh": (mp.asinh, lambda x: 1 / mp.sqrt(1 + x * x)),
    "arccosh": (mp.acosh, lambda x: 1 / mp.sqrt(x * x - 1)),
    "arctanh": (mp.atanh, lambda x: 1 / (1 - x * x)),
    "expit": (lambda x: 1 / (1 + mp.exp(-x)), lambda x: 1 / (2 + 2 * mp.cosh(x))),
    "erf": (mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    "erfc": (mp.erfc, lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    "divide": (lambda a, b: a / b, lambda a, b: 1 / b, lambda a, b: -a / b**2),
    "hypot": (_hypot, lambda a, b: a / _hypot(a, b), lambda a, b: b / _hypot(a, b)),
    "arctan2": (
        mp.atan2,
        lambda a, b: b / (a * a + b * b),
        lambda a, b: -a / (a * a + b * b),
    ),
    "logaddexp": (
        lambda a, b: mp.log(mp.exp(a) + mp.exp(b)),
        lambda a, b: 1 / (1 + mp.exp(b - a)),
        lambda a, b: 1 / (1 + mp.exp(a - b)),
    ),
}


def ufunc_named(name):
    """Return a ufunc of NumPy or SciPy."""
    return getattr(np, name, None) or getattr(scipy.special, name)


def points(name, count=300):
    """Return arguments all over the domain of a function, one row for each."""
    random = np.random.default_rng([ord(letter) for letter in name])
    scales = 10.0 ** random.uniform(-300, 300, count)
    x = np.concatenate(
        [
            random.uniform(-3, 3, 2 * count),
            random.uniform(-40, 40, 2 * count),
            random.normal(size=count) * 10.0 ** random.uniform(-12, 6, count),
            random.normal(size=count) * scales,
            np.arange(-99, 100) * (np.pi / 2),
            random.normal(size=count // 10) * 1e-310,
        ]
    )
    if name in ("arcsin", "arccos", "arctanh"):
        x = random.uniform(-1, 1, 6 * count) * 10.0 ** random.uniform(-9, 0, 6 * count)
    elif name in ("log", "log2", "log10"):
        x = np.abs(x[x != 0])
    elif name in ("sinh", "cosh", "expm1", "exp", "exp2", "erfc", "expit"):
        low, high = {"erfc": (-50, 26), "exp": (-740, 700)}.get(name, (-700, 700))
        x = np.concatenate([x, random.uniform(low, high, count)])
        x = x[(low < x) & (x < high)]
    elif name == "arccosh":
        x = 1 + np.abs(x)
        x = x[x > 1]
    elif name == "log1p":
        x = x[x > -1]
    elif name in ("reciprocal", "divide", "arctan2", "hypot", "cbrt"):
        x = x[(np.abs(x) > 1e-140) & (np.abs(x) < 1e140)]
    if ufunc_named(name).nin == 1:
        return (x,)
    if name == "logaddexp":
        x = x[np.abs(x) < 1e5]
    return x, random.permutation(x)


def error(found, function, *args):
    """Return the largest error of some results, in units in the last place."""
    worst = 0.0
    rows = zip(*(x.tolist() for x in args), strict=True)
    for value, row in zip(found.tolist(), rows, strict=True):
        true = function(*map(mp.mpf, row))
        unit = mp.mpf(float(np.spacing(abs(float(true)))))
        worst = max(worst, float(abs(mp.mpf(value) - true) / unit))
    return worst
