"""The information buffer: products with fractions, undone bit for bit, in few bits."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from diffops.reversible.remainders import LARGEST, Remainders

SIZE, STEPS = 7, 1000


def fractions(kind, rng):
    """Return n, d of many steps."""
    if kind == "paper":
        return [(9, 10)] * STEPS
    if kind == "nearly one":
        return [(LARGEST - 1, LARGEST)] * STEPS
    if kind == "half":
        return [(LARGEST // 2, LARGEST)] * STEPS
    if kind == "tiny":
        return [(1, LARGEST)] * STEPS
    tops = 2 ** rng.integers(1, 31, STEPS)
    ds = [int(rng.integers(1, top + 1)) for top in tops]
    return [(int(rng.integers(0 if kind == "zeros" else 1, d + 1)), d) for d in ds]


KINDS = ["paper", "nearly one", "half", "tiny", "random", "zeros"]


@pytest.mark.parametrize("kind", KINDS)
def test_products_are_near_and_undone_bit_for_bit(kind):
    rng = np.random.default_rng(1)
    buffer = Remainders(SIZE)
    v = rng.integers(-(2**61), 2**61, SIZE)
    history, steps = [], fractions(kind, rng)
    for n, d in steps:
        product = buffer.times(v, n, d)
        for before, after in zip(v.tolist(), product.tolist(), strict=True):
            assert abs(after - Fraction(before * n, d)) <= 1
        added = rng.integers(-(2**52), 2**52, SIZE)  # as gradients do
        history.append((v, added))
        v = product + added
    back = buffer.copy()
    for (before, added), (n, d) in zip(history[::-1], steps[::-1], strict=True):
        v = back.undone(v - added, n, d)
        np.testing.assert_array_equal(v, before)
    assert not back.heads.any()
    assert back.words == []


@pytest.mark.parametrize("kind", ["paper", "half", "tiny", "random"])
def test_the_bits_are_those_that_products_lose(kind):
    """No fewer, for they could not be undone, and hardly more."""
    rng = np.random.default_rng(2)
    buffer = Remainders(SIZE)
    v = rng.integers(-(2**62), 2**62, SIZE)
    lost = 0.0
    for n, d in fractions(kind, rng):
        v = buffer.times(v, n, d) + rng.integers(-(2**52), 2**52, SIZE)
        lost += math.log2(d / n)
        assert buffer.heads.min() >= 0
        assert max(buffer.heads.tolist()) < buffer.bound <= 2**63
    kept = math.log2(buffer.bound) + 16 * len(buffer.words)
    assert lost - 1e-6 <= kept <= lost + STEPS / 2**15 + 64
    assert buffer.nbytes == SIZE * (8 + 2 * len(buffer.words))


def test_a_copy_is_undone_alone():
    buffer = Remainders(1)
    v = np.array([12345])
    w = buffer.times(v, 9, 10)
    for _ in range(2):
        assert buffer.copy().undone(w, 9, 10) == v
