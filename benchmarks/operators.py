"""Every operator beside the function itself: DiffSharp's own benchmark.

python benchmarks/operators.py [--short]

Times are multiples of the time of f: a logistic map of 100 steps (number to number),
xᵀ log(x/2) (a vector of 100 to a number), and that with Σ exp(sin x) and Σ exp(cos x)
(a vector to a vector of 3). DiffSharp's figures are those that its page of benchmarks
gives (version 0.7, .NET 4.6); a quotient of its own f, which was boxed and slow.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from measuring import best_times, compile_now, head, machine, row, verify

# isort: split
import numpy as np

import diffops
from diffops import numerical

#: Entries of the vectors, and in the short form.
SIZE, FEW = 100, 10


def logistic_map(x: Any) -> Any:
    """Return the hundredth of lₙ₊₁ = 4 lₙ (1 - lₙ)."""
    for _ in range(99):
        x = 4.0 * x * (1.0 - x)
    return x


def entropy(x: Any) -> Any:
    """Return xᵀ log(x/2)."""
    return x @ np.log(x / 2)


def three(x: Any) -> Any:
    """Return that, Σ exp(sin x) and Σ exp(cos x)."""
    return np.stack([entropy(x), np.sum(np.exp(np.sin(x))), np.sum(np.exp(np.cos(x)))])


#: DiffSharp's factors of each operator, by its page.
DIFFSHARP = {
    "diff": 3.33,
    "diff2": 9.30,
    "diffn": 9.21,
    "grad": 4.79,
    "gradv": 2.11,
    "hessian": 810.22,
    "hessianv": 9.62,
    "gradhessian": 823.86,
    "gradhessianv": 9.55,
    "laplacian": 814.19,
    "jacobian": 15.10,
    "jacobianv": 2.55,
    "jacobianT": 15.41,
    "jacobianTv": 4.53,
}

Make = Callable[[Any, Callable[..., Any]], Callable[..., Any]]


def of(name: str) -> Make:
    """Return how a library's operator of a name is made."""
    return lambda library, f: getattr(library, name)(f)


def along(name: str, direction: Any) -> Make:
    """Return the same for an operator that takes a direction."""
    return lambda library, f: lambda x: getattr(library, name)(f)(x, direction)


def second(library: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    """Return the second derivative by `diffn`."""
    return library.diffn(2, f)


def cases(size: int) -> dict[str, tuple[Callable[..., Any], Any, dict[str, Make]]]:
    """Return each kind's function, its point and the operators."""
    random = np.random.default_rng(0)
    x, v = random.uniform(0.5, 1.5, size), random.standard_normal(size)
    u = np.array([1.0, -2.0, 0.5])
    plain = ("grad", "hessian", "gradhessian", "laplacian")
    return {
        "number to number": (
            logistic_map,
            0.3,
            {"diff": of("diff"), "diff2": of("diff2"), "diffn": second},
        ),
        "vector to number": (
            entropy,
            x,
            {name: of(name) for name in plain}
            | {n: along(n, v) for n in ("gradv", "hessianv", "gradhessianv")},
        ),
        "vector to vector": (
            three,
            x,
            {name: of(name) for name in ("jacobian", "jacobianT")}
            | {
                "jacobianv": along("jacobianv", v),
                "jacobianTv": along("jacobianTv", u),
            },
        ),
    }


def flat(result: Any) -> Any:
    """Return a result, which may be a tuple, as one vector."""
    parts = result if isinstance(result, tuple) else (result,)
    return np.concatenate([np.ravel(part) for part in parts])


def main() -> None:
    """Compare, measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    options = parser.parse_args()
    compile_now()
    head(["f", "operator", "diffops", "jit / jit(f)", "differences", "DiffSharp 0.7"])
    for kind, (f, x, operators) in cases(FEW if options.short else SIZE).items():
        compiled = diffops.jit(f)
        for name, make in operators.items():
            exact, rough = make(diffops, f), make(numerical, f)
            native = diffops.jit(exact)
            for _ in range(4):
                compiled(x), native(x)
            title = f"{name}, {kind}"
            results = {"diffops": flat(exact(x)), "jit": flat(native(x))}
            verify(title, results, 1e-7 if kind == "number to number" else 1e-9)
            runs = {"f": f, "exact": exact, "jit(f)": compiled, "native": native}
            if kind != "number to number":  # chaos: no step is small enough
                verify(
                    title, {"diffops": flat(exact(x)), "rough": flat(rough(x))}, 1e-4
                )
            runs["rough"] = rough
            times = best_times(
                {k: lambda run=run: run(x) for k, run in runs.items()},
                1 if options.short else options.rounds,
            )
            row(
                [
                    kind,
                    f"`{name}`",
                    f"{times['exact'] / times['f']:.3g}",
                    f"{times['native'] / times['jit(f)']:.3g}",
                    f"{times['rough'] / times['f']:.3g}",
                    DIFFSHARP[name],
                ]
            )
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
