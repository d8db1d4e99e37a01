"""The operators on arrays of another library, as strict as CuPy's.

Each gives what it gives of NumPy's arrays, where the arguments are, and nothing goes to
the host in between.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import strict_arrays
from strict_arrays import StrictArray

import diffops
from diffops import checkpoint, custom_jvp, custom_vjp, elementwise, stop_gradient

X = np.array([0.6, -1.1, 0.4])
V = np.array([0.3, 0.8, -0.5])
U = np.array([1.0, -2.0])


def scalar(x):
    return np.sum(np.sin(x) * np.roll(x, 1)) / (1 + x @ x)


def pair(x):
    return np.stack([scalar(x), x @ x])


def field(x):
    return np.cross(np.cos(x), np.roll(x, 1) ** 2)


def column(t):
    return np.stack([np.sin(t), t**3])


class Weights(NamedTuple):
    a: object
    b: object


def of_weights(w):
    return np.sum(np.tanh(w["first"].a * w["second"][0])) + w["first"].b ** 2


W = {"first": Weights(X, 0.7), "second": [V]}


@custom_vjp
def scaled(x):
    return 3.0 * np.exp(x)


scaled.defvjp(lambda x: (3.0 * np.exp(x), np.exp(x)), lambda e, g: (3.0 * e * g,))


@custom_jvp
def squared(x):
    return x * x


squared.defjvp(
    lambda primals, tangents: (primals[0] ** 2, 2 * primals[0] * tangents[0])
)

cubed = elementwise(lambda x: x**3, lambda y, x: 3 * x**2)


def with_rules(x):
    return np.sum(scaled(x) * squared(x) + cubed(x)) + np.sum(stop_gradient(x) * x)


def modulus(z):
    return np.sum(np.abs(z) ** 2)


def step(x):
    return x + 0.1 * np.sin(x)


def loop(x):
    return np.sum(diffops.checkpointed_loop(step, x, 5) ** 2)


def written(x):
    y = np.zeros_like(x)
    y[0] = x[1] * x[2]
    y[1:] += x[:2] ** 2
    return np.sum(y * y)


#: Where a question is asked: whether a leading coefficient is zero, a rule is linear,
#: what was computed again is what it was, and a root vanishes.
ASKING = {
    *("rules/_recurrences.py", "operators/_custom_rule.py"),
    *("checkpointing/_repeatable.py", "engines/loading.py"),
}

CALLS = {
    **{
        name: (lambda to, name=name: getattr(diffops, name)(scalar)(to(X)))
        for name in (
            *("grad", "fgrad", "value_and_grad", "hessian", "fhessian", "gradhessian"),
            *("fgradhessian", "laplacian", "flaplacian"),
        )
    },
    **{
        name: (lambda to, name=name: getattr(diffops, name)(scalar)(to(X), to(V)))
        for name in (
            *("gradv", "fgradv", "hessianv", "fhessianv", "gradhessianv"),
            "fgradhessianv",
        )
    },
    **{
        name: (lambda to, name=name: getattr(diffops, name)(pair)(to(X)))
        for name in ("jacobian", "fjacobian", "jacobianT", "fjacobianT")
    },
    "jacobian forward": lambda to: diffops.jacobian(pair, mode="forward")(to(X)),
    "jacobian reverse": lambda to: diffops.jacobian(pair, mode="reverse")(to(X)),
    "jacobian in chunks": lambda to: diffops.jacobian(pair, chunk_size=2)(to(X)),
    "hessian reverse": lambda to: diffops.hessian(scalar, mode="reverse")(to(X)),
    "jacobianv": lambda to: diffops.fjacobianv(pair)(to(X), to(V)),
    "jacobianTv": lambda to: diffops.fjacobianTv(pair)(to(X), to(U)),
    "ffjacobianTv": lambda to: diffops.ffjacobianTv(pair)(to(X))[1](to(U)),
    **{
        name: (lambda to, name=name: getattr(diffops, name)(field)(to(X)))
        for name in ("div", "fdiv", "curl", "fcurl", "curldiv", "fcurldiv")
    },
    **{
        name: (lambda to, name=name: getattr(diffops, name)(column)(to(X[0])))
        for name in ("diff", "fdiff", "diff2", "fdiff2", "ffdiff2")
    },
    "diffn": lambda to: diffops.ffdiffn(4, column)(to(X[0])),
    "jvp": lambda to: diffops.jvp(pair, (to(X),), (to(V),)),
    "vjp": lambda to: diffops.vjp(pair, to(X))[1](to(U)),
    "linearize": lambda to: diffops.linearize(pair, to(X))[1](to(V)),
    "taylor": lambda to: diffops.taylor(pair, to(X), 3, to(V)),
    "vmap": lambda to: diffops.vmap(scalar)(to(np.stack([X, V]))),
    "vmap of grad": lambda to: diffops.vmap(diffops.grad(scalar))(to(np.stack([X, V]))),
    "containers": lambda to: diffops.grad(of_weights)(there(W, to)),
    "argnums": lambda to: diffops.grad(lambda a, b: a @ b, (0, 1))(to(X), to(V)),
    "nested": lambda to: diffops.grad(
        lambda x: np.sum(diffops.grad(scalar)(x) * diffops.gradv(scalar)(x, to(V)))
    )(to(X)),
    "rules of one's own": lambda to: diffops.fhessian(with_rules)(to(X)),
    "checkpoint": lambda to: diffops.fgrad(checkpoint(scalar))(to(X)),
    "checkpointed_loop": lambda to: diffops.fgrad(loop)(to(X)),
    "in place": lambda to: diffops.fhessian(written)(to(X)),
    "float32": lambda to: diffops.fgrad(scalar)(to(X.astype(np.float32))),
    "whole numbers": lambda to: diffops.grad(scalar)(to(np.array([1, 2, 3]))),
    "complex": lambda to: diffops.fgrad(lambda z: np.sum(np.abs(z) ** 2))(
        to(X + 1j * V)
    ),
    "of a number": lambda to: diffops.fgrad(lambda t: np.sum(to(X) * t) ** 2)(0.5),
    "added to a number": lambda to: diffops.fdiff(lambda t: np.sum((t + to(X)) ** 2))(
        0.5
    ),
}


def there(value, to):
    """Put the arrays of a container elsewhere."""
    if isinstance(value, dict):
        return {name: there(item, to) for name, item in value.items()}
    if isinstance(value, Weights):
        return Weights(*(there(item, to) for item in value))
    if isinstance(value, list):
        return [there(item, to) for item in value]
    return to(value) if isinstance(value, np.ndarray) else value


def leaves(value):
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, (list, tuple, type({}.values()))):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


@pytest.mark.parametrize("name", CALLS)
def test_operators(name):
    put = strict_arrays.asarray
    with strict_arrays.counting() as counts:
        found = leaves(CALLS[name](put))
    wanted = leaves(CALLS[name](np.asarray))
    assert len(found) == len(wanted)
    for a, b in zip(found, wanted, strict=True):
        if name != "containers" or np.ndim(b):
            assert type(a) is StrictArray
        assert a.dtype == np.asarray(b).dtype
        assert a.shape == np.shape(b)
        bound = 1e-5 if name == "float32" else 1e-9
        np.testing.assert_allclose(strict_arrays.asnumpy(a), b, rtol=bound, atol=bound)
    assert set(counts.askers) <= ASKING
