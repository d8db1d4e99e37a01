"""From a program of arrays to CUDA: kernels, their launches, and where buffers lie."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np

from diffops.engines.cupy import is_on_device
from diffops.jit.arrays.buffers import Buffer, Gather, Shape, View, whole
from diffops.jit.arrays.nodes import Each, Move, Plan, Product, Reduce, Running, groups
from diffops.jit.arrays.reals import real_in
from diffops.jit.cuda.device_plan import CudaPlan, Launch, Multiply, name_of
from diffops.jit.cuda.expressions import NotForCuda, expression
from diffops.jit.cuda.kernel_text import Kernel, Layout
from diffops.jit.cuda.layouts import bunches, layout_of, shared_out, together
from diffops.jit.cuda.refusing import planned
from diffops.jit.cuda.workspace import place_work
from diffops.jit.program import Program, shape_in
from diffops.native.cuda_functions import REDUCTIONS, prelude

#: Kernels take so many addresses: 4096 bytes of them on all cards.
MOST_PARAMETERS = 500
#: Numbers that take more operations are computed once and stored; others, by each
#: thread that needs them, which saves a launch.
_LONG_NUMBER = 8


def cuda_plan(program: Program) -> CudaPlan:
    """Return a program of arrays as CUDA.

    Raises NotForCuda, with the reason, where it computes what no kernel does.
    """
    plan = planned(program)
    inputs = [program.kinds[slot] for slot in program.inputs]
    outputs = [program.kinds[slot] for slot in program.outputs]
    return launched(plan, inputs, outputs)


def launched(plan: Plan, inputs: list[str], outputs: list[str]) -> CudaPlan:
    """Return a plan as CUDA, given the kinds of its arguments and results."""
    cuda = CudaPlan(
        inputs=list(map(_shape_of, inputs)), outputs=list(map(_shape_of, outputs))
    )
    for letter, kinds in (("i", inputs), ("o", outputs)):
        for place, kind in enumerate(kinds):
            cuda.reals[f"{letter}{place}"] = real_in(kind) or "double"
    return _Launches(plan, cuda).run()


class _Launches:
    """One plan on its way to CUDA."""

    def __init__(self, plan: Plan, cuda: CudaPlan) -> None:
        self.plan = plan
        self.cuda = cuda
        self.flag = Buffer(1)
        self.texts: dict[str, str] = {}
        self.copies: list[Move] = []
        self.partials: list[Buffer] = []
        self._check()
        self._keep_numbers()
        self._place_outputs()
        self._mask_places()

    def _check(self) -> None:
        for node in self.plan.nodes:
            if isinstance(node, Each):
                expression(node.code)
            elif isinstance(node, Reduce) and node.kind not in REDUCTIONS:
                raise NotForCuda(f"no kernel reduces by {node.kind}")
            elif isinstance(node, Running):
                raise NotForCuda(f"{node.kind} is not for kernels here")
            elif not isinstance(node, (Reduce, Move, Product)):
                raise NotForCuda(f"no kernel does what {type(node).__name__} does")

    # What lies where

    def _keep_numbers(self) -> None:
        """Choose memory for the numbers that take long, and for those returned."""
        costs: dict[int, int] = {}
        for node in self.plan.nodes:
            if not isinstance(node, Each) or node.shape or node.code.guard:
                continue
            cost = 1 + sum(costs.get(id(value), 0) for value in node.operands)
            if node.stored is None and cost > _LONG_NUMBER:
                node.stored = View(Buffer(1, real=node.real), (), ())
            costs[id(node)] = 0 if node.stored is not None else cost

    def _place_outputs(self) -> None:
        """Compute results where they are returned, or copy them there."""
        for place, output in enumerate(self.plan.outputs):
            if isinstance(output, Each) and output.stored is None:
                output.stored = View(Buffer(1, f"o{place}", output.real), (), ())
                continue
            shape, real = self.cuda.outputs[place], self.cuda.reals[f"o{place}"]
            view = output.stored if isinstance(output, Each) else output
            if isinstance(view, View):
                buffer, size = view.buffer, math.prod(shape)
                fits = buffer.size == size and not view.offset and view.is_contiguous()
                if fits and buffer.real == real and not buffer.pointer:
                    buffer.pointer = f"o{place}"
                    continue
            target = whole(Buffer(math.prod(shape), f"o{place}", real), shape)
            self.copies.append(Move(view if shape else output, target, 0))

    def _mask_places(self) -> None:
        """Of the places that one node writes twice, leave the last only."""
        arrays = {id(buffer): array for buffer, array in self.plan.constants}
        for node in self.plan.nodes:
            if not isinstance(node, Move) or node.adds:
                continue
            if isinstance(node.target, Gather):
                places = arrays[id(node.target.places.buffer)]
                flat = places.ravel()
                _, last = np.unique(flat[::-1], return_index=True)
                if last.size == flat.size:
                    continue
                masked = np.full_like(flat, -1)
                masked[flat.size - 1 - last] = flat[flat.size - 1 - last]
                buffer = Buffer(flat.size, f"@constant{len(self.plan.constants)}")
                self.plan.constants.append((buffer, masked))
                node.target = Gather(node.target.buffer, whole(buffer, places.shape))

    # Launches

    def run(self) -> CudaPlan:
        """Return all launches, with memory for what they leave for each other."""
        nodes = self.plan.nodes
        for level in range(1 + max((node.level for node in nodes), default=-1)):
            self._level([node for node in nodes if node.level == level])
        self._level(self.copies)
        self._keep_constants()
        place_work(self.cuda, self.flag)
        kinds = [k for k in REDUCTIONS if any(f"block_{k}(" in t for t in self.texts)]
        self.cuda.source = "\n".join([prelude(kinds), *self.texts.values()])
        return self.cuda

    def _level(self, nodes: list[Any]) -> None:
        nests: dict[Shape, list[Any]] = {}
        numbers: list[Any] = []
        products: list[Product] = []
        for node in nodes:
            if isinstance(node, Product):
                products.append(node)
                continue
            shape = _space(node)
            if shape:
                nests.setdefault(shape, []).append(node)
            elif isinstance(node, Move) or node.code.guard or node.stored is not None:
                numbers.append(node)
        for bunch in bunches([[node] for node in numbers], MOST_PARAMETERS):
            self._kernel((), self._with_numbers(bunch), (), Layout("each", 1, 1), {})
        for shape, members in nests.items():
            for bunch in bunches(groups(members), MOST_PARAMETERS):
                for reduced, inside in shared_out(shape, bunch):
                    self._reduced(shape, self._with_numbers(inside), reduced)
        for node in products:
            self.cuda.steps.append(Multiply(node.left, node.right, node.result))

    def _with_numbers(self, nodes: list[Any]) -> list[Any]:
        """Put the numbers before nodes that are computed where they are needed."""
        found = {id(node): node for node in nodes}
        numbers: list[Each] = []

        def visit(node: Any) -> None:
            for value in _operands(node):
                here = isinstance(value, Each) and not value.shape
                if here and value.stored is None and id(value) not in found:
                    found[id(value)] = value
                    visit(value)
                    numbers.append(value)

        ordered: list[Any] = []
        for node in nodes:
            visit(node)
            ordered += numbers
            numbers.clear()
            ordered.append(node)
        return ordered

    def _reduced(self, shape: Shape, nodes: list[Any], reduced: Shape) -> None:
        layout = layout_of(shape, reduced)
        partial: dict[int, Buffer] = {}
        reductions = [node for node in nodes if isinstance(node, Reduce)]
        kept = math.prod(n for axis, n in enumerate(shape) if axis not in reduced)
        if layout.parts > 1:
            partial = {
                id(node): Buffer(kept * layout.parts, real=node.result.buffer.real)
                for node in reductions
            }
        self._kernel(shape, nodes, reduced, layout, partial)
        if not partial:
            return
        space = (kept, layout.parts)
        strides = (layout.parts, 1) if layout.kind == "rows" else (1, kept)
        seconds = [
            Reduce(
                node.kind,
                View(partial[id(node)], space, strides),
                space,
                (1,),
                node.level,
                whole(node.result.buffer, (kept, 1)),
            )
            for node in reductions
        ]
        self._kernel(space, seconds, (1,), together(layout.parts, kept), {})

    def _kernel(
        self,
        shape: Shape,
        nodes: list[Any],
        reduced: Shape,
        layout: Layout,
        partial: dict[int, Buffer],
    ) -> None:
        kernel = Kernel(shape, nodes, reduced, layout, partial, self.flag)
        if len(kernel.arguments) > MOST_PARAMETERS:
            raise NotForCuda(f"no kernel takes {len(kernel.arguments)} arrays at once")
        text = kernel.text("NAME")
        name = f"kernel{len(self.texts)}"
        if text not in self.texts:
            self.texts[text] = text.replace("void NAME(", f"void {name}(", 1)
        else:
            name = f"kernel{list(self.texts).index(text)}"
        launch = Launch(name, layout.grid, layout.block, tuple(kernel.arguments))
        self.cuda.steps.append(launch)

    # Memory

    def _keep_constants(self) -> None:
        """Copy constants; those that lie alike in memory, as A and A.T, once."""
        known: dict[Any, str] = {}
        views = [view for step in self.cuda.steps for view in step.windows]
        used = {id(view.buffer) for view in views}
        for buffer, array in self.plan.constants:
            if id(buffer) not in used:
                continue
            if is_on_device(array):  # known by its address already
                self.cuda.constants[name_of(buffer)] = array
                continue
            memory = _memory(array)
            key = (memory.dtype, hashlib.blake2b(memory).digest())
            buffer.pointer = known.setdefault(key, buffer.pointer)
            self.cuda.constants.setdefault(name_of(buffer), memory)


def _shape_of(kind: str) -> Shape:
    return shape_in(kind) if "[" in kind else ()


def _space(node: Any) -> Shape:
    if isinstance(node, Each):
        return node.shape
    return node.target.shape if isinstance(node, Move) else node.space


def _operands(node: Any) -> list[Any]:
    return node.operands if isinstance(node, Each) else [node.operand]


def _memory(array: Any) -> Any:
    """Return the memory that an array spans, from its first entry on, as a copy."""
    steps = zip(array.shape, array.strides, strict=True)
    size = 1 + sum((n - 1) * stride // array.itemsize for n, stride in steps)
    spanned = np.lib.stride_tricks.as_strided(array, (size,), (array.itemsize,))
    return spanned.copy()
