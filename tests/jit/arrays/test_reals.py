"""Programs of singles, and of singles and doubles: the dtypes of NumPy, its values."""

import itertools

import numpy as np
import pytest
from natively import array_plan, natively_of_arrays

from diffops import grad, jit, jvp
from diffops.jit.arrays.buffers import Buffer, View
from diffops.jit.arrays.plan_source import array_source
from diffops.jit.arrays.reals import literal, real_in, real_of

RANDOM = np.random.default_rng(0)
X = RANDOM.uniform(0.5, 2, (4, 3)).astype(np.float32)
VALUES = {
    "singles": X,
    "doubles": RANDOM.uniform(0.5, 2, (4, 3)),
    "a row of singles": X[0].copy(),
    "a single": np.float32(0.7),
    "a double": np.float64(0.7),
    "a Python float": 0.7,
    "a constant single": lambda: np.float32(0.3),
    "a constant double": lambda: np.float64(0.3),
    "a constant array": lambda: np.linspace(1, 2, 3),
    "constant singles": lambda: np.linspace(1, 2, 3, dtype=np.float32),
    "equal doubles": lambda: np.full((4, 3), 0.1),
    "whole numbers": lambda: np.arange(1, 4),
    "a whole number": lambda: 3,
    "truth values": lambda: np.array([True, False, True]),
}
FUNCTIONS = {
    "add": lambda a, b: a + b,
    "divide": lambda a, b: a / b,
    "sin of the product": lambda a, b: np.sin(a * b),
    "hypot": np.hypot,
    "less": lambda a, b: np.where(a < b, a, b),
    "where": lambda a, b: np.where(np.sin(9 * a) > 0, a, b) * 1,
    "maximum": np.maximum,
    "logaddexp": lambda a, b: np.logaddexp(a, b) * 1,
    "power": lambda a, b: a**b,
    "sum": lambda a, b: np.sum(a * b) / 2,
    "matmul": lambda a, b: np.matmul(a[:, :2], a[:2]) * np.sum(b),
    "inner": lambda a, b: (a + np.zeros(3, np.float32)) @ (b + 0 * a)[0],
    "joined": lambda a, b: np.concatenate([a + b, a * 1]),
    "in place": lambda a, b: written(a, b),
}


def written(a, b):
    a = a * 1
    a[1] = np.sum(b)
    return a


MIXES = [
    (name, other)
    for name in FUNCTIONS
    for other in VALUES
    if name in ("add", "less", "logaddexp") or other in list(VALUES)[:6]
]


@pytest.mark.parametrize(("name", "other"), MIXES)
def test_mixes(name, other):
    f, b = FUNCTIONS[name], VALUES[other]
    args = (X,) if callable(b) else (X, b)
    run = (lambda a: f(a, b())) if callable(b) else f
    with np.errstate(all="ignore"):
        wanted = run(*args)
    found = natively_of_arrays(run, *args)(*args)
    assert type(found) is type(wanted)
    assert found.dtype == wanted.dtype
    rtol = 1e-6 if found.dtype == np.float32 else 1e-13
    if other != "doubles" and "double" not in other:
        rtol = 1e-6  # doubles of singles
    np.testing.assert_allclose(found, wanted, rtol=rtol)


def test_python_numbers_are_rounded_before_they_are_compared():
    x = np.array([0.1, 0.3, 1e38], np.float32)
    f = lambda x: np.where(x == 0.1, 1e39, x)  # noqa: E731
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(natively_of_arrays(f, x)(x), f(x))
    g = lambda x: np.where(x == np.float64(0.1), 2.0, x)  # noqa: E731
    np.testing.assert_array_equal(natively_of_arrays(g, x)(x), g(x))


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 2), (1, 2), (0, 1)])
def test_gradients_of_reductions(axis):
    x = RANDOM.standard_normal((3, 4, 5)).astype(np.float32)

    def f(x):
        return np.sum(np.max(np.sin(x), axis=axis) * np.mean(x, axis))

    run = grad(f)
    found = natively_of_arrays(run, x)(x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, run(x.astype(float)), rtol=2e-5, atol=1e-5)


def test_results_of_both_kinds_and_numbers():
    def f(x, a):
        y, change = jvp(np.tanh, (x,), (x,))
        return y, change.astype(np.float64) * a, np.sum(y), a * 2, np.float32(3) * a

    for a in (1.5, np.float32(1.5), np.float64(1.5)):
        found, wanted = natively_of_arrays(f, X, a)(X, a), f(X, a)
        for got, want in zip(found, wanted, strict=True):
            assert type(got) is type(want)
            np.testing.assert_allclose(got, want, rtol=1e-6)
            assert np.result_type(got) == np.result_type(want)


def test_guards_on_singles():
    def f(x):
        return np.sin(x) if np.sum(x) > 1 else x * 2

    run = jit(f)
    for x in itertools.islice(itertools.cycle([X, -X]), 1200):
        found = run(x)
    np.testing.assert_array_equal(found, -X * 2)
    assert any(path.native for ways in run._ways.values() for path in ways.paths)


def test_conversions_are_computed_once():
    plan = array_plan(lambda a, b: np.sin(a + b) * a, X, VALUES["doubles"])
    assert [str(node.code) for node in plan.nodes].count("widen") == 1


def test_singles_take_half_of_the_memory():
    f = lambda x: np.sum(np.sin(x)[::-1] * x)  # noqa: E731
    x = np.linspace(0, 1, 1600)
    single, double = (
        array_source(jit(f).program(x.astype(dtype))).work_bytes
        for dtype in (np.float32, np.float64)
    )
    assert (single, double) == (6400, 12800)


def test_types_of_kinds_values_and_numbers():
    kinds = ["float", "float64[2]", "float32", "float32[3, 1]", "bool[2]", "int64"]
    found = [real_in(kind) for kind in kinds]
    assert found == ["double", "double", "float", "float", None, None]
    assert real_of(View(Buffer(1, real="float"), (), ())) == "float"
    assert real_of(1.5) is None
    assert literal(0.1, "float") == literal(float(np.float32(0.1)), "double")
    assert literal(1e300, "float") == "0x7FF0000000000000"
