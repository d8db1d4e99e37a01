"""The product of one of SciPy's sparse arrays, a constant, and vectors or matrices.

This module is imported when the first of them meets a tracked value: by then SciPy is
loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.scipy_sparse import kept, sparse_product
from diffops.primitive import Primitive, Pull
from diffops.rules._fitting import fit, likeness, shape_of
from diffops.rules._kinds import add


def _pushforward(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    return product(tangents[0], **params)


def _pullback(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    transposed = kept(params["matrix"]).T
    like = likeness(args[0])
    return lambda g: (fit(product(g, matrix=transposed), like),)


def _batch(
    run: Callable[..., Any],
    size: int,
    args: Sequence[Any],
    batched: Sequence[bool],
    params: dict[str, Any],
) -> Any:
    """Multiply the vectors, or the columns, of all members at once."""
    members = np.moveaxis(args[0], 0, -1)
    shape = shape_of(members)
    flat = np.reshape(members, (shape[0], -1))
    y = run(flat, **params)
    return np.moveaxis(np.reshape(y, (shape_of(y)[0], *shape[1:])), -1, 0)


product = add(Primitive(sparse_product, _pushforward, _pullback, batch=_batch))
