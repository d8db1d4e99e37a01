"""Second derivatives of scalar functions: Hessians, and their products with vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from diffops.modes.dual import Forward
from diffops.operators._combinator import Derivative, Result
from diffops.operators._matrices import Gradient, by_columns, by_rows
from diffops.operators._passes import reverse, settle, tangent_of
from diffops.operators._point import Argnums, Point
from diffops.operators._vectors import (
    checked_chunk,
    checked_mode,
    like_leaves,
)
from diffops.tags import lower

F = Callable[..., Any]
Mode = Literal["auto", "forward", "reverse"]


def hessian(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    mode: Mode = "auto",
    chunk_size: int | None = None,
) -> Derivative:
    """Return the Hessian matrix of a scalar function.

    ``hessian(f)(x)[i, j]`` = ∂²f/∂xᵢ∂xⱼ, of shape x.shape + x.shape and the dtype of x.
    For a container x it is a container of containers of such blocks.

    Raises TypeError as `grad`. With mode "forward" ("auto") the gradient is pushed
    forward along all n directions in one pass in batch mode; with "reverse" it is
    recorded once and swept back along all. Both call f once, at about 6 n times its
    work, in the memory of about n gradients; ``chunk_size`` bounds how many directions
    are carried at once.

    >>> import numpy as np
    >>> from diffops import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """
    return Derivative(_hessian, f, argnums, has_aux, **_options(mode, chunk_size))


def fhessian(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    mode: Mode = "auto",
    chunk_size: int | None = None,
) -> Derivative:
    """Return the pair (f(x), H(x)) in one go.

    Shapes, options, errors and cost as for `hessian`.

    >>> import numpy as np
    >>> from diffops import fhessian
    >>> fhessian(lambda x: x @ x)(np.array([1.0]))
    (np.float64(1.0), array([[2.]]))
    """
    options = _options(mode, chunk_size)
    return Derivative(_hessian, f, argnums, has_aux, value=True, **options)


def gradhessian(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    mode: Mode = "auto",
    chunk_size: int | None = None,
) -> Derivative:
    """Return the pair (∇f(x), H(x)) in one go.

    Shapes as for `grad` and `hessian`; options, errors and cost as for `hessian`.

    >>> import numpy as np
    >>> from diffops import gradhessian
    >>> gradhessian(lambda x: x @ x)(np.array([1.0]))
    (array([2.]), array([[2.]]))
    """
    options = _options(mode, chunk_size)
    return Derivative(_gradhessian, f, argnums, has_aux, **options)


def fgradhessian(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    mode: Mode = "auto",
    chunk_size: int | None = None,
) -> Derivative:
    """Return (f(x), ∇f(x), H(x)) in one go.

    Shapes as for `grad` and `hessian`; options, errors and cost as for `hessian`.

    >>> import numpy as np
    >>> from diffops import fgradhessian
    >>> fgradhessian(lambda x: x @ x)(np.array([1.0]))
    (np.float64(1.0), array([2.]), array([[2.]]))
    """
    options = _options(mode, chunk_size)
    return Derivative(_gradhessian, f, argnums, has_aux, value=True, **options)


def hessianv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the product of the Hessian with a vector, without forming the matrix.

    ``hessianv(f)(x, v)`` = H(x) v, of the shape, dtype and container of x; v is like x.
    That is the ``hessp`` of `scipy.optimize.minimize`.

    Raises ValueError where the shapes of x and v differ, TypeError as `grad`. Forward
    over reverse: one call of f, at about three times the work of a gradient.

    >>> import numpy as np
    >>> from diffops import hessianv
    >>> hessianv(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    return Derivative(_hessianv, f, argnums, has_aux, vectors=1)


def fhessianv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), H(x) v), in one pass.

    Shapes, errors and cost as for `hessianv`.

    >>> import numpy as np
    >>> from diffops import fhessianv
    >>> fhessianv(lambda x: x @ x)(np.array([1.0]), np.array([3.0]))
    (np.float64(1.0), array([6.]))
    """
    return Derivative(_hessianv, f, argnums, has_aux, value=True, vectors=1)


def gradhessianv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (∇f(x) · v, H(x) v): a number and a vector, in one pass.

    Shapes as for `gradv` and `hessianv`; errors and cost as for `hessianv`.

    >>> import numpy as np
    >>> from diffops import gradhessianv
    >>> gradhessianv(lambda x: x @ x)(np.array([1.0]), np.array([3.0]))
    (np.float64(6.0), array([6.]))
    """
    return Derivative(_gradhessianv, f, argnums, has_aux, vectors=1)


def fgradhessianv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return (f(x), ∇f(x) · v, H(x) v), in one pass.

    Shapes as for `gradv` and `hessianv`; errors and cost as for `hessianv`.

    >>> import numpy as np
    >>> from diffops import fgradhessianv
    >>> fgradhessianv(lambda x: x @ x)(np.array([1.0]), np.array([3.0]))
    (np.float64(1.0), np.float64(6.0), array([6.]))
    """
    return Derivative(_gradhessianv, f, argnums, has_aux, value=True, vectors=1)


def _options(mode: str, chunk_size: int | None) -> dict[str, Any]:
    return {"mode": checked_mode(mode), "chunk_size": checked_chunk(chunk_size)}


def _hessian(point: Point, has_aux: bool, mode: Mode, chunk_size: Any) -> Result:
    value, (_, matrix), aux = _gradhessian(point, has_aux, mode, chunk_size)
    return Result(value, (matrix,), aux)


def _gradhessian(point: Point, has_aux: bool, mode: Mode, chunk_size: Any) -> Result:
    gradient = Gradient(point, "hessian", has_aux)
    if mode == "reverse":
        output, pullback = reverse(gradient.as_point())
        slopes = output.leaves
        blocks = by_rows(slopes, point, pullback, chunk_size)
    else:
        pushes: list[_Push] = []

        def push(direction: Sequence[Any]) -> list[Any]:
            pushes.append(_Push(gradient, direction))
            return pushes[-1].product

        blocks = by_columns(point.leaves, point, push, chunk_size)
        slopes = pushes[-1].slopes
    matrix = point.rebuild([point.rebuild(row) for row in blocks])
    value, aux = _value(gradient)
    return Result(value, (point.rebuild(slopes), matrix), aux)


def _value(gradient: Gradient) -> tuple[Any, Any]:
    output = gradient.output
    assert output is not None
    settle(output)
    return output.rebuild(output.leaves), output.aux


def _hessianv(point: Point, vector: Any, has_aux: bool) -> Result:
    value, (_, product), aux = _gradhessianv(point, vector, has_aux)
    return Result(value, (product,), aux)


def _gradhessianv(point: Point, vector: Any, has_aux: bool) -> Result:
    direction = like_leaves(vector, point.leaves, "hessianv")
    gradient = Gradient(point, "hessianv", has_aux)
    push = _Push(gradient, direction)
    value, aux = _value(gradient)
    return Result(value, (push.slope, point.rebuild(push.product)), aux)


class _Push:
    """The gradient pushed forward along v: ∇f, ∇f · v, and H v."""

    def __init__(self, gradient: Gradient, direction: Sequence[Any]) -> None:
        level = Forward()
        duals = map(level.dual, gradient.point.leaves, direction)
        try:
            leaves = gradient(*duals)
        finally:
            level.end()
        if level.refusal is not None:
            raise level.refusal
        output = gradient.output
        assert output is not None
        self.slope = tangent_of(output.leaves[0], level)
        self.product = [tangent_of(leaf, level) for leaf in leaves]
        self.slopes = [lower(leaf) for leaf in leaves]
        settle(output)
