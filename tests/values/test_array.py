"""Tracked arrays as sequences, and what writing into them does."""

import time

import numpy as np
import pytest
from gradients import POINT, check, forward, modes

from diffops import NoDerivativeError, grad, jvp, vjp, vmap

WEIGHTS = np.array([1.0, 10.0, 100.0, 1000.0])


def write(key, entries):
    """Return a program that writes into a copy of x, and weighs its entries."""

    def program(x):
        y = x**2
        y[key] = entries(x)
        return y @ (WEIGHTS + x)

    return program


WRITES = {
    "number": write(1, lambda x: x[0] ** 3),
    "negative index": write(-1, lambda x: x[0] ** 3),
    "constant": write(2, lambda x: 5.0),
    "whole number": write(2, lambda x: 5),
    "slice": write(slice(1, 3), lambda x: x[:2] ** 3),
    "slice of one number": write(slice(1, 3), lambda x: x[3]),
    "steps": write(slice(None, None, -2), lambda x: x[:2] * x[1]),
    "everything": write(..., lambda x: x[::-1] * x),
    "list": write([0, 3], lambda x: [x[1], x[0] * x[2]]),
    "repeated index": write([0, 0, 2], lambda x: x[1:] ** 2),
    "mask": write(POINT > 1, lambda x: x[:2] ** 2),
    "mask of one number": write(POINT > 1, lambda x: x[2] ** 2),
    "array of objects": write(slice(2), lambda x: np.array([x[3], 2.0])),
    "empty": write(slice(0), lambda x: x[:0]),
}


@pytest.mark.parametrize("program", WRITES.values(), ids=WRITES)
def test_writes(program):
    check(program)


def augmented(x):
    y = np.ones_like(x)
    y *= x
    y += x[::-1]
    y /= 2
    y -= x**2
    y **= 2
    y[1:] += y[:-1]
    y[[0, 3]] *= x[1]
    return y @ WEIGHTS


def augmented_with_repeated_index(x):
    y = x**2
    y[[0, 0, 1]] += x[1:]
    return y @ WEIGHTS


def quotient_without_derivative(x):
    y = x * 1.3
    y //= 1
    return y @ x


def remainder(x):
    y = x * 1.3
    y %= 1
    return y @ x


def product_of_matrices(x):
    y = x.reshape(2, 2) * 1.0
    y @= y
    return np.sum(y.ravel() * WEIGHTS)


def other_names_see_it(x):
    y = x**2
    z = y
    y *= x
    z[0] = x[1]
    return z @ WEIGHTS + y @ x


def argument_is_written_into(x):
    before = x @ WEIGHTS
    x *= 2
    x[0] = x[1] ** 2
    return before + x @ WEIGHTS


def swapped_rows(x):
    y = x.reshape(2, 2) * 1.0
    y[[0, 1]] = y[[1, 0]]
    return y.ravel() @ WEIGHTS


def rolled_in_place(x):
    y = x**2
    y[1:] = y[:-1]
    return y @ WEIGHTS


def broadcast_in_place(x):
    y = np.zeros_like(x, shape=(2, 4))
    y[:] = x
    return np.sum(y * np.arange(8.0).reshape(2, 4))


def methods(x):
    y = x * [1, -1, 1, -1]
    y.sort()
    y.put([0, -1], x[:2] ** 2)
    y.put([1, 2, 5], [x[0] * x[1], 2.0], mode="wrap")
    y.put([-9, 0], x[3], mode="clip")
    z = np.zeros_like(x)
    z.fill(x[1])
    u = x[::-1] * 1.0
    u.partition(1)
    return y @ WEIGHTS + z @ x + np.sum(u[:2] ** 2)


def shape_is_set(x):
    y = x**2
    y.shape = (2, 2)
    y[0, 1] = x[3]
    return np.sum(y @ y)


def recurrence(x):
    y = np.zeros_like(x)
    y[0] = x[0]
    for i in range(1, 4):
        y[i] = y[i - 1] * x[i] + x[i - 1]
    return y @ y


def filled_empty(x):
    y = np.empty_like(x)
    for i, entry in enumerate(x):
        y[i] = entry**2
    return y @ WEIGHTS


