"""What symbolic operators return: results, expressions, and words for misuse."""

import dataclasses

import numpy as np
import pytest

from diffops import NoDerivativeError, grad, jit, symbolic, vmap

sympy = pytest.importorskip("sympy", reason="SymPy is not installed")

X = np.array([1.0, 3.0])


def f(q):
    return q[0] ** 2 * q[1]


def test_types_of_results():
    slope = symbolic.diff(lambda x: x**3)
    assert type(slope(2)) is type(slope(2.0)) is float
    assert type(slope(np.float32(2))) is np.float32
    assert type(slope(np.array(2.0))) is np.float64
    found = symbolic.grad(f)(X.astype(np.float32))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [6, 1])
    assert symbolic.grad(f)(np.array([1, 3])).dtype == np.float64
    assert symbolic.grad(f)(X).dtype == np.float64


def test_expressions_for_each_shape():
    slope = symbolic.grad(np.sum)
    with pytest.raises(ValueError, match="depends on the shape"):
        _ = slope.expression
    assert repr(slope) == "<grad(sum)>"
    np.testing.assert_array_equal(slope(np.ones((2, 2))), np.ones((2, 2)))
    np.testing.assert_array_equal(slope(X), np.ones(2))
    assert slope.expression == sympy.ones(2, 2)


def test_f_is_run_once_for_each_shape():
    calls = []
    slope = symbolic.grad(lambda x: calls.append(x) or np.sum(x))
    for shape in (2, 2, 3, 3, 2):
        slope(np.ones(shape))
    assert len(calls) == 2


def test_symbols_are_named_after_the_argument():
    q = [sympy.Symbol(f"q_{i}", real=True) for i in range(2)]
    slope = symbolic.grad(f, shape=2)
    assert slope.expression == sympy.Array([2 * q[0] * q[1], q[0] ** 2])
    assert repr(slope).startswith("<grad(f): [2*q_0*q_1")
    np.testing.assert_array_equal(slope(X), [6, 1])


def test_latex():
    assert symbolic.diff(lambda x: x**3)._repr_latex_() == r"$\displaystyle 3 x^{2}$"


def test_many_axes():
    cube = symbolic.hessian(lambda x: np.sum(x**3))
    m = np.arange(4.0).reshape(2, 2)
    wanted = np.zeros((2, 2, 2, 2))
    for i, j in np.ndindex(2, 2):
        wanted[i, j, i, j] = 6 * m[i, j]
    np.testing.assert_array_equal(cube(m), wanted)
    assert cube.expression.shape == (2, 2, 2, 2)


def test_steps_have_slope_zero():
    assert symbolic.diff2(np.abs)(2.0) == 0
    assert symbolic.diff2(lambda x: np.maximum(x, 1) ** 2)(2.0) == 2
    assert symbolic.diff(lambda x: np.floor(2 * x) * x)(0.8) == 1
    assert symbolic.diff(lambda x: np.sign(np.log(x)) * x)(2.0) == 1


@dataclasses.dataclass
class Pair:
    a: float


@pytest.mark.parametrize(
    "x", [{"a": 1.0}, [1.0], (1.0, 2.0), Pair(1.0), "x", True, None]
)
def test_containers_are_refused(x):
    with pytest.raises(TypeError, match="one real number or array, not a "):
        symbolic.grad(np.sum)(x)


@pytest.mark.parametrize("x", [np.array([1j]), np.array([True]), np.array(["a"])])
def test_other_numbers_are_refused(x):
    with pytest.raises(TypeError, match="wants real x"):
        symbolic.grad(np.sum)(x)


def test_misuse():
    with pytest.raises(TypeError, match=r"write symbolic\.grad\(f\)\(x\)"):
        symbolic.grad(X)
    with pytest.raises(TypeError, match="lambda> returned a dict"):
        symbolic.jacobian(lambda x: {"a": x})(X)
    with pytest.raises(TypeError, match="returned a NoneType"):
        symbolic.grad(lambda x: None)(X)
    with pytest.raises(TypeError, match="positional argument"):
        symbolic.grad(f)(X, X)


def test_errors_of_f_are_its_own():
    with pytest.raises(ValueError, match="mine"):
        symbolic.diff(lambda x: (_ for _ in ()).throw(ValueError("mine")))(1.0)


def test_unknown_derivatives():
    class Unknown(sympy.Function):
        def fdiff(self, argindex=1):
            return sympy.Derivative(self, self.args[0], evaluate=False)

    from diffops.symbolic._terms import Terms

    with pytest.raises(NoDerivativeError, match="does not know the derivative"):
        symbolic.diff(lambda x: Terms(Unknown(x.entries.item())))(1.0)


def test_tracked_points_are_refused():
    slope = symbolic.diff(lambda x: x**3)
    for call in (lambda: grad(slope)(2.0), lambda: vmap(slope)(np.ones(2))):
        with pytest.raises(NoDerivativeError, match=r"use diffops\.diff inside"):
            call()


def test_jit_runs_formulas_as_they_are():
    program = jit(symbolic.diff(lambda x: x**3))
    with pytest.warns(RuntimeWarning, match=r"use diffops\.diff inside"):
        assert [program(2.0) for _ in range(3)] == [12.0] * 3
