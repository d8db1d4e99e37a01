"""What NumPy never asks about: each gives the right derivative, or raises.

The truth is what differences of the same program on plain numbers say. Where a program
raises, what the message advises is followed, and that must give the truth.
"""

import array
import copy
import json
import math
import pickle
import struct

import numpy as np
import pytest
import scipy.sparse
from gradients import POINT, check, differences, modes

import diffops.numpy as dnp
from diffops import NoDerivativeError, stop_gradient

RANDOM = np.random.default_rng
SPARSE = scipy.sparse.csr_array(np.diag([1.0, 2.0, 3.0, 4.0]) + np.eye(4, k=1))
STEPS = np.arange(5.0)


#: What NumPy does not dispatch, and works nevertheless.
FOLLOWED = {
    "array": lambda x: np.sum(np.array([x[0], 2.0, x[1] * x[2]])) ** 2,
    "array nested": lambda x: np.sum(np.array([[x[0], x[1]], [x[2], x[3]]]) ** 3),
    "array of arrays": lambda x: np.sum(np.array([x, x**2]) @ x),
    "array of tracked": lambda x: np.array(x) @ x,
    "array like": lambda x: np.linalg.norm(np.array([x[0], 1.0, x[1]], like=x)),
    "asarray": lambda x: np.exp(np.asarray(x)).sum(),
    "asarray list": lambda x: np.asarray([x[0], x[1]]).dot([1.0, 2.0]),
    "full": lambda x: np.exp(np.full((2, 2), x[0])).sum(),
    "full vector": lambda x: (np.full((2, 4), x) * x).sum(),
    "r_": lambda x: np.sum(np.r_[x, x[0], 1.0] ** 2),
    "c_": lambda x: np.sum(np.c_[x, x**2] ** 2),
    "vectorize": lambda x: np.sum(np.vectorize(lambda t: t * t)(x)),
    "vectorize two": lambda x: np.vectorize(lambda s, t: s * t)(x, x[0]).sum(),
    "frompyfunc": lambda x: np.frompyfunc(lambda t: t**3, 1, 1)(x).sum(),
    "polynomial.polyval": lambda x: np.polynomial.polynomial.polyval(2.0, x),
    "polynomial.polyval at x": lambda x: np.sum(
        np.polynomial.polynomial.polyval(x, [1.0, 2.0, 3.0])
    ),
    "Polynomial": lambda x: np.polynomial.Polynomial(x)(x[0]),
    "Chebyshev": lambda x: np.polynomial.Chebyshev([1.0, 2.0, 3.0])(x).sum(),
    "legval": lambda x: np.polynomial.legendre.legval(x[0], x),
    "polyfromroots": lambda x: (
        np.polynomial.polynomial.polyfromroots(x) @ x.repeat(2)[:5]
    ),
    "ndarray.dot": lambda x: np.arange(4.0).dot(x),
    "matrix.dot": lambda x: np.sum(np.diag([1.0, 2.0, 3.0, 4.0]).dot(x) ** 2),
    "sum list": lambda x: np.sum([x[0], x[1] ** 2]),
    "dot list": lambda x: np.dot(np.arange(2.0), [x[0], x[1]]),
    "diag list": lambda x: np.sum(np.diag([x[0], x[1]]) ** 2),
    "norm list": lambda x: np.linalg.norm([x[0], x[1]]),
    "concatenate lists": lambda x: np.sum(np.concatenate([[x[0]], [x[1], x[2]]]) ** 2),
    "mean list": lambda x: np.mean([x[0], x[1] * x[2]]),
    "var list": lambda x: np.var([x[0], x[1] * x[2], 1.0]),
    "outer lists": lambda x: np.outer([x[0], x[1]], [1.0, x[2]]).sum(),
    "list operand": lambda x: np.sum([1.0, 2.0, 3.0, 4.0] * x + [x[0]] * 4),
    "sum": lambda x: sum(x) * sum([x[0], 1.0, x[1]]),
    "max and min": lambda x: max(x) * min(x[0], 5.0),
    "sorted": lambda x: sorted(x)[0] * sorted(x)[3],
    "math.prod": lambda x: math.prod(x),
    "math.floor": lambda x: math.floor(x[3]) * x[0] + math.ceil(x[3]) + round(x[1], 1),
    "copy": lambda x: copy.copy(x) @ copy.deepcopy(x),
    "deepcopy inside": lambda x: copy.deepcopy({"a": [x[0], x]})["a"][0] ** 2,
    "x.copy": lambda x: x.copy() @ x,
    "astype": lambda x: np.sum(x.astype(complex).real * x),
    "astype int": lambda x: x.astype(int) @ x,
    "isfinite": lambda x: np.sum(np.isfinite(x) * x),
    "formatted": lambda x: len(f"{x[0]:.3f} {x}") * 0.0 + x[0],
    "masked list": lambda x: np.ma.array([x[0], x[1], x[2]], mask=[0, 1, 0]).sum(),
    "masked * x": lambda x: (np.ma.array(np.arange(4.0), mask=[0, 1, 0, 0]) * x).sum(),
    "matrix": lambda x: np.sum(np.matrix([[x[0], x[1]], [x[2], x[3]]]) ** 2),
    "sparse * x": lambda x: (SPARSE * x).sum(),
    "sparse @ x": lambda x: np.sum((SPARSE @ x[:4]) ** 2),
    "x @ sparse": lambda x: np.sum((x[:4] @ SPARSE) ** 2),
    "frexp": lambda x: np.sum(np.frexp(x)[0] ** 2),
    "multiply.reduceat": lambda x: np.multiply.reduceat(x, [0, 2]).sum(),
}


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("name", FOLLOWED)
def test_followed(name):
    check(FOLLOWED[name])


