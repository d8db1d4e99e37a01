"""Array programs on one thread and on several, in jit and in eager mode.

    python benchmarks/threads.py [--threads 2] [--short]

The bits of all results are compared first; then the numbers of threads take turns, and
the best time of each is kept. Gradients, but for the sums of squares.
"""

from __future__ import annotations

from measuring import best_times, compile_now, head, machine, row, shown

# isort: split
import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

import array_programs
import numpy as np

from diffops import grad, jit, kernels

#: Calls until a jitted function is native.
CALLS = 4


def waves(x: Any) -> Any:
    """Return Σ sin(x) x + tanh(x) exp(-x²)."""
    return np.sum(np.sin(x) * x + np.tanh(x) * np.exp(-x * x))


def squares(x: Any, axis: int | None = None) -> Any:
    """Return Σ x²."""
    return np.sum(x * x, axis)


def programs(short: bool) -> dict[str, tuple[Callable[..., Any], Any]]:
    """Return functions of one array, and where they are called."""
    draw = np.random.default_rng(0).standard_normal
    sizes = (30_000,) if short else (30_000, 100_000, 1_000_000, 10_000_000)
    found: dict[str, tuple[Callable[..., Any], Any]] = {
        f"elementwise n={n}": (grad(waves), draw(n)) for n in sizes
    }
    if short:
        return found
    found["Σ x², n=1000000"] = squares, draw(1_000_000)
    found["Σ x² over rows, 100000×10"] = partial(squares, axis=0), draw((100_000, 10))
    found["Σ x² over columns, 1000×1000"] = partial(squares, axis=1), draw((1000, 1000))
    library = array_programs.Library(np, grad, array_programs.in_python)
    for program in array_programs.programs(short):
        if program.title.startswith(("logsumexp", "MLP", "GMM")):
            function = partial(_called, program.function, library, program.data)
            found[program.title] = grad(function), program.point
    return found


def _called(function: Any, library: Any, data: tuple[Any, ...], x: Any) -> Any:
    return function(library, x, *data)


def eagerly(f: Callable[..., Any], x: Any, threads: int) -> Any:
    """Call f on so many threads, without jit."""
    with kernels.use(threads=threads):
        return f(x)


def compared(title: str, runs: dict[str, Callable[[], Any]], rounds: int) -> None:
    """Print what one thread takes, and what several take."""
    results = [run() for run in runs.values()]
    if any(result.tobytes() != results[0].tobytes() for result in results):
        raise SystemExit(f"{title}: the bits differ")
    alone, several = best_times(runs, rounds).values()
    row([title, shown(alone), shown(several), f"{alone / several:.1f} ×"])


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--short", action="store_true", help="one small program")
    options = parser.parse_args()
    rounds = 2 if options.short else 60
    compile_now()
    head(["program", "1 thread", f"{options.threads} threads", ""])
    numbers = (1, options.threads)
    for title, (f, x) in programs(options.short).items():
        jitted = {str(n): jit(f, threads=n) for n in numbers}
        for function in jitted.values():
            for _ in range(CALLS):
                function(x)
        compared(title, {name: partial(g, x) for name, g in jitted.items()}, rounds)
    for title, (f, x) in programs(options.short).items():
        if title.startswith("elementwise"):
            runs = {str(n): partial(eagerly, f, x, n) for n in numbers}
            compared(f"{title}, without jit", runs, rounds)
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
