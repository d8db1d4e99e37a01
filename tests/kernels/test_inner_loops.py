"""Inner loops: blocks, buffers, and what is refused."""

import numpy as np
import pytest

from diffops.kernels.compilation import compiled, lanes
from diffops.kernels.inner_loops import BLOCK, loop_source
from diffops.kernels.symbols import NotElementwise, Symbol, expressions


def ufunc_of(function, count):
    """Return a ufunc of a function of symbols."""
    args, outputs = expressions(function, [], count)
    return compiled("f", args, outputs)


@pytest.mark.parametrize("n", [0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 3])
@pytest.mark.parametrize("step", [1, 3, -2])
def test_blocks_and_their_remainders(n, step):
    f = ufunc_of(lambda a, b, c: a * b - c, 3)
    a, b, c = np.random.default_rng(n).normal(size=(3, 1000))[:, ::step][:, :n]
    np.testing.assert_array_equal(f(a, b, c), a * b - c)
    np.testing.assert_array_equal(f(a, 2.5, c), a * 2.5 - c)
    out = np.full(2 * n, 7.0)
    f(a, b, c, out=out[::2])
    np.testing.assert_array_equal(out[::2], a * b - c)
    np.testing.assert_array_equal(out[1::2], 7.0)


def test_results_may_take_the_place_of_operands():
    f = ufunc_of(lambda a, b: a - 2 * b, 2)
    a, b = np.random.default_rng(0).normal(size=(2, 500))
    for step in (1, -1, 3):
        x, y = a[::step].copy(), b[::step].copy()
        np.testing.assert_array_equal(f(x, y, out=x), a[::step] - 2 * b[::step])
    whole = a.copy()
    f(whole[:-1], b[1:], out=whole[1:])  # they overlap: NumPy copies
    np.testing.assert_array_equal(whole[1:], a[:-1] - 2 * b[1:])


def test_only_what_does_not_fit_goes_to_libm():
    f = ufunc_of(lambda x: np.sin(x), 1)
    x = np.linspace(-3, 3, 640)
    wanted = f(x)
    x[::50] = [np.inf, np.nan, 1e9, 1e300, -1e7, np.inf, -np.inf, 2e6, 3e6] + [
        np.nan
    ] * 4
    found = f(x)
    near = np.abs(x) < 10
    np.testing.assert_array_equal(found[near], wanted[near])
    with np.errstate(all="ignore"):
        np.testing.assert_array_max_ulp(found[~near], np.sin(x[~near]), 1)


def test_functions_without_vector_forms_are_refused():
    arg = Symbol(None, ())
    for function in (np.spacing, np.i0, np.nextafter):
        with pytest.raises(NotElementwise):
            loop_source([arg], [Symbol(function, (arg,))], max(lanes(), 4))
