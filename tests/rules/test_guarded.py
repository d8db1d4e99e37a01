"""Functions that Dask would compute on one machine are refused for its arrays alone."""

import numpy as np
import pytest
from blocks import da

from diffops import NoDerivativeError, grad
from diffops.primitive import Primitive, table
from diffops.rules._guarded import holds

X = da.from_array(np.eye(3) + 1.0, chunks=3)
CALLS = {
    "np.linalg.det": np.linalg.det,
    "np.sort": lambda x: x[0] * 1.0 + np.sort(x[0]),
    "np.median": lambda x: np.median(x, axis=0),
    "np.linalg.eigh": lambda x: np.linalg.eigh(x)[0],
    "np.logaddexp.reduce": np.logaddexp.reduce,
}


@pytest.mark.parametrize("name", CALLS)
def test_the_error_names_the_function_the_reason_the_line_and_the_way_out(name):
    with pytest.raises(NoDerivativeError) as raised:
        grad(lambda x: np.sum(CALLS[name](x)))(X)
    text = str(raised.value)
    assert text.startswith(f"{name} of a Dask array")
    for part in ("one machine", __file__, "x.compute()"):
        assert part in text


def test_what_is_swallowed_is_raised_in_the_end():
    def f(x):
        try:
            return np.linalg.det(x)
        except TypeError:
            return np.sum(x)

    with pytest.raises(NoDerivativeError, match=r"np\.linalg\.det"):
        grad(f)(X)


def test_arrays_of_numpy_go_through_the_same_rules():
    grad(np.sum)(X)  # the engine is loaded
    matrix = np.array([[2.0, 1.0], [0.5, 3.0]])
    wanted = np.linalg.det(matrix) * np.linalg.inv(matrix).T
    np.testing.assert_allclose(grad(np.linalg.det)(matrix), wanted)
    np.testing.assert_allclose(grad(lambda a: np.linalg.det(a=a))(matrix), wanted)
    np.testing.assert_array_equal(grad(lambda x: np.sort(x)[0])(matrix[1]), [1, 0])
    assert isinstance(table[np.linalg.det], Primitive)


def test_lists_are_looked_into():
    from diffops.engines import dask as engine

    assert holds([1.0, [np.ones(2), (X,)]], engine)
    assert not holds([1.0, [np.ones(2)], "text"], engine)
