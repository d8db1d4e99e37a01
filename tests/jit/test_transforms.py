"""jit inside and outside of every operator, with rules of users', solvers, sparsity."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import scipy.sparse

import diffops
from diffops import (
    argmin,
    checkpoint,
    checkpointed_loop,
    custom_jvp,
    custom_vjp,
    diff,
    diffn,
    elementwise,
    fgrad,
    fixed_point,
    grad,
    jacobian,
    jit,
    jvp,
    laplacian,
    linear_solve,
    linearize,
    reversible_sgd,
    root,
    stop_gradient,
    taylor,
    vjp,
    vmap,
)
from diffops.operators._tree import flatten

X = np.array([0.7, -1.2, 2.1])
ROWS = np.arange(6.0).reshape(2, 3) / 5
SPARSE = scipy.sparse.csr_array(np.diag([1.0, 2.0, 3.0]) + np.eye(3, k=1))
MATRIX = 3 * np.eye(3) + 0.1


def same(jitted, f, *points, rtol=1e-12):
    """Compare results, in value and type, at these points again and again."""
    for point in points * 3:
        found, wanted = flatten(jitted(point))[0], flatten(f(point))[0]
        for a, b in zip(found, wanted, strict=True):
            assert type(a) is type(b)
            np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-14)


def energy(x):
    return np.sum(np.sin(x) * x)


def field(x):
    return np.sin(x) * x[::-1]


def wave(a):
    return np.sin(a) * a


def and_map(pair, u):
    value, linear = pair
    return value, linear(u), linear(2 * u)


OPERATORS = {
    "grad": (grad, energy, X),
    "fgrad": (fgrad, energy, X),
    "gradv": (lambda f: lambda x: diffops.gradv(f)(x, x), energy, X),
    "hessian": (diffops.hessian, energy, X),
    "fgradhessianv": (
        lambda f: lambda x: diffops.fgradhessianv(f)(x, X),
        energy,
        X,
    ),
    "laplacian": (laplacian, energy, X),
    "jacobian": (jacobian, field, X),
    "jacobianT": (diffops.jacobianT, field, X),
    "fjacobianTv": (lambda f: lambda x: diffops.fjacobianTv(f)(x, x), field, X),
    "ffjacobianTv": (
        lambda f: lambda x: and_map(diffops.ffjacobianTv(f)(x), x),
        field,
        X,
    ),
    "curldiv": (diffops.curldiv, field, X),
    "diff": (diff, wave, 1.1),
    "ffdiff2": (diffops.ffdiff2, wave, 1.1),
    "diffn": (functools.partial(diffn, 4), wave, 1.1),
    "taylor": (lambda f: lambda a: taylor(f, a, 3), wave, 1.1),
    "jvp": (lambda f: lambda x: jvp(f, (x,), (x,)), energy, X),
    "vjp": (lambda f: lambda x: and_map(vjp(f, x), 1.0), energy, X),
    "linearize": (lambda f: lambda x: and_map(linearize(f, x), x), energy, X),
    "vmap": (vmap, energy, ROWS),
    "vmap of grad": (lambda f: vmap(grad(f)), energy, ROWS),
    "grad of vmap": (lambda f: grad(lambda x: np.sum(vmap(f)(x))), energy, ROWS),
    "checkpoint": (lambda f: grad(checkpoint(f)), energy, X),
    "aux": (
        lambda f: grad(lambda x: (f(x), {"twice": x * 2}), has_aux=True),
        energy,
        X,
    ),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_inside_and_outside(name):
    operator, f, x = OPERATORS[name]
    points = (x, x * 1.5)
    same(jit(operator(f)), operator(f), *points)
    same(operator(jit(f)), operator(f), *points)
    same(jit(operator(jit(f))), operator(f), *points)
    same(jit(jit(operator(f))), operator(f), *points)


def test_sparse_matrices_of_derivatives():
    """They are SciPy's and are not recorded; f may be jitted."""
    operator = diffops.sparse_jacobian
    for x in (X, 2 * X, X):
        found = operator(jit(field))(x).toarray()
        np.testing.assert_allclose(found, jacobian(field)(x))
    outside = jit(operator(field))
    outside(X)
    with pytest.warns(RuntimeWarning, match="sparse_jacobian cannot be"):
        outside(X)
    np.testing.assert_allclose(outside(X).toarray(), jacobian(field)(X))


