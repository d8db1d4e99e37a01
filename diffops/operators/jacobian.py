"""First derivatives of vector functions: Jacobians, and their products with vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from diffops.operators._combinator import Derivative, Result
from diffops.operators._matrices import (
    Blocks,
    by_columns,
    by_rows,
    nested,
    push_forward,
    transposed,
)
from diffops.operators._passes import Output, forward, reverse
from diffops.operators._point import Argnums, Point
from diffops.operators._vectors import (
    checked_chunk,
    checked_mode,
    like_leaves,
    private,
    size,
)

F = Callable[..., Any]
Mode = Literal["auto", "forward", "reverse"]


def jacobian(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    mode: Mode = "auto",
    chunk_size: int | None = None,
) -> Derivative:
    """Return the Jacobian of a function of arrays.

    ``jacobian(f)(x)[i, j]`` = ∂fᵢ/∂xⱼ, of shape f(x).shape + x.shape; the dtype is that
    of x in reverse mode, that of f(x) in forward mode. Containers of outputs hold
    containers of inputs. For complex x it is the matrix of complex derivatives, which
    exists where f is holomorphic.

    Raises TypeError where x holds what cannot vary or f returns what is no number. Mode
    "reverse" carries one direction per output, "forward" one per input, "auto" takes
    the smaller number. All go through one pass in batch mode, which takes the memory of
    as many calls of f, and up to three times their work; ``chunk_size`` bounds how
    many. f is called once, before forward mode once more.

    >>> import numpy as np
    >>> from diffops import jacobian
    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return Derivative(_jacobian, f, argnums, has_aux, **_options(mode, chunk_size))


def fjacobian(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    mode: Mode = "auto",
    chunk_size: int | None = None,
) -> Derivative:
    """Return the pair (f(x), J(x)), in one go.

    Shapes, options, errors and cost as for `jacobian`.

    >>> import numpy as np
    >>> from diffops import fjacobian
    >>> fjacobian(lambda x: 2 * x)(np.array([1.0]))
    (array([2.]), array([[2.]]))
    """
    options = _options(mode, chunk_size)
    return Derivative(_jacobian, f, argnums, has_aux, value=True, **options)


def jacobianT(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    mode: Mode = "auto",
    chunk_size: int | None = None,
) -> Derivative:
    """Return the transposed Jacobian of a function of arrays.

    ``jacobianT(f)(x)[j, i]`` = ∂fᵢ/∂xⱼ, of shape x.shape + f(x).shape; dtype, options,
    errors and cost as for `jacobian`.

    >>> import numpy as np
    >>> from diffops import jacobianT
    >>> jacobianT(lambda x: np.stack([x[0], x[0] + x[1]]))(np.array([1.0, 2.0]))
    array([[1., 1.],
           [0., 1.]])
    """
    options = _options(mode, chunk_size)
    return Derivative(_jacobianT, f, argnums, has_aux, **options)


def fjacobianT(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    mode: Mode = "auto",
    chunk_size: int | None = None,
) -> Derivative:
    """Return the pair (f(x), J(x)ᵀ), in one go.

    Shapes, options, errors and cost as for `jacobianT`.

    >>> import numpy as np
    >>> from diffops import fjacobianT
    >>> fjacobianT(lambda x: 2 * x)(np.array([1.0]))
    (array([2.]), array([[2.]]))
    """
    options = _options(mode, chunk_size)
    return Derivative(_jacobianT, f, argnums, has_aux, value=True, **options)


