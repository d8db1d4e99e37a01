"""Eager mode beside autograd and torch: one run, interleaved, best of several rounds.

python benchmarks/eager.py          (peers that are not installed are left out)
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

import diffops
import diffops.kernels

OPERATIONS = 1000
#: Entries of the arrays whose gradient is compared with the function.
SIZES = (50, 1000, 10_000, 100_000, 1_000_000)


def chain_sine(sin: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a chain of ``y = sin(y) * x``: a thousand operations."""

    def f(x: Any) -> Any:
        y = x
        for _ in range(OPERATIONS // 2):
            y = sin(y) * x
        return y

    return f


def chain_affine(x: Any) -> Any:
    """Return a chain of ``y = y * x + 0.5``: a thousand operations."""
    y = x
    for _ in range(OPERATIONS // 2):
        y = y * x + 0.5
    return y


def rosenbrock_loop(x: Any) -> Any:
    """Return Rosenbrock's function, element by element."""
    total = 0.0
    for i in range(len(x) - 1):
        total = total + 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


def best(timed: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Return the shortest CPU time of each, taken in turn."""
    times = {name: float("inf") for name in timed}
    for _ in range(rounds):
        for name, run in timed.items():
            start = time.process_time()
            run()
            times[name] = min(times[name], time.process_time() - start)
    return times


def cases(point: Any) -> dict[str, tuple[str, Any]]:
    """Return, per library, its sine and how it takes a gradient at this point."""
    libraries: dict[str, Any] = {}

    def ours(f: Callable[..., Any]) -> Callable[[], Any]:
        g = diffops.grad(f)
        return lambda: g(point)

    libraries["diffops"] = (np.sin, ours)
    if find_spec("autograd"):
        import autograd
        import autograd.numpy

        def theirs(f: Callable[..., Any]) -> Callable[[], Any]:
            g = autograd.grad(f)
            return lambda: g(point)

        libraries["autograd"] = (autograd.numpy.sin, theirs)
    if find_spec("torch"):
        import torch

        torch.set_num_threads(1)

        def torchs(f: Callable[..., Any]) -> Callable[[], Any]:
            def run() -> Any:
                x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
                f(x).backward()
                return x.grad

            return run

        libraries["torch"] = (torch.sin, torchs)
    return libraries


def report(title: str, times: dict[str, float], operations: int) -> None:
    """Print µs per operation, and how many times longer the others take."""
    ours = times["diffops"]
    row = "  ".join(
        f"{name} {1e6 * t / operations:8.3f} µs ({t / ours:5.1f}x)"
        for name, t in times.items()
    )
    print(f"{title:34s} {row}")


def main() -> None:
    """Run the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    options = parser.parse_args()
    rounds = 1 if options.short else options.rounds
    vector = np.linspace(0.1, 0.9, 50)
    for label, point, total in (
        ("float", 0.7, lambda y: y),
        ("n=50", vector, lambda y: y.sum()),
    ):
        libraries = cases(point)
        for title, chain in (
            ("sin(y)*x", chain_sine),
            ("y*x+0.5", lambda sin: chain_affine),
        ):
            timed = {}
            for name, (sin, make) in libraries.items():
                f = chain(sin)
                timed[name] = make(lambda x, f=f: total(f(x)))
            report(f"reverse {title} {label}", best(timed, rounds), OPERATIONS)
    if find_spec("autograd"):
        import autograd
        import autograd.numpy as anp

        for title, ours, theirs in (
            ("sin(y)*x", chain_sine(np.sin), chain_sine(anp.sin)),
            ("y*x+0.5", chain_affine, chain_affine),
        ):
            push = autograd.make_jvp(theirs)(0.7)
            timed = {
                "diffops": lambda ours=ours: diffops.jvp(ours, (0.7,), (1.0,)),
                "autograd": lambda push=push: push(1.0),
            }
            report(f"forward {title} float", best(timed, rounds), OPERATIONS)
    point = np.linspace(-1, 1, 1000)
    timed = {name: make(rosenbrock_loop) for name, (_, make) in cases(point).items()}
    often = 1 if options.short else max(3, rounds // 5)
    report("element loop n=1000 (per element)", best(timed, often), 1000)
    print()
    gradients_of_arrays(SIZES[:2] if options.short else SIZES, rounds)


def gradients_of_arrays(sizes: tuple[int, ...], rounds: int) -> None:
    """Print gradient / primal, with kernels and with NumPy alone, taken in turn."""
    random = np.random.default_rng(0)
    for size in sizes:
        x = random.uniform(-2, 2, size)
        for title, f in (
            ("Σ sin(x)·x", lambda x: np.sum(np.sin(x) * x)),
            (
                "Σ sin·x + tanh·exp(−x²)",
                lambda x: np.sum(np.sin(x) * x + np.tanh(x) * np.exp(-(x**2))),
            ),
            ("Σ x³+x²+3x", lambda x: np.sum(x**3 + x**2 + 3 * x)),
        ):
            g = diffops.grad(f)

            def without() -> None:
                with diffops.kernels.use("numpy"):
                    g(x)

            repeat = range(max(1, 20_000 // size))
            times = best(
                {
                    "primal": lambda: [f(x) for _ in repeat],
                    "kernels": lambda: [g(x) for _ in repeat],
                    "NumPy": lambda: [without() for _ in repeat],
                },
                rounds,
            )
            ratios = "  ".join(
                f"{name} {times[name] / times['primal']:5.2f}"
                for name in ("kernels", "NumPy")
            )
            print(f"gradient / primal {title:26s} n={size:<8d} {ratios}")


if __name__ == "__main__":
    main()
