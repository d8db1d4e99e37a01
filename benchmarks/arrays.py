"""Gradients of array programs: diffops beside C by hand, JAX, PyTorch, autograd.

python benchmarks/arrays.py             (peers that are not installed are left out)
python benchmarks/arrays.py --short     (small arrays, few rounds: for a smoke test)

All in one run: results are compared first, then the libraries take turns, on one
thread, and the best time of each is kept. Fresh processes tell what the call takes
that compiles, without and with the disk cache of a process before. Prints two tables
in Markdown.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from time import perf_counter
from typing import Any

from measuring import SHORTEST, compile_now, machine, shown

# isort: split
import numpy as np
from array_peers import LIBRARIES, Run
from array_programs import ArrayProgram, programs

OURS = "diffops jit"
#: Calls until ours is native.
CALLS = 4


def built(library: str, program: ArrayProgram) -> Run | None:
    """Return a library's gradient of a program, warm, or None where it has none."""
    try:
        run = LIBRARIES[library][1]()(program)
        for _ in range(CALLS):
            run(program.point)
    except NotImplementedError:
        return None
    return run


def verify(program: ArrayProgram, runs: dict[str, Run]) -> None:
    """Stop where two libraries give different results."""
    results = {name: np.asarray(run(program.point)) for name, run in runs.items()}
    wanted = results[OURS]
    for name, found in results.items():
        error = np.max(np.abs(found - wanted)) / np.max(np.abs(wanted))
        if found.shape != wanted.shape or not error < 1e-9:
            raise SystemExit(f"{program.title}: {name} and ours differ by {error:.1e}")


def timed(run: Run, point: Any, number: int) -> float:
    """Return the seconds of one call, of so many."""
    start = perf_counter()
    for _ in range(number):
        run(point)
    return (perf_counter() - start) / number


def run_times(
    program: ArrayProgram, runs: dict[str, Run], rounds: int
) -> dict[str, float]:
    """Return the shortest time of a call, the libraries in turn."""
    best = {name: timed(run, program.point, 1) for name, run in runs.items()}
    numbers = {name: max(1, int(SHORTEST / best[name])) for name in runs}
    for turn in range(rounds):
        for name, run in runs.items():
            if best[name] < 0.1 or turn < 3:
                seconds = timed(run, program.point, numbers[name])
                best[name] = min(best[name], seconds)
    return best


#: Who compiles when it is called, and keeps that on disk.
COMPILERS = (OURS, "jax.jit", "torch.compile")
#: No first call is waited for longer than so many seconds.
LONGEST = 100


def compiling_times(library: str, place: int, short: bool) -> list[float]:
    """Return what the call takes that compiles, in two fresh processes."""
    arguments = [sys.executable, __file__, "--first", str(place), library]
    with tempfile.TemporaryDirectory() as folder:
        caches = {
            "DIFFOPS_CACHE_DIR": folder,
            "JAX_COMPILATION_CACHE_DIR": folder,
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
            "TORCHINDUCTOR_CACHE_DIR": folder,
        }
        times = []
        for _ in range(2):
            try:
                done = subprocess.run(
                    [*arguments, *["--short"] * short],
                    env={**os.environ, **caches},
                    check=True,
                    capture_output=True,
                    text=True,
                    timeout=LONGEST,
                )
            except subprocess.TimeoutExpired:
                break
            if done.stdout.strip():
                times.append(float(done.stdout))
    return times


def first_call(library: str, program: ArrayProgram) -> None:
    """Print the seconds of the first call; of ours the second, which compiles."""
    with suppress(NotImplementedError):
        run = LIBRARIES[library][1]()(program)
        if library == OURS:
            run(program.point)
        print(timed(run, program.point, 1))


def table(names: list[str], only: str, short: bool, rounds: int) -> None:
    """Measure calls and print."""
    print(f"| {' | '.join(['gradient', *names])} |\n|{'---|' * (1 + len(names))}")
    behind: dict[str, list[float]] = {name: [] for name in names}
    for program in programs(short):
        if only not in program.title:
            continue
        found = {name: built(name, program) for name in names}
        runs = {name: run for name, run in found.items() if run is not None}
        verify(program, runs)
        times = run_times(program, runs, rounds)
        for name, seconds in times.items():
            behind[name].append(np.log(seconds / times[OURS]))
        cells = [shown(times.get(name)) for name in names]
        print(f"| {program.title} | {' | '.join(cells)} |", flush=True)
    means = [f"{np.exp(np.mean(logs)):.3g}" if logs else "" for logs in behind.values()]
    print(f"| time / ours, geometric mean | {' | '.join(means)} |")


def first_table(names: list[str], only: str, short: bool) -> None:
    """Measure calls that compile and print."""
    print(f"\n| first call, second process | {' | '.join(names)} |")
    print(f"|{'---|' * (1 + len(names))}")
    for place, program in enumerate(programs(short)):
        if only in program.title:
            times = [compiling_times(name, place, short) for name in names]
            cells = [", ".join(map(shown, pair)) for pair in times]
            print(f"| {program.title} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--only", default="", help="part of a program's title")
    parser.add_argument("--without", nargs="*", default=[], help="names of libraries")
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    parser.add_argument("--first", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--runs", action="store_true", help="no first calls")
    options = parser.parse_args()
    compile_now()
    if options.first is not None:
        place, library = options.first
        first_call(library, programs(options.short)[int(place)])
        return
    names = []
    for name, (module, _) in LIBRARIES.items():
        if name in options.without or not find_spec(module):
            print(f"without {name}")
        else:
            names.append(name)
    table(names, options.only, options.short, 3 if options.short else options.rounds)
    if not options.runs:
        compilers = [name for name in COMPILERS if name in names]
        first_table(compilers, options.only, options.short)
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
