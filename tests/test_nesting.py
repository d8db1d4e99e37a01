"""Differentiations inside differentiations: nothing may be confused with anything.

Sources of the cases: Siskind and Pearlmutter 2005 and 2008, Manzyuk et al. 2019, and
the issue trackers of other libraries (`ForwardDiff` 313 and 443 among them).
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from diffops import (
    EscapedValueError,
    diff,
    diffn,
    ffjacobianTv,
    fgrad,
    grad,
    gradv,
    hessian,
    jacobian,
    jacobianTv,
    jacobianv,
    jvp,
    linearize,
    vjp,
)


def by_vectors(f):
    """Differentiate f of a number as a function of a vector with one entry."""
    return lambda x: grad(lambda v: f(v[0]))(np.stack([x]))[0]


def along_vectors(f):
    """Differentiate f of a number along a vector with two equal entries."""

    def derivative(x):
        point = np.stack([x, 3.0])
        return jvp(lambda v: f(v[0]), (point,), (np.array([1.0, 0.0]),))[1]

    return derivative


FORWARD = {
    "diff": diff,
    "jvp": lambda f: lambda x: jvp(f, (x,), (1.0,))[1],
    "gradv": lambda f: lambda x: gradv(f)(x, 1.0),
    "jacobianv": lambda f: lambda x: jacobianv(f)(x, 1.0),
    "jacobian forward": lambda f: jacobian(f, mode="forward"),
    "forward on vectors": along_vectors,
}
REVERSE = {
    "grad": grad,
    "vjp": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
    "fgrad": lambda f: lambda x: fgrad(f)(x)[1],
    "jacobianTv": lambda f: lambda x: jacobianTv(f)(x, 1.0),
    "ffjacobianTv": lambda f: lambda x: ffjacobianTv(f)(x)[1](1.0),
    "jacobian reverse": lambda f: jacobian(f, mode="reverse"),
    "linearize": lambda f: lambda x: linearize(f, x)[1](1.0),
    "reverse on vectors": by_vectors,
}
ALL = FORWARD | REVERSE
MODES = {"F": diff, "R": grad, "f": along_vectors, "r": by_vectors}


def every(names, depth):
    """Return all sequences of operators, innermost last, with readable ids."""
    return [
        pytest.param(tuple(names[n] for n in mix), id="-".join(mix))
        for mix in itertools.product(names, repeat=depth)
    ]


pairs = pytest.mark.parametrize("operators", every(ALL, 2))
doubles = pytest.mark.parametrize("operators", every(MODES, 2))
triples = pytest.mark.parametrize("operators", every(MODES, 3))
quadruples = pytest.mark.parametrize("operators", every({"F": diff, "R": grad}, 4))
singles = pytest.mark.parametrize("D", ALL.values(), ids=ALL)


def close(found, wanted, rtol=1e-13):
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=1e-300, strict=False)


# Perturbation confusion


@pairs
def test_the_first_confusion_of_2005(operators):
    D, E = operators
    close(D(lambda x: x * E(lambda y: x + y)(1.0))(1.0), 1.0)


@pairs
def test_a_product_whose_inner_derivative_is_the_outer_variable(operators):
    D, E = operators
    close(D(lambda x: x * E(lambda y: x * y)(2.0))(1.0), 2.0)


@pairs
def test_inner_point_moves_with_the_outer_variable(operators):
    # d/dx [x² cos(3x)·3], the inner derivative being taken at y = 3x.
    D, E = operators
    x = 0.7
    found = D(lambda x: x**2 * E(lambda y: np.sin(y) * x)(3 * x))(x)
    close(found, 3 * x**2 * np.cos(3 * x) - 3 * x**3 * np.sin(3 * x))


@pairs
def test_inner_variable_unused_or_outer_variable_unused(operators):
    D, E = operators
    close(D(lambda x: E(lambda y: x**3)(2.0) + x)(5.0), 1.0)
    close(D(lambda x: E(lambda y: y**3)(2.0))(5.0) + 1, 1.0)


@doubles
def test_amazing_bug(operators):
    # D(s)(0) is the derivative operator itself; both uses must get their own tag.
    D, E = operators
    s = lambda u: lambda f: lambda x: f(x + u)  # noqa: E731
    h = lambda x: np.exp(2 * x)  # noqa: E731
    first, second = D_of(D, s), D_of(E, s)
    close(first(h)(1.0), 2 * np.exp(2))
    close(first(first(h))(1.0), 4 * np.exp(2))
    close(first(second(h))(1.0), 4 * np.exp(2))
    close(second(first(second(h)))(1.0), 8 * np.exp(2))


def D_of(D, s):
    """Return D(s)(0.0), where D can return functions; diff where it cannot."""
    return (D if D in (diff, grad) else diff)(s)(0.0)
