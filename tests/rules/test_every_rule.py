"""Every primitive, through every mix of modes up to third order, in several dtypes.

Each example is followed along a line: φ(t) = Σ w · f(x + t v). Its derivatives at 0
come from all sequences of forward (`diff`) and reverse (`grad`) mode, and are compared
with central differences of the plain function, in extended precision where NumPy has
it.
"""

import itertools

import numpy as np
import pytest
import scipy.sparse
from truth import check, differences, line

import diffops.assembly
import diffops.rules.sparse_products  # noqa: F401  (they fill the list of primitives)
from diffops import diff, grad
from diffops.engines.creating import eye
from diffops.primitive import primitives as all_primitives, table
from diffops.rules import special
from diffops.rules._fitting import strong_product
from diffops.rules._kinks import steep_product_ as steep_product

RANDOM = np.random.default_rng(20)
#: Those of `special` and of SciPy's mirrors, which are tested there, may have been
#: imported before, or not. What is unknown by design has its tests at the kinks.
primitives = [
    p
    for p in all_primitives
    if p not in special.rules
    and not p.name.startswith("unknown_")
    and not str(getattr(p.function, "__module__", "")).startswith("diffops.scipy")
]

MODES = {"F": diff, "R": grad}
MIXES = ["".join(mix) for n in (1, 2, 3) for mix in itertools.product("FR", repeat=n)]
ELEMENTWISE = {
    p.name: p
    for p in primitives
    if p.partials
    and p.name not in ("whole_power", "maximum", "minimum", "fmax", "fmin")
}


def square(n, shift=0.0):
    """Return a well-conditioned matrix."""
    return RANDOM.normal(size=(n, n)) + shift * np.eye(n)


def symmetric(x):
    """Return the symmetric part of a matrix."""
    return (x + np.swapaxes(x, -1, -2)) / 2


def positive(x):
    """Return a positive definite matrix made of any matrix."""
    return x @ np.swapaxes(x, -1, -2) + 2 * eye(x.shape[-1], x)


def written(x, v):
    """Write into a copy, along a slice and by a repeated index."""
    y = x + 0 * v  # depends on both, so that either may be written
    y[1:3] = v * v
    y[0] = y[1] * v
    return y


M, N, V, W = square(3), square(3), RANDOM.normal(size=3), RANDOM.normal(size=4)
CUBE = RANDOM.normal(size=(2, 3, 3))

