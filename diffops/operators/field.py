"""Vector calculus: divergence and curl."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.operators._combinator import Derivative, Result
from diffops.operators._point import Argnums, Point
from diffops.operators._vectors import size as size_of
from diffops.operators.jacobian import blocks_of
from diffops.values.methods import shape_of as shape

F = Callable[..., Any]


def div(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the divergence of a vector field.

    ``div(f)(x)`` = ∇·f(x) = Σᵢ ∂fᵢ/∂xᵢ, a number of the dtype of x, for x and f(x) of
    shape (n,); f may also return n numbers in a list or tuple.

    Raises ValueError where the two do not have the same number of entries, TypeError as
    `jacobian`. Reverse mode: costs a `jacobian`.

    >>> import numpy as np
    >>> from diffops import div
    >>> div(lambda x: x**2)(np.array([1.0, 2.0]))
    np.float64(6.0)
    """
    return Derivative(_div, f, argnums, has_aux)


def fdiv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), ∇·f(x)), from one Jacobian.

    Shapes, errors and cost as for `div`.

    >>> import numpy as np
    >>> from diffops import fdiv
    >>> fdiv(lambda x: 2 * x)(np.array([1.0, 2.0]))
    (array([2., 4.]), np.float64(4.0))
    """
    return Derivative(_div, f, argnums, has_aux, value=True)


def curl(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the curl of a vector field in space.

    ``curl(f)(x)`` = ∇×f(x) = (∂f₂/∂x₁ − ∂f₁/∂x₂, ∂f₀/∂x₂ − ∂f₂/∂x₀,
    ∂f₁/∂x₀ − ∂f₀/∂x₁), of shape (3,) and the dtype of x, for x and f(x) of shape (3,);
    f may also return three numbers.

    Raises ValueError where x or f(x) does not have three entries, TypeError as
    `jacobian`. Reverse mode: costs a `jacobian`.

    >>> import numpy as np
    >>> from diffops import curl
    >>> curl(lambda x: np.stack([-x[1], x[0], x[0] * x[1]]))(np.array([1.0, 2.0, 3.0]))
    array([ 1., -2.,  2.])
    """
    return Derivative(_curl, f, argnums, has_aux)


def fcurl(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), ∇×f(x)), from one Jacobian.

    Shapes, errors and cost as for `curl`.

    >>> import numpy as np
    >>> from diffops import fcurl
    >>> fcurl(lambda x: 2 * x)(np.array([1.0, 2.0, 3.0]))
    (array([2., 4., 6.]), array([0., 0., 0.]))
    """
    return Derivative(_curl, f, argnums, has_aux, value=True)


def curldiv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (∇×f(x), ∇·f(x)), from one Jacobian.

    Shapes as for `curl` and `div`; errors and cost as for `curl`.

    >>> import numpy as np
    >>> from diffops import curldiv
    >>> curldiv(lambda x: 2 * x)(np.array([1.0, 2.0, 3.0]))
    (array([0., 0., 0.]), np.float64(6.0))
    """
    return Derivative(_curldiv, f, argnums, has_aux)


def fcurldiv(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return (f(x), ∇×f(x), ∇·f(x)), from one Jacobian.

    Shapes as for `curl` and `div`; errors and cost as for `curl`.

    >>> import numpy as np
    >>> from diffops import fcurldiv
    >>> fcurldiv(lambda x: 2 * x)(np.array([1.0, 2.0, 3.0]))
    (array([2., 4., 6.]), array([0., 0., 0.]), np.float64(6.0))
    """
    return Derivative(_curldiv, f, argnums, has_aux, value=True)


def _div(point: Point, has_aux: bool) -> Result:
    value, matrix, aux = _field(point, has_aux, "div", None)
    return Result(value, (_divergence(matrix),), aux)


def _curl(point: Point, has_aux: bool) -> Result:
    value, matrix, aux = _field(point, has_aux, "curl", 3)
    return Result(value, (_rotation(matrix),), aux)


def _curldiv(point: Point, has_aux: bool) -> Result:
    value, matrix, aux = _field(point, has_aux, "curldiv", 3)
    return Result(value, (_rotation(matrix), _divergence(matrix)), aux)


def _divergence(matrix: Any) -> Any:
    return np.trace(matrix)


def _rotation(matrix: Any) -> Any:
    return np.stack(
        [
            matrix[2, 1] - matrix[1, 2],
            matrix[0, 2] - matrix[2, 0],
            matrix[1, 0] - matrix[0, 1],
        ]
    )


def _field(point: Point, has_aux: bool, name: str, size: int | None) -> Any:
    """Return f(x), its square Jacobian, and aux, or say which shapes do not fit."""
    output, blocks = blocks_of(point, has_aux, "auto")
    value = output.rebuild(output.leaves)
    check_extents(point.leaves, output.leaves, name, size)
    rows = [
        np.concatenate(
            [
                np.reshape(block, (size_of(leaf), size_of(into)))
                for block, into in zip(row, point.leaves, strict=True)
            ],
            axis=1,
        )
        for row, leaf in zip(blocks, output.leaves, strict=True)
    ]
    return value, np.concatenate(rows, axis=0), output.aux


def check_extents(
    point: Sequence[Any], value: Sequence[Any], name: str, size: int | None
) -> None:
    """Refuse leaves of x and f(x) that are not of one length, or not of this size."""
    inputs, outputs = _extent(point), _extent(value)
    if inputs is None or inputs != outputs or (size is not None and inputs != size):
        wanted = "shape (3,)" if size else "the same shape (n,)"
        raise ValueError(
            f"{name} wants x and f(x) of {wanted}, but x has "
            f"{_shapes(point)} and f(x) {_shapes(value)}"
        )


def _extent(leaves: Sequence[Any]) -> int | None:
    """Return the length of a vector, given as one array or as numbers; else None."""
    if len(leaves) == 1 and len(shape(leaves[0])) == 1:
        return size_of(leaves[0])
    return len(leaves) if all(shape(leaf) == () for leaf in leaves) else None


def _shapes(leaves: Sequence[Any]) -> str:
    shapes = ", ".join(str(shape(leaf)) for leaf in leaves)
    return f"shape {shapes}" if len(leaves) == 1 else f"parts of shapes {shapes}"
