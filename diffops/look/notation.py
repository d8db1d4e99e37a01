"""Notation: v₋₁, v̇₃, v̄₃ as text, as HTML and as SVG, and short forms of values."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

import numpy as np

from diffops.jit.program import kind_of
from diffops.tags import lower

#: The marks of a tangent and of an adjoint, on the first letter of a name.
DOT, BAR = "\u0307", "\u0304"

_SUBSCRIPTS = str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = re.compile("[₋₀-₉]+")
_DIGITS = str.maketrans("₋₀₁₂₃₄₅₆₇₈₉", "−0123456789")

#: How numbers are written unless a format spec says otherwise.
SPEC = ".5g"

#: So many entries of an axis are shown at most, and fewer where an array would take
#: more than so many columns.
_ENTRIES, _COLUMNS = 4, 36


def subscript(number: int) -> str:
    """Return a number as a subscript."""
    return str(number).translate(_SUBSCRIPTS)


def superscript(number: int) -> str:
    """Return a number as a superscript."""
    return str(number).translate(_SUPERSCRIPTS)


def marked(name: str, mark: str) -> str:
    """Return a name with a mark on its first letter."""
    return unicodedata.normalize("NFC", name[:1] + mark) + name[1:]


def width(text: str) -> int:
    """Return how many columns a text takes: marks stand on letters."""
    return sum(not unicodedata.combining(letter) for letter in text)


def padded(text: str, columns: int) -> str:
    """Return a text with spaces up to some width."""
    return text + " " * (columns - width(text))


def shortened(text: str, columns: int) -> str:
    """Return a text of at most some width: a longer one ends in dots."""
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


def number(value: Any, spec: str = SPEC) -> str:
    """Return a number, or a truth value, in few digits; − is a real minus sign."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(value).replace("-", "−")
    text = format(value.item() if hasattr(value, "item") else value, spec)
    return re.sub("(?<!e)-", "−", text).replace("e-", "e−")


def short(value: Any, spec: str = SPEC, columns: int = _COLUMNS) -> str:
    """Return a value in short: an array by dtype, shape and its first entries."""
    value = lower(value)
    if not hasattr(value, "ndim") or not value.ndim:
        whole = number(value, spec) if _is_number(value) else repr(value)
        return shortened(whole, columns)
    text = ""
    for most in range(_ENTRIES, 0, -1):
        text = f"{kind_of(value)} {_entries(value, spec, most)}"
        if width(text) <= columns:
            break
    return text


def _entries(value: Any, spec: str, most: int) -> str:
    """Return the entries of an array, of each axis so many at most."""
    if not value.ndim:
        return number(value[()], spec)
    parts = [_entries(np.asarray(item), spec, most) for item in value[:most]]
    return f"[{', '.join(parts if len(value) <= most else [*parts, '…'])}]"


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.generic, np.ndarray))


def place(line: str) -> str:
    """Return where a line is, without the folders: ``model.py:12``."""
    path, _, row = line.rpartition(":")
    if path.startswith("<"):  # typed in
        return f"line {row}"
    return re.split(r"[\\/]", line)[-1]
