"""How all benchmarks measure: one thread, results compared first, libraries in turn.

To be imported before NumPy: libraries read how many threads to use when they load.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
)

import gc
import platform
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from time import perf_counter
from typing import Any

import numpy as np

Run = Callable[[], Any]

#: A timing takes at least so many seconds; what takes longer than LONG is timed less.
SHORTEST, LONG = 2e-3, 0.5

#: What each library is called, and the module that it needs.
PEERS = {
    "jax": "jax",
    "PyTorch": "torch",
    "autograd": "autograd",
    "CasADi": "casadi",
    "Numba": "numba",
}


def installed(names: Iterable[str]) -> list[str]:
    """Return the peers that are installed; the others are named on a line."""
    found = []
    for name in names:
        if find_spec(PEERS[name]):
            found.append(name)
        else:
            print(f"without {name}, which is not installed\n")
    return found


def compile_now() -> None:
    """Let diffops compile when it records, which is at the second call."""
    import_module("diffops.jit.path").PATIENCE = -1  # type: ignore[attr-defined]


def timed(run: Run, number: int) -> float:
    """Return the seconds of one call, of so many."""
    collecting = gc.isenabled()
    gc.disable()
    start = perf_counter()
    for _ in range(number):
        run()
    seconds = (perf_counter() - start) / number
    if collecting:
        gc.enable()
    return seconds


def best_times(runs: Mapping[str, Run], rounds: int) -> dict[str, float]:
    """Return the shortest time of a call of each, taken in turn."""
    best = {name: timed(run, 1) for name, run in runs.items()}
    numbers = {name: max(1, int(SHORTEST / best[name])) for name in runs}
    for turn in range(rounds):
        for name, run in runs.items():
            if best[name] < LONG or turn < 2:
                best[name] = min(best[name], timed(run, numbers[name]))
    return best


def verify(title: str, results: Mapping[str, Any], bound: float = 1e-9) -> None:
    """Stop where a library's result differs from the first one's."""
    (first, wanted), *others = results.items()
    wanted = np.asarray(wanted)
    for name, found in others:
        found = np.asarray(found)
        if found.shape != wanted.shape:
            raise SystemExit(
                f"{title}: {name} has shape {found.shape}, {first} {wanted.shape}"
            )
        error = np.max(np.abs(found - wanted)) / np.max(np.abs(wanted))
        if not error < bound:
            raise SystemExit(f"{title}: {name} and {first} differ by {error:.1e}")


def shown(seconds: float | None) -> str:
    """Return a time with three digits and its unit."""
    if seconds is None:
        return ""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def row(cells: Iterable[Any]) -> None:
    """Print a row of a table in Markdown, at once."""
    print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)


def head(cells: Iterable[Any]) -> None:
    """Print the head of a table in Markdown."""
    cells = list(cells)
    row(cells)
    print("|" + "---|" * len(cells), flush=True)


def machine() -> str:
    """Return which processor, Python and libraries were measured, and the load."""
    names = ("numpy", "scipy", "numba", "jax", "torch", "autograd", "casadi")
    versions = ", ".join(f"{name} {version(name)}" for name in names if find_spec(name))
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{versions}; load (1, 5, 15 minutes) {load}."
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            models = [line for line in lines if line.startswith("model name")]
    except OSError:
        models = []
    return models[0].split(":")[1].strip() if models else platform.machine()
