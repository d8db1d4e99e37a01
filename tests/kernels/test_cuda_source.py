"""Rules as CUDA kernels: their text, what it computes, and whether nvcc takes it."""

import re

import cuda_on_cpu
import numpy as np
import pytest
from cuda_on_cpu import check_by_nvcc, needs_compiler, needs_nvcc

from diffops.kernels.cuda_source import (
    BLOCK,
    ENTRIES,
    NUMBER,
    REPEATED,
    grid_of,
    kernel_text,
    source_of,
)
from diffops.kernels.kernel import is_ours
from diffops.kernels.symbols import NotElementwise, Symbol, expressions
from diffops.primitive import primitives

N = 300
ONLY_CUDA_HAS = re.compile("cyl_bessel|erfcx|erfinv|erfcinv|normcdfinv")


def has_kernel(primitive):
    own = [partial for partial in primitive.partials if callable(partial)]
    return own and primitive.regular is None and all(map(is_ours, own))


def all_kernels():
    """Yield each rule that has one: name of the kernel, rule, partials, text."""
    for i, primitive in enumerate(filter(has_kernel, primitives)):
        wrt = [k for k, p in enumerate(primitive.partials) if callable(p)]
        count = len(primitive.partials)
        partials = [primitive.partials[k] for k in wrt]
        try:
            args, found = expressions(primitive.function, partials, count)
            text = kernel_text(f"kernel{i}", args, [ENTRIES] * count, found)
        except NotElementwise:
            continue
        yield f"kernel{i}", primitive, partials, text


KERNELS = list(all_kernels())


def test_which_rules_have_one():
    names = {primitive.name for _, primitive, _, _ in KERNELS}
    assert len(names) > 30
    assert {"sin", "multiply", "tanh", "logaddexp", "expit", "erf", "maximum"} <= names


def test_text():
    x, t = Symbol(None, ()), Symbol(None, ())
    found = [np.sin(x), t * np.cos(x) + 1]
    text = kernel_text("name", [x, t], [ENTRIES, NUMBER], found)
    assert text.splitlines()[2:] == [
        "    const long long step = (long long)gridDim.x * blockDim.x;",
        "    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;",
        "    for (; i < n; i += step) {",
        "        const real x0 = p0[i];",
        "        const real x1 = (real)p1;",
        "        const real v2 = sin(x0);",
        "        const real v3 = cos(x0);",
        "        const real v4 = x1 * v3;",
        "        const real v5 = v4 + (real)1.0;",
        "        y0[i] = v2;",
        "        y1[i] = v5;",
        "    }",
        "}",
    ]
    assert "const real* __restrict__ p0, const double p1, real* __restrict__ y0" in text


def test_powers_and_choices():
    x = Symbol(None, ())
    text = kernel_text("name", [x], [ENTRIES], [x**3, np.where(x > 0, x, 2.0)])
    assert "pow(x0, (real)3.0)" in text
    assert "v2 != 0 ? x0 : (real)2.0" in text


def test_one_entry_for_all():
    x, y = Symbol(None, ()), Symbol(None, ())
    text = kernel_text("name", [x, y], [REPEATED, ENTRIES], [x * y])
    assert "const real x0 = p0[0];" in text
    assert "const real x1 = p1[i];" in text


def test_what_cuda_does_not_have():
    x = Symbol(None, ())
    with pytest.raises(NotElementwise):
        kernel_text("name", [x], [ENTRIES], [np.spacing(x)])
    namesake = np.frompyfunc(lambda x: x, 1, 1)
    with pytest.raises(NotElementwise):
        kernel_text("name", [x], [ENTRIES], [Symbol(namesake, (x,))])


def test_grids():
    assert [grid_of(n) for n in (1, BLOCK, BLOCK + 1, 10**9)] == [1, 1, 2, 2**16]


def sampled(primitive):
    random = np.random.default_rng(0)
    bounds = primitive.on or [(-2.0, 2.0)] * len(primitive.partials)
    return [random.uniform(*bound, N) for bound in bounds]


@needs_compiler
def test_values():
    """Those of the rules on arrays of NumPy's, all in one library."""
    here = [kernel for kernel in KERNELS if not ONLY_CUDA_HAS.search(kernel[-1])]
    module = cuda_on_cpu.RawModule(source_of("double", [text for *_, text in here]))
    for name, primitive, partials, _ in here:
        args = sampled(primitive)
        y = primitive.function(*args)
        wanted = [y, *(partial(y, *args) for partial in partials)]
        found = [np.full(N, np.nan) for _ in wanted]
        call = module.get_function(name)
        call((1,), (BLOCK,), [*args, *found, np.int64(N)])
        for a, b in zip(found, wanted, strict=True):
            b = np.broadcast_to(b, N)
            np.testing.assert_allclose(a, b, 1e-12, 1e-13, err_msg=primitive.name)


@needs_nvcc
@pytest.mark.parametrize("real", ["double", "float"])
def test_nvcc_takes_all_of_them(real, tmp_path):
    source = source_of(real, [text for *_, text in KERNELS])
    check_by_nvcc(source, tmp_path, "sm_80")
