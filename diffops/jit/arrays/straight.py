"""The module of a plan whose calls stand one after the other, in ``@core``."""

from __future__ import annotations

import math
import re
from typing import Any

from diffops.jit.arrays import live_ranges, matrix_products, running
from diffops.jit.arrays.buffers import Buffer, View, strides_of, whole
from diffops.jit.arrays.nest import Nest
from diffops.jit.arrays.nodes import (
    Each,
    Move,
    Plan,
    Product,
    Reduce,
    Running,
    groups,
)
from diffops.jit.arrays.reals import literal, real_of
from diffops.jit.arrays.sharing import needs
from diffops.jit.arrays.short_loops import DEFINITIONS, HINT
from diffops.jit.arrays.vector_functions import declarations
from diffops.native.codes import Code
from diffops.native.singles import coded, in_real


class Straight:
    """The module of one plan, whose calls stand one after the other."""

    def __init__(self, plan: Plan, inputs: int) -> None:
        self.plan = plan
        self.inputs = inputs
        self.lines: list[str] = []
        self.functions: dict[str, str] = {}
        self.declared: dict[str, None] = {}
        self.symbols: dict[str, int] = {}
        #: Arrays that the code reads besides constants.
        self.tables: list[Any] = []
        self.bad = "false"
        self.count = 0
        #: Buffers that live from beginning to end.
        self.kept: list[Buffer] = []
        #: What one nest at a time keeps partial results in.
        self.parts = Buffer(0)
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
        self.work = live_ranges.place(self.plan, self.kept)
        self.parts.pointer = f"%w{self.work}"

    def text(self) -> str:
        """Return the module."""
        levels: dict[int, list[Any]] = {}
        for node in self.plan.nodes:
            levels.setdefault(node.level, []).append(node)
        for level in sorted(levels):
            self._level(levels[level])
        for place, output in self.copies:
            self._copy(place, output)
        self.work += self.parts.size
        core = [
            "define internal i64 @core(ptr %inputs, ptr %outputs, ptr %work) #1 {",
            *self._head(),
            *self.lines,
            *self._foot(),
            "}",
        ]
        constants = [
            f"{buffer.pointer} = external global double"
            for buffer, _ in self.plan.constants
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
                # Inlined, a nest would be compiled as often as it is called. Vectors
                # on the stack, during a call, must not straddle lines of the cache.
                "attributes #2 = { nounwind noinline alignstack=64 }",
                "",
            ]
        )

    def _head(self) -> list[str]:
        """Return where the pointers to arguments, results and memory are found."""
        head = []
        for kind, count in (("i", self.inputs), ("o", len(self.plan.outputs))):
            array = "inputs" if kind == "i" else "outputs"
            for i in range(count):
                head.append(f"%{kind}{i}.p = getelementptr ptr, ptr %{array}, i64 {i}")
                head.append(f"%{kind}{i} = load ptr, ptr %{kind}{i}.p")
        return head + self._places()

    def _places(self) -> list[str]:
        pointers = dict.fromkeys(
            buffer.pointer
            for buffer in (*self.plan.buffers, self.parts)
            if buffer.size and buffer.pointer.startswith("%w")
        )
        return [f"{p} = getelementptr double, ptr %work, i64 {p[2:]}" for p in pointers]

    def _foot(self) -> list[str]:
        return [f"%result = zext i1 {self.bad} to i64", "ret i64 %result"]

    def _used(self) -> list[str]:
        """Keep the vector forms of functions until the vectoriser looks for them."""
        found = re.findall(r"@(_ZGV\w+)\(", "\n".join(self.declared))
        names = list(dict.fromkeys(found))
        if not names:
            return []
        inside = ", ".join(f"ptr @{name}" for name in names)
        array = f"[{len(names)} x ptr] [{inside}]"
        return [
            f'@llvm.compiler.used = appending global {array}, section "llvm.metadata"'
        ]

    def _level(self, nodes: list[Any]) -> None:
        nests: dict[Any, list[Any]] = {}
        numbers: list[Any] = []
        called: list[Product | Running] = []
        for node in nodes:
            if isinstance(node, (Product, Running)):
                called.append(node)
            elif (
                isinstance(node, Move)
                and isinstance(node.target, View)
                and not node.target.shape
            ) or (isinstance(node, Each) and not node.shape):
                numbers.append(node)
            elif isinstance(node, Each):
                nests.setdefault(node.shape, []).append(node)
            elif isinstance(node, Move):
                nests.setdefault(node.target.shape, []).append(node)
            else:
                nests.setdefault(node.space, []).append(node)
        if numbers:
            self._numbers(numbers)
        for shape, members in nests.items():
            for group in groups(members):
                self._nest(Nest(shape, group))
        for node in called:
            if isinstance(node, Product):
                text = matrix_products.source(self, node)
            else:
                text = running.source(node)
            self._called(text, node.views(), [])

    def fresh(self) -> int:
        """Return a number that no register has yet."""
        self.count += 1
        return self.count

    def pointer(self, view: View) -> str:
        """Return a register that points to the first entry of a window."""
        if not view.offset:
            return view.buffer.pointer
        u = self.fresh()
        base, real = view.buffer.pointer, view.buffer.real
        self.lines.append(
            f"%g{u} = getelementptr {real}, ptr {base}, i64 {view.offset}"
        )
        return f"%g{u}"

    def _register(self, value: Any, real: str) -> str:
        """Return a number in a register; of a type, if it has none."""
        if isinstance(value, float):
            return literal(value, real)
        if isinstance(value, Each):
            return value.register
        u = self.fresh()
        pointer = self.pointer(value)
        self.lines.append(f"%l{u} = load {value.buffer.real}, ptr {pointer}")
        return f"%l{u}"

    def _store(self, register: str, view: View) -> None:
        pointer = self.pointer(view)
        self.lines.append(f"store {view.buffer.real} {register}, ptr {pointer}")

    def _numbers(self, nodes: list[Any]) -> None:
        for node in nodes:
            if isinstance(node, Each):
                self._number(node)
            else:
                real = node.target.buffer.real
                register = self._register(node.operand, real)
                if node.adds:
                    old, u = self._register(node.target, real), self.fresh()
                    self.lines.append(f"%a{u} = fadd {real} {old}, {register}")
                    register = f"%a{u}"
                self._store(register, node.target)

    def _number(self, node: Each) -> None:
        operands = [self._register(value, node.real) for value in node.operands]
        node.register = f"%v{self.fresh()}"
        code = coded(node.code, node.real)
        self._declare(code)
        self.length += 1
        self.lines.append(code.template.format(*operands, y=node.register))
        if code.guard:
            u = self.fresh()
            self.lines.append(f"%bad{u} = or i1 {self.bad}, {node.register}")
            self.bad = f"%bad{u}"
        elif node.stored is not None:
            self._store(node.register, node.stored)

    def _nest(self, nest: Nest) -> None:
        for code in nest.codes:
            self._declare(code)
        reduced = [node for node in nest.nodes if isinstance(node, Reduce)]
        for node in reduced:
            if node.kind in ("maximum", "minimum"):
                text = f"declare double @llvm.{node.kind}.f64(double, double) #0"
                self.declared.setdefault(in_real(text, node.result.buffer.real))
        self.operations += len(nest.nodes) * math.prod(nest.shape)
        text = nest.text("NAME")
        if HINT in text:
            self.declared |= dict.fromkeys(DEFINITIONS)
        if text not in self.functions:
            self.length += len(nest.nodes)
        views = nest.pointers
        if nest.blocks:
            for needed in needs(nest.blocks):
                self.declared.setdefault(needed)
            if nest.blocks.parts:
                self.parts.size = max(self.parts.size, nest.blocks.parts)
                views = [*views, View(self.parts, (), ())]
        self._called(text, views, nest.numbers)

    def _called(self, text: str, views: list[View], numbers: list[Each]) -> None:
        """Add a call of a function, which is defined once."""
        if text not in self.functions:
            name = f"nest{len(self.functions)}"
            self.functions[text] = text.replace("@NAME", f"@{name}")
        name = re.match(r"define internal void @(\w+)", self.functions[text])[1]  # type: ignore[index]
        self._call(name, views, numbers)

    def _call(self, name: str, views: list[View], numbers: list[Each]) -> None:
        arguments = [f"ptr {self.pointer(view)}" for view in views]
        arguments += [f"{node.real} {node.register}" for node in numbers]
        self.lines.append(f"call void @{name}({', '.join(arguments)})")

    def _declare(self, code: Code) -> None:
        if not code.declares:
            return
        match = re.match(r"declare (?:double|float) @(\w+)\(", code.declares)
        texts = [code.declares]
        if match and not match[1].startswith("llvm"):
            texts = declarations(match[1], 10 + code.number)
        self.declared.update(dict.fromkeys(texts))
        self.symbols.update(code.symbols)

    def _copy(self, place: int, output: Any) -> None:
        """Write an output that is not computed in place."""
        shape = output.shape if isinstance(output, View) else ()
        real = real_of(output) or "double"
        target = whole(Buffer(math.prod(shape), f"%o{place}", real), shape)
        if shape:
            self._nest(Nest(shape, [Move(output, target, 0)]))
        else:
            self._numbers([Move(output, target, 0)])
