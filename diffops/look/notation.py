"""Notation: v₋₁, v̇₃, v̄₃ as text, as HTML and as SVG, and short forms of values."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import numpy as np

from diffops.jit.program import kind_of

#: The marks of a tangent and of an adjoint, on the first letter of a name.
DOT, BAR = "\u0307", "\u0304"

_SUBSCRIPTS = str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = re.compile("[₋₀-₉]+")
_DIGITS = str.maketrans("₋₀₁₂₃₄₅₆₇₈₉", "−0123456789")

#: How numbers are written unless a format spec says otherwise.
SPEC = ".5g"

#: So many entries of an axis are shown at most: the first ones, where there are more.
_ENTRIES = 4


def subscript(number: int) -> str:
    """Return a number as a subscript."""
    return str(number).translate(_SUBSCRIPTS)


def superscript(number: int) -> str:
    """Return a number as a superscript."""
    return str(number).translate(_SUPERSCRIPTS)


def marked(name: str, mark: str) -> str:
    """Return a name with a mark on its first letter."""
    return name[:1] + mark + name[1:]


def width(text: str) -> int:
    """Return how many columns a text takes: marks stand on letters."""
    return sum(not unicodedata.combining(letter) for letter in text)


def padded(text: str, columns: int) -> str:
    """Return a text with spaces up to some width."""
    return text + " " * (columns - width(text))


def shortened(text: str, columns: int) -> str:
    """Return a text of at most some width: a longer one ends in …"""
    if width(text) <= columns:
        return text
    letters = []
    for letter in text:
        columns -= not unicodedata.combining(letter)
        if columns < 1:
            break
        letters.append(letter)
    return "".join(letters) + "…"


def as_html(text: str) -> str:
    """Return a text as HTML, with real subscripts."""
    return _LOWERED.sub(
        lambda found: f"<sub>{found[0].translate(_DIGITS)}</sub>", html.escape(text)
    )


def pieces(text: str) -> Iterable[tuple[str, bool]]:
    """Yield the parts of a text, and whether each is a subscript, with plain digits."""
    start = 0
    for found in _LOWERED.finditer(text):
        if found.start() > start:
            yield text[start : found.start()], False
        yield found[0].translate(_DIGITS), True
        start = found.end()
    if start < len(text):
        yield text[start:], False


def number(value: Any, spec: str = SPEC) -> str:
    """Return a number, or a truth value, in few digits; − is a real minus sign."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(value).replace("-", "−")
    text = format(value.item() if hasattr(value, "item") else value, spec)
    return re.sub("(?<!e)-", "−", text).replace("e-", "e−")


def short(value: Any, spec: str = SPEC) -> str:
    """Return a value in short: an array by dtype, shape and its first entries."""
    if not np.ndim(value):
        return number(value, spec) if _is_number(value) else f"{value!r}"
    return f"{kind_of(value)} {_entries(value, spec)}"


def _entries(value: Any, spec: str) -> str:
    if not value.ndim:
        return number(value[()], spec)
    most = _ENTRIES if value.ndim == 1 else _ENTRIES // 2
    whole = len(value) <= most
    shown = value if whole else value[: most - (value.ndim == 1)]
    parts = [_entries(np.asarray(item), spec) for item in shown]
    return f"[{', '.join(parts if whole else [*parts, '…'])}]"


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.generic, np.ndarray))


def place(line: str) -> str:
    """Return where a line is, without the folders: ``model.py:12``."""
    path, _, row = line.rpartition(":")
    if path.startswith("<"):  # typed in
        return f"line {row}"
    return re.split(r"[\\/]", line)[-1]
