"""What a gradient keeps in memory: each library in a process of its own.

python benchmarks/memory.py [--short]

Two programs: a loop of 10⁵ operations on a number, and 200 operations on an array of
10⁵ entries (0.8 MB). The figure is by how much the process grows at its peak beyond
what it holds after a small gradient of the same kind, and that per operation.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from measuring import compile_now, head, installed, machine, row

# isort: split
import numpy as np

Gradient = Callable[[Callable[..., Any]], Callable[[Any], Any]]


def chain(sin: Any, x: Any, operations: int) -> Any:
    """Return y after so many operations y = sin(y) x."""
    y = x
    for _ in range(operations // 2):
        y = sin(y) * x
    return y


def of_diffops(operations: int) -> Callable[[Any], Any]:
    """Return our gradient."""
    import diffops

    return diffops.grad(lambda x: np.sum(chain(np.sin, x, operations)))


def of_jit(operations: int) -> Callable[[Any], Any]:
    """Return our compiled gradient."""
    import diffops

    compile_now()
    return diffops.jit(of_diffops(operations))


def of_autograd(operations: int) -> Callable[[Any], Any]:
    """Return autograd's."""
    import autograd
    import autograd.numpy as anp

    return autograd.grad(lambda x: anp.sum(chain(anp.sin, x, operations)))


def of_torch(operations: int) -> Callable[[Any], Any]:
    """Return PyTorch's."""
    import torch

    torch.set_num_threads(1)

    def gradient(point: Any) -> Any:
        x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        chain(torch.sin, x, operations).sum().backward()
        return x.grad

    return gradient


def of_jax(operations: int) -> Callable[[Any], Any]:
    """Return JAX's, of a scan, compiled."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def f(x: Any) -> Any:
        step = lambda y, _: (jnp.sin(y) * x, None)  # noqa: E731
        return jnp.sum(jax.lax.scan(step, x, None, length=operations // 2)[0])

    compiled = jax.jit(jax.grad(f))
    return lambda x: compiled(x).block_until_ready()


LIBRARIES: dict[str, tuple[str | None, Callable[[int], Callable[[Any], Any]]]] = {
    "diffops": (None, of_diffops),
    "diffops jit": (None, of_jit),
    "jax.jit, scan": ("jax", of_jax),
    "PyTorch": ("PyTorch", of_torch),
    "autograd": ("autograd", of_autograd),
}


def points(short: bool) -> dict[str, tuple[Any, int]]:
    """Return each program's point and number of operations."""
    if short:
        return {"number": (1.3, 2000), "array": (np.linspace(1.1, 1.9, 1000), 20)}
    return {"number": (1.3, 100_000), "array": (np.linspace(1.1, 1.9, 100_000), 200)}


def peak() -> int:
    """Return the bytes that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def grown(library: str, program: str, short: bool) -> tuple[int, float]:
    """Return by how much a gradient makes this process grow, and an entry of it."""
    point, operations = points(short)[program]
    make = LIBRARIES[library][1]
    small = make(20)
    for _ in range(4):
        small(point if np.ndim(point) == 0 else point[:10])
    before = peak()
    run = make(operations)
    for _ in range(3 if library == "diffops jit" else 1):  # the third is native
        result = run(point)
    return peak() - before, float(np.ravel(np.asarray(result))[-1])


def main() -> None:
    """Read the options; measure one, or start a process for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(grown(*options.one, options.short)))
        return
    peers = installed(("jax", "PyTorch", "autograd"))
    head(["gradient", "library", "grows by", "bytes per operation and entry"])
    for program, (point, operations) in points(options.short).items():
        entries = {}
        for library, (needs, _) in LIBRARIES.items():
            if needs is not None and needs not in peers:
                continue
            command = [sys.executable, __file__, "--one", library, program]
            done = subprocess.run(
                [*command, *["--short"] * options.short],
                check=True,
                capture_output=True,
                text=True,
            )
            size, entries[library] = json.loads(done.stdout)
            each = size / operations / np.size(point)
            row([program, library, f"{size / 2**20:.1f} MiB", f"{each:.1f}"])
        values = list(entries.values())
        if np.ptp(values) > 1e-6 * max(abs(value) for value in values):
            raise SystemExit(f"{program}: the libraries differ: {entries}")
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
