"""Memory and time of reverse mode through 1000 steps: kept, and computed again.

    python benchmarks/checkpointing.py [--rounds 5]

The recurrence is a recurrent network, x ← tanh(W x + U u), for a batch of sequences;
the derivative is that of the last state's loss by W and U. Memory is the peak of
tracemalloc, from a run of its own; times are the medians of interleaved rounds, in
multiples of the gradient without checkpoints.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc

import numpy as np

from diffops import checkpointed_loop, grad

STEPS, UNITS, BATCH = 1000, 64, 32
BUDGETS = {
    "3": {"memory": 3},
    "5": {"memory": 5},
    "10": {"memory": 10},
    "20": {"memory": 20},
    "32, the default": {},
    "32, record=1": {"memory": 32, "record": 1},
    "32, record=8": {"memory": 32, "record": 8},
    "63, record=16": {"memory": 63, "record": 16},
    "100, record=10": {"memory": 100, "record": 10},
}

random = np.random.default_rng(0)
W = random.normal(size=(UNITS, UNITS)) / UNITS**0.5
U = random.normal(size=(UNITS, 3))
INPUTS = random.normal(size=(STEPS, 3, BATCH))
START = np.zeros((UNITS, BATCH))


def step(state, w, u):
    x, t = state
    return np.tanh(w @ x + u @ INPUTS[t]), t + 1


def plain(w, u):
    state = START, 0
    for _ in range(STEPS):
        state = step(state, w, u)
    return np.sum(state[0] ** 2)


def checkpointed(options):
    def run(w, u):
        x, _ = checkpointed_loop(step, (START, 0), STEPS, w, u, **options)
        return np.sum(x**2)

    return run


def peak(f):
    tracemalloc.start()
    grad(f, (0, 1))(W, U)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def measured(rounds):
    """Return (budget, bytes, times relative to the plain gradient) for each budget."""
    functions = {name: checkpointed(options) for name, options in BUDGETS.items()}
    functions = {"all": plain, **functions}
    wanted = grad(plain, (0, 1))(W, U)
    for f in functions.values():
        for a, b in zip(grad(f, (0, 1))(W, U), wanted, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
    times = {m: [] for m in functions}
    for _ in range(rounds):
        for m, f in functions.items():
            start = time.process_time()
            grad(f, (0, 1))(W, U)
            times[m].append(time.process_time() - start)
    usual = statistics.median(times["all"])
    for m, f in functions.items():
        yield m, peak(f), statistics.median(times[m]) / usual, usual


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    options = parser.parse_args()
    rows = list(measured(1 if options.short else options.rounds))
    whole = rows[0][1]
    print(f"| states kept | peak memory | less | time ({rows[0][3]:.2f} s) |")
    print("|---|---|---|---|")
    for name, size, ratio, _ in rows:
        less = f"{size / 2**20:.2f} MiB | {1 - size / whole:.1%}"
        print(f"| {name} | {less} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
