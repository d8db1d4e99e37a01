"""What may vary: numbers and arrays of floats; integers become floats."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from diffops import diff, grad, gradv, jacobian, jvp, vjp, vmap
from diffops.operators._promotion import promote

PROMOTED = [
    (3, float, np.float64),
    (3.0, float, np.float64),
    (np.int8(3), np.float64, np.float64),
    (np.uint64(3), np.float64, np.float64),
    (np.float16(3), np.float16, np.float16),
    (np.float32(3), np.float32, np.float32),
    (np.longdouble(3), np.longdouble, np.longdouble),
    (3 + 0j, complex, np.complex128),
    (np.complex64(3), np.complex64, np.complex64),
    (np.array([3]), np.ndarray, np.float64),
    (np.array([3], np.uint8), np.ndarray, np.float64),
    (np.array([3], np.float32), np.ndarray, np.float32),
    (np.array([3], ">f8"), np.ndarray, np.float64),
    (np.array(3), np.ndarray, np.float64),
    (np.zeros((0, 2), int), np.ndarray, np.float64),
]


@pytest.mark.parametrize(("x", "kind", "dtype"), PROMOTED)
def test_numbers_and_arrays(x, kind, dtype):
    promoted = promote(x, "x")
    assert type(promoted) is kind
    assert np.result_type(promoted) == dtype
    np.testing.assert_array_equal(promoted, x)
    if kind is np.ndarray:
        assert not np.shares_memory(promoted, x)
    g = grad(lambda x: np.real(np.sum(x * x)))(x)
    assert type(g) is kind
    np.testing.assert_array_equal(g, 2 * np.asarray(x))


def test_read_only_arrays_and_views():
    x = np.arange(6.0)
    x.flags.writeable = False
    for part in (x, x[::2], x.reshape(2, 3), x[::-1], np.broadcast_to(x, (2, 6))):
        g = grad(lambda x: np.sum(x**2))(part)
        np.testing.assert_array_equal(g, 2 * part)
        assert g.flags.writeable


class Strange:
    pass


REFUSED = [
    (True, "is a bool"),
    (np.bool_(True), "is a bool"),
    (np.array([True]), "array of bool"),
    ("text", "str"),
    (np.array(["text"]), "array of <U4"),
    (np.array([1.0, None], dtype=object), r"array of object.*x\.astype\(float\)"),
    (np.array(["2020-01-01"], "M8[D]"), "array of datetime64"),
    (np.sin, "is a function"),
    (Strange(), r"Strange: only numbers, arrays and containers"),
    (scipy.sparse.eye(2), r"sparse.*x\.toarray\(\)"),
    (scipy.sparse.eye_array(2).tocsr(), r"sparse.*x\.toarray\(\)"),
    (np.ma.masked_array([1.0], [True]), r"MaskedArray.*np\.asarray\(x\)"),
    (np.matrix([[1.0]]), r"matrix.*np\.asarray\(x\)"),
    ([1.0, True], "is a bool"),
    ({"a": "text"}, "str"),
]


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize(("x", "words"), REFUSED, ids=lambda x: type(x).__name__)
def test_what_cannot_vary_is_refused_by_function_and_argument(x, words):
    def model(x):
        raise AssertionError("f is not called")

    for run in (
        lambda: grad(model)(x),
        lambda: diff(model)(x),
        lambda: jacobian(model)(x),
        lambda: jvp(model, (x,), (x,)),
        lambda: vjp(model, x),
    ):
        with pytest.raises(TypeError, match=f"(?s)argument 0 of model.*{words}"):
            run()


def test_the_argument_is_named():
    with pytest.raises(TypeError, match="argument 1 of model"):
        grad(_model, 1)(1.0, "text")
    with pytest.raises(TypeError, match="argument 'b' of model"):
        grad(_model, "b")(1.0, b="text")
    with pytest.raises(TypeError, match=r"the vector of gradv.*str"):
        gradv(_model)(1.0, "text", 1.0)


def _model(a, b):
    return a * b


_model.__name__ = "model"


def test_pandas_is_told_to_give_its_values():
    class Series:
        """Stands for what pandas has, which is no dependency."""

    Series.__module__ = "pandas.core.series"
    with pytest.raises(TypeError, match=r"pandas\.Series; pass x\.to_numpy\(\)"):
        grad(_model)(Series(), 1.0)


def test_arguments_that_do_not_vary_may_be_anything():
    assert grad(lambda x, y: x * len(y))(2.0, "text") == 4.0
    assert grad(lambda x, y: x if y else -x)(2.0, True) == 1.0
    sparse = scipy.sparse.csr_array(np.eye(2))
    assert grad(lambda x, s: x * s.nnz)(2.0, sparse) == 2.0


def test_whole_numbers_of_a_batch_are_promoted():
    whole = np.arange(6).reshape(2, 3)
    found = vmap(grad(lambda x: np.sum(x**2)))(whole)
    np.testing.assert_array_equal(found, 2.0 * whole)
    np.testing.assert_array_equal(vmap(diff(lambda x: x**3))(np.arange(3)), [0, 3, 12])
    with pytest.raises(TypeError, match="is a bool"):
        vmap(grad(lambda x: x * 2.0))(np.array([True, False]))
