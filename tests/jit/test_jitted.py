"""jit: equal to the function, whichever way it goes, from whichever thread."""

from __future__ import annotations

import pickle
import threading
import warnings

import numpy as np
import pytest

from diffops import (
    StaleProgramError,
    diff,
    grad,
    hessian,
    hessianv,
    jacobian,
    jit,
    jvp,
    vmap,
)
from diffops.jit.jitted import MOST_PATHS

X = np.array([0.7, -1.2, 2.1])
TABLE = np.arange(6.0).reshape(2, 3) / 5


def leaves(result):
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)):
        return [leaf for part in result for leaf in leaves(part)]
    return [result]


def paths(jitted):
    return [len(ways.paths) for ways in jitted._ways.values()]


def same_as_eager(f, *calls):
    """Compare several calls of every one of these arguments; return the paths."""
    jitted = jit(f)
    for args in calls * 3:
        found, wanted = leaves(jitted(*args)), leaves(f(*args))
        for a, b in zip(found, wanted, strict=True):
            assert type(a) is type(b)
            np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)
            assert np.result_type(a) == np.result_type(b)
    return paths(jitted)


def smooth(x):
    return np.sum(np.sin(x) * x)


def halved(a):
    while a > 0.3:
        a = a / 2
    return a * 3


def written(x):
    y = np.zeros_like(x)
    y[0] = x[1]
    y[1:] += x[1:] * 2
    y *= x
    return y


def viewed(x):
    y = np.copy(x)
    head = y[:2]
    head *= 2
    y[0] += 1
    return head, y, y


