"""Gradients on one GPU: diffops by CuPy beside jax.jit and PyTorch on the same card.

python benchmarks/gpu.py             (peers that are not installed are left out)
python benchmarks/gpu.py --short     (small arrays, few rounds)
python benchmarks/gpu.py --float32

Results are compared first; then the libraries take turns, each call is waited for, and
the best time is kept. Programs that wait for memory are shown as achieved bandwidth,
others as arithmetic, beside what the card was measured to do: a copy of a large array,
and a product of large matrices. What bytes and operations count is the least that any
implementation moves and computes. Without CuPy or a GPU it says what is missing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from math import prod
from time import perf_counter
from typing import Any

import array_programs
import numpy as np
from array_peers import _filled, _is_array, _torch_as_numpy
from array_programs import LAYERS, ArrayProgram, Library, in_python

from diffops.engines.cupy import imported

Run = Callable[[], Any]
OURS = "diffops jit"
#: Calls until ours runs by kernels.
CALLS = 5


@dataclass(frozen=True)
class Load:
    """A program, with the numbers it must move and the operations it must do."""

    program: ArrayProgram
    moved: int
    operations: int = 0


def loads(short: bool) -> list[Load]:
    """Return what is measured."""
    draw = np.random.default_rng(0).standard_normal
    n = 10_000 if short else 2**26
    found = [
        Load(
            ArrayProgram(f"elementwise n={n}", array_programs.elementwise, draw(n)),
            moved=2 * n,  # x is read, the gradient written
        )
    ]
    rows, width = (200, 100) if short else (2**15, 2**12)
    a, at = draw((rows, width)), draw(width) / width
    title = f"logsumexp(Ax) {rows}×{width}"
    found.append(
        Load(
            ArrayProgram(title, array_programs.logsumexp, at, (a,)),
            moved=2 * rows * width,  # A is read for A x, and for its transpose
        )
    )
    rows = 128 if short else 2**17
    weights = np.concatenate(
        [draw(shape).ravel() / shape[0] ** 0.5 for shape in LAYERS]
    )
    data = draw((rows, LAYERS[0][0])), draw(rows)
    title = f"MLP {rows}×32-64-64-1"
    found.append(
        Load(
            ArrayProgram(title, array_programs.network, weights, data),
            moved=rows * (LAYERS[0][0] + 1) + 2 * weights.size,
            operations=perceptron_operations(rows, LAYERS),
        )
    )
    rows, d, k = (200, 5, 4) if short else (20_000, 32, 50)
    found.append(
        Load(
            array_programs.gaussians(rows, d, k, draw),
            moved=rows * d,
            operations=3 * 2 * rows * k * d * d,  # forward, and back to both factors
        )
    )
    return found


def perceptron_operations(rows: int, layers: Any) -> int:
    """Return the operations in the products of a gradient: three for each weight.

    They are the one forward and two back, but for the inputs of the first layer.
    """
    sizes = [prod(shape) for shape in layers if len(shape) == 2]
    return 2 * rows * (3 * sum(sizes) - sizes[0])


def ours(program: ArrayProgram, compiled: bool, dtype: str) -> Run:
    """Return our gradient of arrays of CuPy's."""
    import diffops

    cupy = imported()
    library = Library(np, diffops.grad, in_python)
    data = [cupy.asarray(x, dtype) if _is_array(x) else x for x in program.data]
    point = cupy.asarray(program.point, dtype)
    gradient = diffops.grad(lambda x: program.function(library, x, *data))
    run = diffops.jit(gradient) if compiled else gradient
    stream = cupy.cuda.get_current_stream()

    def call() -> Any:
        found = run(point)
        stream.synchronize()
        return found

    return call


def jax(program: ArrayProgram, dtype: str) -> Run:
    """Return JAX's gradient, compiled for its GPU."""
    import jax as own
    import jax.numpy as jnp

    own.config.update("jax_enable_x64", dtype == "float64")
    device = own.devices("gpu")[0]  # or it raises RuntimeError
    library = Library(jnp, own.grad, in_python)

    def put(x: Any) -> Any:
        return own.device_put(np.asarray(x, dtype), device)

    arrays = [put(x) for x in program.data if _is_array(x)]
    point = put(program.point)

    def f(x: Any, *given: Any) -> Any:
        return program.function(library, x, *_filled(program.data, given))

    gradient = own.jit(own.grad(f))
    return lambda: gradient(point, *arrays).block_until_ready()


def torch(program: ArrayProgram, dtype: str) -> Run:
    """Return PyTorch's gradient on its GPU, eager."""
    import torch as own

    if not own.cuda.is_available():
        raise RuntimeError("torch.cuda.is_available() is False")
    library = Library(_torch_as_numpy(own), None, in_python)  # type: ignore[arg-type]
    put = lambda x: own.tensor(np.asarray(x, dtype), device="cuda")  # noqa: E731
    data = [
        put(x)
        if _is_array(x)
        else own.tensor(x, device="cuda")
        if isinstance(x, np.ndarray)
        else x
        for x in program.data
    ]
    point = put(program.point)

    def call() -> Any:
        x = point.clone().requires_grad_()
        program.function(library, x, *data).backward()
        own.cuda.synchronize()
        return x.grad

    return call


