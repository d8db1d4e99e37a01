"""Calls by a table: which function, and where its arrays begin.

The table is data, so a program of twice as many steps has the same machine code.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.jit.arrays.buffers import Buffer, View
from diffops.jit.arrays.nest import Nest
from diffops.jit.arrays.nodes import Each
from diffops.jit.arrays.reals import WIDTHS
from diffops.jit.arrays.straight import Straight


class Table:
    """Calls of functions of pointers, in order: ``call`` adds one.

    A row is the number of a function, then for each argument the number of its base (an
    argument or result of the program, the workspace, a constant) and the distance from
    there, in bytes. The last row is -1.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        fixed = [f"%i{i}" for i in range(inputs)]
        fixed += [f"%o{i}" for i in range(outputs)]
        self.bases = {name: i for i, name in enumerate(["%work", *fixed])}
        self.functions: dict[str, tuple[int, int]] = {}
        self.rows: list[int] = []

    def call(self, name: str, views: list[View]) -> None:
        """Add a call of a function with the first entries of windows."""
        number, _ = self.functions.setdefault(name, (len(self.functions), len(views)))
        self.rows.append(number)
        for view in views:
            pointer, offset = view.buffer.pointer, view.offset
            offset *= WIDTHS[view.buffer.real]
            if pointer.startswith("%w"):
                pointer, offset = "%work", offset + 8 * int(pointer[2:])
            base = self.bases.setdefault(pointer, len(self.bases))
            self.rows += [base, offset]

    def array(self) -> Any:
        """Return the table."""
        return np.array([*self.rows, -1], dtype=np.int64)

    def source(self, flag: int, table: str) -> list[str]:
        """Return the lines that go through the table; the flag tells of guards."""
        count = len(self.bases)
        lines = [
            f"%bases = alloca ptr, i64 {count}",
            f"%flag = getelementptr double, ptr %work, i64 {flag}",
            "store double 0.0, ptr %flag",
        ]
        for name, i in self.bases.items():
            lines += [
                f"%base{i}.p = getelementptr ptr, ptr %bases, i64 {i}",
                f"store ptr {name}, ptr %base{i}.p",
            ]
        cases = [f"i64 {k}, label %case{k}" for k, _ in self.functions.values()]
        turns = [f"[%case{k}.next, %case{k}]" for k, _ in self.functions.values()]
        lines += [
            "br label %start",
            "start:",
            "br label %loop",
            "loop:",
            f"%at = phi ptr {', '.join([f'[@{table}, %start]', *turns])}",
            "%number = load i64, ptr %at",
            f"switch i64 %number, label %done [{' '.join(cases)}]",
        ]
        for name, (number, arity) in self.functions.items():
            lines += self._case(name, f"case{number}", arity)
        return [
            *lines,
            "done:",
            "%failed = load double, ptr %flag",
            "%bad = fcmp une double %failed, 0.0",
            "%result = zext i1 %bad to i64",
            "ret i64 %result",
        ]

    def _case(self, name: str, label: str, arity: int) -> list[str]:
        lines = [f"{label}:"]
        arguments = []
        for i in range(arity):
            u = f"%{label}.{i}"
            lines += [
                f"{u}.k = getelementptr i64, ptr %at, i64 {1 + 2 * i}",
                f"{u}.n = load i64, ptr {u}.k",
                f"{u}.b = getelementptr ptr, ptr %bases, i64 {u}.n",
                f"{u}.p = load ptr, ptr {u}.b",
                f"{u}.l = getelementptr i64, ptr %at, i64 {2 + 2 * i}",
                f"{u}.o = load i64, ptr {u}.l",
                f"{u} = getelementptr i8, ptr {u}.p, i64 {u}.o",
            ]
            arguments.append(f"ptr {u}")
        return [
            *lines,
            f"call void @{name}({', '.join(arguments)})",
            f"%{label}.next = getelementptr i64, ptr %at, i64 {1 + 2 * arity}",
            "br label %loop",
        ]


class Tabled(Straight):
    """The module of a long plan: what is called with which arrays stands in a table.

    Equal nests are one function, so a loop of f that was unrolled costs no more to
    compile than one turn of it. Numbers are kept in memory, and are nests too.
    """

    def _place(self) -> None:
        for node in self.plan.nodes:
            if isinstance(node, Each) and not node.shape and node.stored is None:
                node.stored = View(Buffer(1, real=node.real), (), ())
                self.plan.buffers.append(node.stored.buffer)
        self.flag = View(Buffer(1), (), ())
        self.plan.buffers.append(self.flag.buffer)
        self.kept.append(self.flag.buffer)
        for node in self.plan.guards:
            node.stored = self.flag
        self.table = Table(self.inputs, len(self.plan.outputs))
        super()._place()

    def _places(self) -> list[str]:
        return []

    def _numbers(self, nodes: list[Any]) -> None:
        self._nest(Nest((), nodes))

    def _call(self, name: str, views: list[View], numbers: list[Each]) -> None:
        self.table.call(name, views)

    def _head(self) -> list[str]:
        array, symbol = self.table.array(), "diffops_table"
        self.tables.append(array)
        self.symbols[symbol] = array.__array_interface__["data"][0]
        self.declared.setdefault(f"@{symbol} = external global i64")
        return super()._head()

    def _foot(self) -> list[str]:
        flag = int(self.flag.buffer.pointer[2:])
        return self.table.source(flag, "diffops_table")
