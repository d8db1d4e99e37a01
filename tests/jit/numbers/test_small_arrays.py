"""Small arrays are taken apart: moves, sums in NumPy's order, scatters, powers."""

import numpy as np
import pytest
from natively import natively, path_of, tape_of

from diffops.jit.numbers.small_arrays import Entries, NotOfNumbers
from diffops.jit.numbers.tape import Tape
from diffops.native import codes

X = np.random.default_rng(0).standard_normal((3, 4))
Y = np.random.default_rng(1).standard_normal((3, 4))


def written(x):
    y = np.zeros_like(x)
    y[1] = x[0] * 2
    y[:, 2] += x[:, 1]
    return y


MOVES = {
    "index": lambda x: (x[1], x[:, ::2], x[1, 2], x[[0, 2, 0]], x[None, ..., -1]),
    "shapes": lambda x: (x.reshape(2, 6), x.ravel(), x.T.copy(), x[..., None]),
    "repeats": lambda x: (np.tile(x, 2), np.repeat(x, 2, axis=1), np.roll(x, 1, 0)),
    "joins": lambda x: (np.stack([x, x * 2]), np.concatenate([x, x], 1)),
    "lists": lambda x: np.array([x[0, 0], 2.0, x[1, 1]]),
    "broadcast": lambda x: x + np.broadcast_to(x[0], (3, 4)),
    "diagonals": lambda x: (np.diagonal(x) * 1, np.pad(x, 1), np.flip(x).copy()),
    "writes": written,
    "sorted": lambda x: np.sort(x, axis=1) if x.shape else x,
    "constants": lambda x: x * np.arange(4) + np.eye(3, 4) - np.ones((3, 1), bool),
    "choices": lambda x: np.where(x > 0, x, np.arange(4.0)),
}


@pytest.mark.parametrize("name", MOVES)
def test_moving(name):
    f = MOVES[name]
    path = path_of(f, X)
    if name == "sorted":  # goes by the values
        assert path.native is None
        return
    found, wanted = path.native(Y), f(Y)
    if not isinstance(wanted, tuple):
        found, wanted = (found,), (wanted,)
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 63, 128, 129, 300, 1025])
@pytest.mark.parametrize("exact", [False, True])
def test_sums_have_numpy_s_bits(count, exact):
    x = np.random.default_rng(count).standard_normal(count) * 1e3
    native = natively(lambda x: np.sum(x) * 1.0, x, exact=exact)
    assert native(x) == np.sum(x)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, (0, 1), (1, 2), (0, 2), None])
@pytest.mark.parametrize("keepdims", [False, True])
def test_sums_along_axes(axis, keepdims):
    x = np.random.default_rng(0).standard_normal((4, 9, 17))
    f = lambda x: np.sum(x, axis=axis, keepdims=keepdims)  # noqa: E731
    np.testing.assert_allclose(natively(f, x)(x), f(x), rtol=1e-13)
    exact = path_of(f, x, exact=True).native
    if exact is not None:
        np.testing.assert_array_equal(exact(x), f(x))
    assert (exact is None) == (axis in [(0, 1), (1, 2), (0, 2)])


def test_scatters_add_up_and_adding_nothing_is_left_out():
    tape = Tape()
    tape.inputs = 3
    entries = Entries(tape, exact=False)
    names = entries.scatter(np.arange(3), np.array([1, 1, 0]), (4,))
    assert list(tape.codes) == [codes.ADD.number]
    assert tape.constants[~names[3]] == 0.0
    total = entries.each(codes.ADD, names, np.arange(3)[[0, 1, 2, 2]])
    assert total[3] == 2  # −0 + x is x
    assert len(tape.codes) == 3


def test_too_many_entries_are_refused():
    entries = Entries(Tape(), exact=False)
    with pytest.raises(NotOfNumbers):
        entries.count(10**9)
    with pytest.raises(NotOfNumbers):
        entries.each(codes.ADD, np.zeros(200_000, int), 0)


@pytest.mark.parametrize("value", [2**53 + 1, 1j, "a", np.longdouble(1)])
def test_constants_that_no_double_holds_are_refused(value):
    with pytest.raises(NotOfNumbers):
        Entries(Tape(), exact=False).names_of(value)


def test_powers_of_arrays():
    for n in (0, 1, 2, 3, 7):
        f = lambda x, n=n: x**n + 0  # noqa: E731
        np.testing.assert_allclose(natively(f, X)(X), f(X), rtol=1e-15)
        exact = natively(f, X[0, :1].copy(), exact=True)
        np.testing.assert_array_equal(exact(X[0, 1:2].copy()), f(X[0, 1:2].copy()))


def test_large_arrays_are_not_taken_apart():
    with pytest.raises(NotOfNumbers):
        tape_of(lambda x: np.sin(x) * x, np.ones(1_000_000))


def test_sums_of_nothing():
    f = lambda x: (np.sum(x), np.sum(x, 0), np.sum(x, 1), np.sum(x, axis=()))  # noqa: E731
    x = np.ones((0, 3))
    native = natively(f, x)
    for found, wanted in zip(native(x), f(x), strict=True):
        np.testing.assert_array_equal(found, wanted)
        assert np.shape(found) == np.shape(wanted)


def test_sums_of_numbers_over_an_axis():
    f = lambda x: (np.sum(x, axis=-1, keepdims=True), np.sum(np.sum(x), axis=0))  # noqa: E731
    assert natively(f, 0.5)(2.0) == (2.0, 2.0)
    assert natively(lambda x: np.sum(np.sum(x), axis=0), np.ones(3))(np.ones(3)) == 3
