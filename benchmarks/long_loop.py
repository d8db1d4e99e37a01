"""A gradient through 10⁵ steps of Runge-Kutta, each library in its own process."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from programs import OPERATIONS_PER_STEP, POPULATIONS, lotka_volterra

#: Bytes of address space that a process may ask for, and seconds that it may take.
MOST_BYTES, MOST_SECONDS = 12 << 30, 900


def ours(steps: int, compiled: bool) -> Callable[[Any], Any]:
    """Return our gradient of the plain loop."""
    import diffops

    gradient = diffops.grad(lambda x: lotka_volterra(x, steps))
    return diffops.jit(gradient) if compiled else gradient


def by_hand(steps: int) -> Callable[[Any], Any]:
    """Return Numba's."""
    import by_hand as written

    return written.lotka_volterra(steps)


def jax(steps: int) -> Callable[[Any], Any]:
    """Return that of a scan."""
    import jax as library
    import peers

    library.config.update("jax_enable_x64", True)
    run = peers.jax_populations(steps)
    return lambda x: run(x).block_until_ready()


def torch(steps: int) -> Callable[[Any], Any]:
    """Return eager PyTorch's."""
    import torch as library

    def run(point: Any) -> Any:
        x = library.tensor(point, requires_grad=True)
        lotka_volterra(x, steps).backward()
        return x.grad

    return run


LIBRARIES: dict[str, tuple[str, Callable[[int], Callable[[Any], Any]]]] = {
    "diffops jit": ("diffops", lambda steps: ours(steps, True)),
    "diffops eager": ("diffops", lambda steps: ours(steps, False)),
    "Numba, by hand": ("numba", by_hand),
    "jax.jit": ("jax", jax),
    "PyTorch": ("torch", torch),
}


def memory() -> int:
    """Return the most bytes that this process has held."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def one(steps: int, name: str) -> None:
    """Measure one library, and print a row of the table."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    build = LIBRARIES[name][1]
    build(2)(POPULATIONS)  # its machinery is loaded
    before = memory()
    run = build(steps)
    seconds, peaks = [], []
    for _ in range(4):
        start = perf_counter()
        result = np.asarray(run(POPULATIONS))
        seconds.append(perf_counter() - start)
        peaks.append(memory() - before)
    operations = steps * OPERATIONS_PER_STEP
    cells = [
        f"{', '.join(f'{s:.3g}' for s in seconds)} s",
        f"{1e9 * min(seconds) / operations:.3g} ns",
        f"{peaks[0] / operations:.0f} B",
        f"{peaks[-1] / operations:.0f} B",
        f"{np.sum(result):.10g}",
    ]
    print(f"| {name} | {' | '.join(cells)} |")


def long_loop(steps: int, name: str | None) -> None:
    """Measure all libraries, or this one."""
    if name is not None:
        one(steps, name)
        return
    print(
        "| library | calls | fastest, per operation of f "
        "| peak memory per operation, first call | at last | sum of the gradient |"
    )
    print("|---|---|---|---|---|---|")
    for library, (module, _) in LIBRARIES.items():
        if not find_spec(module):
            print(f"without {library}")
            continue
        command = [sys.executable, str(Path(__file__).with_name("jit.py"))]
        command += ["--steps", str(steps), "--one", library]
        try:
            subprocess.run(command, check=True, timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            print(f"| {library} | more than {MOST_SECONDS} s |")
        except subprocess.CalledProcessError:
            print(f"| {library} | did not end well |")
