"""Taylor coefficients of the rules that no kind makes: their column ``series``.

Those of linear and bilinear kinds, and of elementwise functions, stand at the rule.
"""

from __future__ import annotations

from diffops.rules import _recurrences
from diffops.rules.contractions import contraction, rearrangement
from diffops.rules.creation import beside_
from diffops.rules.indexing import getitem_, update_
from diffops.rules.joining import collect, concatenate_, stack_
from diffops.rules.linalg import inv, solution
from diffops.rules.matmul import matmul
from diffops.rules.selecting import choose_by
from diffops.series import by_products, by_terms

for _linear in (
    choose_by,
    collect,
    concatenate_,
    getitem_,
    rearrangement,
    stack_,
):
    _linear.series = by_terms

for _product in (contraction, matmul):
    _product.series = by_products

beside_.series = _recurrences.stay
inv.series = _recurrences.invert
solution.series = _recurrences.solve
update_.series = _recurrences.write
