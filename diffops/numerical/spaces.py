"""Differences of vector fields: divergence and curl."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.numerical._directions import slopes
from diffops.numerical._extrapolation import Estimate
from diffops.numerical._quotient import Quotient, shaped
from diffops.numerical._sampling import Samples, dtype_of
from diffops.operators._point import Argnums
from diffops.operators.field import check_extents

F = Callable[..., Any]


def div(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the divergence of a vector field, by differences; as `diffops.div`.

    Costs a `jacobian`, as `curl` and `curldiv` do.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x = np.array([1.0, 2.0])
    >>> round(float(numerical.div(lambda x: x**2)(x)), 8)
    6.0
    """
    return Quotient(_div, f, argnums, has_aux, error=error)


def fdiv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), ∇·f(x)), by differences; see `div`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x = np.array([1.0, 2.0])
    >>> value, divergence = numerical.fdiv(lambda x: x**2)(x)
    >>> value, round(float(divergence), 8)
    (array([1., 4.]), 6.0)
    """
    return Quotient(_div, f, argnums, has_aux, error=error, value=True)


def curl(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the curl of a field in space, by differences; as `diffops.curl`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> y = np.array([1.0, 2.0, 3.0])
    >>> f = lambda x: np.stack([-x[1], x[0], x[0] * x[1]])
    >>> np.round(numerical.curl(f)(y), 8)
    array([ 1., -2.,  2.])
    """
    return Quotient(_curl, f, argnums, has_aux, error=error)


def fcurl(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), ∇×f(x)), by differences; see `curl`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> y = np.array([1.0, 2.0, 3.0])
    >>> f = lambda x: np.stack([-x[1], x[0], x[0] * x[1]])
    >>> value, rotation = numerical.fcurl(f)(y)
    >>> value, np.round(rotation, 8)
    (array([-2.,  1.,  2.]), array([ 1., -2.,  2.]))
    """
    return Quotient(_curl, f, argnums, has_aux, error=error, value=True)


def curldiv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (∇×f(x), ∇·f(x)), by differences; see `curl` and `div`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> y = np.array([1.0, 2.0, 3.0])
    >>> f = lambda x: np.stack([-x[1], x[0], x[0] * x[1]])
    >>> rotation, divergence = numerical.curldiv(f)(y)
    >>> np.round(rotation, 8), abs(round(float(divergence), 8))
    (array([ 1., -2.,  2.]), 0.0)
    """
    return Quotient(_curldiv, f, argnums, has_aux, error=error)


def fcurldiv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return (f(x), ∇×f(x), ∇·f(x)), by differences; see `curl` and `div`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> y = np.array([1.0, 2.0, 3.0])
    >>> f = lambda x: np.stack([-x[1], x[0], x[0] * x[1]])
    >>> value, rotation, divergence = numerical.fcurldiv(f)(y)
    >>> value, abs(round(float(divergence), 8))
    (array([-2.,  1.,  2.]), 0.0)
    """
    return Quotient(_curldiv, f, argnums, has_aux, error=error, value=True)


def _div(samples: Samples) -> list[Estimate]:
    return [_divergence(samples, _matrix(samples, "div", None))]


def _curl(samples: Samples) -> list[Estimate]:
    return [_rotation(samples, _matrix(samples, "curl", 3))]


def _curldiv(samples: Samples) -> list[Estimate]:
    matrix = _matrix(samples, "curldiv", 3)
    return [_rotation(samples, matrix), _divergence(samples, matrix)]


def _matrix(samples: Samples, name: str, size: int | None) -> Estimate:
    check_extents(samples.point.leaves, samples.output.leaves, name, size)
    return slopes(samples)


def _divergence(samples: Samples, matrix: Estimate) -> Estimate:
    trace = Estimate(np.trace(matrix.value), np.trace(matrix.error))
    return shaped(trace, (), _kind_of(samples))


def _rotation(samples: Samples, matrix: Estimate) -> Estimate:
    (value, error), kind = matrix, _kind_of(samples)
    after, last = [1, 2, 0], [2, 0, 1]
    turning = Estimate(
        value[last, after] - value[after, last],
        error[last, after] + error[after, last],
    )
    return shaped(turning, (3,), kind)


def _kind_of(samples: Samples) -> Any:
    """Return a number of the dtype that the entries of the Jacobian have."""
    leaves = [*samples.output.leaves, *samples.point.leaves]
    return np.result_type(*map(dtype_of, leaves)).type(0)
