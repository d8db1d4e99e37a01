"""A tape: a program of numbers as flat lists of codes and operands."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from diffops.native.codes import Code, codes


class Tape:
    """Operations on numbers in order, each with up to three operands.

    A number is named by an int: the entries of the inputs come first, then the results
    of the operations, of which the guards yield none; ~k is the constant k. ``outputs``
    are arrays of such names.
    """

    __slots__ = ("_known", "codes", "constants", "inputs", "operands", "outputs")

    def __init__(self) -> None:
        self.inputs = 0
        self.codes = array("q")
        #: Three per operation; those that it does not have repeat the first.
        self.operands = array("q")
        self.constants: list[float] = []
        self.outputs: list[Any] = []
        self._known: dict[Any, int] = {}

    def constant(self, value: Any) -> int:
        """Return the name of a constant; equal ones share it."""
        value = float(value)
        # Zeros of both signs are equal, and nothing is equal to NaN.
        key = value if value == value and value else repr(value)
        name = self._known.get(key)
        if name is None:
            name = self._known[key] = ~len(self.constants)
            self.constants.append(value)
        return name

    def nothing(self) -> int:
        """Return the name of the −0 that stands where nothing is added up.

        It is not the −0 of a program: a result that is nothing is 0.
        """
        name = self._known.get("nothing")
        if name is None:
            name = self._known["nothing"] = ~len(self.constants)
            self.constants.append(-0.0)
        return name

    def note(
        self, code: Code, a: int, b: int | None = None, c: int | None = None
    ) -> int:
        """Add an operation and return the name of its result."""
        count = len(self.codes)
        self.codes.append(code.number)
        self.operands.extend((a, a if b is None else b, a if c is None else c))
        return self.inputs + count

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the codes, and the operands as rows of three."""
        numbers = np.array(self.codes, dtype=np.int64)
        return numbers, np.array(self.operands, dtype=np.int64).reshape(-1, 3)

    def prune(self) -> None:
        """Leave out what no output and no guard needs."""
        first = self.inputs
        numbers, operands = self.arrays()
        needed = bytearray(len(numbers))
        for output in self.outputs:
            for name in output.ravel().tolist():
                if name >= first:
                    needed[name - first] = 1
        guards = np.array([code.guard for code in codes])[numbers].tolist()
        rows = operands.tolist()
        for i in range(len(numbers) - 1, -1, -1):
            if needed[i] or guards[i]:
                needed[i] = 1
                for name in rows[i]:
                    if name >= first:
                        needed[name - first] = 1
        kept = np.frombuffer(needed, dtype=np.bool_)
        if kept.all():
            return
        names = np.concatenate([np.arange(first), first + np.cumsum(kept) - 1])

        def renamed(old: np.ndarray) -> np.ndarray:
            return np.where(old >= 0, names[np.maximum(old, 0)], old)

        self.codes = array("q", numbers[kept].tolist())
        self.operands = array("q", renamed(operands[kept]).ravel().tolist())
        self.outputs = [renamed(output) for output in self.outputs]

    def __str__(self) -> str:
        lines = []
        numbers, operands = self.arrays()
        for i, (number, row) in enumerate(zip(numbers, operands.tolist(), strict=True)):
            code = codes[number]
            shown = ", ".join(map(self._shown, row[: code.arity]))
            lines.append(f"{self._shown(self.inputs + i)} = {code.name}({shown})")
        return "\n".join(lines)

    def _shown(self, name: int) -> str:
        if name < 0:
            return repr(self.constants[~name])
        return f"x{name}" if name < self.inputs else f"v{name}"
