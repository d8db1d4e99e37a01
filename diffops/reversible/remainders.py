"""The information buffer: what a multiplication by a fraction would lose, kept in bits.

Multiplying an integer by n/d < 1 maps many integers to one. The buffer holds what tells
them apart: one integer H < B per entry, in mixed radix. A product pops a digit u < n,
computes v n + u = v′ d + s, and pushes s < d. So (v, H) and (v′, H′) determine each
other, v′ is within one of v n/d, and B grows by d/n: by log₂(d/n) bits, which is what
the product loses (Maclaurin, Duvenaud & Adams 2015, section 3).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Integers = np.ndarray[Any, np.dtype[np.int64]]

#: What numerators, denominators and their products with a digit stay below.
LARGEST = 2**31 - 1

#: How many bits leave the heads at a time.
_WORD = 16


class Remainders:
    """One stack of digits per entry: its head, and the words that left it.

    Which words leave depends on the radices alone, not on the digits, so all entries
    do alike. It is undone in the reverse order, on a `copy`, and then not used again.
    """

    def __init__(self, size: int) -> None:
        self.heads: Integers = np.zeros(size, np.int64)
        #: What all heads are below.
        self.bound = 1
        self.words: list[np.ndarray[Any, Any]] = []
        #: How many words left at each push.
        self.counts = bytearray()

    def copy(self) -> Remainders:
        """Return a buffer that can be undone while this one stays."""
        other = Remainders(0)
        other.heads = self.heads.copy()
        other.bound = self.bound
        other.words = self.words.copy()
        other.counts = self.counts.copy()
        return other

    @property
    def nbytes(self) -> int:
        """The bytes of all digits."""
        return self.heads.nbytes + sum(word.nbytes for word in self.words)

    def times(self, v: Integers, n: int, d: int) -> Integers:
        """Return v n/d, where 0 ≤ n ≤ d, to within one; keep what that loses."""
        if n == 0:
            self.words.append(v)  # everything is lost
            return np.zeros_like(v)
        if n == d:
            return v
        whole = v // d
        rest = v - whole * d
        rest *= n
        rest += self._pop(n)
        carry = rest // d
        self._push(rest - carry * d, d)
        whole *= n
        whole += carry
        return whole

    def undone(self, v: Integers, n: int, d: int) -> Integers:
        """Return what `times` was given: its inverse, on the newest digits."""
        if n == 0:
            return self.words.pop()
        if n == d:
            return v
        whole = v // n
        rest = v - whole * n
        rest *= d
        rest += self._unpush(d)
        carry = rest // n
        self._unpop(rest - carry * n, n)
        whole *= d
        whole += carry
        return whole

    def _pop(self, radix: int) -> Integers:
        higher = self.heads // radix
        digit = self.heads - higher * radix
        self.heads = higher
        self.bound = -(-self.bound // radix)
        return digit

    def _unpop(self, digit: Integers, radix: int) -> None:
        self.heads *= radix
        self.heads += digit

    def _push(self, digit: Integers, radix: int) -> None:
        count = 0
        while self.bound * radix > 2**63:
            self.words.append(self.heads.astype(np.uint16))  # the lowest bits
            self.heads >>= _WORD
            self.bound = ((self.bound - 1) >> _WORD) + 1
            count += 1
        self.counts.append(count)
        self.heads *= radix
        self.heads += digit
        self.bound *= radix

    def _unpush(self, radix: int) -> Integers:
        higher = self.heads // radix
        digit = self.heads - higher * radix
        for _ in range(self.counts.pop()):
            higher <<= _WORD
            higher |= self.words.pop()
        self.heads = higher
        return digit
