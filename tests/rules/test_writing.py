"""The functions that write: into tracked arrays, and refused for plain ones."""

import numpy as np
import pytest
from truth import check, entries

from diffops import NoDerivativeError, grad, jvp

M, V, X = entries(2, 3), entries(3), entries(4)
MASK = np.array([[True, False, True], [False, True, True]])


def into(array, write):
    """Return a copy of an array, written into."""
    copied = np.copy(array)
    write(copied)
    return copied


WRITES = {
    "put_along_axis": lambda a, v: np.put_along_axis(
        a, np.array([[1], [0]]), v[:2, None], 1
    ),
    "put_along_axis flat": lambda a, v: np.put_along_axis(
        a, np.array([5, 0]), v[:2], None
    ),
    "put": lambda a, v: np.put(a, [0, 4], v),
    "put clipped": lambda a, v: np.put(a, [9, -9], v, mode="clip"),
    "put wrapped": lambda a, v: np.put(a, [9, -9], v, mode="wrap"),
    "copyto": lambda a, v: np.copyto(a, v),
    "copyto number": lambda a, v: np.copyto(a, v[1]),
    "copyto where": lambda a, v: np.copyto(a, v, where=MASK),
    "copyto where tracked": lambda a, v: np.copyto(a, v, where=a > 0.9),
    "copyto casting": lambda a, v: np.copyto(a, [1, 2, 3], casting="safe"),
    "putmask": lambda a, v: np.putmask(a, MASK, v),
    "putmask number": lambda a, v: np.putmask(a, a > 0.9, v[0]),
    "place": lambda a, v: np.place(a, MASK, v[:2]),
    "place list": lambda a, v: np.place(a, MASK, [v[0], 2.0]),
    "place nowhere": lambda a, v: np.place(a, ~MASK & MASK, []),
    "fill_diagonal": lambda a, v: np.fill_diagonal(a, v[:2]),
    "fill_diagonal number": lambda a, v: np.fill_diagonal(a, v[2]),
    "fill_diagonal of a tall one": lambda a, v: np.fill_diagonal(a.T, v),
    "add.at": lambda a, v: np.add.at(a, (slice(None), [0, 0]), v[:2]),
    "subtract.at": lambda a, v: np.subtract.at(a, ([0, 0], [1, 1]), v[1]),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_derivatives_match_differences(write):
    check(lambda a, v: into(a + 0 * v, lambda b: write(b, v)), M, V)


@pytest.mark.parametrize("shape", [(7, 3), (3, 7), (4, 4), (2, 2, 2)])
@pytest.mark.parametrize("wrap", [False, True])
def test_diagonals(shape, wrap):
    def f(v):
        return into(
            np.zeros_like(v, shape=shape), lambda a: np.fill_diagonal(a, v, wrap)
        )

    check(f, X)


@pytest.mark.parametrize(
    "write",
    [write for write in WRITES.values() if write is not WRITES["place nowhere"]],
)
def test_plain_targets_are_refused(write):
    plain = M.copy()

    def f(v):
        write(plain, v * np.ones_like(v))
        return np.sum(v)

    if write in (WRITES["copyto casting"],):
        return  # writes nothing that is tracked
    with pytest.raises(NoDerivativeError, match=r"test_writing\.py:\d+"):
        grad(f)(V)
    np.testing.assert_array_equal(plain, M)


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (lambda a: np.place(a, MASK, []), ValueError),
        (lambda a: np.fill_diagonal(a[0], 1.0), ValueError),
        (lambda a: np.fill_diagonal(np.stack([a, a]), 1.0), ValueError),
        (lambda a: np.copyto(a, 1j), TypeError),
        (
            lambda a: np.copyto(a, [0.5] * 3, casting="equiv") or np.zeros(1, 0.5),
            TypeError,
        ),
        (lambda a: np.copyto(a, np.ones(4)), ValueError),
    ],
)
def test_errors_are_numpys(write, error):
    for run in (lambda: write(M.copy()), lambda: grad(lambda a: write(a * 1.0))(M)):
        with pytest.raises(error):
            run()


def test_an_index_that_is_tracked_is_refused():
    for write in (
        lambda a: np.put(a, a[0], 1.0),
        lambda a: np.put_along_axis(a, a, 1.0, 0),
        lambda a: np.add.at(a, a[0, 0], 1.0),
    ):
        with pytest.raises(NoDerivativeError, match="the index of np"):
            grad(lambda a, write=write: np.sum(into(a, write)))(M)


def test_the_target_itself_changes_and_so_do_its_views():
    def f(v):
        a = np.zeros_like(v, shape=(2, 3))
        row = a[1]
        np.copyto(a, v)
        np.put(row, 0, v[1] * v[2])
        return a

    y, change = jvp(f, (V,), (V,))
    np.testing.assert_allclose(y, [V, [V[1] * V[2], *V[1:]]])
    np.testing.assert_allclose(change, [V, [2 * V[1] * V[2], *V[1:]]])
