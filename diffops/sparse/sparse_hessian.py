"""Sparse Hessians: a few products with vectors, each for many columns at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from diffops.operators._combinator import Result
from diffops.operators._matrices import Gradient
from diffops.operators._passes import settle
from diffops.operators._point import Argnums, Point
from diffops.sparse._coloring import HESSIAN, hessian_plan
from diffops.sparse._detection import hessian_pattern
from diffops.sparse._evaluation import evaluated
from diffops.sparse._plan import Plan
from diffops.sparse._prepared import Kind, Options, SparseDerivative
from diffops.sparse.sparse_jacobian import Order

F = Callable[..., Any]
Coloring = Literal["auto", "star", "acyclic", "column"]


def sparse_hessian(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    sparsity: Any = None,
    coloring: Coloring = "auto",
    order: Order = "auto",
    check: bool = False,
    chunk_size: int | None = None,
) -> SparseDerivative:
    """Return the Hessian matrix of a scalar function, as a SciPy CSR array.

    ``sparse_hessian(f)(x)[i, j]`` = ∂²f/∂xᵢ∂xⱼ, with a row and a column per entry of x;
    the leaves of containers, and several ``argnums``, follow each other.

    Products H v with sums v of unit vectors, forward over reverse, are made for one
    color after the other of a ``coloring``: "star" uses that H is symmetric and reads
    each entry off; "acyclic" needs fewer products and subtracts, with the rounding
    errors of that; "column" does not use the symmetry; "auto" is the better of star
    and column.

    The other options, what is kept between calls and what is raised are those of
    `sparse_jacobian`. The pattern is that of the gradient's Jacobian, found by one run
    of the gradient; of a given one, one triangle will do.

    Sources: Gebremedhin, Tarafdar, Manne, Pothen, New acyclic and star coloring
    algorithms with application to computing Hessians (SIAM J. Sci. Comput. 2007).

    >>> import numpy as np
    >>> from diffops import sparse_hessian
    >>> H = sparse_hessian(lambda x: np.sum(x[1:] * x[:-1] ** 2))(np.ones(3))
    >>> H.toarray()
    array([[2., 2., 0.],
           [2., 2., 2.],
           [0., 2., 0.]])
    """
    options = Options(sparsity, coloring, order, check, chunk_size)
    return SparseDerivative(_KIND, f, argnums, has_aux, options)


def fsparse_hessian(
    f: F,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    sparsity: Any = None,
    coloring: Coloring = "auto",
    order: Order = "auto",
    check: bool = False,
    chunk_size: int | None = None,
) -> SparseDerivative:
    """Return the pair (f(x), H(x)), H a SciPy CSR array; see `sparse_hessian`.

    >>> import numpy as np
    >>> from diffops import fsparse_hessian
    >>> value, H = fsparse_hessian(lambda x: np.sum(x**2))(np.array([1.0, 3.0]))
    >>> value, H.nnz
    (np.float64(10.0), 2)
    """
    options = Options(sparsity, coloring, order, check, chunk_size)
    return SparseDerivative(_KIND, f, argnums, has_aux, options, value=True)


def _sparse_hessian(
    point: Point, plan: Plan, has_aux: bool, chunk_size: int | None
) -> tuple[Result, tuple[Point, bool]]:
    gradient = Gradient(point, "sparse_hessian", has_aux)
    at = gradient.as_point()
    _, matrix = evaluated(at, plan, False, chunk_size)
    output = gradient.output
    assert output is not None
    settle(output)
    result = Result(output.rebuild(output.leaves), (matrix,), output.aux)
    return result, (at, False)


_KIND = Kind(_sparse_hessian, hessian_pattern, hessian_plan, HESSIAN, True)