#: What is refused, and what the message advises instead.
REFUSED = {
    "float": (lambda x: float(x[0]) * x[1], lambda x: x[0] * x[1]),
    "math.sin": (lambda x: math.sin(x[0]), lambda x: np.sin(x[0])),
    "math.fsum": (lambda x: math.fsum([x[0], x[1]]), lambda x: np.sum([x[0], x[1]])),
    "int": (lambda x: int(x[3]) * x[0], lambda x: int(stop_gradient(x[3])) * x[0]),
    "complex": (lambda x: abs(complex(x[0], 1.0)), lambda x: np.abs(x[0] + 1j)),
    "index": (
        lambda x: STEPS.tolist()[x[4].__index__()] * x[0],
        lambda x: STEPS.tolist()[int(stop_gradient(x[4]))] * x[0],
    ),
    "ndarray[x]": (
        lambda x: STEPS[x[4]] * x[0],
        lambda x: STEPS[int(stop_gradient(x[4]))] * x[0],
    ),
    "x[x]": (lambda x: x[x[4]] * x[0], lambda x: x[int(stop_gradient(x[4]))] * x[0]),
    "range": (
        lambda x: sum(x[0] for _ in range(x[4])),
        lambda x: sum(x[0] for _ in range(int(stop_gradient(x[4])))),
    ),
    "repeat": (
        lambda x: np.sum(np.repeat(x, x[4])),
        lambda x: np.sum(np.repeat(x, int(stop_gradient(x[4])))),
    ),
    "full_like": (
        lambda x: np.exp(np.full_like(STEPS, x[0])).sum(),
        lambda x: np.exp(np.full(5, x[0])).sum(),
    ),
    "full dtype": (
        lambda x: np.exp(np.full(3, x[0], dtype=float)).sum(),
        lambda x: np.exp(dnp.full(3, x[0], dtype=float)).sum(),
    ),
    "array dtype": (
        lambda x: np.exp(np.array([x[0], x[1]], dtype=float)).sum(),
        lambda x: np.exp(np.array([x[0], x[1]], dtype=float, like=x)).sum(),
    ),
    "asarray dtype": (
        lambda x: np.exp(np.asarray(x, dtype=float)).sum(),
        lambda x: np.exp(np.asarray(x, dtype=float, like=x)).sum(),
    ),
    "arange": (
        lambda x: np.sum(np.arange(x[0], x[0] + 3.0) ** 2),
        lambda x: np.sum(dnp.arange(x[0], x[0] + 3.0) ** 2),
    ),
    "fromiter": (
        lambda x: np.sum(np.fromiter((t * t for t in x), float)),
        lambda x: np.sum(np.stack([t * t for t in x])),
    ),
    "vectorize otypes": (
        lambda x: np.sum(np.vectorize(lambda t: t * t, otypes=[float])(x)),
        lambda x: np.sum(dnp.vectorize(lambda t: t * t, otypes=[float])(x)),
    ),
    "random.normal": (
        lambda x: RANDOM(0).normal(x[0], 2.0),
        lambda x: x[0] + RANDOM(0).normal(0.0, 2.0),
    ),
    "random.uniform array": (
        lambda x: np.sum(RANDOM(0).uniform(x, 9.0)),
        lambda x: np.sum(x + (9.0 - x) * RANDOM(0).uniform(size=5)),
    ),
    "float64": (lambda x: np.float64(x[0]) ** 2, lambda x: x[0] ** 2),
    "float64 array": (lambda x: np.sum(np.float64(x) ** 2), lambda x: np.sum(x**2)),
    "solve of lists": (
        lambda x: np.linalg.solve([[x[0], 1.0], [2.0, x[1]]], [1.0, 2.0])[0],
        lambda x: np.linalg.solve(
            np.array([[x[0], 1.0], [2.0, x[1]]], like=x), [1.0, 2.0]
        )[0],
    ),
    "exp of a mixed array": (
        lambda x: np.exp(np.array([x[0], 1.0])).sum(),
        lambda x: np.exp(dnp.array([x[0], 1.0])).sum(),
    ),
    "fft of a list": (
        lambda x: np.abs(np.fft.fft([x[0], x[1]])).sum(),
        lambda x: np.abs(np.fft.fft(np.stack([x[0], x[1]]))).sum(),
    ),
    "array of complex": (
        lambda x: np.array([x[0] * 1j, 2.0]).imag.sum(),
        lambda x: np.stack([x[0] * 1j, 2.0]).imag.sum(),
    ),
    "asarray of complex": (
        lambda x: np.sum(np.asarray(np.exp(1j * x)).imag),
        lambda x: np.sum(np.exp(1j * x).imag),
    ),
    "tobytes": (lambda x: np.frombuffer(x.tobytes())[0] ** 2, lambda x: x[0] ** 2),
    "view of bits": (
        lambda x: x.view(np.int64)[0] * 0.0 + x[0],
        lambda x: stop_gradient(x).view(np.int64)[0] * 0.0 + x[0],
    ),
    "pickle": (
        lambda x: pickle.loads(pickle.dumps(x)) @ x,
        lambda x: (
            pickle.loads(pickle.dumps(stop_gradient(x))) @ stop_gradient(x)
            + 2 * (stop_gradient(x) @ (x - stop_gradient(x)))
        ),
    ),
    "struct": (lambda x: struct.unpack("d", struct.pack("d", x[0]))[0], lambda x: x[0]),
    "array.array": (lambda x: array.array("d", [x[0]])[0], lambda x: x[0]),
    "array.array of x": (lambda x: sum(array.array("d", x)), lambda x: sum(x)),
    "sparse of x": (
        lambda x: scipy.sparse.csr_array((x[:2], ([0, 1], [0, 1]))).sum(),
        lambda x: np.diag(x[:2]).sum(),
    ),
    "x * masked": (
        lambda x: np.sum(x * np.ma.array(np.arange(5.0), mask=[0, 1, 0, 0, 1])),
        lambda x: np.sum(x * np.where([0, 1, 0, 0, 1], 0.0, np.arange(5.0))),
    ),
    "x @ matrix": (
        lambda x: np.asarray(x @ np.asmatrix(np.eye(5))).sum(),
        lambda x: np.asarray(x @ np.asarray(np.asmatrix(np.eye(5)))).sum(),
    ),
    "matrix * x": (
        lambda x: np.asarray(np.asmatrix(np.eye(5)) * x.reshape(5, 1)).sum(),
        lambda x: np.asarray(np.eye(5) @ x.reshape(5, 1)).sum(),
    ),
    "add where": (
        lambda x: np.add(x, 1.0, where=np.array([True] * 5)).sum(),
        lambda x: np.where([True] * 5, np.add(x, 1.0), 0.0).sum(),
    ),
    "packbits": (
        lambda x: np.sum(np.packbits(x) * x[0]),
        lambda x: np.sum(np.packbits(np.astype(np.rint(x), int) > 0) * x[0]),
    ),
}
COUNTING = np.append(POINT, 2.5)

