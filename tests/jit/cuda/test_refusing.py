"""What is not for kernels is refused, with the name of the step."""

import numpy as np
import pytest

from diffops import jit
from diffops.jit.cuda.launches import cuda_plan

X = np.random.default_rng(0).standard_normal((6, 5))

REFUSED = {
    "sort is not for kernels": lambda x: np.sort(x),
    "inv is not for kernels": lambda x: np.linalg.inv(x[:5, :5] + np.eye(5)),
    "argmax is not for kernels": lambda x: np.argmax(x) * 1.0,
    r"the host reads a value \(.*test_refusing.py:\d+\), which": lambda x: (
        x * float(x[0, 0])
    ),
    "kernels take arrays of float64 or float32": lambda x: x[0, 0] > 1,
}


@pytest.mark.parametrize("reason", REFUSED)
def test_reasons(reason):
    with pytest.raises(NotImplementedError, match=reason):
        jit(REFUSED[reason]).cuda_plan(X)


def test_other_dtypes_are_refused():
    with pytest.raises(NotImplementedError, match="arrays of float64 or float32"):
        jit(lambda x: x + 1).cuda_plan(X.astype(np.float16))
    with pytest.raises(NotImplementedError, match="kernels take arrays"):
        jit(lambda x: x * 2).cuda_plan(X * 1j)


def test_what_is_not_refused_has_all_its_outputs():
    program = jit(lambda x: (x * 2, np.sum(x))).program(X)
    assert cuda_plan(program).outputs == [(6, 5), ()]
