"""The Laplacian, from one forward pass of second order along all directions at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError
from diffops.modes.jet_collapsed import Collapsed, bend_of
from diffops.operators._batch_run import in_chunks
from diffops.operators._combinator import Derivative, Result
from diffops.operators._passes import Output, run, settle
from diffops.operators._point import Argnums, Point
from diffops.operators._vectors import scalar_output, size, units
from diffops.operators.taylor import expand
from diffops.tags import Tracked

F = Callable[..., Any]


def laplacian(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the Laplacian of a scalar function, the trace of its Hessian.

    ``laplacian(f)(x)`` = Σᵢ ∂²f/∂xᵢ², a number of the dtype of f(x), over all entries
    of x.

    Raises TypeError as `grad`. One pass of second order forward, along all directions
    at once; of the second order only the sum is kept, and no Hessian is formed (see
    `diffops.modes.jet_collapsed`). f is called once, at about 2 n times its work, in
    the memory of n values at a time.

    >>> import numpy as np
    >>> from diffops import laplacian
    >>> laplacian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    np.float64(18.0)
    """
    return Derivative(_laplacian, f, argnums, has_aux)


def flaplacian(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), Δf(x)), in one pass.

    Shapes, errors and cost as for `laplacian`.

    >>> import numpy as np
    >>> from diffops import flaplacian
    >>> flaplacian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    (np.float64(9.0), np.float64(18.0))
    """
    return Derivative(_laplacian, f, argnums, has_aux, value=True)


def _laplacian(point: Point, has_aux: bool) -> Result:
    try:
        return _laplacian_along(point, has_aux, _collapsed)
    except NoDerivativeError:
        # Such as of a closure that SciPy calls: it is taken apart in Taylor mode alone.
        return _laplacian_along(point, has_aux, _expanded)


def _laplacian_along(
    point: Point, has_aux: bool, second_order: Callable[..., tuple[Output, Any]]
) -> Result:
    outputs: list[Output] = []

    def curvature(directions: Sequence[Any]) -> Any:
        output, bend = second_order(point, directions, has_aux)
        outputs.append(output)
        return 0.0 if bend is None else 2 * bend

    def stacked(start: int, stop: int) -> list[Any]:
        return units(point.leaves, start, stop)

    count = sum(map(size, point.leaves))
    (curvatures,) = in_chunks(curvature, stacked, count, _CHUNK)
    output = outputs[-1]
    value = output.rebuild(output.leaves)
    return Result(value, (np.sum(curvatures),), output.aux)


def _collapsed(
    point: Point, directions: Sequence[Any], has_aux: bool
) -> tuple[Output, Any]:
    """Return f's output, and each direction's equal share of the sum of curvatures."""
    batch = next((v.level for v in directions if isinstance(v, Tracked)), None)
    level = Collapsed(batch)
    leaves = list(map(level.along, point.leaves, directions))
    output = run(level, point, leaves, has_aux)
    bend = bend_of(scalar_output(output, point, "laplacian"), level)
    settle(output)
    return output, bend if bend is None or not batch else bend / (batch.size or 1)


def _expanded(
    point: Point, directions: Sequence[Any], has_aux: bool
) -> tuple[Output, Any]:
    """Return f's output, and its curvature along each direction."""
    output, ((_, _, bend),) = expand(point, directions, 2, has_aux)
    return output, bend


#: So many directions at once keep the memory of a Laplacian below that of a Hessian.
_CHUNK = 256
