"""What tracked arrays tell of their memory, and what they keep for themselves."""

import pickle

import numpy as np
import pytest

from diffops import NoDerivativeError, grad, jvp
from diffops.values.raw import HiddenAttributeError

X, Y = np.array([0.9, -0.4, 1.7, 0.3]), np.array([1.3, 0.8, -0.6, 2.1])
MATRIX = X.reshape(2, 2)


def test_what_is_hidden_may_be_probed_for():
    def f(x):
        assert not hasattr(x, "data")
        assert getattr(x, "ctypes", None) is None
        return np.sum(x)

    grad(f)(X)


def test_devices():
    def f(x):
        assert x.to_device(x.device) is x
        with pytest.raises(ValueError, match="device"):
            x.to_device("moon")
        return np.sum(x)

    grad(f)(X)


def test_a_hidden_attribute_says_why():
    with pytest.raises(HiddenAttributeError, match=r"x\.data.*test_raw\.py:\d+.*stop"):
        grad(lambda x: np.sum(np.frombuffer(x.data)))(X)


@pytest.mark.parametrize(
    "read",
    [
        lambda x: x.tobytes(),
        lambda x: x.dumps(),
        lambda x: x.byteswap(),
        lambda x: np.from_dlpack(x),
        lambda x: pickle.dumps(x),
        lambda x: x.getfield(np.float32),
    ],
)
def test_bytes_are_refused_even_where_the_error_is_swallowed(read):
    def f(x):
        try:
            read(x)
        except Exception:
            return np.sum(x)

    with pytest.raises(NoDerivativeError, match="derivative of a tracked value"):
        grad(f)(X)


def test_how_the_entries_lie_is_numpys():
    def f(x):
        for y, z in ((x, MATRIX), (x.T, MATRIX.T), (x[:, 0], MATRIX[:, 0])):
            assert y.strides == z.strides
            assert y.flags.c_contiguous == z.flags.c_contiguous
        return np.sum(x)

    grad(f)(MATRIX)


def test_flags_that_are_set_already():
    def f(x):
        y = x * 1.0
        y.setflags(write=True)
        y.setflags(align=True, uic=False)
        y[0] = 2.0
        return np.sum(y)

    np.testing.assert_array_equal(grad(f)(X), [0, 1, 1, 1])
    with pytest.raises(NoDerivativeError, match=r"read-only.*test_raw"):
        grad(lambda x: x.setflags(write=False))(X)


@pytest.mark.parametrize(
    "combine",
    [
        lambda x, mask: x & mask,
        lambda x, mask: mask | x,
        lambda x, mask: x ^ mask,
        lambda x, mask: x << 1,
        lambda x, mask: 2 >> x,
        lambda x, mask: ~x,
    ],
)
def test_bits_are_those_of_whole_numbers(combine):
    """NumPy itself says so: they are not followed, and never dropped."""
    for run in (
        lambda: combine(X, X > 0),
        lambda: grad(lambda x: combine(x, X > 0))(X),
    ):
        with pytest.raises(TypeError, match="not supported for the input types"):
            run()


def test_entries_are_not_deleted():
    def f(x):
        with pytest.raises(ValueError, match="delete"):
            del x[0]
        return np.sum(x)

    grad(f)(X)


def test_resizing_what_is_looked_at_is_refused():
    def f(x):
        a = x * 1.0
        view = a[:2]
        with pytest.raises(ValueError, match="views"):
            a.resize(8)
        del view
        a.resize(2, 3)
        return a

    y, change = jvp(f, (X,), (Y,))
    np.testing.assert_array_equal(y, np.append(X, [0, 0]).reshape(2, 3))
    np.testing.assert_array_equal(change, np.append(Y, [0, 0]).reshape(2, 3))