LIBRARIES: dict[str, Callable[[ArrayProgram, str], Run]] = {
    OURS: lambda program, dtype: ours(program, True, dtype),
    "diffops eager": lambda program, dtype: ours(program, False, dtype),
    "jax.jit": jax,
    "PyTorch": torch,
}


def on_host(found: Any) -> Any:
    """Return a result of any library as an array of NumPy's."""
    if hasattr(found, "get"):
        return found.get()
    return found.cpu().numpy() if hasattr(found, "cpu") else np.asarray(found)


def verify(title: str, runs: dict[str, Run], dtype: str) -> None:
    """Stop where two libraries give different results."""
    bound = 1e-9 if dtype == "float64" else 1e-3
    results = {name: on_host(run()) for name, run in runs.items()}
    wanted = results[OURS]
    for name, found in results.items():
        error = np.max(np.abs(found - wanted)) / np.max(np.abs(wanted))
        if found.shape != wanted.shape or not error < bound:
            raise SystemExit(f"{title}: {name} and ours differ by {error:.1e}")


def best_times(runs: dict[str, Run], rounds: int) -> dict[str, float]:
    """Return the shortest time of a call, the libraries in turn."""
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, run in runs.items():
            start = perf_counter()
            run()
            best[name] = min(best[name], perf_counter() - start)
    return best


def ceilings(dtype: str, short: bool, rounds: int = 10) -> tuple[float, float]:
    """Return what the card does: bytes a second in a copy, operations in a product."""
    cupy = imported()
    stream = cupy.cuda.get_current_stream()
    n, width = (2**16, 256) if short else (2**28, 2**13)
    source = cupy.ones(n, dtype)
    target = cupy.empty_like(source)
    square = cupy.ones((width, width), dtype)
    result = cupy.empty_like(square)

    def copy() -> None:
        cupy.copyto(target, source)
        stream.synchronize()

    def multiply() -> None:
        cupy.dot(square, square, out=result)
        stream.synchronize()

    multiply()
    times = best_times({"copy": copy, "multiply": multiply}, rounds)
    moved = 2 * source.nbytes / times["copy"]
    return float(moved), 2 * width**3 / times["multiply"]


def row(
    load: Load, times: dict[str, float], names: list[str], limits: Any, size: int
) -> str:
    """Return a row of the table: times, and what of the card they reach."""
    work, limit = load.operations, limits[1]
    if not work:
        work, limit = load.moved * size, limits[0]
    unit, scale = ("TFLOP/s", 1e12) if load.operations else ("GB/s", 1e9)
    cells = []
    for name in names:
        if name not in times:
            cells.append("")
            continue
        rate = work / times[name]
        reached = f"{rate / scale:.3g} {unit}, {100 * rate / limit:.0f} %"
        cells.append(f"{1e3 * times[name]:.3g} ms ({reached})")
    return f"| {load.program.title} | {' | '.join(cells)} |"


def built(program: ArrayProgram, dtype: str) -> dict[str, Run]:
    """Return the gradients of the libraries that are here, warm."""
    runs = {}
    for name, build in LIBRARIES.items():
        try:
            run = build(program, dtype)
        except (ImportError, RuntimeError) as error:
            if name == OURS:
                raise
            print(f"without {name}: {error}", file=sys.stderr)
            continue
        for _ in range(CALLS):
            run()
        runs[name] = run
    return runs


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    parser.add_argument("--float32", action="store_true")
    options = parser.parse_args()
    try:
        cupy = imported()
    except (ImportError, RuntimeError) as error:
        raise SystemExit(f"nothing to measure here: {error}") from None
    dtype = "float32" if options.float32 else "float64"
    rounds = 3 if options.short else options.rounds
    limits = ceilings(dtype, options.short)
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    print(f"{name}, {dtype}: copies {limits[0] / 1e9:.3g} GB/s, multiplies matrices")
    print(f"at {limits[1] / 1e12:.3g} TFLOP/s. Time of a gradient, and what of that it")
    print("reaches:\n")
    names = list(LIBRARIES)
    print(f"| gradient | {' | '.join(names)} |\n|{'---|' * (1 + len(names))}")
    for load in loads(options.short):
        runs = built(load.program, dtype)
        verify(load.program.title, runs, dtype)
        times = best_times(runs, rounds)
        print(row(load, times, names, limits, np.dtype(dtype).itemsize), flush=True)
    found = ("numpy", "jax", "torch")
    versions = [f"{name} {version(name)}" for name in found if find_spec(name)]
    print(f"\ncupy {cupy.__version__}, {', '.join(versions)}")


if __name__ == "__main__":
    main()
