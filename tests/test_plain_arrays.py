"""Writing tracked values into plain arrays is refused, into tracked ones followed."""

import numpy as np
import pytest
from gradients import POINT, differences, forward, modes

from diffops import NoDerivativeError, grad


def filled(write, like=None):
    """Return the weighted sum of a plain or tracked vector after writing into it."""

    def program(x):
        buffer = np.zeros(4) if like is None else like(x)
        write(buffer, x)
        return np.sum(buffer * [1.0, 2.0, 3.0, 4.0]) * x[0]

    return program


def assign(key, entries):
    def write(buffer, x):
        buffer[key] = entries(x)

    return write


def add_to_first(buffer, x):
    buffer[0] += x[1]


def flat_assign(buffer, x):
    buffer.flat[1] = x[1]


def flat_set(buffer, x):
    buffer.flat = x**2


#: Writes: into a plain array they are refused, into np.zeros_like(x) they are followed.
WRITES = {
    "a[i] = x": assign(0, lambda x: x[1] ** 2),
    "a[:] = x": assign(slice(None), lambda x: x**2),
    "a[...] = x": assign(..., lambda x: x[1] * x),
    "a[i:j] = [x, y]": assign(slice(2), lambda x: [x[1], x[0] * x[3]]),
    "a[list] = x": assign([0, 3], lambda x: x[:2]),
    "a[mask] = x": assign(np.array([True, False, True, False]), lambda x: x[2]),
    "a[i] = [x]": assign(slice(1), lambda x: [x[1]]),
    "a[i] += x": add_to_first,
    "a.flat[i] = x": flat_assign,
    "a.flat = x": flat_set,
    "a.fill": lambda a, x: a.fill(x[1]),
    "a.put": lambda a, x: a.put([0, 2], x[:2]),
    "copyto": lambda a, x: np.copyto(a, x**2),
    "copyto where": lambda a, x: np.copyto(a, x[1], where=[True, True, False, False]),
    "put": lambda a, x: np.put(a, [0, 2], x[:2]),
    "put list": lambda a, x: np.put(a, [0, 2], [x[1], x[0]]),
    "putmask": lambda a, x: np.putmask(a, np.array([True] * 4), x**2),
    "place": lambda a, x: np.place(a, np.array([True] * 4), x**2),
    "place list": lambda a, x: np.place(a, np.array([True] * 4), [x[1], x[0]]),
    "put_along_axis": lambda a, x: np.put_along_axis(a, np.array([1, 2]), x[:2], 0),
    "fill_diagonal": lambda a, x: np.fill_diagonal(a.reshape(2, 2), x[1]),
    "fill_diagonal list": lambda a, x: np.fill_diagonal(a.reshape(2, 2), [x[1], 2.0]),
    "add.at": lambda a, x: np.add.at(a, [0, 0, 1], x[1:]),
    "subtract.at": lambda a, x: np.subtract.at(a, [2, 2], x[0]),
    "sin out": lambda a, x: np.sin(x, out=a),
    "sin out positional": lambda a, x: np.sin(x, a),
    "sin out tuple": lambda a, x: np.sin(x, out=(a,)),
    "add out": lambda a, x: np.add(a, x, out=a),
    "sum out": lambda a, x: np.sum([x, x], 0, out=a),
    "sum out positional": lambda a, x: np.sum(np.stack([x, x]), 0, None, a),
    "method out positional": lambda a, x: np.stack([x, x]).sum(0, None, a),
    "cumsum out": lambda a, x: np.cumsum(x, out=a),
    "maximum out": lambda a, x: np.stack([x, x * x]).max(axis=0, out=a),
    "clip out": lambda a, x: np.clip(x, -1, 1, a),
    "dot out": lambda a, x: np.dot(np.eye(4), x, a),
    "concatenate out": lambda a, x: np.concatenate([x[:2], x[2:] ** 2], out=a),
    "multiply.reduce out": lambda a, x: np.multiply.reduce(np.stack([x, x]), 0, out=a),
    "add.accumulate out": lambda a, x: np.add.accumulate(x, out=a),
}


@modes
@pytest.mark.parametrize("name", WRITES)
def test_writing_into_a_plain_array_is_refused(gradient, name):
    with pytest.raises(NoDerivativeError, match="zeros_like"):
        gradient(filled(WRITES[name]))(POINT)


@pytest.mark.parametrize("like", [np.zeros_like, lambda x: np.zeros(4, like=x)])
@pytest.mark.parametrize("name", WRITES)
def test_writing_into_a_tracked_array_is_followed(name, like):
    wanted = differences(filled(WRITES[name]), POINT)
    program = filled(WRITES[name], like)
    for gradient in (forward, grad):
        np.testing.assert_allclose(gradient(program)(POINT), wanted, atol=1e-8)


@modes
@pytest.mark.parametrize("name", WRITES)
def test_refusal_is_remembered(gradient, name):
    def swallowing(x):
        try:
            return filled(WRITES[name])(x)
        except Exception:
            return x[0] * 2.0

    with pytest.raises(NoDerivativeError):
        gradient(swallowing)(POINT)
