"""What the tour is printed on: headings, listings of code, and comparisons."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

WIDTH = 80

#: Not every terminal has these.
_ASCII = str.maketrans("₀₁₂₃₄₅₆₇₈₉₋×−", "0123456789-x-")


class Check(NamedTuple):
    """A result, the value that it should have, and how far it may be off."""

    what: str
    got: Any
    want: Any
    bound: float

    @property
    def error(self) -> float:
        """The largest error of an entry, relative to the largest entry."""
        got, want = np.asarray(self.got, float), np.asarray(self.want, float)
        if got.shape != want.shape:
            return float("inf")
        return float(np.max(np.abs(got - want)) / np.max(np.abs(want)))

    @property
    def holds(self) -> bool:
        """Whether the error is within its bound; NaN is not."""
        return self.error <= self.bound

    def worst(self) -> tuple[float, float]:
        """Return the entry that is furthest off, and what it should be."""
        got, want = np.asarray(self.got, float), np.asarray(self.want, float)
        if got.shape != want.shape:
            return float("nan"), float("nan")
        place = np.argmax(np.abs(got - want))
        return got.flat[place], want.flat[place]


class Page:
    """Prints to the terminal and counts the comparisons that hold and that fail."""

    def __init__(self) -> None:
        self.checks = 0
        self.failures = 0

    def heading(self, title: str) -> None:
        """Begin a section."""
        print(f"\n{title}\n{'=' * len(title)}")

    def text(self, text: str) -> None:
        """Print a paragraph."""
        print("\n" + textwrap.fill(" ".join(text.split()), WIDTH))

    def code(self, *functions: Callable[..., Any]) -> None:
        """Print the source of functions: what is printed is what runs."""
        for function in functions:
            print("\n" + textwrap.indent(inspect.getsource(function).rstrip(), "    "))

    def printed(self, text: str) -> None:
        """Print what a program prints, in ASCII."""
        print("\n" + textwrap.indent(text.translate(_ASCII), "  "))

    def table(self, rows: list[tuple[str, ...]]) -> None:
        """Print rows of words in aligned columns."""
        print()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print("  " + "  ".join(cells).rstrip())

    def compare(self, source: str, checks: list[Check]) -> None:
        """Print results beside their independent values, and judge them."""
        print(f"\n  {'':27}{'diffops':>18}{source:>20}{'error':>9}{'allowed':>9}")
        for check in checks:
            got, want = check.worst()
            row = f"{check.what:27}{got:18.11g}{want:20.11g}{check.error:9.0e}"
            print(f"  {row}{check.bound:9.0e}{'' if check.holds else '  !'}")
            self.checks += 1
            self.failures += not check.holds

    def close(self) -> None:
        """Print how many comparisons held."""
        right = self.checks - self.failures
        print(f"\n{right} of {self.checks} results are right to what is allowed.")
