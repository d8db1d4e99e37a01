"""What NumPy makes of np.array([x, y]): arrays of objects, to be adopted."""

import numpy as np
import pytest
from gradients import POINT, check, modes

from diffops import NoDerivativeError, grad, jacobian, jvp, vjp

FUNCTIONS = (
    np.sin, np.cos, np.tan, np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.exp,
    np.expm1, np.exp2, np.square, np.sqrt, np.cbrt, np.log, np.log1p, np.log2, np.log10,
    np.abs, np.fabs, np.negative, np.reciprocal, np.sign, np.deg2rad, np.conjugate,
)  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_elementwise_functions_of_tracked_entries(function):
    check(lambda x: function(np.array([x[0], x[1] * 1.5, x[3]])) @ x[:3])


PROGRAMS = {
    "arithmetic": lambda x: np.sum((np.array([x[0], 1.0, x[1]]) * 2 + 1) ** 2 / x[3]),
    "sum and prod": lambda x: (
        np.array([x[0], 2.0, x[1]]).sum() * np.array([x[0], 2.0, x[3]]).prod()
    ),
    "mean, var, std": lambda x: (
        np.array([x[0], 2.0]).mean()
        + np.array([x[0], 2.0, x[1]]).var()
        + np.array([x[1], x[2]]).std()
    ),
    "max, min, ptp": lambda x: (
        np.array([x[0], 2.0]).max() * np.array([x[0], x[3]]).min()
        + np.ptp(np.array([x[0], x[3]]))
    ),
    "matmul": lambda x: np.array([x[0], 1.0]) @ np.array([x[1], x[2]]),
    "matmul array": lambda x: (
        np.array([x[0], x[1]]) @ x[2:] + x[2:] @ np.array([1.0, x[1]])
    ),
    "dot": lambda x: np.array([x[0], 1.0]).dot(np.array([x[1], x[2]])),
    "norm": lambda x: np.linalg.norm(np.array([x[0], 1.0, x[1]])),
    "meets a tracked array": lambda x: (
        np.sum(np.array([x[0], 1.0, 2.0, x[1]]) * x)
        - np.sum(x / np.array([x[0], 1.0, 2.0, x[1]]))
    ),
    "matrix": lambda x: (
        np.sum(np.array([[x[0], 1.0], [x[1], x[2]]]) @ x[:2])
        + np.trace(np.array([[x[0], 1.0], [x[1], x[2]]]))
    ),
    "of arrays": lambda x: np.sum(np.array([x, x**2])[1] @ np.array([x, x]).T),
    "where": lambda x: np.where([True, False], np.array([x[0], x[1]]), x[2:]).sum(),
    "concatenate": lambda x: np.concatenate([np.array([x[0], 1.0]), x]) @ [*range(6)],
    "hstack, append": lambda x: (
        np.hstack([np.array([x[0]]), x])[0] * np.append(np.array([x[1], 2.0]), x)[0]
    ),
    "cumsum, diff": lambda x: (
        np.cumsum(np.array([x[0], 1.0, x[1]])) @ [1.0, 2.0, 3.0]
        + np.diff(np.array([x[0] ** 2, x[1]]))[0]
    ),
    "sort": lambda x: np.sort(np.array([x[3], x[0], 1.0])) @ [1.0, 2.0, 3.0],
    "index": lambda x: (
        np.array([x[0], x[1]])[[1, 1, 0]].sum()
        + np.array([x[0], 5.0])[np.array([x[0], 5.0]) > 2].sum()
    ),
    "maximum, power": lambda x: np.sum(
        np.maximum(np.array([x[0], x[1]]), 1.0) ** np.array([x[2], 2.0])
    ),
    "outer, einsum": lambda x: (
        np.outer(np.array([x[0], 1.0]), x).sum()
        + np.einsum("i,i", np.array([x[0], x[1]]), x[2:])
    ),
    "in place": lambda x: _in_place(np.array([x[0], 1.0, x[1]]), x),
    "of a list in a list": lambda x: np.sum(np.array([[x[0], x[1]], [1.0, x[2]]]) ** 2),
    "solve": lambda x: (
        np.linalg.solve(np.eye(2) * x[0], np.array([x[1], x[2]])).sum()
        if isinstance(x[0], float)
        else np.linalg.solve(np.eye(2) * x[0], np.array([x[1], x[2]], like=x)).sum()
    ),
    "plain objects": lambda x: np.sum(x * np.array([1, 2.5, 3, 4], dtype=object)),
    "empty": lambda x: np.sum(x) + np.array([]).sum() + np.sum(x[:0]),
}


def _in_place(a, x):
    b = a
    a += x[:3]
    a[1] = x[3]
    a *= a
    return b.sum()


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_programs(program):
    check(program)


def test_returned():
    def f(x):
        return np.array([x[0] * 2, 1.0, np.sin(x[1])])

    y, change = jvp(f, (POINT,), (np.ones(4),))
    assert y.dtype == change.dtype == float
    np.testing.assert_allclose(y, f(POINT))
    np.testing.assert_allclose(change, [2.0, 0.0, np.cos(POINT[1])])
    wanted = np.array([[2.0, 0, 0, 0], [0, 0, 0, 0], [0, np.cos(POINT[1]), 0, 0]])
    for mode in ("forward", "reverse"):
        np.testing.assert_allclose(jacobian(f, mode=mode)(POINT), wanted)
    y, pullback = vjp(lambda x: {"a": [f(x), 2.0]}, POINT)
    (g,) = pullback({"a": [np.array([1.0, 2.0, 3.0]), 1.0]})
    np.testing.assert_allclose(g, wanted.T @ [1.0, 2.0, 3.0])


@modes
@pytest.mark.parametrize("strange", [["text", 1.0], [None, 2.0], [{}, 1.0]])
def test_arrays_of_other_objects_are_refused(gradient, strange):
    with pytest.raises(TypeError, match="Python objects"):
        gradient(lambda x: np.sum(x[:2] * np.array(strange, dtype=object)))(POINT)


MASKED = np.ma.array([1.0, 2.0, 3.0, 4.0], mask=[0, 1, 0, 0])


@modes
@pytest.mark.parametrize("program", [lambda x: x * MASKED, lambda x: np.add(x, MASKED)])
def test_masked_arrays_are_refused(gradient, program):
    with pytest.raises(NoDerivativeError, match=r"MaskedArray .* np\.asarray"):
        gradient(lambda x: np.sum(program(x)))(POINT)


def test_what_is_no_tracked_value_passes_as_it_is():
    def f(x):
        return np.sum(x), np.array([None, "text"], dtype=object)

    gradient, aux = grad(f, has_aux=True)(POINT)
    assert aux.tolist() == [None, "text"]
    np.testing.assert_array_equal(gradient, np.ones(4))
