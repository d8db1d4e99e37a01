"""Problems solved by SciPy: without derivatives, with ours, and with those of JAX.

python benchmarks/optimize.py            (JAX is left out where it is not installed)

Rosenbrock's function of 100 and 10⁴ unknowns, a logistic regression, and a fit of three
peaks: evaluations of f (with those for differences), gradients or Jacobians, the CPU
time of a whole run (the best of some, taken in turn; the first of each apart, in which
JAX compiles), and what was reached. ``jit=True`` of diffops records f anew in every
run, and that is in its time.
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
import scipy.optimize

from diffops import optimize

RANDOM = np.random.default_rng(0)
Runs = dict[str, Callable[[], Any]]


def rosenbrock(np: Any) -> Callable[[Any], Any]:
    """Return Rosenbrock's function of n variables."""
    return lambda x: np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def logistic(np: Any) -> Callable[[Any], Any]:
    """Return the loss of a logistic regression on 2000 rows of 50 features."""
    random = globals()["np"].random.default_rng(1)
    rows, labels = random.normal(size=(2000, 50)), random.choice([-1.0, 1.0], 2000)
    return lambda w: np.sum(np.logaddexp(0.0, -labels * (rows @ w))) + 0.5 * w @ w


def peaks(np: Any) -> Callable[[Any], Any]:
    """Return the residuals of three Gaussian peaks at 2000 points."""
    numpy = globals()["np"]
    t = numpy.linspace(0.0, 10.0, 2000)
    noise = 0.05 * numpy.random.default_rng(2).normal(size=2000)
    truth = numpy.array([1.0, 2.0, 1.5, 2.5, 5.0, 7.0, 0.5, 0.8, 0.6])

    def curve(p: Any, np: Any) -> Any:
        return sum(p[i] * np.exp(-(((t - p[i + 3]) / p[i + 6]) ** 2)) for i in range(3))

    data = curve(truth, numpy) + noise
    return lambda p: curve(p, np) - data


def table(title: str, runs: Runs, rounds: int) -> None:
    """Run each in turn, some times; print a row for each."""
    print(f"\n{title}")
    first: dict[str, float] = {}
    best: dict[str, float] = {}
    found = {}
    for _ in range(rounds):
        for name, run in runs.items():
            if best.get(name, 0.0) > _LONG:
                continue  # once will do
            start = time.process_time()
            found[name] = run()
            taken = time.process_time() - start
            if name in first:
                best[name] = min(best.get(name, taken), taken)
            else:
                first[name] = taken
                if taken > _LONG:
                    best[name] = taken
    for name, result in found.items():
        value = result.get("cost", result.fun)
        print(
            f"  {name:32s} {result.nfev:7d} f  {result.get('njev') or 0:5d} grad  "
            f"{1e3 * best[name]:9.1f} ms (first {1e3 * first[name]:9.1f})  "
            f"{value:12.4e} {'' if result.success else 'not reached'}",
            flush=True,
        )


#: Where SciPy's manual begins.
_START = [1.3, 0.7, 0.8, 1.9, 1.2]

#: Seconds from which a run is not repeated.
_LONG = 5.0


def minimised(make: Any, x0: Any, methods: dict[str, dict[str, Any]]) -> Runs:
    """Return the runs of each method, for every source of derivatives."""
    f = make(np)
    runs: Runs = {}
    for method, settings in methods.items():
        options = settings.get("options", {})
        given = {"x0": x0, "method": method, "options": options}
        if settings.get("differences"):
            runs[f"{method}, differences"] = _by_differences(
                scipy.optimize.minimize, f, given
            )
        runs[f"{method}, diffops"] = _of(optimize.minimize, f, given)
        runs[f"{method}, diffops jit"] = _of(
            optimize.minimize, f, {**given, "jit": True}
        )
        if settings.get("sparse"):
            runs[f"{method}, diffops sparse"] = _of(
                optimize.minimize, f, {**given, "hessian": "sparse"}
            )
        if find_spec("jax"):
            runs[f"{method}, jax.jit"] = _with_jax(make, given)
    return runs


def _of(minimize: Any, f: Any, given: dict[str, Any]) -> Callable[[], Any]:
    return lambda: minimize(f, **given)


def _by_differences(solve: Any, f: Any, given: dict[str, Any]) -> Callable[[], Any]:
    """Return a run that counts all calls of f: SciPy does not always."""

    def run() -> Any:
        calls = 0

        def counted(x: Any) -> Any:
            nonlocal calls
            calls += 1
            return f(x)

        found = solve(counted, **given)
        found.nfev = calls
        return found

    return run


def _with_jax(make: Any, given: dict[str, Any]) -> Callable[[], Any]:
    import jax
    import jax.numpy as jnp

    f = make(jnp)
    both = jax.jit(jax.value_and_grad(f))
    product = jax.jit(lambda x, v: jax.jvp(jax.grad(f), (x,), (v,))[1])

    def plain(x: Any) -> tuple[float, Any]:
        value, slope = both(x)
        return float(value), np.asarray(slope)

    more = {}
    if given["method"] in ("trust-ncg", "newton-cg"):
        more["hessp"] = lambda x, v: np.asarray(product(x, v))
    return lambda: scipy.optimize.minimize(plain, jac=True, **given, **more)


def fitted(make: Any, x0: Any) -> Runs:
    """Return the runs of a least-squares fit."""
    f = make(np)
    given = {"x0": x0, "method": "lm", "x_scale": "jac"}
    runs: Runs = {
        "lm, differences": _by_differences(scipy.optimize.least_squares, f, given),
        "lm, diffops": _of(optimize.least_squares, f, given),
        "lm, diffops jit": _of(optimize.least_squares, f, {**given, "jit": True}),
    }
    if find_spec("jax"):
        import jax
        import jax.numpy as jnp

        g = make(jnp)
        values, matrix = jax.jit(g), jax.jit(jax.jacfwd(g))
        runs["lm, jax.jit"] = lambda: scipy.optimize.least_squares(
            lambda x: np.asarray(values(x)),
            jac=lambda x: np.asarray(matrix(x)),
            **given,
        )
    return runs


def main() -> None:
    """Run the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--large", type=int, default=10_000)
    arguments = parser.parse_args()
    rounds = arguments.rounds
    if find_spec("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
    else:
        print("JAX is not installed: left out")
    start = np.tile(_START, 20)
    methods = {
        "bfgs": {"differences": True, "options": {"maxiter": 5000}},
        "l-bfgs-b": {
            "differences": True,
            "options": {"maxfun": 10**6, "maxiter": 5000},
        },
        "trust-ncg": {"sparse": True, "options": {"maxiter": 5000}},
    }
    table("Rosenbrock, n = 100", minimised(rosenbrock, start, methods), rounds)
    n = arguments.large
    start = np.tile(_START, n // 5)
    methods = {
        "l-bfgs-b": {"differences": True, "options": {"maxfun": 10**7}},
        "trust-ncg": {"sparse": True},
    }
    table(f"Rosenbrock, n = {n}", minimised(rosenbrock, start, methods), min(rounds, 3))
    methods = {"l-bfgs-b": {"differences": True}, "trust-ncg": {}}
    table(
        "Logistic regression, 2000 rows of 50",
        minimised(logistic, np.zeros(50), methods),
        rounds,
    )
    guess = np.array([0.8, 1.5, 1.0, 2.0, 5.5, 7.5, 1.0, 1.0, 1.0])
    table("Three peaks, 2000 points", fitted(peaks, guess), rounds)


if __name__ == "__main__":
    main()
