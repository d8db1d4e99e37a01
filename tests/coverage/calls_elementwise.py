"""Example calls of functions that work entry by entry, and of `numpy.emath`."""

from __future__ import annotations

#: Functions of one argument, by where they are sampled.
UNARY = {
    "x": "abs absolute arcsinh arctan asinh atan cos cosh deg2rad degrees exp exp2 "
    "expm1 fabs i0 negative positive rad2deg radians reciprocal sin sinc sinh square "
    "tan tanh cbrt conj conjugate",
    "p": "log log10 log1p log2 sqrt",
    "u": "arccos acos arcsin asin arctanh atanh",
    "p + 1": "arccosh acosh",
}

#: And of two.
BINARY = {
    "x, y": "add atan2 arctan2 divide fmax fmin hypot logaddexp logaddexp2 maximum "
    "minimum multiply subtract true_divide copysign",
    "p, y": "float_power pow power",
    "x, p": "fmod mod remainder",
    "x, 2.0": "nextafter",
    "x, k": "ldexp",
    "0.0, y": "heaviside",
}

CALLS = {
    **{
        f"np.{name}": [f"np.{name}({arg})"]
        for arg, names in UNARY.items()
        for name in names.split()
    },
    **{
        f"np.{name}": [f"np.{name}({args})"]
        for args, names in BINARY.items()
        for name in names.split()
    },
    "np.angle": ["np.angle(z)", "np.angle(z, deg=True)"],
    "np.clip": [
        "np.clip(x, -0.1, 1.0)",
        "np.clip(x, a_min=y, a_max=None)",
        "np.clip(x, min=x[1] / 2, max=y)",
        "np.clip(x, -0.1, 1.0, dtype=np.float64)",
    ],
    "np.divmod": ["np.divmod(x, p)[1]"],
    "np.frexp": ["np.frexp(x)[0]", "np.frexp(x)[0] * np.frexp(y)[1]"],
    "np.imag": ["np.imag(z)"],
    "np.interp": [
        "np.interp(x, grid, s * np.cos(grid))",
        "np.interp(x, np.sort(p), y)",
        "np.interp(2 * x, grid, np.sin(grid), left=x[0], right=x[1])",
        "np.interp(3 * x, np.sort(p), y, period=2.5)",
        "np.interp(x, np.sort(p), y + 1j * p)",
    ],
    "np.modf": ["np.modf(x)[0]"],
    "np.nan_to_num": [
        "np.nan_to_num(x)",
        "np.nan_to_num(np.where(mask, x, np.nan), nan=2.0)",
        "np.nan_to_num(np.where(mask, x, [9, np.inf, 9, 9]), copy=False, posinf=1.0)",
        "np.nan_to_num(np.where(mask, x, -np.inf), neginf=2.0)",
    ],
    "np.real": ["np.real(z)", "np.real(x)"],
    "np.real_if_close": ["np.real_if_close(x + 0j)", "np.real_if_close(z, tol=10)"],
    "np.sign": ["np.sign(z)"],
    "np.unwrap": [
        "np.unwrap(4 * x)",
        "np.unwrap(9 * M, axis=0)",
        "np.unwrap(4 * x, discont=4.0, period=5.0)",
    ],
    "np.where": ["np.where(x > 0, x, y)", "np.where(mask, x * y, 2.0)"],
    "np.select": [
        "np.select([x > 1, x > 0], [x, y], x * y)",
        "np.select(condlist=[mask], choicelist=[y], default=x)",
    ],
    "np.piecewise": [
        "np.piecewise(x, [x < 0, x > 1], [np.sin, lambda e: e * e, 2.0])",
        "np.piecewise(x, [mask], [lambda e, a, b: a * e + b], x[0], b=x[1])",
    ],
    "np.choose": [
        "np.choose([1, 0, 1, 1], [x, y])",
        "np.choose([3, 0, 1, 2], [x, y], mode='wrap')",
        "np.choose([3, 0, 1, -2], [x, y], mode='clip')",
    ],
    **{
        f"np.emath.{name}": [f"np.emath.{name}({arg})"]
        for name, arg in {
            "arccos": "2 * x",
            "arcsin": "2 * x",
            "arctanh": "2 * x",
            "log": "x",
            "log10": "x",
            "log2": "x",
            "sqrt": "x",
            "logn": "t, x",
            "power": "x, s",
        }.items()
    },
    "np.gradient": [
        "np.gradient(x)",
        "np.gradient(C[:, :2], axis=(0, 2))",
        "np.gradient(x, np.cumsum(p), edge_order=2)",
        "np.gradient(x, t)",
        "np.gradient(C, 0.3, np.cumsum(v**2), t)",
    ],
    "np.diff": [
        "np.diff(x)",
        "np.diff(C, n=2, axis=1)",
        "np.diff(M, axis=0, prepend=s, append=M)",
    ],
    "np.ediff1d": ["np.ediff1d(M)", "np.ediff1d(x, to_end=y, to_begin=s)"],
    "np.trapezoid": [
        "np.trapezoid(x)",
        "np.trapezoid(C, x=v, axis=1)",
        "np.trapezoid(M, dx=t)",
    ],
    "np.convolve": ["np.convolve(x, v)", "np.convolve(x, v, mode='same')"],
    "np.correlate": ["np.correlate(x, v)", "np.correlate(z, z * s, mode='full')"],
    "np.vectorize": [
        "np.vectorize(lambda a: a * a)(x)",
        "np.vectorize(lambda a, b: a * b + 1.0)(x[:, None], v)",
        "np.vectorize(lambda r: r @ r, signature='(n)->()')(M)",
    ],
    "np.frompyfunc": ["np.frompyfunc(lambda a, b: a * b, 2, 1)(x, y).astype(float)"],
    "np.apply_along_axis": [
        "np.apply_along_axis(lambda r: r[1:] * r[0], 1, M)",
        "np.apply_along_axis(lambda r, a, b: r @ r * a + b, 0, M, s, b=2.0)",
    ],
    "np.apply_over_axes": ["np.apply_over_axes(np.sum, C, [0, 2])"],
}
