"""Differences of scalar functions: gradients, Hessians, Laplacians."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.numerical._directions import (
    bends,
    blocks_of,
    refuse_complex,
    slopes,
    units,
)
from diffops.numerical._extrapolation import Estimate
from diffops.numerical._quotient import Quotient, parts_of, rebuilt, shaped
from diffops.numerical._sampling import Samples
from diffops.numerical._stencils import along, mixed
from diffops.operators._point import Argnums
from diffops.operators._vectors import like_leaves, scalar_output

F = Callable[..., Any]


def grad(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the gradient of a scalar function, by differences.

    ``grad(f)(x)`` = ∇f(x), with the arguments and results of `diffops.grad`. With
    ``error`` the call returns (result, estimate): how far each entry may be off.

    Raises TypeError where f does not return one real number. A `diff` for each of the n
    entries of x: about 10 n calls of f, at most 80 n.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x = np.array([1.0, 2.0])
    >>> slope, error = numerical.grad(lambda x: np.sum(x**3), error=True)(x)
    >>> bool(np.all(np.abs(slope - [3, 12]) <= error)), bool(np.max(error) < 1e-11)
    (True, True)
    """
    return Quotient(_grad, f, argnums, has_aux, error=error)


def fgrad(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), ∇f(x)), by differences; see `grad`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x = np.array([1.0, 2.0])
    >>> value, slope = numerical.fgrad(lambda x: np.sum(x**3))(x)
    >>> value, np.round(slope, 8)
    (np.float64(9.0), array([ 3., 12.]))
    """
    return Quotient(_grad, f, argnums, has_aux, error=error, value=True)


value_and_grad = fgrad


def gradv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return ∇f(x) · v, the change of f along v, by differences; as `diffops.gradv`.

    ``gradv(f)(x, v)`` costs one `diff`, whatever the size of x.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> round(float(numerical.gradv(lambda x: np.sum(x**3))(x, v)), 8)
    9.0
    """
    return Quotient(_gradv, f, argnums, has_aux, error=error, vectors=1)


def fgradv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), ∇f(x) · v), by differences; see `gradv`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> value, slope = numerical.fgradv(lambda x: np.sum(x**3))(x, v)
    >>> value, round(float(slope), 8)
    (np.float64(9.0), 9.0)
    """
    return Quotient(_gradv, f, argnums, has_aux, error=error, vectors=1, value=True)


def hessian(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the Hessian matrix of a scalar function, by differences.

    ``hessian(f)(x)[i, j]`` = ∂²f/∂xᵢ∂xⱼ, as `diffops.hessian`, for real x. Four calls
    of f for each step and each of the n(n − 1)/2 pairs of entries, three for each of
    the n: about 12 n² calls.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x = np.array([1.0, 2.0])
    >>> np.abs(np.round(numerical.hessian(lambda x: np.sum(x**3))(x), 6))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return Quotient(_hessian, f, argnums, has_aux, error=error)


def fhessian(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), H(x)), by differences; see `hessian`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> value, matrix = numerical.fhessian(lambda x: x @ x)(np.array([1.0]))
    >>> value, np.round(matrix, 6)
    (np.float64(1.0), array([[2.]]))
    """
    return Quotient(_hessian, f, argnums, has_aux, error=error, value=True)


