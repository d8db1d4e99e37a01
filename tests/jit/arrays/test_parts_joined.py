"""Parts of reductions, joined in pairs."""

import ctypes
import math

import numpy as np
import pytest

from diffops.jit.arrays.buffers import Buffer, whole
from diffops.jit.arrays.nodes import Reduce
from diffops.jit.arrays.parts_joined import name, source
from diffops.native.machine import assemble

REALS = {"double": np.float64, "float": np.float32}
KINDS = {"add": np.sum, "multiply": np.prod, "maximum": np.max, "minimum": np.min}


def joining(kind, real):
    """Return what joins parts, which stand in the rows of an array."""
    result = whole(Buffer(1, real=real), (1,))
    node = Reduce(kind, None, (1, 1), (0,), 0, result)
    suffix = "f64" if real == "double" else "f32"
    text = source(node).replace("define internal", "define")
    for extreme in ("maximum", "minimum"):
        text += f"\ndeclare {real} @llvm.{extreme}.{suffix}({real}, {real})"
    code = assemble(f"{text}\nattributes #2 = {{ nounwind }}\n")
    kinds = [ctypes.c_void_p] * 2 + [ctypes.c_size_t] * 2
    call = ctypes.CFUNCTYPE(None, *kinds)(code.address(name(node)))

    def joined(parts, code=code):
        parts = parts.copy()
        found = np.empty(parts.shape[1], parts.dtype)
        call(parts.ctypes.data, found.ctypes.data, *parts.shape)
        return found

    return joined


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("real", REALS)
def test_any_number_of_parts_of_any_size(kind, real):
    random, joined = np.random.default_rng(0), joining(kind, real)
    for count in (1, 2, 3, 7, 8, 9, 100):
        for size in (1, 5, 64):
            parts = random.uniform(0.9, 1.1, (count, size)).astype(REALS[real])
            np.testing.assert_allclose(joined(parts), KINDS[kind](parts, 0), rtol=2e-5)


def test_pairs_lose_little():
    parts = np.random.default_rng(0).random((100_000, 1))
    exact = math.fsum(parts[:, 0])
    total = joining("add", "double")(parts)[0]
    assert abs(total - exact) <= 2 * np.spacing(exact)