@custom_vjp
def tripled(x):
    return np.sum(x**2)


tripled.defvjp(lambda x: (np.sum(x**2), x), lambda x, g: (3 * g * x,))


@custom_jvp
def fivefold(x):
    return np.sum(np.sin(x))


fivefold.defjvp(lambda p, t: (np.sum(np.sin(p[0])), 5 * np.sum(t[0])))

softplus = elementwise(lambda x: np.logaddexp(0, x), lambda y, x: 1 - np.exp(-y))

SOLVED = {
    "custom_vjp": (tripled, X),
    "custom_jvp": (fivefold, X),
    "elementwise": (lambda x: np.sum(softplus(x)), X),
    "stop_gradient": (lambda x: np.sum(x * stop_gradient(x)), X),
    "checkpointed_loop": (
        lambda x: np.sum(checkpointed_loop(lambda s: s + 0.1 * np.sin(s), x, 20)),
        X,
    ),
    "root": (lambda a: root(lambda x: x**3 + x - a, 1.0), 2.0),
    "fixed_point": (lambda a: fixed_point(lambda x: np.cos(a * x), 0.5), 0.7),
    "linear_solve": (lambda b: np.sum(linear_solve(lambda v: MATRIX @ v, b) ** 2), X),
    "argmin": (lambda a: argmin(lambda w: (w - a) ** 2 + w**4, 0.0) ** 2, 0.7),
    "reversible_sgd": (
        lambda rate: np.sum(
            reversible_sgd(
                lambda w, t: np.sum((w - X) ** 2),
                np.zeros(3),
                10,
                np.ones(10) * rate,
                np.full(10, 0.5),
            )
            ** 2
        ),
        0.05,
    ),
    "sparse operator": (lambda x: np.sum((SPARSE @ x) ** 2), X),
}


@pytest.mark.parametrize("name", SOLVED)
def test_rules_of_users_solvers_and_loops(name):
    f, x = SOLVED[name]
    points = (x, x * 1.3)
    same(jit(f), f, *points, rtol=1e-9)
    same(jit(fgrad(f)), fgrad(f), *points, rtol=1e-9)
    same(fgrad(jit(f)), fgrad(f), *points, rtol=1e-9)


class Model:
    """All the ways of being a method."""

    def __init__(self, scale):
        self.scale = scale

    def __call__(self, x):
        return self.scale * np.sum(x)

    def method(self, x, power=2):
        return self.scale * x**power

    decorated = jit(method)

    @classmethod
    def of_class(cls, x):
        return x * len(cls.__name__)

    @staticmethod
    def of_nobody(x):
        return x * 3


def test_callables_of_every_kind():
    one, two = Model(2.0), Model(5.0)
    for f in (
        one,
        one.method,
        Model.of_class,
        Model.of_nobody,
        functools.partial(one.method, power=3),
        functools.partial(Model.method, two),
        np.sum,
        lambda *xs: xs[0] * 2,
        lambda x, *, w=X, n=2: np.sum(w * x**n),
        lambda x: sum(v * i for i, v in enumerate(v for v in x)),
    ):
        same(jit(f), f, X, 2 * X)
    for _ in range(3):
        np.testing.assert_array_equal(one.decorated(X), 2.0 * X**2)
        np.testing.assert_array_equal(two.decorated(X, power=3), 5.0 * X**3)


def test_functions_of_results_that_are_functions():
    operator = diff(jit(lambda u: lambda v: u * v * v))
    for _ in range(3):
        assert operator(2.0)(3.0) == 9.0


def test_recursion_of_jitted_functions():
    @jit
    def collatz(a):
        if a <= 1.0:
            return 0.0 * a
        return collatz(a / 2 if a % 2 == 0 else 3 * a + 1) + 1

    with pytest.warns(RuntimeWarning, match="more than 8 ways"):
        assert [collatz(float(n)) for n in range(1, 11)] == [
            *(0, 1, 7, 2, 5, 8, 16, 3, 19, 6)
        ]

    @jit
    def endless(a):
        return endless(a + 1.0)

    for _ in range(2):
        with pytest.raises(RecursionError):
            endless(1.0)
