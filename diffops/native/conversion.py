"""The IR of an entry: Python objects in, memory for the program, objects out."""

from __future__ import annotations

import os

import numpy as np

from diffops.native.entry_lines import Lines
from diffops.native.interface import (
    Array,
    Float,
    Float32,
    Float64,
    Output,
    Signature,
    Static,
)
from diffops.native.objects import (
    BYTE_ORDER,
    CARRAY,
    DATA,
    DESCR,
    DIMS,
    DOUBLE,
    FLAGS,
    ITEMS,
    NDIM,
    SINGLE,
    SIZE_OF_SET,
    SWAPPED,
    TYPE,
    TYPE_NUMBER,
    VALUE,
    statics,
)

#: So many bytes of workspace are taken from the stack. Windows wants more than a page
#: of it to be asked for with a function of its C library.
SMALL = 2 << 10 if os.name == "nt" else 16 << 10

#: The workspace begins at a multiple of this.
ALIGNMENT = 64

# Places in the tuple that is the builtin's self.
OTHERWISE = 1
BLOCKERS = 2

#: What NumPy calls the types of entries.
_NUMBERS = {np.float64: DOUBLE, np.float32: SINGLE}
#: What symbols call the types of numbers.
_NAMES = {Float: "float", Float64: "float64", Float32: "float32"}


