"""jit beside Numba by hand, JAX, CasADi, PyTorch and autograd: one run, interleaved.

python benchmarks/jit.py            (peers that are not installed are left out)
python benchmarks/jit.py --long     (Runge-Kutta of 10⁵ steps: time and memory)
python benchmarks/jit.py --slow     (also JAX on the mixture's loops: two minutes)

Results are compared before anything is timed. The first call includes building;
*compile* is what the calls until 2000 (or 3 s) took beyond the run time, and the run
time is the best of several rounds in which the libraries take turns. Every library has
compiled something trivial before. Prints a table in Markdown.
"""

from __future__ import annotations

import os

os.environ.setdefault("DIFFOPS_CACHE", "off")  # compiled in this run

import argparse
import gc
import itertools
from collections.abc import Callable
from importlib.util import find_spec
from time import perf_counter
from typing import Any

from measuring import machine, shown

# isort: split
import numpy as np
import peers
from long_loop import long_loop

Run = Callable[[Any], Any]

#: How each library is called in the table, the module that it needs, and its builders.
LIBRARIES: dict[str, tuple[str, Callable[[], dict[str, peers.Build]]]] = {
    "diffops jit": ("diffops", lambda: peers.diffops(True)),
    "diffops jit, arrays": ("diffops", peers.diffops_of_arrays),
    "Numba, by hand": ("numba", peers.numba),
    "jax.jit": ("jax", lambda: peers.jax(False)),
    "CasADi": ("casadi", peers.casadi),
    "PyTorch": ("torch", peers.torch),
    "autograd": ("autograd", peers.autograd),
    "diffops eager": ("diffops", lambda: peers.diffops(False)),
}
OURS = "diffops jit"

#: Calls, and seconds, until a library is taken to run at speed.
CALLS, SECONDS = 2000, 3.0
#: A timing takes at least so long; what takes longer than the second is timed less.
SHORTEST, LONG = 1e-3, 0.2


def timed(run: Run, points: itertools.cycle[Any], number: int) -> float:
    """Return the seconds of one call, of so many."""
    gc.collect()
    gc.disable()
    start = perf_counter()
    for _ in range(number):
        run(next(points))
    seconds = (perf_counter() - start) / number
    gc.enable()
    return seconds


def built(
    build: peers.Build, points: Any, patience: float = SECONDS
) -> tuple[Run, float, list[float]]:
    """Return a library's function, its first call's and the later calls' seconds."""
    start = perf_counter()
    run = build()
    run(points[0])
    first = perf_counter() - start
    later: list[float] = []
    around = itertools.cycle(points[1:] + points[:1])
    begin = perf_counter()
    while len(later) < CALLS and perf_counter() - begin < patience:
        start = perf_counter()
        run(next(around))
        later.append(perf_counter() - start)
    return run, first, later


def verify(runs: dict[str, Run], points: Any, title: str) -> None:
    """Stop where two libraries give different results."""
    for point in points:
        results = {name: np.asarray(run(point)) for name, run in runs.items()}
        wanted = np.median(list(results.values()), axis=0)
        for name, found in results.items():
            error = np.max(np.abs(found - wanted)) / np.max(np.abs(wanted))
            if found.shape != wanted.shape or not error < 1e-9:
                raise SystemExit(f"{title}: {name} is off by {error:.1e}")


def run_times(runs: dict[str, Run], points: Any, rounds: int) -> dict[str, float]:
    """Return the shortest time of a call, the libraries in turn."""
    cycles = {name: itertools.cycle(points) for name in runs}
    size = len(points)
    best, numbers = {}, {}
    for name, run in runs.items():
        best[name] = timed(run, cycles[name], size)
        numbers[name] = size * max(1, int(SHORTEST / best[name] / size))
    for turn in range(rounds):
        for name, run in runs.items():
            if best[name] > LONG and turn > 2:
                continue
            seconds = timed(run, cycles[name], numbers[name])
            best[name] = min(best[name], seconds)
    return best


def warm_up(builders: dict[str, dict[str, peers.Build]]) -> None:
    """Let every library compile something trivial: its machinery is loaded then."""
    for library in builders.values():
        if peers.NUMBER in library:
            built(library[peers.NUMBER], peers.POINTS[peers.NUMBER])


def table(
    builders: dict[str, dict[str, peers.Build]], only: str, short: bool, rounds: int
) -> None:
    """Measure and print."""
    patience = 0.1 if short else SECONDS
    print("| program | library | first call | compile | run | run / ours |")
    print("|---|---|---|---|---|---|")
    for title, points in peers.POINTS.items():
        if only not in title or (short and "00 steps" in title):
            continue
        runs, firsts, laters = {}, {}, {}
        for name, library in builders.items():
            if title in library:
                runs[name], firsts[name], laters[name] = built(
                    library[title], points, patience
                )
        verify(runs, points, title)
        times = run_times(runs, points, rounds)
        for name, seconds in times.items():
            calls = [firsts[name], *laters[name]]
            compiling = sum(t - seconds for t in calls if t > 2 * seconds)
            cells = (title, name, shown(firsts[name]), shown(compiling), shown(seconds))
            print(f"| {' | '.join(cells)} | {seconds / times[OURS]:.3g} |", flush=True)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", default="", help="part of a program's title")
    parser.add_argument("--without", nargs="*", default=[], help="names of libraries")
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.long or options.one:
        long_loop(options.steps, options.one)
        return
    if options.slow:
        LIBRARIES["jax.jit, loops"] = ("jax", lambda: peers.jax(True))
    builders = {}
    for name, (module, make) in LIBRARIES.items():
        if name in options.without or not find_spec(module):
            print(f"without {name}")
        else:
            builders[name] = make()
    warm_up(builders)
    rounds = 1 if options.short else options.rounds
    table(builders, options.only, options.short, rounds)
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
