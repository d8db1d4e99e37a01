"""The kinds that public functions fall into, as the table of rules tells them."""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator
from enum import StrEnum
from importlib import import_module
from types import CodeType
from typing import Any

from diffops import assembly as _assembly  # noqa: F401  (fills the table)
from diffops.primitive import Primitive, late_rules, primitives, table
from diffops.rules._constant import Constant
from diffops.rules._refused import Refused


class Kind(StrEnum):
    """What becomes of a derivative in a function."""

    RULE = "rule"
    COMPOSITION = "composition"
    CONSTANT = "constant"
    REFUSED = "refused"
    APART = "apart"


#: What each kind means, in the words of the page.
MEANINGS = {
    Kind.RULE: "has a derivative of its own (a primitive)",
    Kind.COMPOSITION: "is computed by functions that have one",
    Kind.CONSTANT: "has the derivative 0 wherever it has one; results are plain values",
    Kind.REFUSED: "raises `NoDerivativeError`, with the reason, on tracked values",
    Kind.APART: "takes no numbers: settings, types, files, text",
}


def import_all_rules() -> None:
    """Import the rules that wait until a function of their module needs one."""
    for module, rules in list(late_rules.items()):
        import_module(module)
        import_module(rules)


def kind_in_table(function: Callable[..., Any]) -> Kind | None:
    """Return the kind of a function that the table has an entry for."""
    try:
        entry = table.get(function)
    except TypeError:  # not hashable
        return None
    entry = getattr(entry, "unguarded", entry)
    if entry is None:
        return None
    if isinstance(entry, Refused):
        return Kind.REFUSED
    if isinstance(entry, Constant):
        return Kind.CONSTANT
    if isinstance(entry, Primitive) or any(p.function is function for p in primitives):
        return Kind.RULE
    return kind_of_function(entry)


def kind_of_function(function: Any) -> Kind:
    """Return the kind of a function of ours: a rule if it calls one by name."""
    own = any(_is_rule(value) for value in _used_by(function))
    return Kind.RULE if own else Kind.COMPOSITION


def reason_in_table(function: Callable[..., Any]) -> str:
    """Return why a function is refused: what its error says."""
    entry = table.get(function)
    return entry.reason if isinstance(entry, Refused) else ""


def _is_rule(value: Any) -> bool:
    return isinstance(value, Primitive) and not isinstance(value, Constant)


def _used_by(function: Any) -> Iterator[Any]:
    """Yield the global and enclosed values that a Python function names."""
    code = getattr(function, "__code__", None)
    if code is None:
        return
    for cell in function.__closure__ or ():
        yield cell.cell_contents
    for name in _names(code):
        if name in function.__globals__:
            yield function.__globals__[name]


def _names(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_GLOBAL":
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
