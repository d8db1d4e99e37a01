"""Kernels in use: which calls they serve, what they do to layouts, bits and errors."""

import threading

import numpy as np
import pytest
import scipy.special
from truth import check

from diffops import grad, hessianv, jvp, kernels, vjp
from diffops.kernels.kernel import (
    Kernel,
    PowerKernel,
    kernel_of,
)
from diffops.kernels.least_sizes import LEAST, LEAST_SINGLE
from diffops.kernels.settings import threads
from diffops.primitive import primitives, table
from diffops.rules.arithmetic import steady_power

X = np.random.default_rng(3).uniform(-2.0, 2.0, 20_000)
SINE = table[np.sin].kernel

PROGRAMS = {
    "sine": lambda x: np.sin(x) * x,
    "mixture": lambda x: np.sin(x) * x + np.tanh(x) * np.exp(-(x**2)),
    "powers": lambda x: x**3 + x**2 + 3 * x - x**7,
    "quotients": lambda x: 1 / (2 + x * x) + x / (3 - x) + (x + 1) / (x + 4.0),
    "logarithms": lambda x: np.log(x + 2.5) + np.log1p(x * x) + np.log2(3 + x),
    "angles": lambda x: np.arctan2(x, 1.0 + x * x) + np.arcsin(x / 3) + np.arctan(x),
    "lengths": lambda x: np.hypot(x, 1 + x) + np.logaddexp(x, 2 * x),
    "logistic": lambda x: scipy.special.expit(x) * scipy.special.erf(x),
    "constants": lambda x: np.hypot(x, 2.0) + np.logaddexp(0, x) + 2 / (x + 3),
}


def total(f):
    """Return f as a number."""
    return lambda x: np.sum(f(x))


def same_as_without(run, rtol=1e-12):
    """Compare what is computed with kernels and without."""
    found = run()
    with kernels.use("numpy"):
        wanted = run()
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=1e-13)
    return found, wanted


@pytest.mark.parametrize("f", PROGRAMS.values(), ids=PROGRAMS)
def test_derivatives_are_those_without(f):
    x, v = X[:9000].reshape(90, 100), np.cos(X[:9000]).reshape(90, 100)
    same_as_without(lambda: grad(total(f))(x))
    same_as_without(lambda: jvp(f, (x,), (v,)))
    same_as_without(lambda: hessianv(total(f))(x, v))
    same_as_without(lambda: vjp(lambda x: grad(total(f))(x), x)[1](v))


