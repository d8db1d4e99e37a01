"""Operators that differentiate a function of one number, to be nested in every mix."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from diffops import (
    diff,
    ffjacobianTv,
    fgrad,
    grad,
    gradv,
    jacobian,
    jacobianTv,
    jacobianv,
    jvp,
    linearize,
    taylor,
    vjp,
)


def by_vectors(f):
    """Differentiate f of a number as a function of a vector with one entry."""
    return lambda x: grad(lambda v: f(v[0]))(np.stack([x]))[0]


def along_vectors(f):
    """Differentiate f of a number along the first axis of the plane."""

    def derivative(x):
        point = np.stack([x, 3.0])
        return jvp(lambda v: f(v[0]), (point,), (np.array([1.0, 0.0]),))[1]

    return derivative


#: Every operator that can take the derivative of a function of one number.
ALL = {
    "diff": diff,
    "jvp": lambda f: lambda x: jvp(f, (x,), (1.0,))[1],
    "gradv": lambda f: lambda x: gradv(f)(x, 1.0),
    "jacobianv": lambda f: lambda x: jacobianv(f)(x, 1.0),
    "jacobian-forward": lambda f: jacobian(f, mode="forward"),
    "vectors-forward": along_vectors,
    "taylor": lambda f: lambda x: taylor(f, x, 2)[1],
    "grad": grad,
    "fgrad": lambda f: lambda x: fgrad(f)(x)[1],
    "vjp": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
    "jacobianTv": lambda f: lambda x: jacobianTv(f)(x, 1.0),
    "ffjacobianTv": lambda f: lambda x: ffjacobianTv(f)(x)[1](1.0),
    "jacobian-reverse": lambda f: jacobian(f, mode="reverse"),
    "linearize": lambda f: lambda x: linearize(f, x)[1](1.0),
    "vectors-reverse": by_vectors,
}

#: Forward and reverse mode, on numbers (capital letters) and on vectors.
MIXES = {"F": diff, "R": grad, "f": along_vectors, "r": by_vectors}
PURE = {"F": diff, "R": grad}

#: A test under this mark gets each of the four as ``D``.
modes = pytest.mark.parametrize("D", MIXES.values(), ids=MIXES)


def nested(names, depth):
    """Parametrize ``D`` over all sequences of operators, outermost first."""
    mixes = itertools.product(names, repeat=depth)
    values = [pytest.param([names[n] for n in mix], id="-".join(mix)) for mix in mixes]
    return pytest.mark.parametrize("D", values)


def assert_close(found, wanted, rtol=2e-14):
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=1e-300)
