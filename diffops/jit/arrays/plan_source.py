"""A plan as LLVM IR: ``@core``, which calls loop nests and BLAS in order."""

from __future__ import annotations

import math
import re
from typing import Any

from diffops.jit.arrays import blas
from diffops.jit.arrays.buffers import Buffer, View, strides_of, whole
from diffops.jit.arrays.nest import Nest
from diffops.jit.arrays.nodes import Each, Move, Plan, Product, Reduce
from diffops.jit.arrays.planning import Planning
from diffops.jit.numbers.loop import literal
from diffops.jit.program import Program
from diffops.jit.source import Source
from diffops.native.codes import Code
from diffops.native.vector_math import declaration

#: Buffers begin at a multiple of so many doubles.
_ALIGNMENT = 8


def array_source(program: Program) -> Source:
    """Return a program of arrays, or raise NotOfArrays."""
    plan = Planning(program).run()
    emission = Emission(plan)
    text = emission.text(len(program.inputs))
    symbols = emission.symbols | {
        buffer.pointer[1:]: array.__array_interface__["data"][0]
        for buffer, array in plan.constants
    }
    work = 8 * emission.work
    keeps = tuple(array for _, array in plan.constants)
    return Source(text, emission.length, emission.operations, work, symbols, keeps)


class Emission:
    """The module of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines: list[str] = []
        self.functions: dict[str, str] = {}
        self.declared: dict[str, None] = {}
        self.symbols: dict[str, int] = {}
        self.bad = "false"
        self.count = 0
        self.work = 0
        self.length = self.operations = 0
        self._place()

    def _place(self) -> None:
        """Put results into outputs where that is possible, all else into the work."""
        self.copies: list[tuple[int, Any]] = []
        for place, output in enumerate(self.plan.outputs):
            if isinstance(output, View):
                buffer = output.buffer
                if (
                    not buffer.pointer
                    and output.offset == 0
                    and output.is_contiguous()
                    and whole(buffer, output.shape).strides == strides_of(output.shape)
                    and buffer.size == math.prod(output.shape)
                ):
                    buffer.pointer = f"%o{place}"
                    continue
            self.copies.append((place, output))
        for buffer in self.plan.buffers:
            if not buffer.pointer:
                buffer.pointer = f"%w{self.work}"
                self.work += -(-buffer.size // _ALIGNMENT) * _ALIGNMENT

    def text(self, inputs: int) -> str:
        """Return the module."""
        for level in range(1 + max((n.level for n in self.plan.nodes), default=-1)):
            self._level([n for n in self.plan.nodes if n.level == level])
        for place, output in self.copies:
            self._copy(place, output)
        head = []
        for kind, count in (("i", inputs), ("o", len(self.plan.outputs))):
            array = "inputs" if kind == "i" else "outputs"
            for i in range(count):
                head.append(f"%{kind}{i}.p = getelementptr ptr, ptr %{array}, i64 {i}")
                head.append(f"%{kind}{i} = load ptr, ptr %{kind}{i}.p")
        for buffer in self.plan.buffers:
            if buffer.pointer.startswith("%w"):
                offset = buffer.pointer[2:]
                head.append(
                    f"{buffer.pointer} = getelementptr double, ptr %work, i64 {offset}"
                )
        constants = [
            f"{buffer.pointer} = external global double"
            for buffer, _ in self.plan.constants
        ]
        core = [
            "define internal i64 @core(ptr %inputs, ptr %outputs, ptr %work) #1 {",
            *head,
            *self.lines,
            f"%result = zext i1 {self.bad} to i64",
            "ret i64 %result",
            "}",
        ]
        return "\n".join(
            [
                *constants,
                *self.declared,
                *self.functions.values(),
                *core,
                *self._used(),
                "attributes #0 = { nounwind willreturn readnone }",
                "attributes #1 = { nounwind }",
                "",
            ]
        )

    def _used(self) -> list[str]:
        """Keep the vector forms of functions until the vectoriser looks for them."""
        names = re.findall(r"@(_ZGV\w+)\(", "\n".join(self.declared))
        if not names:
            return []
        inside = ", ".join(f"ptr @{name}" for name in names)
        array = f"[{len(names)} x ptr] [{inside}]"
        return [
            f'@llvm.compiler.used = appending global {array}, section "llvm.metadata"'
        ]

    def _level(self, nodes: list[Any]) -> None:
        nests: dict[Any, list[Any]] = {}
        products = []
        for node in nodes:
            if isinstance(node, Product):
                products.append(node)
            elif isinstance(node, Each):
                if node.shape:
                    nests.setdefault(node.shape, []).append(node)
                else:
                    self._number(node)
            elif isinstance(node, Move):
                if isinstance(node.target, View) and not node.target.shape:
                    self._store(self._register(node.operand), node.target)
                else:
                    nests.setdefault(node.target.shape, []).append(node)
            else:
                nests.setdefault(node.space, []).append(node)
        for shape, members in nests.items():
            self._nest(Nest(shape, members))
        for node in products:
            self.lines += blas.product(self, node)

    def fresh(self) -> int:
        """Return a number that no register has yet."""
        self.count += 1
        return self.count

    def pointer(self, view: View) -> str:
        """Return a register that points to the first entry of a window."""
        if not view.offset:
            return view.buffer.pointer
        u = self.fresh()
        base = view.buffer.pointer
        self.lines.append(
            f"%g{u} = getelementptr double, ptr {base}, i64 {view.offset}"
        )
        return f"%g{u}"

    def _register(self, value: Any) -> str:
        """Return a number in a register."""
        if isinstance(value, float):
            return literal(value)
        if isinstance(value, Each):
            return value.register
        u = self.fresh()
        self.lines.append(f"%l{u} = load double, ptr {self.pointer(value)}")
        return f"%l{u}"

    def _store(self, register: str, view: View) -> None:
        self.lines.append(f"store double {register}, ptr {self.pointer(view)}")

    def _number(self, node: Each) -> None:
        operands = [self._register(value) for value in node.operands]
        node.register = f"%v{self.fresh()}"
        self._declare(node.code)
        self.length += 1
        self.lines.append(node.code.template.format(*operands, y=node.register))
        if node.code.guard:
            u = self.fresh()
            self.lines.append(f"%bad{u} = or i1 {self.bad}, {node.register}")
            self.bad = f"%bad{u}"
        elif node.stored is not None:
            self._store(node.register, node.stored)

    def _nest(self, nest: Nest) -> None:
        for code in nest.codes:
            self._declare(code)
        for kind in {n.kind for n in nest.nodes if isinstance(n, Reduce)} - {"add"}:
            self.declared.setdefault(
                f"declare double @llvm.{kind}.f64(double, double) #0"
            )
        text = nest.text("NAME")
        name = self.functions.get(text)
        if name is None:
            function = f"nest{len(self.functions)}"
            self.length += len(nest.nodes)
            self.functions[text] = text.replace("@NAME(", f"@{function}(", 1)
        else:
            function = re.match(r"define internal void @(\w+)", name)[1]  # type: ignore[index]
        self.operations += len(nest.nodes) * math.prod(nest.shape)
        arguments = [f"ptr {self.pointer(view)}" for view in nest.pointers]
        arguments += [f"double {node.register}" for node in nest.numbers]
        self.lines.append(f"call void @{function}({', '.join(arguments)})")

    def _declare(self, code: Code) -> None:
        if not code.declares:
            return
        match = re.match(r"declare double @(\w+)\(", code.declares)
        text = code.declares
        if match and not match[1].startswith("llvm"):
            text = declaration(match[1], 10 + code.number)
        self.declared.setdefault(text)
        self.symbols.update(code.symbols)

    def _copy(self, place: int, output: Any) -> None:
        """Write an output that is not computed in place."""
        if isinstance(output, View) and output.shape:
            target = whole(Buffer(math.prod(output.shape), f"%o{place}"), output.shape)
            self._nest(Nest(output.shape, [Move(output, target, 0)]))
        else:
            self._store(self._register(output), View(Buffer(1, f"%o{place}"), (), ()))
