"""The page `docs/coverage.md`: every public function with its kind."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import scipy

from diffops.coverage.classes import MEANINGS, Kind
from diffops.coverage.limits import LIMITS
from diffops.coverage.members import ABSENT, kind_of_member, public_members
from diffops.coverage.namespaces import MODULES, Entry, entries
from diffops.coverage.scipy_modules import scipy_entries, scipy_modules

_HEAD = """\
# Coverage

Which public functions have a derivative. This page is printed by
`python -m diffops.coverage` from the table of rules (NumPy {numpy}, SciPy {scipy});
`tests/coverage` calls every function of NumPy, and compares what it finds with
differences.
"""

_METHODS = """\
## Methods of ufuncs

`reduce`, `accumulate`, `reduceat`, `outer` and `at` work for every ufunc that has a
derivative, user-made ones of `np.frompyfunc` included. Sums, products, extrema,
`logaddexp` and `hypot` have rules of their own; the others are applied entry after
entry, in the order of NumPy. `dtype`, `signature`, `axes`, `axis` and `keepdims` are
followed, `where` together with `out`.
"""

_MEMBERS = """\
## Methods and attributes of ndarray

Tracked arrays have them all.
"""

_LIMITS = """\
## Limits

Where a function has a derivative but an argument cannot be followed, it raises
`NoDerivativeError`. Here x is a tracked vector, A a matrix, s a number, and P is
`np.polynomial.polynomial`.

| raises | instead |
|---|---|
"""

_SCIPY = """\
## SciPy

SciPy's ufuncs take tracked values as they are. Functions that it does not dispatch have
mirrors: `from diffops.scipy import stats` in the place of `from scipy import stats`.
What a mirror has no rule for refuses tracked values by its name. Distributions count as
functions here, and so do classes.
"""

_SILENT = """\
NumPy does not ask about functions of `np.polynomial`: their own code runs on tracked
values. It takes them for numbers, so that `P.polyval(x, c)` with coefficients c of
several axes does what `tensor=False` does; give x as many axes as it needs.
"""


def page() -> str:
    """Return the page, as Markdown."""
    places = {place: list(entries(place)) for place in MODULES}
    modules = {module: list(scipy_entries(module)) for module in scipy_modules()}
    numpy = ".".join(np.__version__.split(".")[:2])
    parts = [
        _HEAD.format(numpy=numpy, scipy=".".join(scipy.__version__.split(".")[:2])),
        _summary(places),
        *(_section(place, found) for place, found in places.items()),
        _SILENT,
        _METHODS,
        _members(),
        _LIMITS + "\n".join(f"| `{call}` | {instead} |" for call, instead in LIMITS),
        _SCIPY,
        _summary(modules),
        *(_section(module, found) for module, found in modules.items()),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _summary(places: dict[str, list[Entry]]) -> str:
    rows = ["| kind | functions | a function of this kind |", "|---|---|---|"]
    counts = Counter(entry.kind for found in places.values() for entry in found)
    rows += [f"| {kind} | {counts[kind]} | {MEANINGS[kind]} |" for kind in Kind]
    return "\n".join(rows) + "\n"


def _section(place: str, found: Sequence[Entry]) -> str:
    """Return the list of a module's functions by kind, with reasons for refusals."""
    lines = [f"## {place}", ""]
    for kind in Kind:
        names = [_short(e) for e in found if e.kind is kind and not e.reason]
        if names:
            lines += [*_wrapped(f"**{kind}** ({len(names)}): {', '.join(names)}"), ""]
    for reason in dict.fromkeys(entry.reason for entry in found if entry.reason):
        names = [_short(e) for e in found if e.reason == reason]
        text = f"**refused** ({len(names)}), {reason}: {', '.join(names)}"
        lines += [*_wrapped(text), ""]
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 88, break_long_words=False, break_on_hyphens=False)


def _short(entry: Entry) -> str:
    return f"`{entry.name.rpartition('.')[2]}`"


def _members() -> str:
    lines = [_MEMBERS]
    for kind in Kind:
        names = [name for name in public_members() if kind_of_member(name) is kind]
        if names:
            lines += [*_wrapped(f"**{kind}** ({len(names)}): {_quoted(names)}"), ""]
    reasons: dict[str, list[str]] = {}
    for name, reason in ABSENT.items():
        reasons.setdefault(reason, []).append(name)
    absent = "; ".join(f"{_quoted(n)} ({reason})" for reason, n in reasons.items())
    return "\n".join([*lines, *_wrapped(f"Not there: {absent}.")])


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
