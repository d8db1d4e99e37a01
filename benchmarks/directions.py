"""Many directions at once, beside autograd and JAX: one run, interleaved, best times.

python benchmarks/directions.py          (peers that are not installed are left out)

Jacobians and Hessians of a logistic loss and an MLP, the Hessian of Rosenbrock's
function, a Laplacian against the trace of JAX's Hessian, high derivatives against
nested ``jax.grad`` and ``jet``, and the sparse Hessian of Rosenbrock's function.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

import argparse
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

import diffops

RANDOM = np.random.default_rng(0)


def rosenbrock(np: Any) -> Callable[[Any], Any]:
    """Return Rosenbrock's function of n variables."""
    return lambda x: np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def logistic(np: Any, n: int) -> Callable[[Any], Any]:
    """Return the loss of logistic regression on 200 rows of n features."""
    random = globals()["np"].random.default_rng(n)
    rows, labels = random.normal(size=(200, n)), random.choice([-1.0, 1.0], 200)
    return lambda w: np.sum(np.logaddexp(0.0, -labels * (rows @ w))) + 0.5 * w @ w


def mlp(np: Any, n: int, outputs: int) -> Callable[[Any], Any]:
    """Return a network of two hidden layers of 64 tanh units."""
    random = globals()["np"].random.default_rng(n)
    shapes = ((64, n), (64, 64), (outputs, 64))
    a, b, c = (random.normal(size=s) / s[1] ** 0.5 for s in shapes)
    if outputs == 1:
        return lambda x: np.sum(np.tanh(b @ np.tanh(a @ x)) * c[0])
    return lambda x: np.tanh(c @ np.tanh(b @ np.tanh(a @ x)))


def best(timed: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Return the shortest time of each, taken in turn, after one call to warm up."""
    times = {}
    for round_number in range(rounds + 1):
        for name, run in timed.items():
            if times.get(name, 0.0) > _LONG:
                continue  # once will do
            start = time.perf_counter()
            run()
            taken = time.perf_counter() - start
            again = round_number > 1
            times[name] = min(times[name], taken) if again else taken
    return times


#: Seconds from which a run is not repeated.
_LONG = 5.0


def report(title: str, times: dict[str, float]) -> None:
    """Print milliseconds, and how many times longer the others take."""
    ours = times["diffops"]
    row = "  ".join(
        f"{name} {1e3 * t:9.3f} ms ({t / ours:7.2f}x)" for name, t in times.items()
    )
    print(f"{title:30s} {row}", flush=True)


def agree(timed: dict[str, Callable[[], Any]], bound: float = 1e-8) -> None:
    """Check that all libraries compute the same before they are timed."""
    results = [np.asarray(run()) for run in timed.values()]
    for other in results[1:]:
        scale = np.max(np.abs(results[0]))
        assert np.max(np.abs(other - results[0])) <= bound * scale, "they disagree"


def matrix(title: str, name: str, make: Any, x: Any, rounds: int) -> None:
    """Time a Jacobian or Hessian in every library."""
    f = make(np)
    operator = getattr(diffops, name)(f)
    recorded = diffops.jit(operator)
    timed = {"diffops": lambda: operator(x), "diffops jit": lambda: recorded(x)}
    if find_spec("autograd"):
        import autograd

        peer = getattr(autograd, name)(make(autograd.numpy))
        timed["autograd"] = lambda: peer(x)
    if find_spec("jax"):
        import jax
        import jax.numpy as jnp

        forward = jax.jacfwd if name == "jacobian" else jax.hessian
        eager = forward(make(jnp))
        compiled = jax.jit(eager)
        timed["jax"] = lambda: eager(x).block_until_ready()
        timed["jax.jit"] = lambda: compiled(x).block_until_ready()
    agree(timed)
    report(title, best(timed, rounds))


def laplacians(rounds: int) -> None:
    """Time the Laplacian of a tanh network of 50 inputs."""
    x = RANDOM.normal(size=50)
    operator = diffops.laplacian(mlp(np, 50, 1))
    traced = diffops.hessian(mlp(np, 50, 1))
    timed = {
        "diffops": lambda: operator(x),
        "diffops trace(hessian)": lambda: np.trace(traced(x)),
    }
    if find_spec("jax"):
        import jax
        import jax.numpy as jnp

        eager = jax.hessian(mlp(jnp, 50, 1))
        compiled = jax.jit(lambda x: jnp.trace(eager(x)))
        timed["jax"] = lambda: jnp.trace(eager(x)).block_until_ready()
        timed["jax.jit"] = lambda: compiled(x).block_until_ready()
    agree(timed)
    report("Laplacian, MLP of 50 inputs", best(timed, rounds))


def high_derivatives(order: int, rounds: int) -> None:
    """Time a high derivative of sin(exp(x)) x."""
    f = diffops.diffn(order, lambda x: np.sin(np.exp(x)) * x)
    timed: dict[str, Callable[[], Any]] = {"diffops": lambda: f(0.5)}
    if find_spec("jax"):
        import jax
        import jax.numpy as jnp
        from jax.experimental.jet import jet

        def g(x: Any) -> Any:
            return jnp.sin(jnp.exp(x)) * x

        series = (1.0,) + (0.0,) * (order - 1)
        towers = jax.jit(lambda x: jet(g, (x,), (series,))[1][-1])
        timed["jax jet, jitted"] = lambda: towers(0.5).block_until_ready()
        if order <= 10:
            nested = g
            for _ in range(order):
                nested = jax.grad(nested)
            timed["jax grad, nested"] = lambda: nested(0.5).block_until_ready()
        report(f"derivative of order {order}", best(timed, rounds))


def sparse_hessian(n: int) -> None:
    """Time the sparse Hessian of Rosenbrock's function: prepared, then evaluated."""
    x = RANDOM.normal(size=n)
    operator = diffops.sparse_hessian(rosenbrock(np))
    times = []
    for _ in range(3):
        start = time.perf_counter()
        found = operator(x)
        times.append(time.perf_counter() - start)
    again = min(times[1:])
    print(
        f"sparse Hessian, n = {n}: first call {times[0]:.2f} s, "
        f"then {again:.3f} s, {found.nnz} entries"
    )


def main() -> None:
    """Run the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    options = parser.parse_args()
    rounds = 1 if options.short else options.rounds
    if find_spec("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
    for n in (50,) if options.short else (50, 200):
        x = 0.3 * RANDOM.normal(size=n)
        matrix(
            f"Hessian, logistic, n={n}", "hessian", lambda m: logistic(m, n), x, rounds
        )
        matrix(f"Hessian, MLP, n={n}", "hessian", lambda m: mlp(m, n, 1), x, rounds)
        matrix(
            f"Jacobian, MLP, {n} to {n}", "jacobian", lambda m: mlp(m, n, n), x, rounds
        )
    x = 0.3 * RANDOM.normal(size=200)
    matrix("Hessian, Rosenbrock, n=200", "hessian", rosenbrock, x, rounds)
    laplacians(rounds)
    for order in (10, 20):
        high_derivatives(order, rounds)
    sparse_hessian(1000 if options.short else 100_000)


if __name__ == "__main__":
    main()