def jacobianv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the product of the Jacobian with a vector.

    ``jacobianv(f)(x, v)`` = J(x) v, of the shape, dtype and container of f(x); v is
    like x.

    Raises ValueError where the shapes of x and v differ, TypeError where x holds what
    cannot vary. Forward mode: one call of f, at about three times its work; nothing is
    kept.

    >>> import numpy as np
    >>> from diffops import jacobianv
    >>> jacobianv(lambda x: x**2)(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([2., 4.])
    """
    return Derivative(_jacobianv, f, argnums, has_aux, vectors=1)


def fjacobianv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), J(x) v), in one pass.

    Shapes, errors and cost as for `jacobianv`.

    >>> import numpy as np
    >>> from diffops import fjacobianv
    >>> fjacobianv(lambda x: x**2)(np.array([3.0]), np.array([1.0]))
    (array([9.]), array([6.]))
    """
    return Derivative(_jacobianv, f, argnums, has_aux, value=True, vectors=1)


def jacobianTv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the product of the transposed Jacobian with a vector.

    ``jacobianTv(f)(x, u)`` = J(x)ᵀ u, of the shape, dtype and container of x; u is like
    f(x).

    Raises ValueError where the shapes of f(x) and u differ, TypeError where x holds
    what cannot vary. Reverse mode: one call of f, at about three times its work.

    >>> import numpy as np
    >>> from diffops import jacobianTv
    >>> jacobianTv(lambda x: x**2)(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([2., 4.])
    """
    return Derivative(_jacobianTv, f, argnums, has_aux, vectors=1)


def fjacobianTv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), J(x)ᵀ u), in one pass.

    Shapes, errors and cost as for `jacobianTv`.

    >>> import numpy as np
    >>> from diffops import fjacobianTv
    >>> fjacobianTv(lambda x: x**2)(np.array([3.0]), np.array([1.0]))
    (array([9.]), array([6.]))
    """
    return Derivative(_jacobianTv, f, argnums, has_aux, value=True, vectors=1)


def ffjacobianTv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair of f(x) and the function u ↦ J(x)ᵀ u.

    Shapes and errors as for `jacobianTv`. Reverse mode: f is called once, and the
    function, which keeps what f recorded, may be called any number of times.

    >>> import numpy as np
    >>> from diffops import ffjacobianTv
    >>> value, pullback = ffjacobianTv(lambda x: x**2)(np.array([1.0, 2.0]))
    >>> pullback(np.array([1.0, 0.0])), pullback(np.array([0.0, 1.0]))
    (array([2., 0.]), array([0., 4.]))
    """
    return Derivative(_pullback, f, argnums, has_aux, value=True)


def _options(mode: str, chunk_size: int | None) -> dict[str, Any]:
    return {"mode": checked_mode(mode), "chunk_size": checked_chunk(chunk_size)}


def blocks_of(
    point: Point, has_aux: bool, mode: Mode, chunk_size: int | None = None
) -> tuple[Output, Blocks]:
    """Return f's output, and the blocks of its Jacobian by the better mode."""
    output, pullback = reverse(point, has_aux)
    if mode == "auto":
        rows = sum(map(size, output.leaves))
        mode = "forward" if sum(map(size, point.leaves)) < rows else "reverse"
    if mode == "reverse":
        return output, by_rows(output.leaves, point, pullback, chunk_size)
    push = push_forward(point, has_aux)
    return output, by_columns(output.leaves, point, push, chunk_size)


def _jacobian(point: Point, has_aux: bool, mode: Mode, chunk_size: Any) -> Result:
    output, blocks = blocks_of(point, has_aux, mode, chunk_size)
    value = output.rebuild(output.leaves)
    return Result(value, (nested(blocks, output, point),), output.aux)


def _jacobianT(point: Point, has_aux: bool, mode: Mode, chunk_size: Any) -> Result:
    output, blocks = blocks_of(point, has_aux, mode, chunk_size)
    value = output.rebuild(output.leaves)
    return Result(value, (transposed(blocks, output, point),), output.aux)


def _jacobianv(point: Point, vector: Any, has_aux: bool) -> Result:
    direction = like_leaves(vector, point.leaves, "jacobianv")
    output, tangents = forward(point, direction, has_aux)
    value = output.rebuild(output.leaves)
    return Result(value, (output.rebuild(tangents),), output.aux)


def _jacobianTv(point: Point, vector: Any, has_aux: bool) -> Result:
    output, pullback = reverse(point, has_aux, once=True)
    cotangents = like_leaves(vector, output.leaves, "jacobianTv")
    value = output.rebuild(output.leaves)
    return Result(value, (point.rebuild(pullback(cotangents)),), output.aux)


def _pullback(point: Point, has_aux: bool) -> Result:
    output, pullback = reverse(point, has_aux)
    leaves = list(output.leaves)

    def transposed_product(u: Any) -> Any:
        """Return J(x)ᵀ u."""
        return point.rebuild(pullback(like_leaves(u, leaves, "the pullback")))

    value = output.rebuild([private(leaf) for leaf in leaves])
    return Result(value, (transposed_product,), output.aux)
