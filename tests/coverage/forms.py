"""Other forms of an example call: its arguments by name, and by position."""

from __future__ import annotations

import ast
import inspect

import numpy as np

_BOTH = inspect.Parameter.POSITIONAL_OR_KEYWORD


def parameters_of(function):
    """Return the parameters of a function, or none where NumPy does not tell them."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def used_parameters(function, name, call):
    """Return the names of the parameters that a call gives values for."""
    parameters = inspect.signature(function)
    used = set()
    for node in ast.walk(ast.parse(call)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == short(name):
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            used |= set(parameters.bind(*node.args, **named).arguments)
    return used


def short(name):
    """Return what the examples call a function."""
    return name.replace("np.polynomial.polynomial.", "P.")


class _Rewriting(ast.NodeTransformer):
    def __init__(self, name, parameters):
        self.name = short(name)
        self.parameters = parameters

    def visit_Call(self, node):
        self.generic_visit(node)
        return self.rewritten(node) if ast.unparse(node.func) == self.name else node


class _ByName(_Rewriting):
    def rewritten(self, node):
        pairs = list(zip(self.parameters, node.args, strict=False))
        named = [ast.keyword(p.name, arg) for p, arg in pairs if p.kind is _BOTH]
        rest = node.args[: len(pairs) - len(named)]
        return ast.Call(node.func, rest, named + node.keywords)


class _ByPosition(_Rewriting):
    def rewritten(self, node):
        values = {k.arg: k.value for k in node.keywords}
        args = list(node.args)
        for parameter in self.parameters[len(args) :]:
            if parameter.kind is not _BOTH or not values.keys() & self._following(args):
                break
            args.append(values.pop(parameter.name, None) or _default(parameter))
        return ast.Call(
            node.func, args, [ast.keyword(*pair) for pair in values.items()]
        )

    def _following(self, args):
        return {p.name for p in self.parameters[len(args) :] if p.kind is _BOTH}


def _default(parameter):
    missing = parameter.default is np._NoValue
    text = "np._NoValue" if missing else repr(parameter.default)
    return ast.parse(text, mode="eval").body


def other_forms(function, name, call):
    """Return a call with arguments by name, and by position, that NumPy takes too."""
    parameters = parameters_of(function)
    if not parameters or any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return []
    return [
        ast.unparse(form(name, parameters).visit(ast.parse(call)))
        for form in (_ByName, _ByPosition)
    ]