def gradhessian(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (∇f(x), H(x)), by differences; see `grad` and `hessian`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> slope, matrix = numerical.gradhessian(lambda x: x @ x)(np.array([1.0]))
    >>> np.round(slope, 8), np.round(matrix, 6)
    (array([2.]), array([[2.]]))
    """
    return Quotient(_gradhessian, f, argnums, has_aux, error=error)


def fgradhessian(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return (f(x), ∇f(x), H(x)), by differences; see `grad` and `hessian`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> found = numerical.fgradhessian(lambda x: x @ x)(np.array([1.0]))
    >>> [np.round(part, 6) for part in found]
    [np.float64(1.0), array([2.]), array([[2.]])]
    """
    return Quotient(_gradhessian, f, argnums, has_aux, error=error, value=True)


def hessianv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return H(x) v, by differences, without the matrix; as `diffops.hessianv`.

    Four calls of f for each step and each of the n entries of x: about 24 n calls.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> np.round(numerical.hessianv(lambda x: np.sum(x**3))(x, v), 6)
    array([6., 6.])
    """
    return Quotient(_hessianv, f, argnums, has_aux, error=error, vectors=1)


def fhessianv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), H(x) v), by differences; see `hessianv`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> value, product = numerical.fhessianv(lambda x: np.sum(x**3))(x, v)
    >>> value, np.round(product, 6)
    (np.float64(9.0), array([6., 6.]))
    """
    return Quotient(_hessianv, f, argnums, has_aux, error=error, vectors=1, value=True)


def gradhessianv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (∇f(x) · v, H(x) v), by differences; see `hessianv`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> slope, product = numerical.gradhessianv(lambda x: np.sum(x**3))(x, v)
    >>> round(float(slope), 8), np.round(product, 6)
    (9.0, array([6., 6.]))
    """
    return Quotient(_gradhessianv, f, argnums, has_aux, error=error, vectors=1)


def fgradhessianv(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return (f(x), ∇f(x) · v, H(x) v), by differences; see `hessianv`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    >>> value, slope, product = numerical.fgradhessianv(lambda x: np.sum(x**3))(x, v)
    >>> value, round(float(slope), 8), np.round(product, 6)
    (np.float64(9.0), 9.0, array([6., 6.]))
    """
    return Quotient(
        _gradhessianv, f, argnums, has_aux, error=error, vectors=1, value=True
    )


def laplacian(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the Laplacian Σᵢ ∂²f/∂xᵢ², by differences; as `diffops.laplacian`.

    Three calls of f for each step and each of the n entries of x: about 18 n calls.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x = np.array([1.0, 2.0])
    >>> round(float(numerical.laplacian(lambda x: np.sum(x**3))(x)), 6)
    18.0
    """
    return Quotient(_laplacian, f, argnums, has_aux, error=error)


def flaplacian(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), Δf(x)), by differences; see `laplacian`.

    >>> import numpy as np
    >>> from diffops import numerical
    >>> x = np.array([1.0, 2.0])
    >>> value, bend = numerical.flaplacian(lambda x: np.sum(x**3))(x)
    >>> value, round(float(bend), 6)
    (np.float64(9.0), 18.0)
    """
    return Quotient(_laplacian, f, argnums, has_aux, error=error, value=True)


def _grad(samples: Samples) -> list[Estimate]:
    scalar_output(samples.output, samples.point, "grad")
    row = Estimate(*(part[0] for part in slopes(samples)))
    return [rebuilt(samples.point.rebuild, parts_of(row, samples.point.leaves))]


def _gradv(samples: Samples, vector: Any) -> list[Estimate]:
    direction = like_leaves(vector, samples.point.leaves, "gradv")
    scalar_output(samples.output, samples.point, "gradv")
    change = parts_of(along(samples, direction), samples.output.leaves)
    return [rebuilt(samples.output.rebuild, change)]


def _hessian(samples: Samples) -> list[Estimate]:
    scalar_output(samples.output, samples.point, "hessian")
    point = samples.point
    blocks = blocks_of(bends(samples), point.leaves, point.leaves)
    rows = [rebuilt(point.rebuild, row) for row in blocks]
    return [rebuilt(point.rebuild, rows)]


def _gradhessian(samples: Samples) -> list[Estimate]:
    return [*_grad(samples), *_hessian(samples)]


def _hessianv(samples: Samples, vector: Any) -> list[Estimate]:
    scalar_output(samples.output, samples.point, "hessianv")
    refuse_complex(samples)
    leaves = samples.point.leaves
    direction = like_leaves(vector, leaves, "hessianv")
    entries = [mixed(samples, unit, direction) for _, unit in units(leaves)]
    product = Estimate(
        np.array([entry.value[0] for entry in entries], dtype=samples.dtype),
        np.array([entry.error[0] for entry in entries], dtype=float),
    )
    return [rebuilt(samples.point.rebuild, parts_of(product, leaves))]


def _gradhessianv(samples: Samples, vector: Any) -> list[Estimate]:
    return [*_gradv(samples, vector), *_hessianv(samples, vector)]


def _laplacian(samples: Samples) -> list[Estimate]:
    leaf = scalar_output(samples.output, samples.point, "laplacian")
    refuse_complex(samples)
    bends = [along(samples, unit, 2) for _, unit in units(samples.point.leaves)]
    total = np.sum([bend.value for bend in bends], dtype=samples.dtype)
    error = np.sum([bend.error for bend in bends])
    return [shaped(Estimate(total, error), (), leaf)]