@pytest.mark.parametrize("f", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.usefixtures("always")
def test_small_arrays_against_differences(f):
    check(f, np.array([0.3, -0.7, 1.1]))


@pytest.mark.parametrize("f", [np.hypot, np.arctan2, np.divide, np.logaddexp])
@pytest.mark.usefixtures("always")
def test_two_arrays_against_differences(f):
    check(f, np.array([0.3, -0.7, 1.1]), np.array([0.9, 0.5, -1.3]))


def test_kernels_are_used_from_their_size_on(monkeypatch):
    calls = []
    key = (0, (True,), "double", threads())
    monkeypatch.setattr(SINE, "_made", {key: lambda x: calls.append(x.size) or None})
    small, large = X[: SINE.least - 1], X[: SINE.least]
    assert SINE((small,), (0,)) is None
    assert calls == []
    SINE((large,), (0,))
    assert calls == [SINE.least]
    with kernels.use("numpy"):
        SINE((large,), (0,))
    assert calls == [SINE.least]


@pytest.mark.parametrize(
    "x",
    [
        X.astype(np.float16),
        X[: SINE.least].astype(np.float32),
        X.astype(">f8"),
        X.astype(complex),
        X.view(type("Own", (np.ndarray,), {})),
        np.arange(20_000),
        2.0,
        np.float64(2.0),
    ],
    ids=[
        "half",
        "few singles",
        "swapped",
        "complex",
        "subclass",
        "whole",
        "float",
        "float64",
    ],
)
def test_other_values_are_left_to_numpy(x):
    assert SINE((x,), (0,)) is None


def test_other_shapes_are_left_to_numpy():
    kernel = table[np.arctan2].kernel
    assert kernel((X.reshape(20, 1000), X[:1000]), (0, 1)) is None
    y = X.reshape(20, 1000)
    same_as_without(lambda: grad(lambda x: np.sum(np.arctan2(y, x)))(X[:1000]))


@pytest.mark.parametrize("n", [0, 1, 2, 2.5, -1, -3, 65, np.array(3.0)])
def test_other_powers_are_left_to_numpy(n):
    assert steady_power.kernel((X, n), (0,)) is None
    same_as_without(lambda: grad(lambda x: np.sum(np.power(1 + x * x, n)))(X))


def layouts():
    """Return arrays of all kinds, of which kernels must make the same."""
    square = X[:10_000].reshape(100, 100)
    fixed = X.copy()
    fixed.flags.writeable = False
    askew = np.zeros(8 * 12_000 + 1, np.uint8)[1:].view(float)
    askew[:] = X[:12_000]
    return {
        "strided": X[::2],
        "reversed": X[::-1],
        "transposed": square.T,
        "columns": np.asfortranarray(square),
        "window": square[1:, 3:-2],
        "cube": X[:9000].reshape(10, 30, 30).transpose(2, 0, 1),
        "read-only": fixed,
        "misaligned": askew,
        "repeated": np.broadcast_to(X[:100], (100, 100)),
        "one number": np.broadcast_to(np.float64(0.7), (20_000,)),
        "column": X[:10_000, None],
    }


@pytest.mark.parametrize("x", layouts().values(), ids=layouts())
def test_layouts(x):
    y, (d,) = SINE((x,), (0,))
    assert y.shape == d.shape == x.shape
    wanted, (slopes,) = SINE((np.ascontiguousarray(x),), (0,))
    np.testing.assert_array_equal(y, wanted)
    np.testing.assert_array_equal(d, slopes)
    for f in PROGRAMS.values():
        found, _ = same_as_without(lambda f=f: grad(total(f))(x))
        assert found.shape == x.shape


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("shape", [(0,), (0, 3), (1,), (1, 1), (63,), (64,), (65,)])
def test_short_arrays(shape):
    x = np.linspace(0.1, 0.9, int(np.prod(shape))).reshape(shape)
    for f in PROGRAMS.values():
        found, _ = same_as_without(lambda f=f: grad(total(f))(x))
        assert found.shape == shape


@pytest.mark.usefixtures("always")
def test_an_entry_has_the_same_bits_wherever_it_stands():
    for name in ("sin", "log", "tan", "arctan"):
        function = getattr(np, name)
        kernel = table[function].kernel or Kernel(function, table[function].partials, 0)
        whole, (slopes,) = kernel((X + 2.5,), (0,))
        for start, stop, step in [(0, 1, 1), (3, 70, 1), (17, 300, 7), (500, 3, -1)]:
            part = slice(start, stop, step)
            y, (d,) = kernel(((X + 2.5)[part],), (0,))
            np.testing.assert_array_equal(y, whole[part])
            np.testing.assert_array_equal(d, slopes[part])


def test_the_same_call_gives_the_same_bits():
    first = grad(total(PROGRAMS["mixture"]))(X)
    for _ in range(3):
        np.testing.assert_array_equal(grad(total(PROGRAMS["mixture"]))(X), first)


def test_writing_into_arrays_after_use_changes_nothing():
    def program(spoil):
        x, c = X.copy(), np.cos(X)

        def f(x):
            y = np.arctan2(x, c) + c / (3 + x) + x / (2 + c) + np.hypot(c, x)
            if spoil:
                c[:] = np.nan
            return np.sum(np.sin(y) * y)

        pull = vjp(f, x)[1]
        if spoil:
            x[:] = np.nan
        return pull(1.0)

    np.testing.assert_array_equal(program(True), program(False))


def test_results_are_not_the_arguments():
    x = X.copy()
    y, pull = vjp(lambda x: np.sin(x), x)
    y[:] = 7.0
    np.testing.assert_array_equal(x, X)
    seed = np.ones_like(x)
    first = pull(seed)
    np.testing.assert_array_equal(seed, 1.0)
    np.testing.assert_array_equal(pull(seed), first)


def test_zeros_stay_strong_where_partials_are_infinite():
    x = X.copy()
    x[:10] = 0.0

    def f(x):
        return np.sum(np.where(x > 0, np.log(x) + 1 / x + np.cbrt(x), 0.0))

    with np.errstate(all="ignore"):
        found, _ = same_as_without(lambda: grad(f)(x))
        assert np.isfinite(found).all()
        positive = np.where(x > 0, x, 1.0)
        wanted = np.where(
            x > 0, 1 / positive - positive**-2 + positive ** (-2 / 3) / 3, 0
        )
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def test_floating_point_flags_make_no_noise():
    x = X.copy()
    x[:6] = [np.inf, -np.inf, np.nan, 1e300, -1e300, 0.0]
    with np.errstate(all="raise"):
        SINE((x,), (0,))
        steady_power.kernel((x, 5), (0,))
        table[np.arctan2].kernel((x, x[::-1]), (0, 1))
        np.add(X, X)


def test_threads_agree():
    wanted = grad(total(PROGRAMS["mixture"]))(X)
    found = []

    def run():
        found.extend(grad(total(PROGRAMS["mixture"]))(X) for _ in range(5))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    for gradient in found:
        np.testing.assert_array_equal(gradient, wanted)


def test_a_users_partials_are_not_compiled():
    assert kernel_of(np.sin, (lambda y, x: np.cos(x),)) is None
    assert kernel_of(np.floor, table[np.sin].partials) is None
    assert kernel_of(lambda x: x, table[np.sin].partials) is None
    assert isinstance(steady_power.kernel, PowerKernel)


def test_every_function_of_the_table_has_its_kernel():
    kernels_of = {p.name: p.kernel for p in primitives if p.kernel is not None}
    assert set(kernels_of) == set(LEAST)
    assert {name: kernel.least for name, kernel in kernels_of.items()} == LEAST
    single = {name: kernel.least_single for name, kernel in kernels_of.items()}
    assert {name: n for name, n in single.items() if n < 2**60} == LEAST_SINGLE
    assert all(single[name] >= least for name, least in LEAST.items())


@pytest.mark.parametrize("name", LEAST_SINGLE)
def test_singles_stay_singles(name):
    """Gradients by kernels are close to those by NumPy, and of the same dtype."""
    functions = {
        "whole_power": lambda x, y: x**3,
        "expit": lambda x, y: scipy.special.expit(x),
    }
    f = functions.get(name) or getattr(np, name)
    x = np.linspace(1.1, 1.9, LEAST_SINGLE[name], dtype=np.float32)
    x = x - 1 if name in ("arcsin", "arccos", "arctanh") else x
    args = (x, x[::-1].copy())
    two = getattr(f, "nin", 1) == 2

    def run():
        to = (0, 1) if two else (0,)
        g = grad(lambda x, y: np.sum(f(x, y) if two or name in functions else f(x)), to)
        return g(*args)

    found = run()
    with kernels.use("numpy"):
        wanted = run()
    for a, b in zip(found, wanted, strict=True):
        assert a.dtype == b.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=2e-6, atol=1e-7)
