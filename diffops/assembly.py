"""Puts the parts together: fills the table of rules and gives numbers inline paths."""

from __future__ import annotations

from diffops import rules as rules
from diffops.modes import dual, dual_arrays, graph, node
from diffops.primitive import late_rules
from diffops.rules.arithmetic import steady_power
from diffops.values import inline
from diffops.values.scalar import give_ufunc_methods

give_ufunc_methods()
inline.install(node.NUMBERS, node.unary, node.binary, steady_power)
inline.install(dual.NUMBERS, dual.unary, dual.binary, steady_power)
inline.install_arrays(node.ArrayNode, graph.unary, graph.binary, steady_power)
inline.install_arrays(
    dual.ArrayDual, dual_arrays.unary, dual_arrays.binary, steady_power
)
late_rules["scipy.special"] = "diffops.rules.special"
