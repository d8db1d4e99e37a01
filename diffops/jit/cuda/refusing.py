"""Planning for a GPU, which says what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from diffops.jit.arrays.nodes import NotOfArrays, Plan
from diffops.jit.arrays.planning import Planning
from diffops.jit.cuda.expressions import NotForCuda
from diffops.jit.program import Guard, Operation, Program


def planned(program: Program) -> Plan:
    """Return the plan of a program of arrays, or raise NotForCuda with the reason."""
    try:
        return _Planning(program).run()
    except NotOfArrays as error:
        reason = "kernels take arrays of float64, and floats, and return such"
        raise NotForCuda(str(error) or reason) from None


class _Planning(Planning):
    """Planning that says which step it refuses."""

    def _check(self, step: Operation) -> None:
        with _refusing(step.name):
            super()._check(step)

    def _computed(self, step: Operation) -> Any:
        with _refusing(step.name):
            return super()._computed(step)

    def _guard(self, step: Guard) -> None:
        with _refusing(f"the host reads a value{step.line}, which"):
            super()._guard(step)


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    try:
        yield
    except NotOfArrays:
        raise NotOfArrays(f"{what} is not for kernels here") from None