def sequence(x):
    first, *_, last = x
    return len(x) * first * last + sum(x) + (POINT[0] in x) * x[1]


PROGRAMS = [
    augmented,
    augmented_with_repeated_index,
    quotient_without_derivative,
    remainder,
    product_of_matrices,
    other_names_see_it,
    argument_is_written_into,
    swapped_rows,
    rolled_in_place,
    broadcast_in_place,
    methods,
    shape_is_set,
    recurrence,
    filled_empty,
    sequence,
]


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
@pytest.mark.parametrize("program", PROGRAMS)
def test_programs(program):
    check(program)


def test_masks_that_differ_in_a_batch_are_written():
    """A number under a mask is a choice, which all members make in one run."""
    runs = []

    def f(x):
        runs.append(x)
        y = x.copy()
        y[y < 0] = 2.0 * x[0]
        return np.sum(y**2)

    batch = np.array([[0.5, -1.0, 2.0], [-0.5, 1.0, -3.0]])
    slopes = vmap(grad(f))(batch)
    assert len(runs) == 1
    assert slopes.tolist() == [[1.0 + 8 * 0.5, 0, 4], [16 * -0.5, 2, 0]]


def test_parts_of_complex_arrays_are_written():
    def program(x):
        y = x + 1j * x**2
        y.real[0] = x[1] ** 2
        y.imag[1:3] = x[3]
        y.real = y.imag * y.real
        y.imag = x[0]
        return np.real(y) @ WEIGHTS + np.imag(y) @ x

    check(program)


def test_complex_values_do_not_fit_into_real_arrays():
    def program(x):
        y = np.zeros_like(x)
        y[0] = 1j * x[0]
        return np.sum(y)

    with pytest.raises(NoDerivativeError, match="imaginary"):
        grad(program)(POINT)
    with pytest.raises(TypeError, match="imaginary"):
        grad(lambda x: setattr(x, "imag", x))(POINT)


@modes
def test_dtype_of_the_buffer_stays(gradient):
    def program(x):
        y = np.zeros_like(x, dtype=np.float32)
        y[:] = x**2
        assert y.dtype == np.float32
        y += x
        assert y.dtype == np.float32
        return np.sum(y * y)

    np.testing.assert_allclose(
        gradient(program)(POINT),
        2 * (POINT**2 + POINT) * (2 * POINT + 1),
        rtol=1e-6,
    )


@modes
def test_arrays_of_the_user_may_change_afterwards(gradient):
    def program(x):
        c = np.arange(1.0, 5.0)
        y = np.sin(x) * c + x / c + c @ x + np.power(c, x) + np.dot(c, x)
        c[:] = 0
        index, rows = np.array([0, 1]), [0, 3]
        y[index] = x[rows] ** 2
        z = y[index]
        index[:] = 3
        rows[:] = [2, 2]
        return np.sum(y) + np.sum(z)

    check(program)
    x = POINT.copy()
    _, pullback = vjp(lambda x: np.sum(x**2), x)
    x[:] = 100.0
    np.testing.assert_array_equal(pullback(1.0)[0], 2 * POINT)


def filled(x):
    y = np.zeros_like(x)
    for i in range(1, x.size):
        y[i] = y[i - 1] * 0.5 + x[i]
    return np.sum(y)


@pytest.mark.parametrize(
    "run", [grad(filled), lambda x: jvp(filled, (x,), (x,))], ids=["reverse", "forward"]
)
def test_filling_in_a_loop_takes_linear_time(run):
    def seconds(n):
        x = np.ones(n)
        times = []
        for _ in range(3):
            start = time.process_time()
            run(x)
            times.append(time.process_time() - start)
        return min(times)

    seconds(100)
    assert seconds(4000) < 8 * seconds(1000)


def test_filling_in_a_loop_is_right():
    n = 1000
    wanted = 2 - 0.5 ** (n - 1 - np.arange(n))
    wanted[0] = 0.0
    for gradient in (forward, grad):
        if gradient is grad:
            np.testing.assert_allclose(gradient(filled)(np.ones(n)), wanted)
    np.testing.assert_allclose(
        jvp(filled, (np.ones(n),), (wanted,))[1], wanted @ wanted
    )
