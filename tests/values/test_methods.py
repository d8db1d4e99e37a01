"""ndarray's attributes and methods: values, types and derivatives."""

import numpy as np
import pytest
from gradients import POINT, check, modes

from diffops import grad, jvp

MATRIX = POINT.reshape(2, 2)

#: Methods that give arrays or numbers, on a matrix.
METHODS = {
    "sum": lambda x: x.sum(),
    "sum axis": lambda x: x.sum(1),
    "sum keepdims": lambda x: x.sum(axis=0, keepdims=True),
    "mean": lambda x: x.mean(axis=0),
    "prod": lambda x: x.prod(),
    "std": lambda x: x.std(),
    "var": lambda x: x.var(axis=0, ddof=1),
    "max": lambda x: x.max(),
    "min": lambda x: x.min(1),
    "cumsum": lambda x: x.cumsum(),
    "cumprod": lambda x: x.cumprod(axis=1),
    "trace": lambda x: x.trace(),
    "diagonal": lambda x: x.diagonal(1),
    "dot": lambda x: x.dot(x),
    "dot vector": lambda x: x.dot([1.0, 2.0]),
    "ravel": lambda x: x.ravel(),
    "ravel F": lambda x: x.ravel(order="F"),
    "flatten": lambda x: x.flatten(),
    "flatten F": lambda x: x.flatten("F"),
    "flat": lambda x: x.flat[1:],
    "reshape": lambda x: x.reshape(4),
    "reshape tuple": lambda x: x.reshape((1, 4)),
    "reshape open": lambda x: x.reshape(-1, 1),
    "reshape F": lambda x: x.reshape(4, order="F"),
    "transpose": lambda x: x.transpose(),
    "transpose axes": lambda x: x.transpose(1, 0),
    "transpose tuple": lambda x: x.transpose((1, 0)),
    "T": lambda x: x.T,
    "mT": lambda x: x.mT,
    "swapaxes": lambda x: x.swapaxes(0, 1),
    "squeeze": lambda x: x[None].squeeze(),
    "repeat": lambda x: x.repeat(2, axis=0),
    "take": lambda x: x.take([0, 3, 3]),
    "take axis": lambda x: x.take([1, 0], axis=1),
    "compress": lambda x: x.compress([False, True], axis=0),
    "choose": lambda x: np.array([0, 1]).choose(list(x)),
    "clip": lambda x: x.clip(-1.0, 1.0),
    "round": lambda x: x.round() * x,
    "conj": lambda x: x.conj(),
    "conjugate": lambda x: x.conjugate(),
    "real": lambda x: x.real,
    "imag": lambda x: x.imag,
    "copy": lambda x: x.copy(),
    "astype": lambda x: x.astype(np.float64),
    "astype single": lambda x: x.astype(np.float32),
    "astype int": lambda x: x.astype(int),
    "view": lambda x: x.view(),
    "item": lambda x: x.item(1, 0),
    "item flat": lambda x: x.item(3),
    "item of one": lambda x: x[:1, :1].item(),
    "argmax": lambda x: x.argmax(axis=0),
    "argmin": lambda x: x.argmin(),
    "argsort": lambda x: x.argsort(),
    "argpartition": lambda x: x.argpartition(1),
    "nonzero": lambda x: x.nonzero()[0],
    "searchsorted": lambda x: np.sort(x[0]).searchsorted([0.9, 2.0]),
    "all": lambda x: x.all(axis=0),
    "any": lambda x: x.any(),
    "abs": abs,
    "neg": lambda x: -x,
    "pos": lambda x: +x,
    "matmul": lambda x: x @ x,
    "rmatmul": lambda x: [1.0, 2.0] @ x,
    "pow": lambda x: x**3,
    "compare": lambda x: (x < 1) & (x >= 0.6) & (x != 0.0) & (x == x),
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_values_and_types(method):
    wanted = method(MATRIX)
    found = jvp(method, (MATRIX,), (MATRIX,))[0]
    np.testing.assert_array_equal(found, wanted)
    assert np.shape(found) == np.shape(wanted)
    assert np.result_type(found) == np.result_type(wanted)


@pytest.mark.parametrize("name", sorted(METHODS.keys() - {"astype single"}))
def test_derivatives(name):
    method = METHODS[name]

    def program(x):
        y = method(x)
        return np.sum(y * y) + np.sum(np.cos(y) * x[0, 0])

    check(program, MATRIX)


def test_single_precision_keeps_its_derivative():
    found = grad(lambda x: np.sum(x.astype(np.float32) ** 2))(MATRIX)
    np.testing.assert_allclose(found, 2 * MATRIX, rtol=1e-6)


ATTRIBUTES = ["shape", "ndim", "size", "dtype", "itemsize", "nbytes"]


@pytest.mark.parametrize(
    "run", [grad, lambda f: lambda x: jvp(f, (x,), (x,))], ids=["reverse", "forward"]
)
@pytest.mark.parametrize("x", [MATRIX, POINT[:0], np.array(1.5), np.float32(MATRIX)])
def test_attributes(run, x):
    seen = {}

    def program(y):
        seen.update({name: getattr(y, name) for name in ATTRIBUTES})
        seen["contiguous"] = y.flags.c_contiguous
        assert y.__array_namespace__() is np
        return np.sum(y)

    run(program)(x)
    assert seen == {name: getattr(x, name) for name in ATTRIBUTES} | {
        "contiguous": True
    }


@modes
def test_tolist_gives_tracked_numbers(gradient):
    def program(x):
        (a, b), (c, d) = x.tolist()
        return a * b * c * d + x[0, 0].tolist() ** 2

    wanted = np.prod(MATRIX) / MATRIX + [[2 * MATRIX[0, 0], 0.0], [0.0, 0.0]]
    np.testing.assert_allclose(gradient(program)(MATRIX), wanted)


@modes
def test_truth(gradient):
    def program(x):
        assert x[0, 0] and not x[0, 0] * 0.0 and bool(x[:1, :1])
        with pytest.raises(ValueError, match="ambiguous"):
            bool(x)
        with pytest.raises(ValueError, match="size 1"):
            x.item()
        return np.sum(x)

    np.testing.assert_array_equal(gradient(program)(MATRIX), np.ones((2, 2)))


@modes
def test_text_shows_the_value(gradient):
    def program(x):
        assert f"{x[0, 0]:.2f}|{x[0, 0]:8.3e}" == "1.30|1.300e+00"
        assert "1.3" in f"{x[0, 0]}" and "1.3" in str(x) and "1.3" in repr(x[0])
        return np.sum(x)

    np.testing.assert_array_equal(gradient(program)(MATRIX), np.ones((2, 2)))


def test_nothing_that_ndarray_has_is_forgotten():
    """What tracked arrays lack is said here: memory, files, bits, integers."""
    lacking = [
        "__and__",
        "__array__",
        "__array_finalize__",
        "__array_priority__",
        "__array_struct__",
        "__array_wrap__",
        "__buffer__",
        "__class_getitem__",
        "__delitem__",
        "__dlpack__",
        "__dlpack_device__",
        "__iand__",
        "__ilshift__",
        "__invert__",
        "__ior__",
        "__irshift__",
        "__ixor__",
        "__lshift__",
        "__or__",
        "__rand__",
        "__rlshift__",
        "__ror__",
        "__rrshift__",
        "__rshift__",
        "__rxor__",
        "__setstate__",
        "__xor__",
        "base",
        "byteswap",
        "ctypes",
        "data",
        "device",
        "dump",
        "dumps",
        "getfield",
        "resize",
        "setfield",
        "setflags",
        "strides",
        "to_device",
        "tofile",
    ]

    def program(x):
        private = ("_set_dtype", "_set_shape")
        public = set(dir(np.ndarray)) - set(private)
        missing = {name for name in public if not hasattr(x, name)}
        assert missing <= set(lacking)
        return np.sum(x)

    grad(program)(MATRIX)


def test_equal_numbers_have_equal_hashes():
    assert grad(lambda a: a * 10 if a in {1.0, 2.0} else a)(1.0) == 10.0
    assert grad(lambda a: {0.5: 2.0, 1.0: 3.0}.get(a, 0.0) * a)(1.0) == 3.0
    assert grad(lambda v: sum({v[0], v[1]}))(np.array([2.0, 2.0])).sum() == 1.0
    with pytest.raises(TypeError, match="unhashable"):
        grad(lambda v: np.sum(v) * len({v}))(np.ones(2))
