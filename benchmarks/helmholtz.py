"""The Helmholtz energy of a mixture of n gases: Table 4 and Figure 5 of the survey.

python benchmarks/helmholtz.py [--short] [--picture FILE]

The function and its gradient by differences, by forward mode (n directions), and by
reverse mode; each as a multiple of the function at the same n. Baydin, Pearlmutter,
Radul, Siskind, Automatic Differentiation in Machine Learning: a Survey (2018),
section 5; the function by Peng and Robinson's equation of state, as given there.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

from measuring import (
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
from programs import Mixture

Run = Callable[[Any], Any]

#: The columns of the table.
SIZES = (1, 8, 15, 22, 29, 36, 43, 50)

#: The ways to the gradient.
KINDS = ("differences", "forward", "reverse")
#: The time of reverse mode at n = 50 relative to f, in the survey's Table 4.
SURVEY = 1.96


def differences(f: Run, x: Any) -> Any:
    """Return the gradient by forward differences: n + 1 calls of f."""
    base, step = f(x), 1e-7
    slopes = np.empty_like(x)
    for i in range(x.size):
        moved = x.copy()
        moved[i] += step
        slopes[i] = (f(moved) - base) / step
    return slopes


def gradients(gas: Mixture) -> dict[str, Run]:
    """Return the function, plain and compiled, and all gradients of it."""
    import diffops

    def f(x: Any) -> Any:
        return gas.energy_of_arrays(x, np)

    forward = diffops.jacobian(f, mode="forward")
    compiled = diffops.jit(f)
    runs = {
        "f": f,
        "differences": partial(differences, f),
        "forward": forward,
        "reverse": diffops.grad(f),
        "jit: f": compiled,
        "jit: differences": partial(differences, compiled),
        "jit: forward": diffops.jit(forward),
        "jit: reverse": diffops.jit(diffops.grad(f)),
    }
    if "jax" in PEERS:
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        reverse = jax.jit(jax.grad(lambda x: gas.energy_of_arrays(x, jnp)))
        runs["jax.jit: reverse"] = lambda x: reverse(x).block_until_ready()
    if "autograd" in PEERS:
        import autograd
        import autograd.numpy as anp

        runs["autograd: reverse"] = autograd.grad(
            lambda x: gas.energy_of_arrays(x, anp)
        )
    return runs


PEERS: list[str] = []


def checked(n: int, gas: Mixture, runs: dict[str, Run]) -> dict[str, Callable[[], Any]]:
    """Return all runs at the mixture's point, warm and compared."""
    at = {name: partial(run, gas.amounts) for name, run in runs.items()}
    for run in at.values():
        for _ in range(4):
            run()
    results = {name: run() for name, run in at.items()}
    verify(f"n={n}", {k: v for k, v in results.items() if k in ("f", "jit: f")})
    rough = ("differences", "jit: differences")
    exact = {k: v for k, v in results.items() if k not in ("f", "jit: f", *rough)}
    verify(f"n={n}", exact)
    verify(f"n={n}", {k: results[k] for k in ("reverse", *rough)}, 1e-4)
    return at


def draw(times: dict[str, list[float]], sizes: list[int], path: str) -> None:
    """Draw Figure 5: the times over n."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    colors = dict(zip(KINDS, ("#c44e52", "#dd8452", "#4c72b0"), strict=True))
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    for ax, prefix, title in zip(axes, ("", "jit: "), ("eager", "jit"), strict=True):
        for kind, color in {"f": "#888888", **colors}.items():
            label = kind if kind == "f" else f"gradient, {kind}"
            each = 1e6 * np.array(times[prefix + kind])
            ax.plot(sizes, each, color=color, label=label, marker="o", markersize=3)
        ax.set(xlabel="number of gases n", title=title, yscale="log")
        ax.grid(alpha=0.3)
    axes[0].set_ylabel("time of a call (µs)")
    axes[0].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=130)


def main() -> None:
    """Compare, measure, print and draw."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    parser.add_argument("--picture", help="where to draw Figure 5")
    options = parser.parse_args()
    compile_now()
    PEERS.extend(installed(("jax", "autograd")))
    sizes = [1, 8] if options.short else list(SIZES)
    times: dict[str, list[float]] = {}
    for n in sizes:
        gas = Mixture(n)
        at = checked(n, gas, gradients(gas))
        found = best_times(at, 1 if options.short else options.rounds)
        for name, seconds in found.items():
            times.setdefault(name, []).append(seconds)
    head(["time of a call", *(f"n={n}" for n in sizes)])
    for name, each in times.items():
        row([name, *map(shown, each)])
    print()
    head(["time / f", *(f"n={n}" for n in sizes)])
    for prefix in ("", "jit: "):
        for name in KINDS:
            each = np.array(times[prefix + name]) / times[prefix + "f"]
            row([prefix + name, *(f"{ratio:.3g}" for ratio in each)])
    print(f"\nThe survey has {SURVEY} for reverse mode at n=50.")
    if options.picture:
        draw(times, sizes, options.picture)
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
