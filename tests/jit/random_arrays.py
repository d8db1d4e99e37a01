"""Random programs of arrays, native beside eager.

python tests/jit/random_arrays.py --count 2000 --seed 0 --kinds fd

A program is text. While it is drawn it is run line by line, so that shapes are known;
all values stay between -2 and 2 or so.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import traceback
import warnings
from collections import Counter
from contextlib import nullcontext
from time import perf_counter
from typing import Any
from unittest import mock

import numpy as np
from odd_orders import odd_orders

import diffops
from diffops.jit import compiled
from diffops.jit.arrays import plan_source

SHAPES = [(3,), (5,), (1,), (2, 3), (4, 1), (1, 3), (3, 3), (2, 1, 3), (2, 4, 3)]
SHAPES += [(3, 2, 1, 2), (1, 1), (7, 2), (33,), (0, 3)]
ONES = ["np.sin({})", "np.tanh({})", "np.exp(-{0} * {0})", "np.cos({}) * 0.5", "-{}"]
ONES += [
    "np.log1p({0} * {0})",
    "np.sqrt(1 + {0} ** 2) - 1",
    "np.abs({})",
    "{} ** 3 / 8",
]
ONES += ["np.arctan({})", "1 / (1 + np.exp(-{}))", "np.logaddexp(0.0, {}) / 2"]
ONES += [
    "np.where({0} > 0.1, {0}, 0.5)",
    "np.maximum({}, 0.2)",
    "np.clip({}, -0.5, 0.7)",
]
ONES += ["np.copysign(0.5, {})", "np.sinc({})", "np.square({}) / 4", "np.expm1({}) / 8"]
TWOS = ["{} + {}", "{} - {}", "{} * {}", "{} / (1.5 + {} ** 2)", "np.maximum({}, {})"]
TWOS += ["np.hypot({}, {}) / 2", "np.logaddexp({}, {}) / 4", "np.arctan2({}, 2 + {})"]
TWOS += ["np.where({0} > {1}, {0}, 2 * {1}) / 2", "np.minimum({}, {})"]
VIEWS = ["{}[::-1]", "{}[..., ::-1]", "{}.T", "{}[::2]", "{}[..., 1:]", "{}[:-1]"]
VIEWS += ["{}[None]", "{}[..., None]", "{}.ravel()", "{}.reshape(-1, 1)", "{}[0]"]
VIEWS += ["{}[..., -1]", "np.roll({}, 1, -1)", "np.roll({}, 2)", "np.flip({})"]
VIEWS += ["np.repeat({}, 2, -1)", "np.swapaxes({}, 0, -1)", "np.tile({}, 2)"]
VIEWS += ["{}[[0, -1, 0]]", "{}[..., [0, 0]]", "np.diff({}, axis=-1)", "np.squeeze({})"]
VIEWS += ["np.pad({}, 1)", "np.stack([{0}, 2 * {0}], -1) / 2", "np.atleast_2d({})"]
VIEWS += ["np.concatenate([{0}, {0}[:1]])", "np.broadcast_to({0}, (2, *{0}.shape))"]
VIEWS += ["np.moveaxis({}, 0, -1)", "{}[np.arange(2) % 2]", "np.delete({}, 0, 0)"]
SUMS = ["np.sum", "np.mean", "np.max", "np.min", "np.var", "np.prod", "np.linalg.norm"]
PRODUCTS = ["{} @ {}", "np.dot({}, {})", "np.inner({}, {})", "np.outer({}, {})"]
PRODUCTS += ["np.einsum('...i,...i', {}, {})", "np.tensordot({}, {}, 1)"]
PRODUCTS += ["np.einsum('ij,jk->ik', {}, {})", "np.einsum('i...,i...->...', {}, {})"]
PRODUCTS += ["np.matmul({0}, np.swapaxes({0}, -1, -2)) + 0 * np.sum({1})"]
MORE = ["np.cumsum({}, axis=-1) / 2", "np.cumsum({}, axis=0) / 2", "np.cumsum({}) / 4"]
MORE += ["np.cumprod({}, axis=-1)", "np.cumprod(np.cos({}), axis=0)", "np.cumprod({})"]
MORE += ["np.cumsum({}[::-1], axis=0)[::-1] / 2", "np.cumulative_sum({}, axis=-1) / 3"]
MORE += ["np.einsum('ij->j', {}) / 2", "np.einsum('...i->...', {}) / 2"]
MORE += ["np.einsum('ij,kj,kl->il', {0}, {1}, {0}) / 8", "np.einsum('ii->', {}) / 3"]
MORE += ["np.einsum('i...,i...,i...->...', {0}, {1}, {0}) / 4"]
MORE += ["np.einsum('ij,j...,i->...', {0}, {1}, {0}[:, 0]) / 8"]
MORE += ["np.einsum('...i,i,...i,i->...i', {0}, {1}, {0}, {1}) / 4"]
OPERATORS = ["none", "none", "grad", "grad", "hessianv", "jvp", "vmap", "grad of grad"]


class ArrayProgram:
    """A program drawn from a seed: its source, and points for it.

    ``kinds`` are the letters of the dtypes of both arguments: d or f; with ``more`` it
    also takes running sums, and contractions of any number of operands.
    """

    def __init__(self, seed: int, kinds: str = "dd", more: bool = False) -> None:
        self.kinds = kinds
        self.more = ["more", "more"] if more else []
        self.pick = random.Random(seed).choice
        self.random = np.random.default_rng(seed)
        self.shape, self.other = self.pick(SHAPES), self.pick(SHAPES)
        self.operator = self.pick(OPERATORS)
        self.space: dict[str, Any] = {"np": np, "grad": diffops.grad}
        x, y = self.point()
        self.names, self.lines = ["x", "y"], []
        self.space.update(x=x, y=y)
        for _ in range(self.pick([3, 5, 8, 12])):
            self.add()
        number = " + ".join(f"np.sum(np.sin({name}))" for name in self.names[-3:])
        arrays = ", ".join(self.names[-3:])
        self.lines.append(f"return {arrays if self.operator == 'none' else number}")
        self.source = "\n    ".join(["def f(x, y):", *self.lines])
        space: dict[str, Any] = {"np": np, "grad": diffops.grad}
        exec(self.source, space)
        self.function = space["f"]

    def point(self) -> tuple[Any, Any]:
        """Return two arguments."""
        draw = self.random.uniform
        shapes = self.shape, self.other
        x, y = (
            draw(-1.5, 1.5, shape).astype(kind)
            for shape, kind in zip(shapes, self.kinds, strict=True)
        )
        return x, y

    def expression(self) -> str:
        """Return an expression of what there is."""
        a, b = self.pick(self.names), self.pick(self.names)
        plain = ["one", "two", "two", "view", "view", "sum", "product"]
        kind = self.pick([*plain, *self.more])
        if kind == "more":
            return self.pick(MORE).format(a, b)
        if kind == "one":
            return self.pick(ONES).format(a)
        if kind == "two":
            return self.pick(TWOS).format(a, b)
        if kind == "view":
            return self.pick(VIEWS).format(a)
        if kind == "product":
            return f"({self.pick(PRODUCTS).format(a, b)}) / 2"
        axis = self.pick([None, 0, -1, 1, (0, 1), (-1, 0)])
        keep = self.pick([", keepdims=True", ""])
        return f"{self.pick(SUMS)}({a}, axis={axis}{keep})"

    def add(self) -> None:
        """Add a line that runs, and leads to small numbers."""
        for _ in range(20):
            name = f"v{len(self.names)}"
            a = self.pick(self.names)
            text = f"{name} = {self.expression()}"
            if self.pick([False] * 7 + [True]):
                key = self.pick(["0", "..., 0", "::2", "..., ::-1", "[0, -1]", "0:1"])
                sign = self.pick(["=", "+=", "*="])
                value = self.pick([f"{a}[{key}]", "0.3", f"np.sum({a}) / 4"])
                text = f"{name} = {a} * 1.0; {name}[{key}] {sign} {value}"
            elif self.pick([False] * 9 + [True]):
                inner = self.pick(ONES).format("t")
                text = f"{name} = grad(lambda t: np.sum(({inner}) * t))({a} * 1.0)"
            space = dict(self.space)
            try:
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    exec(text, space)
            except Exception:
                continue
            value = space[name]
            small = np.size(value) <= 500 and np.all(np.abs(value) < 20)
            if small and np.result_type(value).char in self.kinds:
                self.names.append(name)
                self.lines.append(text)
                self.space = space
                return

    def taken(self) -> Any:
        """Return the function that is compared."""
        f = self.function
        if self.operator == "grad":
            return diffops.grad(f, (0, 1))
        if self.operator == "hessianv":
            return lambda x, y: diffops.hessianv(f)(x, y, np.cos(x))
        if self.operator == "jvp":
            return lambda x, y: diffops.jvp(f, (x, y), (np.cos(x), np.sin(y)))
        if self.operator == "vmap":
            stack = lambda x: np.stack([x, 0.5 * x, np.sin(x)])  # noqa: E731
            return lambda x, y: diffops.vmap(f, (0, None))(stack(x), y)
        if self.operator == "grad of grad":
            slope = diffops.grad(f)
            return diffops.grad(lambda x, y: np.sum(slope(x, y) * np.cos(y).sum()))
        return f

    def __repr__(self) -> str:
        return (
            f"{self.source}\n{self.operator}, {self.shape}, {self.other}, {self.kinds}"
        )


def layouts(x: Any) -> list[Any]:
    """Return equal arrays that lie in memory in other ways."""
    wide = np.empty((*x.shape, 2), x.dtype)
    wide[..., 0] = x
    still = x.copy()
    still.flags.writeable = False
    raw = np.empty(x.nbytes + 1, dtype=np.int8)
    shifted = raw[1:].view(x.dtype).reshape(x.shape)
    shifted[...] = x
    turned = np.flip(np.flip(x).copy())
    return [x, np.asfortranarray(x), wide[..., 0], still, shifted, turned]


def leaves(result: Any) -> list[Any]:
    """Return the arrays of a result."""
    if isinstance(result, (tuple, list)):
        return [leaf for part in result for leaf in leaves(part)]
    return [result]


def differs(found: Any, wanted: Any, digits: float = 9.0) -> str:
    """Return how results differ in so many digits, or nothing."""
    if type(found) is not type(wanted):
        return f"{type(found)} instead of {type(wanted)}"
    for a, b in zip(leaves(found), leaves(wanted), strict=True):
        if np.shape(a) != np.shape(b) or np.result_type(a) != np.result_type(b):
            return f"{np.shape(a)} instead of {np.shape(b)}"
        scale = np.max(np.abs(b), initial=1.0, where=np.isfinite(b))
        rtol = 10.0**-digits
        if not np.allclose(a, b, rtol=rtol, atol=rtol / 10 * scale, equal_nan=True):
            return f"{a!r} instead of {b!r}"
    return ""


def is_explained(found: Any, wanted: Any, true: Any) -> bool:
    """Tell whether singles are not much farther from the truth than those of NumPy."""
    for a, b, c in zip(leaves(found), leaves(wanted), leaves(true), strict=True):
        if np.shape(a) != np.shape(b) or np.result_type(a) != np.result_type(b):
            return False
        scale = np.max(np.abs(c), initial=1.0, where=np.isfinite(c))
        lost = np.max(np.abs(b - c), initial=0.0, where=np.isfinite(c))
        if not np.allclose(a, c, rtol=0, atol=1e-5 * scale + 50 * lost, equal_nan=True):
            return False
    return True


def check(seed: int, kinds: str = "dd", more: bool = False) -> str:
    """Compare a program; return "native", "plain", "refused", or how it differs."""
    program = ArrayProgram(seed, kinds, more)
    eager = program.taken()
    points = [program.point() for _ in range(2)]
    digits = 4.0 if "f" in kinds else 9.0

    def compared(found: Any, wanted: Any, point: Any) -> str:
        verdict = differs(found, wanted, digits)
        if verdict and "f" in kinds:
            true = eager(*(x.astype(float) for x in point))
            return "" if is_explained(found, wanted, true) else verdict
        return verdict

    path = importlib.import_module("diffops.jit.path")
    with (
        np.errstate(all="ignore"),
        mock.patch.object(compiled, "_is_of_arrays", return_value=True),
        mock.patch.object(path, "PATIENCE", -1),
        mock.patch.object(plan_source, "_MOST_NODES", 0 if seed % 3 == 0 else 200),
        odd_orders() if seed % 2 else nullcontext(),
    ):
        try:
            wanted = [eager(*point) for point in points]
        except Exception:
            return "refused"
        jitted = diffops.jit(program.taken())
        for _ in range(3):
            verdict = compared(jitted(*points[0]), wanted[0], points[0])
            if verdict:
                return f"{verdict}\n{program!r}"
        for xs in zip(*map(layouts, points[1]), strict=True):
            kept = [x.copy() for x in xs]
            for _ in range(2):
                verdict = compared(jitted(*xs), wanted[1], xs)
                if verdict:
                    return f"{verdict}, strides {xs[0].strides}\n{program!r}"
            assert all(map(np.array_equal, xs, kept))
        native = any(p.native for w in jitted._ways.values() for p in w.paths)
        return "native" if native else "plain"


def main() -> int:
    """Check as many programs as asked for; return 1 where one differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0, help="of the first program")
    parser.add_argument("--kinds", default="dd", help="dtypes: d or f, of both")
    parser.add_argument("--more", action="store_true", help="running sums, einsum")
    options = parser.parse_args()
    start = perf_counter()
    counts: Counter[str] = Counter()
    for seed in range(options.seed, options.seed + options.count):
        try:
            verdict = check(seed, options.kinds, options.more)
        except Exception:
            program = ArrayProgram(seed, options.kinds, options.more)
            verdict = traceback.format_exc() + repr(program)
        if verdict not in ("native", "plain", "refused"):
            print(f"\nprogram {seed}: {verdict}", flush=True)
            verdict = "DIFFERS"
        counts[verdict] += 1
    print(f"\n{options.count} programs: {dict(counts)}")
    print(f"{perf_counter() - start:.0f} s")
    return 1 if counts["DIFFERS"] else 0


if __name__ == "__main__":
    sys.exit(main())