class Entry(Lines):
    """The text of one entry, under construction."""

    def __init__(self, signature: Signature, work_bytes: int, long: bool) -> None:
        super().__init__()
        self.signature = signature
        self.work_bytes = work_bytes
        self.long = long
        self.globals = [
            f"@diffops_static_{i} = external global i8"
            for i in range(len(statics(signature)))
        ]
        #: The addresses of what the program reads, and the objects that hold it.
        self.read: list[str] = []
        self.held: list[str] = []
        #: New references of ours, given up where the call fails.
        self.made: list[str] = []
        self.kept = 0

    def text(self) -> str:
        """Return the text of the function and its constants."""
        signature = self.signature
        self.allocas()
        self.arguments()
        results = {
            i: self.new_array(i, output)
            for i, output in enumerate(signature.outputs)
            if isinstance(output, Array)
        }
        self.program([results.get(i) for i in range(len(signature.outputs))])
        for i, output in enumerate(signature.outputs):
            if not isinstance(output, Array):
                results[i] = self.new_number(i, output)
        whole = self.contained([results[i] for i in range(len(signature.outputs))])
        self.line(f"ret ptr {whole}")
        self.failures()
        head = "define ptr @entry(ptr %self, ptr %args, i64 %count, ptr %names) {"
        return "\n".join([*self.globals, head, *self.lines, "}\n"])

    # The parts of a call

    def allocas(self) -> None:
        """Make room on the stack."""
        signature = self.signature
        reads = len(signature.inputs) - len(signature.statics)
        self.line(f"%inputs = alloca [{reads} x ptr]")
        self.line(f"%outputs = alloca [{len(signature.outputs)} x ptr]")
        self.line("%answer = alloca ptr")
        self.line("store ptr null, ptr %answer")
        for i, output in enumerate(signature.outputs):
            if not isinstance(output, Array):
                self.line(f"%number{i} = alloca {_stored(output)}")
        if 0 < self.work_bytes <= SMALL:
            room = f"[{self.work_bytes} x i8], align {ALIGNMENT}"
            self.line(f"%room = alloca {room}")

    def arguments(self) -> None:
        """Check the arguments, in order, and note where their values lie."""
        inputs = self.signature.inputs
        blockers = self.load("ptr", "%self", ITEMS + 8 * BLOCKERS)
        size = self.load("i64", blockers, SIZE_OF_SET)
        conditions = [
            self.equal("i64", size, 0),
            self.equal("ptr", "%names", "null"),
            self.equal("i64", "%count", len(inputs)),
        ]
        self.require(self.all_of(conditions), "miss")
        names = {id(v): i for i, v in enumerate(statics(self.signature))}
        for i, kind in enumerate(inputs):
            argument = self.load("ptr", "%args", 8 * i)
            if isinstance(kind, Static):
                known = f"@diffops_static_{names[id(kind.value)]}"
                self.require(self.equal("ptr", argument, known), "miss")
                continue
            self.held.append(argument)
            exact = self.load("ptr", argument, TYPE)
            if isinstance(kind, Array):
                self.require(self.equal("ptr", exact, "@diffops_ndarray"), "miss")
                self.array(argument, kind)
                self.read.append(self.load("ptr", argument, DATA))
            else:
                known = f"@diffops_{_NAMES[type(kind)]}"
                self.require(self.equal("ptr", exact, known), "miss")
                self.read.append(self.at(argument, VALUE))

    def array(self, array: str, kind: Array) -> None:
        """Check an array's dtype, layout and shape."""
        shape = kind.shape
        descr = self.load("ptr", array, DESCR)
        number = self.load("i32", descr, TYPE_NUMBER)
        order = self.load("i8", descr, BYTE_ORDER)
        flags = self.load("i32", array, FLAGS)
        both = self.value(f"and i32 {flags}, {CARRAY}")
        conditions = [
            self.equal("i32", number, _NUMBERS[kind.dtype]),
            self.value(f"icmp ne i8 {order}, {SWAPPED}"),
            self.equal("i32", both, CARRAY),
            self.equal("i32", self.load("i32", array, NDIM), len(shape)),
        ]
        self.require(self.all_of(conditions), "miss")
        if shape:
            dims = self.load("ptr", array, DIMS)
            sizes = [self.load("i64", dims, 8 * i) for i in range(len(shape))]
            same = [self.equal("i64", *pair) for pair in zip(sizes, shape, strict=True)]
            self.require(self.all_of(same), "miss")

    def new_array(self, i: int, output: Array) -> str:
        """Make an array that the program fills."""
        shape = output.shape
        dims = "null"
        if shape:
            dims = f"@dims{i}"
            sizes = ", ".join(f"i64 {n}" for n in shape)
            self.globals.append(
                f"{dims} = private constant [{len(shape)} x i64] [{sizes}]"
            )
        return self.new(
            f"call ptr @PyArray_New(ptr @diffops_ndarray, i32 {len(shape)}, "
            f"ptr {dims}, i32 {_NUMBERS[output.dtype]}, ptr null, ptr null, "
            "i32 0, i32 0, "
            "ptr null)"
        )

    def new_number(self, i: int, output: Output) -> str:
        """Make a number of what the program has written."""
        stored = _stored(output)
        value = self.value(f"load {stored}, ptr %number{i}")
        if isinstance(output, Float):
            return self.new(f"call ptr @PyFloat_FromDouble(double {value})")
        kind = f"@diffops_{_NAMES[type(output)]}"
        made = self.new(f"call ptr {kind}_new(ptr {kind}, i64 0)")
        self.line(f"store {stored} {value}, ptr {self.at(made, VALUE)}")
        return made

    def new(self, text: str) -> str:
        """Make an object; where that fails, give up those made before."""
        made = self.value(text)
        exists = self.value(f"icmp ne ptr {made}, null")
        self.require(exists, f"failed{len(self.made)}")
        self.made.append(made)
        return made

    def program(self, arrays: list[str | None]) -> None:
        """Run the program; where it returns something but 0, give up what was made."""
        for i, address in enumerate(self.read):
            self.line(f"store ptr {address}, ptr {self.at('%inputs', 8 * i)}")
        for i, array in enumerate(arrays):
            room = self.load("ptr", array, DATA) if array else f"%number{i}"
            self.line(f"store ptr {room}, ptr {self.at('%outputs', 8 * i)}")
        work = "null"
        if self.work_bytes > SMALL:
            work = self.value("call ptr @take()")
            self.require(self.value(f"icmp ne ptr {work}, null"), "exhausted")
        elif self.work_bytes:
            work = "%room"
        if self.long:
            for argument in self.held:
                self.line(f"call void @Py_IncRef(ptr {argument})")
            thread = self.value("call ptr @PyEval_SaveThread()")
        arguments = f"ptr %inputs, ptr %outputs, ptr {work}"
        answer = self.value(f"call i64 @core({arguments})")
        if self.long:
            self.line(f"call void @PyEval_RestoreThread(ptr {thread})")
            for argument in self.held:
                self.line(f"call void @Py_DecRef(ptr {argument})")
        if self.work_bytes > SMALL:
            self.line(f"call void @put(ptr {work})")
        self.require(self.equal("i64", answer, 0), "mismatch")
        self.kept = len(self.made)

    def contained(self, results: list[str]) -> str:
        """Return the results in their container."""
        container = self.signature.container
        if container is None:
            return results[0]
        kind = "Tuple" if container is tuple else "List"
        whole = self.new(f"call ptr @Py{kind}_New(i64 {len(results)})")
        for i, result in enumerate(results):
            if container is tuple:
                self.line(f"store ptr {result}, ptr {self.at(whole, ITEMS + 8 * i)}")
            else:
                place = f"ptr {whole}, i64 {i}, ptr {result}"
                self.line(f"call i32 @PyList_SetItem({place})")
        return whole

    def failures(self) -> None:
        """Add the ways out that bring no result of the program."""
        self.block("miss")
        self.line("store ptr @diffops_miss, ptr %answer")
        self.line("br label %decline")
        self.block("mismatch")
        self.line("store ptr @diffops_mismatch, ptr %answer")
        self.line(f"br label %failed{self.kept}")
        if self.work_bytes > SMALL:
            self.block("exhausted")
            self.value("call ptr @PyErr_NoMemory()")
            self.line(f"br label %failed{self.kept}")
        for i in reversed(range(max(len(self.made) - 1, self.kept))):
            self.block(f"failed{i + 1}")
            self.line(f"call void @Py_DecRef(ptr {self.made[i]})")
            self.line(f"br label %failed{i}")
        self.block("failed0")
        error = self.equal("ptr", self.load("ptr", "%answer", 0), "null")
        self.line(f"br i1 {error}, label %raise, label %decline")
        self.block("raise")
        self.line("ret ptr null")
        self.block("decline")
        answer = self.load("ptr", "%answer", 0)
        other = self.load("ptr", "%self", ITEMS + 8 * OTHERWISE)
        alone = self.equal("ptr", other, "@diffops_none")
        self.line(f"br i1 {alone}, label %tell, label %pass")
        self.block("tell")
        self.line(f"call void @Py_IncRef(ptr {answer})")
        self.line(f"ret ptr {answer}")
        self.block("pass")
        # A jump, which leaves the stack first: f may call itself in this way.
        arguments = f"ptr {other}, ptr %args, i64 %count, ptr %names"
        result = self.value(f"musttail call ptr @PyObject_Vectorcall({arguments})")
        self.line(f"ret ptr {result}")


def _stored(output: Output) -> str:
    """Return the type that a number has in memory."""
    return "float" if isinstance(output, Float32) else "double"
