"""Random programs as source: numbers, arrays, loops, branches, writes, derivatives.

A program is drawn by ``pick(sequence)``, which hypothesis or a seeded generator
provides. It is text, so that one that fails can be read, kept, and run again.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import diffops

Pick = Callable[[Sequence[Any]], Any]

CONSTANTS = ["0.5", "2.0", "-1.5", "3", "1e-3", "0.25", "0.0", "-0.0", "1.0", "C"]
ODD = ["np.inf", "np.nan", "1e300", "np.float32(0.1)", "True", "np.int64(2)"]
ONES = ["sin", "cos", "exp", "tanh", "arctan", "abs", "floor", "sign", "sqrt", "log"]
ONES += ["expm1", "log1p", "cbrt", "square", "reciprocal", "negative", "rint", "sinh"]
TWOS = ["maximum", "minimum", "arctan2", "hypot", "copysign", "logaddexp", "fmod"]
SYMBOLS = ["+", "-", "*", "+", "-", "*", "/", "%", "//"]
ORDERS = ["<", "<=", ">", ">=", "==", "!="]
NUMBER_OF = ["np.sum({})", "{}.max()", "np.min({})", "np.prod({})", "np.mean({})"]
NUMBER_OF += ["np.linalg.norm({})", "{}[-1]", "np.median({})", "np.std({})", "{}.sum()"]
VECTOR_OF = ["np.sort({})", "np.cumsum({})", "{}[::-1]", "np.roll({}, 1)", "M @ {}"]
VECTOR_OF += ["np.clip({}, -0.5, 0.5)", "{}.copy()", "np.diff({}, prepend=0.0)", "-{}"]
VECTOR_OF += [
    "np.outer({0}, {0}) @ {0}",
    "np.where({0} > 0, {0}, 0.0)",
    "{}.ravel('K')",
]
VECTOR_OF += ["np.linalg.solve(M, {})", "np.reshape({}, (1, N))[0]", "np.abs({})"]

ASKED = ["round({}, 1)", "abs({})", "-{}", "({} + 1j).imag", "divmod({}, 0.7)[1]"]
ASKED += ["float({})", "{}.conjugate()", "max({}, 0.5)", "pow({}, 2)", "({} or 0.25)"]
COUNTED = ["sum({0}.tolist(), {0}[0].item())", "{0}[{0} > 0].sum()"]
COUNTED += ["np.count_nonzero({})", "np.sum({} > 0.5)", "{0}[np.argsort({0})[1]]"]
COUNTED += ["sum(v * v for v in {})", "np.where({} > 0, 1, 2)[1]", "len({})"]

#: What programs read besides their arguments, with a matrix M of N rows.
GLOBALS = {
    "np": np,
    "C": np.float64(0.7),
    "T": np.array([0.3, -1.1, 2.5, 0.9]),
    **{name: getattr(diffops, name) for name in ("grad", "jvp", "hessianv", "diff")},
}

#: What is taken of a program as a whole. The first argument is a number, or an array.
OUTSIDE = ["none"] * 6 + ["grad", "grad of an array", "jvp", "hessianv", "vmap"]


class Writer:
    """A program under construction: its lines, and the names that hold a value."""

    def __init__(self, pick: Pick, arrays: bool, single: bool) -> None:
        self.pick = pick
        self.arrays = arrays
        #: In single precision lists of tracked numbers have not NumPy's types.
        self.single = single
        self.lines: list[str] = []
        self.numbers = ["a", "b"]
        self.vectors = ["x", "y"]
        self.indent = 1
        self.names = 0
        self.inside = False

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append("    " * self.indent + text)

    def name(self, kind: str) -> str:
        """Return a name that is free."""
        self.names += 1
        return f"{kind}{self.names}"

    def number(self, depth: int = 2) -> str:
        """Return an expression for a number."""
        kinds = ["name", "name", "constant", "entry"]
        kinds += ["one", "two", "symbol", "symbol", "square", "where"] * (depth > 0)
        kinds += ["truth", "truths", "asked"] * (depth > 0)
        kinds += ["of", "dot", "at", "whole", "counted"] * (depth > 0 and self.arrays)
        kind = self.pick(kinds)
        if kind == "name":
            return self.pick(self.numbers)
        if kind == "constant":
            return self.pick(CONSTANTS * 5 + ODD)
        if kind == "entry":
            return f"{self.pick(self.vectors)}[{self.pick([0, 1, 2, -1])}]"
        if kind == "one":
            return f"np.{self.pick(ONES)}({self.number(depth - 1)})"
        if kind == "two":
            function = self.pick(TWOS)
            return f"np.{function}({self.number(depth - 1)}, {self.number(depth - 1)})"
        if kind == "symbol":
            symbol = self.pick(SYMBOLS)
            return f"({self.number(depth - 1)} {symbol} {self.number(depth - 1)})"
        if kind == "square":
            return f"{self.pick(self.numbers)} ** {self.pick([2, 3, 2.0, -1, 0])}"
        if kind == "where":
            test = self.test(depth - 1)
            return f"np.where({test}, {self.number(depth - 1)}, {self.number(0)})[()]"
        if kind == "of":
            return self.pick(NUMBER_OF).format(self.vector(depth - 1))
        if kind == "truth":
            return f"(({self.test(0)}) * {self.number(0)})"
        if kind == "truths":
            symbol = self.pick(["+", "*", "&", "|", "^", "-"])
            return f"((({self.test(0)}) {symbol} ({self.test(0)})) * 1.5)"
        if kind == "asked":
            return self.pick(ASKED).format(self.pick(self.numbers))
        if kind == "whole":
            order = f"np.argsort({self.pick(self.vectors)})"
            return f"({order}[1] {self.pick(SYMBOLS)} {self.number(0)})"
        if kind == "counted":
            return self.pick(COUNTED[self.single :]).format(self.pick(self.vectors))
        if kind == "dot":
            return f"({self.pick(self.vectors)} @ {self.pick(self.vectors)})"
        return f"{self.pick(self.vectors)}[{self.index(depth - 1)}]"

    def vector(self, depth: int = 2) -> str:
        """Return an expression for a vector."""
        kinds = ["name", "name"]
        kinds += ["one", "two", "symbol", "scaled", "of", "made"] * (depth > 0)
        kind = self.pick(kinds)
        if kind == "name":
            return self.pick(self.vectors)
        if kind == "one":
            return f"np.{self.pick(ONES)}({self.vector(depth - 1)})"
        if kind == "two":
            function = self.pick(TWOS)
            return f"np.{function}({self.vector(depth - 1)}, {self.vector(depth - 1)})"
        if kind == "symbol":
            symbol = self.pick(SYMBOLS)
            return f"({self.vector(depth - 1)} {symbol} {self.vector(depth - 1)})"
        if kind == "scaled":
            symbol = self.pick(SYMBOLS)
            return f"({self.vector(depth - 1)} {symbol} {self.number(depth - 1)})"
        if kind == "of":
            return self.pick(VECTOR_OF).format(self.pick(self.vectors))
        parts = ", ".join(self.number(0) for _ in range(3))
        made = ["np.stack([{}])", "np.array([{}], like=x)"]
        made = made[0] if self.single else self.pick(made)
        return f"np.concatenate([{made.format(parts)}] * (N // 3))"

    def test(self, depth: int = 1) -> str:
        """Return a condition on numbers."""
        return f"{self.number(depth)} {self.pick(ORDERS)} {self.number(0)}"

    def index(self, depth: int = 1) -> str:
        """Return an index that goes by values."""
        kinds = ["int", "round"] + ["argmax", "count"] * self.arrays
        kind = self.pick(kinds)
        if kind == "int":
            return f"int({self.number(depth)}) % 3"
        if kind == "round":
            return f"round({self.number(depth)}) % 3"
        if kind == "argmax":
            return f"np.argmax({self.pick(self.vectors)})"
        return f"np.count_nonzero({self.pick(self.vectors)} > 0) % 3"

    def statement(self, depth: int = 2) -> None:
        """Add a statement."""
        kinds = ["number", "number", "grow", "table"]
        kinds += ["vector", "vector", "write", "write", "add"] * self.arrays
        kinds += ["if", "if", "for", "while", "mask"] * (depth > 0)
        kinds += ["derivative"] * (depth == 2 and not self.inside)
        getattr(self, f"write_{self.pick(kinds)}")(depth)

    def block(self, depth: int) -> None:
        """Add an indented block; what is named first in it is forgotten after it."""
        known = list(self.numbers), list(self.vectors)
        self.indent += 1
        for _ in range(self.pick([1, 1, 2])):
            self.statement(depth - 1)
        self.write_grow(0)
        self.indent -= 1
        self.numbers, self.vectors = known

    def write_number(self, depth: int) -> None:
        name = self.name("s")
        self.line(f"{name} = {self.number()}")
        self.numbers.append(name)

    def write_grow(self, depth: int) -> None:
        name = self.pick(self.numbers)
        self.line(f"{name} {self.pick(['+=', '*=', '-=', '='])} {self.number(1)}")

    def write_table(self, depth: int) -> None:
        self.line(f"{self.pick(self.numbers)} = T[{self.index()}] * {self.number(0)}")

    def write_vector(self, depth: int) -> None:
        name = self.name("v")
        self.line(f"{name} = {self.vector()}")
        self.vectors.append(name)

    def write_write(self, depth: int) -> None:
        name = self.name("v")
        start = ["np.zeros_like(x)", "x * 1.0", "np.copy(y)", "np.full(N, 0.5, like=x)"]
        self.line(f"{name} = {self.pick(start)}")
        self.vectors.append(name)
        where = [*"012", "1:", "::2", self.index(0), f"{name} > 0"]
        what = self.number(1)
        self.line(f"{name}[{self.pick(where)}] {self.pick(['=', '+=', '*='])} {what}")

    def write_add(self, depth: int) -> None:
        view, name = self.name("v"), self.name("v")
        self.line(f"{name} = {self.vector(1)} * 1.0")
        self.line(f"{view} = {name}[{self.pick(['::-1', ':', '...'])}]")
        self.line(f"{view} {self.pick(['+=', '*=', '-='])} {self.vector(0)}")
        self.vectors += [name, view]

    def write_if(self, depth: int) -> None:
        self.line(f"if {self.test()}:")
        self.block(depth)
        if self.pick([True, False]):
            self.line("else:")
            self.block(depth)

    def write_for(self, depth: int) -> None:
        i = self.name("i")
        self.line(f"for {i} in range({self.pick([2, 3])}):")
        entry = self.pick(self.vectors)
        self.indent += 1
        self.line(f"{self.pick(self.numbers)} += {entry}[{i}] * {self.number(0)}")
        self.indent -= 1
        self.block(depth)

    def write_while(self, depth: int) -> None:
        count, name = self.name("n"), self.pick(self.numbers)
        self.line(f"{count} = 0")
        self.line(f"while {name} > {self.pick(['0.3', '1.0'])} and {count} < 4:")
        self.indent += 1
        self.line(f"{count} += 1")
        self.line(f"{name} = {name} * {self.pick(['0.5', '0.25', 'b'])}")
        self.indent -= 1
        self.block(depth)

    def write_mask(self, depth: int) -> None:
        vector = self.pick(self.vectors)
        test = f"np.{self.pick(['any', 'all'])}({vector} > {self.number(0)})"
        self.line(f"if {test if self.arrays else self.test()}:")
        self.block(depth)

    def write_derivative(self, depth: int) -> None:
        """Add a function of t (which sees all the rest), and a derivative of it."""
        function, result = self.name("f"), self.name("s")
        kinds = ["grad", "jvp", "diff"] + ["grad of an array", "hessianv"] * self.arrays
        kind = self.pick(kinds)
        of_array = kind in ("grad of an array", "hessianv")
        known, names = (list(self.numbers), list(self.vectors)), ["t"]
        self.line(f"def {function}(t):")
        self.inside = True
        self.numbers = [*(["np.sum(t)"] if of_array else names), *known[0][:2]]
        self.vectors = [*(names if of_array else []), *known[1]]
        self.indent += 1
        local = self.name("s")
        self.line(f"{local} = {self.number()}")
        self.numbers = [local, *self.numbers[:1]]
        kept = self.pick([1, 2])
        for _ in range(kept):
            self.line(f"{local} = {local} + {self.number()}")
        if self.pick([True, False]):
            self.line(f"if {local} > {self.number(0)}:")
            self.line(f"    {local} = {local} * {self.number(1)}")
        self.line(f"return {local} * 1.0")
        self.indent -= 1
        self.inside = False
        self.numbers, self.vectors = known
        number = f"1.0 * {self.pick(self.numbers)}"
        vector = f"1.0 * {self.pick(self.vectors)}"
        if kind == "jvp":
            self.line(f"{result} = jvp({function}, ({number},), (0.5 * b,))[1]")
        elif kind == "grad of an array":
            self.line(f"{result} = grad({function})({vector}) @ x")
        elif kind == "hessianv":
            self.line(f"{result} = np.sum(hessianv({function})({vector}, 1.0 * y))")
        else:
            self.line(f"{result} = {kind}({function})({number})")
        self.numbers.append(result)

    def returned(self, smooth: bool) -> str:
        """Return what the program returns; ``smooth`` asks for one number."""
        number = self.pick(self.numbers[-3:])
        if smooth:
            return f"{number} * 1.0 + a * x[0]"
        vector = self.pick(self.vectors[-3:])
        forms = [number, number, f"({number}, {self.pick(self.numbers)})"]
        forms += [f"{{'p': {number}, 'q': [{vector}, 2]}}", vector] * self.arrays
        forms += [f"({number}, {number} > 0, 1, None)", f"[{self.test()}, {number}]"]
        return self.pick(forms)


class RandomProgram:
    """A program, what is taken of it, and the points where it is called."""

    def __init__(self, pick: Pick, arrays: bool = True) -> None:
        self.arrays = arrays
        self.outside = pick(OUTSIDE if arrays else ["none", "none", "grad", "jvp"])
        self.inward = pick([True, False])  # jit(grad(f)) or grad(jit(f))
        self.kinds = pick(["float", "float64", "float64", "float32"])
        writer = Writer(pick, arrays, self.kinds == "float32")
        packed = pick([True, False]) and self.outside in ("none", "grad")
        self.packed = packed
        #: Large arrays are computed in other ways than small ones.
        self.size = pick([3, 3, 3, 60]) if arrays else 3
        parameters = "a, x, b, y"
        if packed:
            parameters = "a, p"
            writer.line("b, (x, y) = p['b'], p['xs']")
        for _ in range(pick([2, 3, 4, 6])):
            writer.statement()
        smooth = self.outside not in ("none", "vmap")
        writer.line(f"return {writer.returned(smooth)}")
        self.source = "\n".join([f"def f({parameters}):", *writer.lines, ""])
        first, second, third = (self._point(pick) for _ in range(3))
        self.points = [first, first, first, second, first, third, second, third]

    def _point(self, pick: Pick) -> tuple[Any, ...]:
        usual = [0.5, 1.25, -0.75, 2.0, -1.5, 0.1, 3.5, -2.25, 0.9, 1.7]
        drawn = [pick(usual * 4 + [0.0, -0.0, 1.0, 1e3, np.inf, np.nan])]
        drawn += [pick([*usual, *usual, 0.0, 1.0]) for _ in range(7)]
        kind = np.float32 if self.kinds == "float32" else np.float64
        number = float if self.kinds == "float" else kind
        a, b = number(drawn[0]), number(drawn[1])
        rows = np.array(drawn[2:], dtype=kind).reshape(2, 3)
        x, y = np.tile(rows, self.size // 3)
        return (a, {"b": b, "xs": [x, y]}) if self.packed else (a, x, b, y)

    @property
    def differentiates(self) -> bool:
        """Whether there is a derivative, inside or outside."""
        return self.outside not in ("none", "vmap") or "(t):" in self.source

    @property
    def dtype(self) -> Any:
        """The coarsest type of the numbers."""
        single = self.kinds == "float32" or "float32" in self.source
        return np.float32 if single else np.float64

    def function(self) -> Callable[..., Any]:
        """Return the program as a function, whose lines tracebacks can show."""
        name = f"<program {hash(self.source):x}>"
        lines = self.source.splitlines(keepends=True)
        linecache.cache[name] = (len(self.source), None, lines, name)
        near = np.eye(self.size, k=1) - 0.4 * np.eye(self.size, k=-1)
        matrix = 1.5 * np.eye(self.size) + 0.3 * near
        space = {**GLOBALS, "M": matrix, "N": self.size}
        exec(compile(self.source, name, "exec"), space)
        return space["f"]

    def both(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """Return what is compared: eager, and with jit somewhere."""
        take = OPERATORS[self.outside]
        f = self.function()
        inner = diffops.jit(self.function())
        return take(f), (diffops.jit(take(f)) if self.inward else take(inner))

    def __repr__(self) -> str:
        form = "jit(op(f))" if self.inward else "op(jit(f))"
        return f"{self.source}\n{form}, op = {self.outside}, at {self.points}"


def _vmapped(f: Callable[..., Any]) -> Callable[..., Any]:
    def run(a: Any, x: Any, b: Any, y: Any) -> Any:
        return diffops.vmap(f, (0, None, None, 0))(a * x, x, b, np.outer(y, x))

    return run


def _along(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: diffops.jvp(
        lambda a, x: f(a, x, *args[2:]), args[:2], args[:2]
    )


OPERATORS: dict[str, Callable[[Any], Any]] = {
    "none": lambda f: f,
    "grad": diffops.grad,
    "grad of an array": lambda f: diffops.grad(f, 1),
    "jvp": _along,
    "hessianv": lambda f: lambda *args: diffops.hessianv(f, 1)(*args, args[1]),
    "vmap": _vmapped,
}
