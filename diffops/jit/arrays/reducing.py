"""Reductions: what they begin with, and how an entry is added."""

from __future__ import annotations

from diffops.native.singles import in_real

START = {
    "add": 0.0,
    "multiply": 1.0,
    "maximum": float("-inf"),
    "minimum": float("inf"),
}
_STEP = {
    "add": "{y} = fadd reassoc nsz double {0}, {1}",
    "multiply": "{y} = fmul reassoc nsz double {0}, {1}",
    "maximum": "{y} = call double @llvm.maximum.f64(double {0}, double {1})",
    "minimum": "{y} = call double @llvm.minimum.f64(double {0}, double {1})",
}


def step(kind: str, total: str, value: str, y: str, real: str) -> str:
    """Return the instruction that adds a value of a type to a total, in any order."""
    return in_real(_STEP[kind], real).format(total, value, y=y)
