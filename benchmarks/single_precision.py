"""The same gradients in float64 and in float32, under jit and in eager mode.

python benchmarks/single_precision.py [--short]

Both take turns on one thread, and the shortest time of each is kept. The error is that
of float32 against float64, by the largest entry. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from measuring import SHORTEST, compile_now

# isort: split
import numpy as np
from array_programs import Library, in_python, programs

from diffops import grad, jit

#: Functions of one array in eager mode.
EAGER: dict[str, Callable[[Any], Any]] = {
    "sin": np.sin,
    "tanh": np.tanh,
    "arctan": np.arctan,
    "cbrt": np.cbrt,
    "x³": lambda x: x**3,
    "logaddexp": lambda x: np.logaddexp(x, 0.5 * x),
    "elementwise": lambda x: np.sin(x) * x + np.tanh(x) * np.exp(-x * x),
}
Run = Callable[[Any], Any]


def cast(x: Any, dtype: Any) -> Any:
    """Return an array of floats in a dtype, all else as it is."""
    is_real = isinstance(x, np.ndarray) and x.dtype.kind == "f"
    return x.astype(dtype) if is_real else x


def rows(short: bool) -> Iterator[tuple[str, Callable[[Any], tuple[Run, Any]]]]:
    """Yield titles, and what makes a gradient and its point in a dtype."""
    library = Library(np, grad, in_python)
    for program in programs(short):

        def jitted(dtype: Any, program: Any = program) -> tuple[Run, Any]:
            data = [cast(x, dtype) for x in program.data]
            gradient = grad(lambda x: program.function(library, x, *data))
            return jit(gradient), cast(program.point, dtype)

        yield f"jit: {program.title}", jitted
    for n in (10_000,) if short else (100_000, 1_000_000):
        point = np.random.default_rng(0).standard_normal(n)
        for name, f in EAGER.items():

            def eager(dtype: Any, f: Any = f, point: Any = point) -> tuple[Run, Any]:
                return grad(lambda x: np.sum(f(x))), point.astype(dtype)

            yield f"eager: {name}, n={n}", eager


def timed(run: Run, point: Any, number: int) -> float:
    """Return the seconds of one call, of so many."""
    start = perf_counter()
    for _ in range(number):
        run(point)
    return (perf_counter() - start) / number


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    parser.add_argument("--only", default="", help="part of a title")
    options = parser.parse_args()
    compile_now()
    print("| gradient | float64 | float32 | ratio | error |\n|---|---|---|---|---|")
    for title, make in rows(options.short):
        if options.only not in title:
            continue
        pairs = [make(dtype) for dtype in (np.float64, np.float32)]
        for run, point in pairs * 4:
            run(point)  # until it is native
        wanted, found = (run(point) for run, point in pairs)
        assert found.dtype == np.float32
        error = np.max(np.abs(found - wanted)) / np.max(np.abs(wanted))
        best = [timed(*pair, 1) for pair in pairs]
        for _ in range(2 if options.short else 25):
            for i, (run, point) in enumerate(pairs):
                number = max(1, int(SHORTEST / best[i]))
                best[i] = min(best[i], timed(run, point, number))
        double, single = best
        times = f"{double * 1e6:.4g} µs | {single * 1e6:.4g} µs | {double / single:.2f}"
        print(f"| {title} | {times} | {error:.0e} |", flush=True)


if __name__ == "__main__":
    main()
