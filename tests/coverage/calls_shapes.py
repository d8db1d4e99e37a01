"""Example calls of what moves, joins, picks and writes entries."""

from __future__ import annotations

CALLS = {
    "np.reshape": [
        "np.reshape(M, (3, -1))",
        "np.reshape(C, shape=(4, 3), order='F')",
        "np.reshape(M, 6, copy=True)",
    ],
    "np.ravel": ["np.ravel(C)", "np.ravel(C.T, order='A')", "np.ravel(M, 'F')"],
    "np.transpose": ["np.transpose(M)", "np.transpose(C, axes=(1, 2, 0))"],
    "np.permute_dims": [
        "np.permute_dims(C, (2, 0, 1))",
        "np.permute_dims(M, axes=None)",
    ],
    "np.matrix_transpose": ["np.matrix_transpose(C)"],
    "np.swapaxes": ["np.swapaxes(C, 0, -1)"],
    "np.moveaxis": ["np.moveaxis(C, [0, 1], [-1, 0])"],
    "np.rollaxis": ["np.rollaxis(C, 2)", "np.rollaxis(C, 2, start=1)"],
    "np.squeeze": ["np.squeeze(M[:, None])", "np.squeeze(M[None, :, None], axis=0)"],
    "np.expand_dims": ["np.expand_dims(M, (0, 2))"],
    "np.atleast_1d": ["np.atleast_1d(s)", "np.atleast_1d(x, s)"],
    "np.atleast_2d": ["np.atleast_2d(x)"],
    "np.atleast_3d": ["np.atleast_3d(M)"],
    "np.broadcast_to": ["np.broadcast_to(v, (2, 3))"]
    + ["np.broadcast_to(v, shape=(2, 3), subok=False)"],
    "np.broadcast_arrays": ["np.broadcast_arrays(v, M, s, subok=False)"],
    "np.broadcast": ["[a * b for a, b in np.broadcast(v, w[:, None])]"],
    "np.meshgrid": [
        "np.meshgrid(x, v)",
        "np.meshgrid(x, v, copy=False, sparse=True, indexing='ij')",
    ],
    "np.ix_": ["np.ix_(x, v)"],
    "np.flip": ["np.flip(C)", "np.flip(C, axis=(0, -1))"],
    "np.fliplr": ["np.fliplr(M)"],
    "np.flipud": ["np.flipud(M)"],
    "np.rot90": ["np.rot90(M)", "np.rot90(C, k=3, axes=(1, 2))"],
    "np.roll": ["np.roll(M, 2)", "np.roll(C, shift=(1, -1), axis=(0, 2))"],
    "np.tile": ["np.tile(v, (2, 2))", "np.tile(M, 2)"],
    "np.repeat": ["np.repeat(M, 2)", "np.repeat(M, [1, 0, 2], axis=1)"],
    "np.resize": ["np.resize(v, (2, 4))"],
    "np.pad": [
        "np.pad(v, 2)",
        "np.pad(M, ((1, 0), (0, 2)), mode='constant', constant_values=2.0)",
        "np.pad(v, (1, 2), constant_values=(v[0], 2.0))",
        "np.pad(v, (1, 2), mode='linear_ramp', end_values=(v[2], 2.0))",
        "np.pad(M, 1, mode='mean', stat_length=2)",
        "np.pad(x, 3, mode='reflect', reflect_type='odd')",
        "np.pad(x, {0: (1, 2)}, mode='wrap')",
    ],
    "np.trim_zeros": [
        "np.trim_zeros(np.concatenate([[0, 0], x, [0]]))",
        "np.trim_zeros(np.pad(x, 2), trim='b')",
        "np.trim_zeros(np.pad(M, ((1, 2), (0, 1))), axis=0)",
        "np.trim_zeros(np.pad(M, ((1, 2), (0, 1))))",
    ],
    "np.concatenate": ["np.concatenate([M, B[:2]], axis=1)"]
    + ["np.concatenate((M, B), None, dtype=np.float64, casting='same_kind')"],
    "np.concat": ["np.concat([x, v], axis=0, dtype=np.float64, casting='same_kind')"],
    "np.stack": ["np.stack([v, w])", "np.stack([v, w], axis=-1)"]
    + ["np.stack([s, t, 1.0], dtype=np.float64, casting='same_kind')"],
    "np.vstack": ["np.vstack([v, B])"]
    + ["np.vstack((v, w), dtype=np.float64, casting='same_kind')"],
    "np.hstack": ["np.hstack([v, s])"]
    + ["np.hstack((M, M), dtype=np.float64, casting='same_kind')"],
    "np.dstack": ["np.dstack([v, w])"],
    "np.column_stack": ["np.column_stack([v, B])"],
    "np.block": ["np.block([[A, v[:, None]], [w, s]])"],
    "np.append": ["np.append(M, x)", "np.append(B, M, axis=0)"],
    "np.insert": [
        "np.insert(x, 1, s)",
        "np.insert(M, [0, 2], v[:2], axis=1)",
        "np.insert(x, slice(0, 2), v[:2])",
    ],
    "np.delete": ["np.delete(x, 1)", "np.delete(M, [0, 2], axis=1)"],
    "np.split": ["np.split(x, 2)", "np.split(C, [1, 2], axis=1)"],
    "np.array_split": ["np.array_split(x, 3)", "np.array_split(C, [1], axis=2)"],
    "np.hsplit": ["np.hsplit(x, 2)"],
    "np.vsplit": ["np.vsplit(M, 2)"],
    "np.dsplit": ["np.dsplit(C, 2)"],
    "np.unstack": ["np.unstack(C)", "np.unstack(C, axis=1)"],
    "np.diag": ["np.diag(v)", "np.diag(A, k=-1)"],
    "np.diagflat": ["np.diagflat(M)", "np.diagflat(v, k=1)"],
    "np.diagonal": ["np.diagonal(A)"] + ["np.diagonal(C, offset=1, axis1=2, axis2=1)"],
    "np.trace": ["np.trace(A)"]
    + ["np.trace(C, offset=1, axis1=2, axis2=1, dtype=np.float64)"],
    "np.tril": ["np.tril(A)", "np.tril(C, k=-1)"],
    "np.triu": ["np.triu(A)", "np.triu(C, k=1)"],
    "np.take": [
        "np.take(M, [0, 3, 3])",
        "np.take(M, [[1, 0]], axis=1)",
        "np.take(x, [5, -7], mode='wrap')",
        "np.take(x, [5, -7], mode='clip')",
    ],
    "np.take_along_axis": ["np.take_along_axis(M, np.argsort(M, axis=1), axis=1)"]
    + ["np.take_along_axis(M, i, axis=None)"],
    "np.compress": ["np.compress([False, True], M, axis=0)", "np.compress(mask, x)"],
    "np.extract": ["np.extract(mask2, M)"],
    "np.copyto": [
        "into(x + 0 * y, lambda a: np.copyto(a, y))",
        "into(M + 0 * v, lambda a: np.copyto(a, v, where=mask2, casting='same_kind'))",
    ],
    "np.put": [
        "into(M + 0 * v, lambda a: np.put(a, [0, 4], v))",
        "into(M + 0 * v, lambda a: np.put(a, [9, -9], v, mode='clip'))",
    ],
    "np.put_along_axis": [
        "into(M + 0 * s, lambda a: np.put_along_axis(a, i[:1, None], s, axis=1))",
        "into(M + 0 * q[0], lambda a: np.put_along_axis(a, i[:2], q, None))",
    ],
    "np.putmask": ["into(M + 0 * v, lambda a: np.putmask(a, mask2, v))"],
    "np.place": ["into(M + 0 * x[0], lambda a: np.place(a, mask2, x[:3]))"],
    "np.fill_diagonal": [
        "into(A + 0 * v, lambda a: np.fill_diagonal(a, v))",
        "into(np.tile(v, (7, 1)), lambda a: np.fill_diagonal(a, a[0, :2], wrap=True))",
    ],
    "np.ndenumerate": ["[value * value for _, value in np.ndenumerate(M)]"],
    "np.nditer": ["[2 * e * e for e in np.nditer(M, flags=['refs_ok'], order='K')]"],
    "np.lib.stride_tricks.sliding_window_view": [
        "np.lib.stride_tricks.sliding_window_view(x, 2)",
        "np.lib.stride_tricks.sliding_window_view(M, 2, axis=1, subok=False, "
        "writeable=False)",
    ],
}
