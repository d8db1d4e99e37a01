"""What functions that have a derivative refuse nonetheless: an argument, an option.

Each limit is a call that raises, with x a tracked vector, A a matrix and s a number.
"""

from __future__ import annotations

from typing import NamedTuple


class Limit(NamedTuple):
    """A call that is refused, and what to write instead."""

    call: str
    instead: str


LIMITS = [
    Limit(
        "np.add(x, 1, where=x > 0)", "`np.where`: without `out` entries are undefined"
    ),
    Limit("np.sum([0.0, 1.0], initial=s)", "`s + np.sum(...)`: NumPy does not ask"),
    Limit(
        "np.interp(0.5, [0.0, 1.0], [2.0, 3.0], left=s)", "arrays made of tracked ones"
    ),
    Limit("np.full_like(np.ones(2), s)", "`np.full(2, s)`"),
    Limit("np.copyto(np.ones(2), x[:2])", "a target made by `np.zeros_like(x)`"),
    Limit("np.add.at(np.ones(2), 0, s)", "a target made by `np.zeros_like(x)`"),
    Limit("np.take(x, x)", "whole numbers: `np.astype(np.rint(x), int)`"),
    Limit("np.repeat(x, s)", "a plain count"),
    Limit("np.astype(x * 1j, float)", "`np.real(x)` first"),
    Limit("np.sort(x, order='f')", "no `order`: structured arrays have no derivative"),
    Limit("np.pad(x, 1, mode=lambda *_: None)", "`np.concatenate`"),
    Limit("np.linalg.norm(A, ord=s)", "a plain order for norms of matrices"),
    Limit("np.power.at(A, A, 2)", "whole numbers as an index"),
    Limit("np.asmatrix(A) @ A", "arrays: the arithmetic of matrices differs"),
    Limit("np.poly1d(x) / np.poly1d(x[:2])", "`np.polydiv(x, x[:2])`"),
    Limit("np.einsum('i->i', x, out=np.ones(4))", "the returned value"),
    Limit("P.polyder(np.ones((3, 1)), scl=s)", "a product with the returned value"),
]
