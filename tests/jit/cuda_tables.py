"""All codes, with what they should compute, and one plan that holds many of them."""

import itertools

import numpy as np
import scipy.special

from diffops.jit.arrays.buffers import Buffer, View, whole
from diffops.jit.arrays.nodes import Each, Plan
from diffops.jit.cuda.launches import launched
from diffops.jit.cuda.runner import Runner
from diffops.jit.numbers import functions
from diffops.jit.numbers.functions import code_of
from diffops.native import codes
from diffops.native.cuda_text import LOOPED

SPECIAL = np.array(
    [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1.5, 2.5, 3.0, 1e300, -1e300, 5e-324, -5e-324]
    + [np.inf, -np.inf, np.nan, 0.1, -0.7, 1e-9, 1234.789, 0.31, 0.64, 0.99]
)
TRIPLES = np.array(list(itertools.product(SPECIAL, SPECIAL, [0.0, 1.0, np.nan]))).T

#: Codes that no ufunc stands for: what they should compute.
DEFINED = {
    "chosen": (codes.CHOSEN, lambda a, b, c: np.where(c != 0, a, b)),
    "square": (codes.SQUARE, np.square),
    "cube": (codes.CUBE, lambda a: a * a * a),
    "strong product": (
        codes.STRONG_PRODUCT,
        lambda a, b: np.where((a == 0) & ~np.isfinite(b), 0, a * b),
    ),
    "steep product": (
        codes.STEEP_PRODUCT,
        lambda a, b: np.where(a == 0, a * 0.0, a * b),
    ),
    "pow": (codes.POWER, np.power),
}
GUARDS = {
    "true": (codes.GUARD_TRUE, lambda a: a != 0),
    "false": (codes.GUARD_FALSE, lambda a: a == 0),
    "same": (codes.GUARD_SAME, lambda a, b: repr(a) == repr(b)),
    "trunc": (codes.GUARD_TRUNC, lambda a, b: np.trunc(a) == b),
    "floor": (codes.GUARD_FLOOR, lambda a, b: np.floor(a) == b),
    "ceil": (codes.GUARD_CEIL, lambda a, b: np.ceil(a) == b),
    "round": (codes.GUARD_ROUND, lambda a, b: np.rint(a) == b),
    "real": (codes.GUARD_REAL, lambda y, b, e: y == y or b != b or e != e),
}
_BITS = ("bitwise_and", "bitwise_or", "bitwise_xor", "invert")
UFUNCS = {
    ufunc.__name__: (code_of(ufunc, exact=False), ufunc)
    for ufunc in [*functions._SAME, *functions._FROM_LIBM]
    if isinstance(ufunc, np.ufunc) and ufunc.__name__ not in _BITS
}
for _name in LOOPED:
    _ufunc = getattr(np, _name, None)
    if not isinstance(_ufunc, np.ufunc):
        _ufunc = getattr(scipy.special, _name)
    UFUNCS.setdefault(_name, (code_of(_ufunc, exact=False), _ufunc))

#: Functions that only CUDA has: no processor can tell whether their names are right.
COMPILED_ONLY = {"erfcx", "erfinv", "erfcinv", "ndtri", "i0", "i1"}


def operands_of(code):
    return list(TRIPLES[: code.arity])


def wanted_of(code, function):
    with np.errstate(all="ignore"):
        return np.asarray(function(*operands_of(code)), dtype=float)


def codes_plan(chosen, size, real="double"):
    """Return a plan that computes all of these codes, each an output.

    Guards compare doubles: in singles there are none.
    """
    inputs = [Buffer(size, f"i{k}", real) for k in range(3)]
    chosen = [code for code in chosen if real == "double" or not code.guard]
    plan = Plan()
    for code in chosen:
        operands = [whole(buffer, (size,)) for buffer in inputs[: code.arity]]
        shape = () if code.guard else (size,)
        if code.guard:
            operands = [View(buffer, (), ()) for buffer in inputs[: code.arity]]
        node = Each(code, operands, shape, 0, real=real)
        plan.nodes.append(node)
        if code.guard:
            plan.guards.append(node)
        else:
            node.stored = whole(Buffer(size, real=real), shape)
            plan.outputs.append(node.stored)
    kind = f"float{64 if real == 'double' else 32}[{size}]"
    return launched(plan, [kind] * 3, [kind] * len(plan.outputs))


def run_codes(chosen, operands=TRIPLES):
    """Return what each code computes, on the processor."""
    import cuda_on_cpu

    filled = np.zeros((3, operands.shape[1]))
    filled[: len(operands)] = operands
    plan = codes_plan(chosen, operands.shape[1])
    return Runner(plan, cuda_on_cpu)(*filled)
