"""Puts the parts together: fills the table of rules and gives numbers inline paths."""

from __future__ import annotations

from diffops import repeated, rules as rules
from diffops.modes import (
    batch_arithmetic,
    dual,
    dual_arrays,
    graph,
    jet_numbers,
    jet_values,
    node,
    splitting,
)
from diffops.primitive import late_rules
from diffops.rules.arithmetic import steady_power
from diffops.values import branches, inline
from diffops.values.scalar import give_ufunc_methods

give_ufunc_methods()
inline.install(node.NUMBERS, node.unary, node.binary, steady_power)
inline.install(dual.NUMBERS, dual.unary, dual.binary, steady_power)
inline.install(jet_values.NUMBERS, jet_numbers.unary, jet_numbers.binary, steady_power)
inline.install_arrays(node.ArrayNode, graph.unary, graph.binary, steady_power)
inline.install_arrays(
    dual.ArrayDual, dual_arrays.unary, dual_arrays.binary, steady_power
)
batch_arithmetic.install()
branches.expansion[:] = [dual.Forward]
repeated.expansion[:] = [splitting.split]
late_rules["numpy.polynomial.polynomial"] = "diffops.rules.power_series"
late_rules["scipy.sparse"] = "diffops.rules.sparse_products"
late_rules["scipy.special"] = "diffops.rules.special"