#: What exercises each primitive that is not elementwise: a function, and its arguments.
EXAMPLES = {
    "maximum": (np.maximum, (V, V + [1, -1, 1])),
    "minimum": (np.minimum, (V, V + [1, -1, 1])),
    "fmax": (np.fmax, (V, V + [1, -1, 1])),
    "fmin": (np.fmin, (V, V + [1, -1, 1])),
    "whole_power": (lambda x: x**3 + x**1 + x**0, (M,)),
    "copy": (lambda x: np.copy(x) ** 2, (V,)),
    "cast": (lambda x: x.astype(np.float64) ** 2, (V,)),
    "real": (lambda x: np.real(x * (1 + 2j)) ** 2, (V,)),
    "imag": (lambda x: np.imag(x * (1 + 2j)) ** 2, (V,)),
    "conjugate": (lambda x: np.real(np.conjugate(x * 1j) * np.exp(1j * x)), (V,)),
    "matmul": (lambda a, b: a @ b, (CUBE, M)),
    "contract": (lambda a, b, c: np.einsum("ij,jk,k->i", a, b, c), (M, N, V)),
    "rearrange": (lambda a: np.einsum("ii->i", a) ** 2, (M,)),
    "convolve": (np.convolve, (V, W)),
    "beside": (lambda x: np.zeros_like(x) + x**2, (V,)),
    "linspace": (lambda a, b: np.linspace(a, b, 4) ** 2, (0.3, 1.2)),
    "cumsum": (lambda x: np.cumsum(x, axis=1) ** 2, (M,)),
    "recurrence": (lambda x: np.cumprod(x), (W,)),
    "cumprod": (lambda x: np.cumprod(x, axis=0), (M,)),
    "det": (np.linalg.det, (CUBE,)),
    "sign_and_log": (lambda x: np.linalg.slogdet(x)[1], (CUBE,)),
    "diagonal": (lambda x: np.diagonal(x, 1) ** 2, (M,)),
    "matrix_of": (lambda x: np.diag(x, 1) ** 2, (V,)),
    "diff": (lambda x: np.diff(x, 2) ** 2, (W,)),
    "cholesky": (lambda x: np.linalg.cholesky(positive(x)), (CUBE,)),
    "eigh": (lambda x: np.linalg.eigh(symmetric(x))[0], (M,)),
    "finite": (lambda x: abs(np.linalg.eigh(symmetric(x))[1]), (M,)),
    "steep_product": (steep_product, (V, V + 1)),
    "eig": (lambda x: np.real(np.linalg.eig(positive(x))[0]), (M,)),
    "forward": (lambda x: np.abs(np.fft.fft(x, 5)) ** 2, (W,)),
    "inverse": (lambda x: np.abs(np.fft.ifft(x, 3)) ** 2, (W,)),
    "real_forward": (lambda x: np.abs(np.fft.rfft(x)) ** 2, (W,)),
    "real_inverse": (lambda x: np.fft.irfft(x * (1 + 1j), 5) ** 2, (W,)),
    "scatter": (lambda x: x[[0, 0, 2]] ** 2 * x[1:], (W,)),
    "getitem": (lambda x: x[:, None, 1] * x[[2, 0, 0]], (M,)),
    "update": (written, (W, 0.7)),
    "concatenated": (lambda a, b: np.concatenate([a, b, a]) ** 2, (V, W)),
    "stacked": (lambda a, b: np.stack([a, b, a * b], 1) ** 2, (V, V + 1)),
    "collected": (lambda a, b: np.stack([a, 2.0, b, a * b]) ** 2, (0.3, 1.1)),
    "inv": (np.linalg.inv, (CUBE + 3 * np.eye(3),)),
    "solve": (np.linalg.solve, (M + 3 * np.eye(3), N)),
    "sum": (lambda x: np.sum(x**2, axis=(0, -1), keepdims=True) ** 2, (CUBE,)),
    "prod": (lambda x: np.prod(x, axis=1), (M,)),
    "max": (lambda x: np.max(x**2, axis=0), (M,)),
    "min": (lambda x: np.min(x**2, axis=None), (M,)),
    "euclidean": (lambda x: np.linalg.norm(x, axis=1), (M,)),
    "surround": (lambda x: np.pad(x, 1) ** 2, (V,)),
    "cross": (np.cross, (V, V[::-1] + 1)),
    "chosen": (lambda a, b: np.where(a > 0, a**2, b * a), (W, W + 1)),
    "reshape": (lambda x: np.reshape(x, (3, 3, 2)) ** 2, (CUBE,)),
    "transpose": (lambda x: np.transpose(x, (2, 0, 1)) ** 2, (CUBE,)),
    "broadcast_to": (lambda x: np.broadcast_to(x, (2, 3)) ** 2, (V,)),
    "roll": (lambda x: np.roll(x, 2) * x, (W,)),
    "tile": (lambda x: np.tile(x, (2, 2)) ** 2, (V,)),
    "repeat": (lambda x: np.repeat(x, [1, 0, 2]) ** 2, (V,)),
    "ravel": (lambda x: np.ravel(x[:, 1]) ** 2, (CUBE,)),
    "sliding_window_view": (
        lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, axis=1) ** 2,
        (M,),
    ),
    "strong_product": (strong_product, (V, V + 1)),
    "svd": (lambda x: np.linalg.svd(x, full_matrices=False)[1], (CUBE,)),
    "pinv": (np.linalg.pinv, (RANDOM.normal(size=(4, 2)),)),
    "permute": (lambda x: np.sort(x) ** 2, (W,)),
    "squared_distance": (np.std, (W,)),
    "qr": (lambda x: np.linalg.qr(x)[1], (RANDOM.normal(size=(4, 3)),)),
    "roots": (lambda p: np.abs(np.roots(p)) ** 2, (W,)),
    "characteristic": (np.poly, (M,)),
    "logaddexp_reduce": (lambda x: np.logaddexp.reduce(x, axis=1), (M,)),
    "logaddexp2_reduce": (lambda x: np.logaddexp2.reduce(x), (M,)),
    "hypot_reduce": (lambda x: np.hypot.reduce(x, axis=1), (M,)),
    "sparse_product": (lambda x: (scipy.sparse.eye_array(3, k=1) @ x) ** 2, (V,)),
}


def example(name):
    """Return the function and the arguments that exercise a primitive."""
    if name not in ELEMENTWISE:
        return EXAMPLES[name]
    primitive = ELEMENTWISE[name]
    random = np.random.default_rng([ord(letter) for letter in name])
    varying = [i for i, partial in enumerate(primitive.partials) if partial]
    domain = primitive.on or ((-1.5, 1.5),) * len(primitive.partials)
    shapes = ((2, 3), (3,), ())
    args = tuple(random.uniform(*domain[i], shapes[i]) for i in varying)
    whole = random.integers(2, 4, 3)  # for an argument that has no derivative

    def f(*xs):
        full = [whole] * len(primitive.partials)
        for i, x in zip(varying, xs, strict=True):
            full[i] = x
        return table[primitive.function](*full)

    return f, args


ALL = [p.name for p in primitives]


def test_every_primitive_has_an_example():
    assert set(ALL) == set(ELEMENTWISE) | set(EXAMPLES)


@pytest.mark.parametrize("name", ALL)
def test_all_mixes_of_modes_agree_with_differences(name):
    f, args = example(name)
    value = f(*args)
    weights = np.sin(1 + np.arange(np.size(value))).reshape(np.shape(value))
    directions = [np.cos(np.arange(np.size(x))).reshape(np.shape(x)) for x in args]
    phi = line(lambda *xs: np.sum(weights * f(*xs)), args, directions)
    step, bounds = (
        (np.longdouble(0.02), (1e-10, 1e-9, 1e-8))
        if name in ELEMENTWISE
        else (np.float64(0.02), (1e-8, 1e-7, 2e-5))
    )
    truth = [float(differences(phi, order, step)) for order in (1, 2, 3)]
    for mix in MIXES:
        derivative = phi
        for mode in mix:
            derivative = MODES[mode](derivative)
        wanted, bound = truth[len(mix) - 1], bounds[len(mix) - 1]
        assert abs(derivative(0.0) - wanted) < bound * (1 + abs(wanted)), mix


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ALL)
def test_each_argument_alone_and_all_together(name, dtype):
    f, args = example(name)
    check(f, *(dtype(x) for x in args), order=1)
