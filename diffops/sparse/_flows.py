"""What is known of the dependences through each primitive: the column of this mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.loading import copy
from diffops.engines.scipy_sparse import sparse_product
from diffops.engines.solving import solve
from diffops.index import getitem, update
from diffops.modes.pattern import Flow
from diffops.primitive import Primitive
from diffops.rules._batches import reducing, reducing_flat, same_for_all
from diffops.rules._constant import Constant
from diffops.rules.shaping import reshaped
from diffops.sparse import _bilinear as product, _gatherings as gather, _moves as move

_FLOWS: dict[Callable[..., Any], Flow] = {
    getitem: move.reading,
    update: move.writing,
    sparse_product: product.multiplying_sparse,
    copy: move.same,
    np.real: move.same,
    np.imag: move.same,
    np.conjugate: move.same,
    reshaped: move.moving,
    np.ravel: move.moving,
    np.transpose: move.moving,
    np.broadcast_to: move.moving,
    np.roll: move.moving,
    np.tile: move.moving,
    np.repeat: move.moving,
    np.diagonal: move.moving,
    np.lib.stride_tricks.sliding_window_view: move.moving,
    np.prod: gather.reducing,
    np.max: gather.reducing,
    np.min: gather.reducing,
    np.cumsum: gather.running,
    np.cumprod: gather.running,
    np.diff: gather.differencing,
    np.linspace: gather.stepping,
    np.linalg.inv: gather.stacks(2),
    np.linalg.pinv: gather.stacks(2),
    np.linalg.det: gather.stacks(2),
    np.linalg.cholesky: gather.stacks(2),
    solve: gather.solving,
    np.matmul: product.matmul,
    np.convolve: product.convolving,
    np.cross: product.crossing,
}

#: Those of our own functions, by their names: what is not found here is dense.
_OWN: dict[str, Flow] = {
    "rules._fitting.strong_product": move.elementwise,
    "slopes.steep_product": move.elementwise,
    "rules.casting.cast": move.same,
    "rules.creation.beside": move.nothing,
    "rules.padding.surround": move.moving_among_zeros,
    "rules.diagonals.matrix_of": move.moving_among_zeros,
    "rules.joining.concatenated": move.joining,
    "rules.joining.stacked": move.joining,
    "rules.joining.collected": move.joining,
    "rules.selecting.chosen": move.choosing,
    "rules.indexing.scatter": move.scattering,
    "rules.sorting.permute": gather.permuting,
    "rules.cumulative.recurrence": gather.running,
    "rules.fft._forward": gather.lines,
    "rules.fft._inverse": gather.lines,
    "rules.fft._real_forward": gather.lines,
    "rules.fft._real_inverse": gather.lines,
    "rules.determinants._sign_and_log": gather.stacks(2),
    "rules.eigen._eig": gather.stacks(2),
    "rules.hermitian._eigh": gather.stacks(2),
    "rules.singular._svd": gather.stacks(2),
    "rules.triangular._qr": gather.stacks(2),
    "rules.contractions._contract": product.einsum,
    "rules.contractions._rearrange": product.einsum,
    "scipy.fft.cosine.wave_transform": gather.lines,
    "scipy.signal.convolving.convolve_arrays": product.convolving_arrays,
}

#: Functions whose result has as many entries as the values make it have.
_SHAPED = {np.nonzero, np.flatnonzero, np.argwhere}


def flow_of(primitive: Primitive) -> Flow:
    """Return the dependences through a primitive, dense ones if none are known."""
    function = primitive.function
    if isinstance(primitive, Constant):
        if function in _SHAPED:
            return move.shaped_by_values
        if primitive.batch is same_for_all:
            return move.by_shapes_alone
        return move.nothing
    if primitive.partials:
        return move.elementwise
    if function in _FLOWS:
        return _FLOWS[function]
    if primitive.batch in (reducing, reducing_flat):
        return gather.reducing
    return _OWN.get(name_of(function), gather.dense)


def name_of(function: Callable[..., Any]) -> str:
    """Return the name of a function of ours, without that of the package."""
    module = getattr(function, "__module__", "") or ""
    return f"{module.removeprefix('diffops.')}.{getattr(function, '__name__', '')}"
