"""Sparse Jacobians: a few passes, each for many columns or rows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from diffops.operators._combinator import Result
from diffops.operators._point import Argnums, Point
from diffops.sparse._coloring import JACOBIAN, jacobian_plan
from diffops.sparse._detection import jacobian_pattern
from diffops.sparse._evaluation import evaluated
from diffops.sparse._plan import Plan
from diffops.sparse._prepared import Kind, Options, SparseDerivative

F = Callable[..., Any]
Coloring = Literal["auto", "column", "row", "bidirectional", "substitution"]
Order = Literal["auto", "natural", "largest_first", "smallest_last"]


def sparse_jacobian(
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
    """Return the Jacobian of a function of arrays, as a SciPy CSR array.

    ``sparse_jacobian(f)(x)[i, j]`` = ∂fᵢ/∂xⱼ, with a row per entry of f(x) and a column
    per entry of x; leaves of containers, and several ``argnums``, follow each other.
    The dtype is that of `jacobian`, but single for half: SciPy has no sparse halves.

    Columns that share no row are summed in one forward pass, rows that share no column
    in one sweep back; ``coloring`` says which ("bidirectional" takes both, so that
    dense rows and columns do no harm, "substitution" too, with fewer passes and the
    rounding errors of subtractions; "auto" takes the direct one with the fewest
    passes), and ``order`` in which order the greedy coloring goes ("auto": the best).

    The pattern is found by one run of f and holds for every x of these shapes; so f
    must not decide by values of x in Python (use np.where). Otherwise give
    ``sparsity``, a sparse or dense boolean matrix, or "local": then it is found anew at
    each x, along the branches taken there. What f takes from elsewhere counts as fixed:
    ``A @ x`` is as sparse as A. The pattern and the coloring are kept for further calls
    with the same shapes and other arguments; ``sparse_jacobian(f).prepare(x)`` makes
    them beforehand. ``check=True`` compares each result with a dense product and names
    an entry that the pattern lacks; ``chunk_size`` bounds how many passes are made at
    once.

    Raises NoDerivativeError where f decides by values, ValueError where a given pattern
    has the wrong shape or, with ``check``, lacks an entry, TypeError where x or f(x)
    is complex or tracked: it cannot be nested in other derivatives.

    Sources: Griewank, Walther, Evaluating Derivatives (2008), chapters 7 and 8;
    Gebremedhin, Manne, Pothen, What color is your Jacobian? (SIAM Review 2005).

    >>> import numpy as np
    >>> from diffops import sparse_jacobian
    >>> J = sparse_jacobian(lambda x: x[1:] * x[:-1])(np.array([1.0, 2.0, 3.0]))
    >>> J.toarray()
    array([[2., 1., 0.],
           [0., 3., 2.]])
    >>> sparse_jacobian(np.sin).prepare(np.zeros(1000)).plan.passes
    1
    """
    options = Options(sparsity, coloring, order, check, chunk_size)
    return SparseDerivative(_KIND, f, argnums, has_aux, options)


def fsparse_jacobian(
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
    """Return the pair (f(x), J(x)), J a SciPy CSR array; see `sparse_jacobian`.

    >>> import numpy as np
    >>> from diffops import fsparse_jacobian
    >>> y, J = fsparse_jacobian(lambda x: 2 * x)(np.array([1.0, 3.0]))
    >>> y, J.nnz
    (array([2., 6.]), 2)
    """
    options = Options(sparsity, coloring, order, check, chunk_size)
    return SparseDerivative(_KIND, f, argnums, has_aux, options, value=True)


def _sparse_jacobian(
    point: Point, plan: Plan, has_aux: bool, chunk_size: int | None
) -> tuple[Result, tuple[Point, bool]]:
    output, matrix = evaluated(point, plan, has_aux, chunk_size)
    result = Result(output.rebuild(output.leaves), (matrix,), output.aux)
    return result, (point, has_aux)


_KIND = Kind(_sparse_jacobian, jacobian_pattern, jacobian_plan, JACOBIAN, False)
