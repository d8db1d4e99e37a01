"""First derivatives of scalar functions: ``grad`` and ``gradv``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.operators._combinator import Derivative, Result
from diffops.operators._passes import forward, reverse
from diffops.operators._point import Argnums, Point
from diffops.operators._vectors import like_leaves, one_like, scalar_output

F = Callable[..., Any]


def grad(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the gradient of a scalar function.

    ``grad(f)(x)`` = ∇f(x) = (∂f/∂x₁, …, ∂f/∂xₙ).

    The result has the shape, dtype and container of x; integers count as floats. With
    several ``argnums`` (positions or names) it is a tuple. For complex x it is the
    conjugate of the direction of steepest ascent: 2 z̄ for |z|², as in autograd and
    JAX. With ``has_aux`` f returns (value, aux), and the result is (∇f(x), aux).

    Raises TypeError where f does not return one real number, and where x holds what
    cannot vary. Reverse mode: one call of f, at about three times its work whatever n,
    in memory that grows with what f computes.

    >>> import numpy as np
    >>> from diffops import grad
    >>> grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    return Derivative(_grad, f, argnums, has_aux)


def fgrad(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), ∇f(x)), in one pass.

    With ``has_aux`` the pair is ((f(x), aux), ∇f(x)). Also named ``value_and_grad``.
    Shapes, dtype, errors and cost as for `grad`.

    >>> import numpy as np
    >>> from diffops import fgrad
    >>> fgrad(lambda x: x @ x)(np.array([1.0, 2.0]))
    (np.float64(5.0), array([2., 4.]))
    """
    return Derivative(_grad, f, argnums, has_aux, value=True)


value_and_grad = fgrad


def gradv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the derivative of a scalar function along a direction.

    ``gradv(f)(x, v)`` = ∇f(x) · v, a number of the dtype of f(x); v is like x.

    Raises ValueError where the shapes of x and v differ, TypeError as `grad`. Forward
    mode: one call of f, at about three times its work; nothing is kept.

    >>> import numpy as np
    >>> from diffops import gradv
    >>> gradv(lambda x: x @ x)(np.array([1.0, 2.0]), np.array([1.0, 0.5]))
    np.float64(4.0)
    """
    return Derivative(_gradv, f, argnums, has_aux, vectors=1)


def fgradv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), ∇f(x) · v), in one pass.

    Shapes, errors and cost as for `gradv`.

    >>> import numpy as np
    >>> from diffops import fgradv
    >>> fgradv(lambda x: x @ x)(np.array([1.0, 2.0]), np.array([1.0, 0.5]))
    (np.float64(5.0), np.float64(4.0))
    """
    return Derivative(_gradv, f, argnums, has_aux, value=True, vectors=1)


def _grad(point: Point, has_aux: bool) -> Result:
    output, pullback = reverse(point, has_aux, once=True)
    leaf = scalar_output(output, point, "grad")
    gradient = point.rebuild(pullback([one_like(leaf)]))
    return Result(output.rebuild(output.leaves), (gradient,), output.aux)


def _gradv(point: Point, vector: Any, has_aux: bool) -> Result:
    direction = like_leaves(vector, point.leaves, "gradv")
    output, tangents = forward(point, direction, has_aux)
    scalar_output(output, point, "gradv")
    value = output.rebuild(output.leaves)
    return Result(value, (output.rebuild(tangents),), output.aux)
