"""All example calls together."""

from __future__ import annotations

import calls_algebra
import calls_creation
import calls_elementwise
import calls_reductions
import calls_shapes
import numpy as np

#: Functions that some versions of NumPy do not have: gone in 2.5, and new in it.
NOT_ALWAYS = {"np.row_stack", "np.polynomial.polynomial.polyvalnd"}

#: The calls of what has a derivative, by the name of the function.
CALLS: dict[str, list[str]] = {}
for _table in (
    calls_elementwise,
    calls_reductions,
    calls_shapes,
    calls_creation,
    calls_algebra,
):
    assert not CALLS.keys() & _table.CALLS.keys()
    CALLS |= _table.CALLS
for _name in NOT_ALWAYS:
    _place, _, _own = _name.rpartition(".")
    if not hasattr(np if _place == "np" else np.polynomial.polynomial, _own):
        del CALLS[_name]
EACH = [(name, call) for name, calls in CALLS.items() for call in calls]

#: They go through arrays of objects, in which single precision is not told from double.
OF_OBJECTS = {"np.r_", "np.c_", "np.bmat"} | {
    f"np.polynomial.polynomial.{name}"
    for name in ("polyadd", "polysub", "polydiv", "polycompanion")
}
