"""Two libraries that meet are named, and so are the function and the ways out."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
import strict_arrays

import diffops
from diffops import NoDerivativeError
from diffops.engines.mixing import explain_mixture, library_of

HOST = np.array([0.5, -1.0, 2.0])
HERE = strict_arrays.asarray(HOST)

MIXED = {
    "multiply": lambda x: np.sum(x * HOST),
    "add": lambda x: np.sum(HOST + x),
    "matmul": lambda x: HOST @ x,
    "chosen": lambda x: np.sum(np.where(x > 0, x, HOST)),
    "concatenated": lambda x: np.sum(np.concatenate([x, HOST])),
    "stacked": lambda x: np.sum(np.stack([HOST, x])),
    "contract": lambda x: np.einsum("i,i", x, HOST),
    "solve": lambda x: np.sum(np.linalg.solve(np.eye(3), x)),
    "sparse_product": lambda x: np.sum(scipy.sparse.eye_array(3) @ x),
}


@pytest.mark.parametrize("mode", [diffops.grad, lambda f: diffops.fgradv(f)])
@pytest.mark.parametrize("name", MIXED)
def test_an_array_of_numpy_beside_a_tracked_one_of_a_device(name, mode):
    derivative = mode(MIXED[name])
    args = (HERE,) if mode is diffops.grad else (HERE, HERE)
    with pytest.raises(NoDerivativeError) as caught:
        derivative(*args)
    message = str(caught.value)
    assert message.startswith(f"{name} ({__file__}:")
    assert ("SciPy" if "sparse" in name else "NumPy") in message
    assert "strict_arrays.asarray(a)" in message


def test_a_device_array_beside_a_tracked_one_of_numpy():
    with pytest.raises(NoDerivativeError, match=r"multiply .* NumPy .* strict_arrays"):
        diffops.grad(lambda x: np.sum(x * HERE))(HOST)


def test_the_same_with_cupy_by_its_name(monkeypatch):
    kind = type("ndarray", (strict_arrays.StrictArray,), {"__module__": "cupy._core"})
    array = object.__new__(kind)
    array._held = HOST
    assert library_of(array) == "cupy"
    with pytest.raises(NoDerivativeError) as caught:
        explain_mixture(TypeError("no"), "multiply", [HOST, [array]])
    for words in ("NumPy", "CuPy", "cupy.asarray(a)", "cupy.asnumpy(x)", "multiply"):
        assert words in str(caught.value)


def test_other_errors_stay_what_they_are():
    error = ValueError("shapes")
    for values in ([HOST, 1.0], [HERE, np.float64(1)], []):
        with pytest.raises(ValueError, match="shapes") as caught:
            explain_mixture(error, "add", values)
        assert caught.value is error
    refusal = NoDerivativeError("refused")
    with pytest.raises(NoDerivativeError, match="refused"):
        explain_mixture(refusal, "add", [HOST, HERE])
