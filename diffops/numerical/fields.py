"""Differences of vector functions: Jacobians and their products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.numerical._directions import blocks_of, slopes, weighted_slopes
from diffops.numerical._extrapolation import Estimate
from diffops.numerical._quotient import Quotient, parts_of, rebuilt
from diffops.numerical._sampling import Samples
from diffops.numerical._stencils import along
from diffops.operators._matrices import transposed
from diffops.operators._point import Argnums
from diffops.operators._vectors import like_leaves

F = Callable[..., Any]


def jacobian(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the Jacobian matrix, by differences.

    ``jacobian(f)(x)`` has the shape f(x).shape + x.shape, with the arguments and
    results of `diffops.jacobian`. With ``error`` the call returns (result, estimate):
    how far each entry may be off.

    About 10 calls of f for each of the n entries of x, whatever the size of f(x); at
    most 80 n.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x = np.array([1.0, 2.0])
    >>> np.abs(np.round(numerical.jacobian(lambda x: x**2)(x), 8))
    array([[2., 0.],
           [0., 4.]])
    """
    return Quotient(_jacobian, f, argnums, has_aux, error=error)


def fjacobian(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), J(x)), by differences; see `jacobian`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> value, matrix = numerical.fjacobian(lambda x: x**2)(np.array([3.0]))
    >>> value, np.round(matrix, 8)
    (array([9.]), array([[6.]]))
    """
    return Quotient(_jacobian, f, argnums, has_aux, error=error, value=True)


def jacobianT(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return J(x)ᵀ, of shape x.shape + f(x).shape, by differences; see `jacobian`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x = np.array([1.0, 2.0])
    >>> np.round(numerical.jacobianT(lambda x: x * x[0])(x), 8)
    array([[2., 2.],
           [0., 1.]])
    """
    return Quotient(_jacobianT, f, argnums, has_aux, error=error)


def fjacobianT(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), J(x)ᵀ), by differences; see `jacobian`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> value, matrix = numerical.fjacobianT(lambda x: x**2)(np.array([3.0]))
    >>> value, np.round(matrix, 8)
    (array([9.]), array([[6.]]))
    """
    return Quotient(_jacobianT, f, argnums, has_aux, error=error, value=True)


def jacobianv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return J(x) v, the change of f along v, by differences.

    ``jacobianv(f)(x, v)`` is like f(x), as `diffops.jacobianv`; it costs one `diff`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> np.round(numerical.jacobianv(lambda x: x**2)(x, v), 8)
    array([2., 2.])
    """
    return Quotient(_jacobianv, f, argnums, has_aux, error=error, vectors=1)


def fjacobianv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), J(x) v), by differences; see `jacobianv`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> value, change = numerical.fjacobianv(lambda x: x**2)(x, v)
    >>> value, np.round(change, 8)
    (array([1., 4.]), array([2., 2.]))
    """
    return Quotient(_jacobianv, f, argnums, has_aux, error=error, vectors=1, value=True)


def jacobianTv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return J(x)ᵀ u, by differences.

    ``jacobianTv(f)(x, u)`` is like x, as `diffops.jacobianTv`; it costs a `jacobian`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> np.round(numerical.jacobianTv(lambda x: x**2)(x, v), 8)
    array([2., 2.])
    """
    return Quotient(_jacobianTv, f, argnums, has_aux, error=error, vectors=1)


def fjacobianTv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), J(x)ᵀ u), by differences; see `jacobianTv`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> value, back = numerical.fjacobianTv(lambda x: x**2)(x, v)
    >>> value, np.round(back, 8)
    (array([1., 4.]), array([2., 2.]))
    """
    return Quotient(
        _jacobianTv, f, argnums, has_aux, error=error, vectors=1, value=True
    )


def ffjacobianTv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair of f(x) and the function u ↦ J(x)ᵀ u, by differences.

    That function costs a `jacobian` at each call, and with ``error`` returns a pair
    (result, estimate) each time; see `jacobianTv`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> value, pullback = numerical.ffjacobianTv(lambda x: x**2)(x)
    >>> np.round(pullback(v), 8)
    array([2., 2.])
    """
    return Quotient(_pullback, f, argnums, has_aux, value=True, with_error=error)


def _jacobian(samples: Samples) -> list[Estimate]:
    point, output = samples.point, samples.output
    blocks = blocks_of(slopes(samples), output.leaves, point.leaves)
    rows = [rebuilt(point.rebuild, row) for row in blocks]
    return [rebuilt(output.rebuild, rows)]


def _jacobianT(samples: Samples) -> list[Estimate]:
    point, output = samples.point, samples.output
    blocks = blocks_of(slopes(samples), output.leaves, point.leaves)
    values = [[block.value for block in row] for row in blocks]
    errors = [[block.error for block in row] for row in blocks]
    found = [transposed(part, output, point) for part in (values, errors)]
    return [Estimate(*found)]


def _jacobianv(samples: Samples, vector: Any) -> list[Estimate]:
    direction = like_leaves(vector, samples.point.leaves, "jacobianv")
    change = parts_of(along(samples, direction), samples.output.leaves)
    return [rebuilt(samples.output.rebuild, change)]


def _jacobianTv(samples: Samples, vector: Any) -> list[Estimate]:
    leaves = samples.output.leaves
    weights = samples.joined(like_leaves(vector, leaves, "jacobianTv"))
    row = weighted_slopes(samples, weights)
    return [rebuilt(samples.point.rebuild, parts_of(row, samples.point.leaves))]


def _pullback(samples: Samples, with_error: bool) -> list[Estimate]:
    def transposed_product(u: Any) -> Any:
        """Return J(x)ᵀ u."""
        (found,) = _jacobianTv(samples, u)
        return tuple(found) if with_error else found.value

    return [Estimate(transposed_product, None)]
