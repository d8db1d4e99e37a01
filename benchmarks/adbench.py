"""The objectives of ADBench: mixtures of Gaussians, bundle adjustment, an LSTM.

python benchmarks/adbench.py [--short]

Gradients of the log-posterior of a mixture and of the loss of a recurrent network, and
the blocks of the sparse Jacobian of bundle adjustment, for growing numbers of
parameters. Formulas by Srajer, Kukelova, Fitzgibbon, A Benchmark of Selected
Algorithmic Differentiation Tools (2016); constants that no derivative sees are left
out, data are random. Results are compared before anything is timed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

from measuring import (
    PEERS,
    best_times,
    compile_now,
    head,
    installed,
    machine,
    row,
    shown,
    verify,
)

# isort: split
import numpy as np
from array_peers import LIBRARIES
from array_programs import ArrayProgram, Library, cut, gaussians
from programs import CAMERA, reprojection

Run = Callable[[Any], Any]

#: Points, dimensions and components of the mixtures.
MIXTURES = ((1000, 2, 5), (1000, 10, 25), (1000, 20, 25), (1000, 32, 50))
#: Layers, length and width of the networks.
NETWORKS = ((2, 64, 14), (2, 256, 14), (4, 256, 14))
#: Libraries in which somebody wrote a gradient of their own, of other programs.
BY_HAND = ("C, by hand", "Numba, by hand")
#: Observations of the adjustments.
OBSERVATIONS = (100, 1000, 10_000)


def network(library: Library, w: Any, pairs: Any, start: Any, sizes: Any) -> Any:
    """Return the loss of a network of gates without mixing (weights are diagonal)."""
    np = library.np
    layers, width = sizes
    main, extra = cut(w, [(2 * layers, 4, width), (3, width)])

    def open_by(z: Any) -> Any:
        return 0.5 + 0.5 * np.tanh(0.5 * z)

    def step(state: Any, pair: Any) -> Any:
        total, *cells = state
        x = pair[0] * extra[0]
        after = []
        for layer in range(layers):
            weight, bias = main[2 * layer], main[2 * layer + 1]
            hidden, cell = cells[2 * layer], cells[2 * layer + 1]
            forget = open_by(x * weight[0] + bias[0])
            write = open_by(hidden * weight[1] + bias[1])
            show = open_by(x * weight[2] + bias[2])
            change = np.tanh(hidden * weight[3] + bias[3])
            cell = cell * forget + write * change
            x = show * np.tanh(cell)
            after += [x, cell]
        said = x * extra[1] + extra[2]
        said = said - np.log(np.sum(np.exp(said)) + 2.0)
        return total - np.sum(pair[1] * said), *after

    state = library.repeat(step, (0.0 * w[0], *start), pairs)
    return state[0] / (len(pairs) * width)


def networks(short: bool) -> list[ArrayProgram]:
    """Return the networks with random letters to read, each a row with a single 1."""
    found = []
    for layers, length, width in [(2, 16, 14)] if short else NETWORKS:
        random = np.random.default_rng(length)
        letters = np.eye(width)[random.integers(width, size=length)]
        pairs = np.stack([letters[:-1], letters[1:]], 1)
        size = 8 * layers * width + 3 * width
        start = 0.1 * random.standard_normal((2 * layers, width))
        title = f"LSTM, {layers} layers, {length} steps ({size} parameters)"
        point = 0.3 * random.standard_normal(size)
        data = (pairs, start, (layers, width))
        found.append(ArrayProgram(title, network, point, data))
    return found


def mixtures(short: bool) -> list[ArrayProgram]:
    """Return the mixtures."""
    draw = np.random.default_rng(0).standard_normal
    sizes = [(50, 2, 5)] if short else MIXTURES
    return [gaussians(n, d, k, draw) for n, d, k in sizes]


def gradients(
    programs: list[ArrayProgram], rounds: int, without: tuple[str, ...] = ()
) -> None:
    """Measure the gradients of programs of arrays in all libraries but some."""
    names = [
        name
        for name, (module, _) in LIBRARIES.items()
        if find_spec(module) and name not in without
    ]
    head(["gradient", *names])
    for program in programs:
        runs = {}
        for name in names:
            try:
                run = LIBRARIES[name][1]()(program)
                for _ in range(4):
                    run(program.point)
            except NotImplementedError:
                continue
            runs[name] = partial(run, program.point)
        verify(program.title, {name: run() for name, run in runs.items()})
        times = best_times(runs, rounds)
        row([program.title, *(shown(times.get(name)) for name in names)])
    print()


def blocks_of_diffops(np: Any) -> dict[str, Run]:
    """Return ours, compiled and eager."""
    import diffops

    blocks = diffops.vmap(diffops.jacobian(lambda c: np.stack(reprojection(c, np))))
    return {"diffops jit": diffops.jit(blocks), "diffops eager": blocks}


def blocks_of_jax() -> Run:
    """Return JAX's."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    one = jax.jacfwd(lambda c: jnp.stack(reprojection(c, jnp)))
    compiled = jax.jit(jax.vmap(one))
    return lambda cameras: compiled(cameras).block_until_ready()


def blocks_of_torch() -> Run:
    """Return PyTorch's."""
    import torch

    torch.set_num_threads(1)
    one = torch.func.jacfwd(lambda c: torch.stack(reprojection(c.unbind(), torch)))
    batched = torch.func.vmap(one)
    return lambda cameras: batched(torch.from_numpy(cameras))


def blocks_of_autograd() -> Run:
    """Return autograd's: rows do not depend on each other, so sums say it all."""
    import autograd
    import autograd.numpy as anp

    def misses(cameras: Any) -> Any:
        return reprojection(anp.swapaxes(cameras, 0, 1), anp)

    sides = [
        autograd.grad(lambda cameras, i=i: anp.sum(misses(cameras)[i])) for i in (0, 1)
    ]
    return lambda cameras: np.stack([side(cameras) for side in sides], 1)


def blocks(short: bool, rounds: int) -> None:
    """Measure the Jacobian of bundle adjustment: 2 × 15 for each observation."""
    runs = blocks_of_diffops(np)
    makers = {
        "jax": blocks_of_jax,
        "PyTorch": blocks_of_torch,
        "autograd": blocks_of_autograd,
    }
    runs |= {name: makers[name]() for name in installed(makers)}
    head(["Jacobian", *runs])
    for size in (10,) if short else OBSERVATIONS:
        random = np.random.default_rng(size)
        cameras = CAMERA + 0.05 * random.standard_normal((size, len(CAMERA)))
        at = {name: partial(run, cameras) for name, run in runs.items()}
        for run in at.values():
            for _ in range(4):
                run()
        title = f"bundle adjustment, {size} observations"
        verify(title, {name: run() for name, run in at.items()})
        row([title, *map(shown, best_times(at, rounds).values())])
    print()


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    options = parser.parse_args()
    rounds = 1 if options.short else options.rounds
    compile_now()
    installed(PEERS.keys() - {"CasADi", "Numba"})
    gradients(mixtures(options.short), rounds, ("C, by hand",))
    # Loops in Python are unrolled by torch.compile, which takes minutes then.
    gradients(networks(options.short), rounds, ("torch.compile", *BY_HAND))
    blocks(options.short, rounds)
    print(machine())


if __name__ == "__main__":
    main()