PROGRAMS = {
    "vectors": (smooth, [(X,), (2 * X,)], [1]),
    "floats": (lambda a: np.sin(a) * a + 2, [(0.5,), (1.5,)], [1]),
    "float64": (lambda a: np.sin(a) * a + 2, [(np.float64(0.5),)], [1]),
    "float32": (lambda a: np.sin(a) * a + 2, [(np.float32(0.5),)], [1]),
    "complex": (lambda a: np.exp(a) * a, [(0.5 + 1j,), (1j,)], [1]),
    "longdouble": (lambda x: x * 2 + 1, [(X.astype(np.longdouble),)], [1]),
    "gradient": (grad(smooth), [(X,), (2 * X,)], [1]),
    "hessian": (hessian(smooth), [(X,), (2 * X,)], [1]),
    "hessianv": (hessianv(smooth), [(X, X), (2 * X, X)], [1]),
    "jacobian": (jacobian(lambda x: np.sin(x) * x[0]), [(X,)], [1]),
    "vmap": (vmap(smooth), [(TABLE,)], [1]),
    "nested": (diff(lambda a: a * diff(lambda b: a * b * b)(a)), [(1.5,), (2.0,)], [1]),
    "branches": (halved, [(1.0,), (5.0,), (0.1,), (7.0,)], [3]),
    "derivative of branches": (grad(halved), [(1.0,), (5.0,), (0.1,)], [3]),
    "index": (lambda x: x[np.argmax(x)] * 2, [(X,), (X[::-1].copy(),)], [1]),
    "plain array, index": (lambda x: TABLE[1][np.argmax(x)] * x, [(X,), (-X,)], [2]),
    "mask": (lambda x: np.sum(x[x > 0]), [(X,), (-X,)], [2]),
    "where": (lambda x: np.where(x > 0, x, x**2), [(X,), (-X,)], [1]),
    "writes": (written, [(X,), (2 * X,)], [1]),
    "derivative of writes": (jacobian(written), [(X,), (2 * X,)], [1]),
    "views": (viewed, [(X,), (2 * X,)], [1]),
    "the argument itself": (lambda x: (x, x.T, x[1:]), [(X,)], [1]),
    "constants": (lambda x: (np.ones(2), 3.0, 4), [(X,)], [1]),
    "loop over entries": (lambda x: sum(np.sin(v) * v for v in x), [(X,)], [1]),
    "containers": (
        lambda d: {"s": d["a"] * 2, "t": [d["b"][0] + 1, (d["a"][0],)]},
        [({"a": X, "b": [2.0]},), ({"a": X, "b": [3.0]},)],
        [1],
    ),
    "counts stand by value": (lambda x, n: x**n + n, [(X, 2), (X, 3)], [1, 1]),
    "flags stand by value": (
        lambda x, s: x if s == "a" else -x,
        [(X, "a"), (X, "b")],
        [1, 1],
    ),
    "shapes": (lambda x: x * 2, [(X,), (X[:2],), (TABLE,), (TABLE.T,)], [1, 1, 1, 1]),
    "whole numbers": (
        lambda i, x: x[i] + i,
        [(np.array([0, 2]), X), (np.array([1, 1]), X)],
        [1],
    ),
    "round": (lambda a: round(a) * a + round(a, 1), [(1.26,), (1.31,)], [1]),
    "int()": (lambda a: X[int(a)] * a, [(1.26,), (1.31,)], [1]),
    "linear algebra": (
        lambda x: np.linalg.solve(np.outer(x, x) + np.eye(3), x),
        [(X,)],
        [1],
    ),
    "several results": (lambda x: np.linalg.eigh(np.outer(x, x)), [(X,)], [1]),
    "division by zero": (
        lambda a: 1 / (a - 1),
        [(np.float64(2.0),), (np.float64(3.0),)],
        [1],
    ),
    "not a number": (lambda a: -a if a != a else a, [(np.nan,), (1.0,)], [2]),
    "signs of zero": (
        lambda a: np.copysign(1.0, a * 0.0) + np.copysign(1.0, -0.0 * abs(a)),
        [(1.0,), (-1.0,)],
        [1],
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_equal_to_eager(name):
    f, calls, wanted = PROGRAMS[name]
    if name == "division by zero":
        with np.errstate(all="ignore"):
            assert same_as_eager(f, *calls, (np.float64(1.0),)) == wanted
    else:
        assert same_as_eager(f, *calls) == wanted


def test_keyword_arguments():
    def f(x, *, scale, power=1):
        return scale * x**power

    jitted = jit(f)
    for scale in (2.0, 3.0, 4.0):
        np.testing.assert_array_equal(jitted(X, scale=scale), scale * X)
        np.testing.assert_array_equal(jitted(X, scale=scale, power=2), scale * X**2)
    assert paths(jitted) == [1, 1]


def test_the_first_call_runs_the_function_and_later_ones_do_not():
    calls = []

    def f(x):
        calls.append(type(x))
        return x * 2

    jitted = jit(f)
    for _ in range(5):
        jitted(X)
    assert len(calls) == 3  # the first, and one beside the recording
    assert calls[0] is calls[2] is np.ndarray


def test_too_many_ways_end_in_one_warning_that_names_the_line():
    def f(x):
        return x if round(x) % 2 else -x  # the line

    jitted = jit(lambda x: f(x) * X[int(abs(x)) % 3])
    inputs = np.linspace(0.2, 40.0, 30)
    ways = r"more than 8 ways .*test_jitted\.py:\d+"
    with pytest.warns(RuntimeWarning, match=ways) as told:
        found = list(map(jitted, inputs))
    assert [warning.filename for warning in told] == [__file__]
    assert found == [f(x) * X[int(abs(x)) % 3] for x in inputs]
    assert paths(jitted) == [MOST_PATHS]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for x in np.linspace(50.2, 60.0, 10):
            assert jitted(x) == f(x) * X[int(abs(x)) % 3]


def test_results_are_fresh():
    jitted = jit(lambda x: (x * 2, np.ones(3), x))
    results = [jitted(X) for _ in range(4)]
    for parts in results[1:]:  # the first call is f's own
        for part in parts:
            part[:] = 99.0
    np.testing.assert_array_equal(jitted(X)[0], 2 * X)
    np.testing.assert_array_equal(jitted(X)[1], np.ones(3))
    assert X[0] == 0.7


def test_operators_of_a_jitted_function():
    jitted = jit(smooth)
    for _ in range(3):
        np.testing.assert_allclose(grad(jitted)(X), grad(smooth)(X))
        np.testing.assert_allclose(hessian(jitted)(X), hessian(smooth)(X))
        np.testing.assert_allclose(vmap(jitted)(TABLE), vmap(smooth)(TABLE))
        np.testing.assert_allclose(vmap(grad(jitted))(TABLE), vmap(grad(smooth))(TABLE))
        found, wanted = jvp(jitted, (X,), (X,)), jvp(smooth, (X,), (X,))
        np.testing.assert_allclose(found, wanted)
    wave = jit(lambda t: np.sin(t) * t)
    assert grad(grad(grad(wave)))(1.1) == pytest.approx(
        -3 * np.sin(1.1) - 1.1 * np.cos(1.1), rel=1e-14
    )
    assert grad(jit(grad(jit(wave))))(1.1) == pytest.approx(
        2 * np.cos(1.1) - 1.1 * np.sin(1.1), rel=1e-14
    )


def test_closures_over_tracked_values():
    scale = [3.0]
    jitted = jit(lambda x: x * scale[0])
    for _ in range(3):
        assert jitted(2.0) == 6.0

    def outer(t):
        scale[0] = t
        try:
            return jitted(2.0)
        finally:
            scale[0] = 3.0

    assert grad(outer)(5.0) == 2.0
    assert grad(lambda t: jit(lambda x: x * t)(t))(5.0) == 10.0
    assert grad(lambda t: jit(lambda: t * t)())(5.0) == 10.0
    assert jitted(2.0) == 6.0


def test_arguments_without_a_signature_run_as_they_are():
    texts = np.array(["a", "b"])
    jitted = jit(lambda x, t: x * len(t))
    for _ in range(3):
        assert jitted(2.0, texts) == 4.0
        assert jitted(2.0, bytearray(b"abc")) == 6.0
    assert jitted._ways == {} or all(not w.paths for w in jitted._ways.values())


def test_an_error_is_the_functions_own():
    jitted = jit(lambda x: x[5])
    for _ in range(3):
        with pytest.raises(IndexError):
            jitted(X)


def test_recursion():
    @jit
    def factorial(x):
        return x * factorial(x - 1.0) if x > 1.5 else x

    for _ in range(3):
        assert factorial(5.0) == 120.0
    assert grad(factorial)(3.0) == pytest.approx(2 * 1 + 3 * 1 + 3 * 2)


def test_threads():
    jitted = jit(grad(smooth))
    wrong = []

    def work(k):
        for i in range(50):
            x = X * (1 + k + i / 50)
            if not np.allclose(jitted(x), np.cos(x) * x + np.sin(x)):
                wrong.append((k, i))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_methods_pickles_and_names():
    class Model:
        scale = 2.0

        @jit
        def predict(self, x):
            return self.scale * x

    np.testing.assert_array_equal(Model().predict(X), 2 * X)
    jitted = jit(np.sum)
    assert pickle.loads(pickle.dumps(jitted))(X) == np.sum(X)
    assert jitted.__name__ == "jit(sum)"
    assert repr(jitted) == "<jit(sum)>"
    with pytest.raises(TypeError, match="not a float"):
        jit(3.0)


def test_check_finds_what_went_stale():
    random = np.random.default_rng(0)
    noisy = jit(lambda x: x + random.normal(), check=True)
    noisy(1.0)
    with pytest.raises(StaleProgramError, match="random numbers"):
        noisy(1.0)
    scale = [2.0]
    stale = jit(lambda x: x * scale[0], check=True)
    for _ in range(3):
        assert stale(1.0) == 2.0
    scale[0] = 3.0
    with pytest.raises(StaleProgramError, match="pass that as an argument"):
        stale(1.0)
    fine = jit(grad(smooth), check=True)
    for _ in range(3):
        np.testing.assert_allclose(fine(X), grad(smooth)(X))


def test_a_refusal_that_was_swallowed_is_raised():
    def f(x):
        try:
            return grad(lambda t: float(t) * t)(x)
        except TypeError:
            return 0.0

    with pytest.raises(TypeError):
        jit(f).program(2.0)
    assert jit(lambda x: float(x) * 2)(3.0) == 6.0


EYE = np.eye(2)


def jittered(m):
    try:
        return np.linalg.cholesky(m)
    except np.linalg.LinAlgError:
        return np.linalg.cholesky(m + 10 * EYE)


def test_what_was_raised_and_caught_is_not_recorded():
    for order in ((EYE, -EYE, 4 * EYE), (EYE, EYE, -EYE, 4 * EYE), (-EYE, -EYE, EYE)):
        jitted = jit(jittered)
        for m in order * 2:
            np.testing.assert_allclose(jitted(m), jittered(m))

    def whole(a):
        try:
            return float(int(a))
        except ValueError:
            return -1.0

    jitted = jit(whole)
    for a in (1.0, np.nan, 4.0, np.nan, 1.0):
        assert jitted(a) == whole(a)


def test_dtypes_that_go_by_values_are_guarded():
    real = np.array([[1.0, 2.0], [0.5, 3.0]])
    turning = np.array([[0.1, 1.1], [-0.9, 0.6]])
    f = lambda m: np.sum(np.abs(np.linalg.eigvals(m)))  # noqa: E731
    for g in (jit(grad(f)), grad(jit(f))):
        for m in (real, real, turning, real, turning):
            np.testing.assert_allclose(g(m), grad(f)(m), rtol=1e-12)
    root = jit(lambda a: a**0.5)
    for a in (2.0, 2.0, -2.0):
        assert root(a) == a**0.5


def test_sets_and_dicts():
    f = lambda a: 10 * a if a in {1.0, 2.0} else a  # noqa: E731
    jitted = jit(f)
    for a in (1.0, 1.0, 3.0, 2.0, 1.0):
        assert jitted(a) == f(a)
    ordered = jit(lambda d: list(d.values())[0] - list(d.values())[1])  # noqa: RUF015
    for d in ({"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}):
        assert ordered(d) == list(d.values())[0] - list(d.values())[1]  # noqa: RUF015


def test_zeros_of_both_signs_and_orders_of_memory():
    sign = jit(lambda a: np.copysign(1.0, float(a)))
    for a in (0.0, 0.0, -0.0, 0.0):
        assert sign(a) == np.copysign(1.0, a)
    flat = jit(lambda m: m.ravel("K"))
    cube = np.arange(24.0).reshape(2, 3, 4)
    for m in (cube, cube, cube.transpose(1, 0, 2), cube.transpose(2, 0, 1), cube.T):
        for _ in range(3):
            np.testing.assert_array_equal(flat(m), m.ravel("K"))
