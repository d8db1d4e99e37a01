"""What a first gradient costs in a fresh process, and how far import goes.

python benchmarks/cold_start.py [--short]

Each figure is the whole time of a Python process of its own, from start to exit, the
libraries in turn; the least of several. The program is the gradient of a sum of 20
sines at a point of 50 entries, computed once.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from time import perf_counter

from measuring import head, installed, machine, row, shown

POINT = "import numpy as np; x = np.linspace(0.1, 0.9, 50)"
LOOP = "sum({sin}(k * x) @ x for k in range(20))"


def ours(wrap: str) -> str:
    """Return our program, with what is around the gradient."""
    loop = LOOP.format(sin="np.sin")
    return f"import diffops; {POINT}; print({wrap.format(f=f'lambda x: {loop}')})"


PROGRAMS = {
    "import numpy": "import numpy",
    "import diffops": "import diffops",
    "diffops": ours("diffops.grad({f})(x)[0]"),
    "diffops jit, third call": ours(
        "[(g := diffops.jit(diffops.grad({f}))), setattr("
        "__import__('importlib').import_module('diffops.jit.path'), 'PATIENCE', -1), "
        "g(x), g(x), g(x)][-1][0]"
    ),
    "autograd": (
        f"import autograd, autograd.numpy as anp; {POINT}; "
        f"print(autograd.grad(lambda x: {LOOP.format(sin='anp.sin')})(x)[0])"
    ),
    "jax": (
        "import jax, jax.numpy as jnp; jax.config.update('jax_enable_x64', True); "
        f"{POINT}; print(jax.grad(lambda x: {LOOP.format(sin='jnp.sin')})(x)[0])"
    ),
    "jax.jit": (
        "import jax, jax.numpy as jnp; jax.config.update('jax_enable_x64', True); "
        f"{POINT}; "
        f"print(jax.jit(jax.grad(lambda x: {LOOP.format(sin='jnp.sin')}))(x)[0])"
    ),
    "PyTorch": (
        f"import torch; {POINT}; x = torch.tensor(x, requires_grad=True); "
        f"{LOOP.format(sin='torch.sin')}.backward(); print(float(x.grad[0]))"
    ),
}
NEEDS = {"autograd": "autograd", "jax": "jax", "jax.jit": "jax", "PyTorch": "PyTorch"}


def once(program: str, environment: dict[str, str]) -> tuple[float, str]:
    """Return the seconds that a process takes, and what it prints."""
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return perf_counter() - start, done.stdout


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    options = parser.parse_args()
    peers = installed(("autograd", "jax", "PyTorch"))
    programs = {
        name: text
        for name, text in PROGRAMS.items()
        if NEEDS.get(name, name) in peers or name not in NEEDS
    }
    times: dict[str, list[float]] = {name: [] for name in programs}
    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DIFFOPS_CACHE_DIR": folder}
        # As installed: compiled modules are kept.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(2 if options.short else options.rounds):
            for name, text in programs.items():
                seconds, answer = once(text, environment)
                times[name].append(seconds)
                if answer:
                    answers[name] = float(answer)
    if max(answers.values()) - min(answers.values()) > 1e-9:
        raise SystemExit(f"the libraries differ: {answers}")
    head(["process", "first", "least of the later ones"])
    for name, (first, *later) in times.items():
        row(
            [f"`{name}`" if "import" in name else name, shown(first), shown(min(later))]
        )
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
