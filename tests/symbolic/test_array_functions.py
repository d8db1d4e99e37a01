"""NumPy's functions of whole arrays on symbols, beside the exact operators."""

import numpy as np
import pytest

import diffops
from diffops import NoDerivativeError, symbolic

pytest.importorskip("sympy", reason="SymPy is not installed")

X = np.array([0.5, -1.2, 2.0])
W = np.arange(9.0).reshape(3, 3)

FUNCTIONS = {
    "sum and product": lambda x: np.sum(x**2) * np.prod(x),
    "sum along axes": lambda x: np.sum(np.outer(x, x), axis=(0, 1)) + np.sum(x, axis=0),
    "keepdims": lambda x: np.sum(x * np.sum(x, keepdims=True)),
    "mean, var, std": lambda x: np.mean(x**2) + np.var(x) + np.std(x, ddof=1),
    "cumulative": lambda x: np.cumsum(x) @ np.cumprod(x),
    "dot": lambda x: np.dot(x, W) @ x,
    "matmul": lambda x: np.trace(np.outer(x, x) @ W),
    "einsum": lambda x: np.einsum("i,j,ij->", x, x, W),
    "tensordot, inner, vdot": lambda x: np.tensordot(x, x, 1) * np.inner(x, x[::-1]),
    "kron, cross": lambda x: np.kron(x, x) @ W.ravel() + np.cross(x, x[::-1]) @ x,
    "convolve": lambda x: np.sum(np.convolve(x, x) ** 2),
    "stack, roll": lambda x: np.sum(np.stack([x, 2 * x]) ** 3 * np.roll(x, 1)),
    "concatenate": lambda x: np.sum(np.concatenate([x, x[:1], [3.0]]) ** 2),
    "diff, diag": lambda x: np.sum(np.diff(x) ** 3) + np.sum(np.diag(x) @ W @ x),
    "where": lambda x: np.sum(np.where(x > 0, np.sin(x), x**3)),
    "select": lambda x: np.sum(np.select([x < 0, x > 1], [x**2, x**3], np.sin(x))),
    "clip": lambda x: np.sum(np.clip(x, -1, 1) * x),
    "max, min, ptp": lambda x: np.max(x) * np.min(x) + np.ptp(x) ** 2,
    "any, all": lambda x: np.where(np.any(x > 5) | np.all(x < 9), x[0] ** 2, x[1]),
    "sinc": lambda x: np.sum(np.sinc(x)),
    "polyval, trapezoid": lambda x: np.polyval([1.0, 2.0], x[0]) + np.trapezoid(x**2),
    "det": lambda x: np.linalg.det(np.outer(x, x) + np.diag(x)),
    "inv": lambda x: np.sum(np.linalg.inv(np.diag(x) + np.ones((3, 3))) @ x),
    "solve": lambda x: np.sum(np.linalg.solve(np.diag(x) + W, x)),
    "norm": lambda x: np.linalg.norm(x) ** 3 + np.linalg.norm(np.outer(x, x)),
    "matrix_power": lambda x: np.trace(np.linalg.matrix_power(np.outer(x, x), 3)),
}


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_derivatives_of_both_orders(f):
    value, slope, bend = symbolic.fgradhessian(f)(X)
    np.testing.assert_allclose(value, f(X), rtol=1e-12)
    np.testing.assert_allclose(slope, diffops.grad(f)(X), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(bend, diffops.hessian(f)(X), rtol=1e-9, atol=1e-9)


UNKNOWN = {
    "sort": lambda x: np.sum(np.sort(x) * x),
    "interp": lambda x: np.sum(np.interp(x, [0, 1], [0, 1])),
    "fft": lambda x: np.sum(np.real(np.fft.fft(x))),
    "eigvalsh": lambda x: np.sum(np.linalg.eigvalsh(np.outer(x, x))),
    "where": lambda x: np.sum(x[np.where(x > 0)]),
    "order": lambda x: np.linalg.norm(x, 1),
}


@pytest.mark.parametrize("f", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_functions_name_the_line(f):
    with pytest.raises(NoDerivativeError, match=r"test_array_functions\.py:\d+"):
        symbolic.grad(f)(X)


def test_matrices_must_be_square():
    with pytest.raises(ValueError, match="one square matrix"):
        symbolic.grad(lambda x: np.linalg.det(np.stack([x, x])))(X)