#: Programs that plain NumPy refuses too, or warns of.
NOT_PLAIN = (
    "index",
    "ndarray[x]",
    "x[x]",
    "range",
    "repeat",
    "add where",
    "packbits",
)


@modes
@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("name", REFUSED)
def test_refused(gradient, name):
    program, _ = REFUSED[name]
    with pytest.raises(NoDerivativeError, match=r"\.py:\d+\)"):
        gradient(program)(COUNTING)


@modes
@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("name", REFUSED)
def test_advice_works(gradient, name):
    program, instead = REFUSED[name]
    if name in NOT_PLAIN:
        program = instead
    wanted = differences(program, COUNTING)
    np.testing.assert_allclose(gradient(instead)(COUNTING), wanted, atol=1e-8)


@modes
def test_json_raises(gradient):
    with pytest.raises(TypeError, match="not JSON serializable"):
        gradient(lambda x: json.loads(json.dumps(x[0])) * x[0])(POINT)


@modes
def test_text_of_a_number_is_no_number(gradient):
    with pytest.raises(ValueError, match="could not convert"):
        gradient(lambda x: float(str(x[0])) * x[0])(POINT)


def swallowing(program):
    """Return a program that goes on with another number where this one fails."""

    def swallow(x):
        try:
            return program(x)
        except Exception:
            return x[0] * 2.0

    return swallow


#: NumPy and SciPy refuse arrays of objects by themselves, without asking the entries.
UNNOTICED = {
    "repeat",
    "random.uniform array",
    "solve of lists",
    "exp of a mixed array",
    "fft of a list",
    "sparse @ x",
    "x @ sparse",
    "sparse of x",
}


@modes
@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("name", sorted(REFUSED.keys() - UNNOTICED))
def test_refusal_is_remembered(gradient, name):
    with pytest.raises(NoDerivativeError):
        gradient(swallowing(REFUSED[name][0]))(COUNTING)
