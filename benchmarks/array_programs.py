"""Programs of arrays, as one would write them, and the data that they are run on.

Each takes a ``Library``: its NumPy, its gradient of a function of one array, and how it
repeats a step. The point is one array, from which parameters are cut.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy
from programs import Mixture


@dataclass(frozen=True)
class Library:
    """What the programs need of a library."""

    np: Any
    gradient: Callable[[Callable[[Any], Any]], Callable[[Any], Any]]
    #: ``repeat(step, state, items)`` returns the last state, which is a tuple.
    repeat: Callable[[Any, Any, Any], Any]


def in_python(step: Any, state: Any, items: Any) -> Any:
    """Repeat a step by Python's loop."""
    for item in items:
        state = step(state, item)
    return state


@dataclass(frozen=True)
class ArrayProgram:
    """A function of one array, whose gradient is taken, with its data."""

    title: str
    function: Callable[..., Any]
    point: Any
    data: tuple[Any, ...] = ()


def elementwise(library: Library, x: Any) -> Any:
    """Return Σ sin(x) x + tanh(x) exp(-x²)."""
    np = library.np
    return np.sum(np.sin(x) * x + np.tanh(x) * np.exp(-x * x))


def helmholtz(library: Library, x: Any, volume: Any, attraction: Any) -> Any:
    """Return the energy of a mixture of gases."""
    return _GAS.energy_of_arrays(x, library.np, volume, attraction)


_GAS = Mixture(1)


def logistic(library: Library, w: Any, a: Any, signs: Any) -> Any:
    """Return the loss of a logistic regression with signs as labels."""
    np = library.np
    return np.sum(np.logaddexp(0.0 * signs, -signs * (a @ w))) + 0.5 * (w @ w)


def logsumexp(library: Library, x: Any, a: Any) -> Any:
    """Return log Σ exp(A x)."""
    np = library.np
    z = a @ x
    top = np.max(z)
    return top + np.log(np.sum(np.exp(z - top)))


def cut(flat: Any, shapes: Any) -> list[Any]:
    """Return the arrays of these shapes that lie in a flat one."""
    parts, at = [], 0
    for shape in shapes:
        size = math.prod(shape)
        parts.append(flat[at : at + size].reshape(shape))
        at += size
    return parts


LAYERS = [(32, 64), (64,), (64, 64), (64,), (64, 1), (1,)]


def network(library: Library, w: Any, inputs: Any, targets: Any) -> Any:
    """Return the mean square error of a perceptron with two hidden layers."""
    np = library.np
    a, b, c, d, e, f = cut(w, LAYERS)
    hidden = np.tanh(np.tanh(inputs @ a + b) @ c + d)
    missed = (hidden @ e + f)[:, 0] - targets
    return np.sum(missed * missed) / len(targets)


def mixture_model(library: Library, w: Any, x: Any, places: Any, sizes: Any) -> Any:
    """Return the log-posterior of a mixture of Gaussians (ADBench; constants left out).

    Each inverse covariance is Q'Q, Q lower triangular with the exponentials of q on its
    diagonal; a Wishart prior (γ = 1, m = 0) is on Q.
    """
    np = library.np
    k, d = sizes
    below = d * (d - 1) // 2
    alphas, means, logs, lower = cut(w, [(k,), (k, d), (k, d), (k, below)])
    diagonal = np.exp(logs)
    filled = np.concatenate([0.0 * lower[:, :1], lower, diagonal], 1)
    roots = filled[:, places]
    moved = (x[None] - means[:, None]) @ np.swapaxes(roots, 1, 2)
    terms = alphas + np.sum(logs, 1) - 0.5 * np.sum(moved * moved, 2).T
    top = np.max(terms, 1)
    each = top + np.log(np.sum(np.exp(terms - top[:, None]), 1))
    peak = np.max(alphas)
    whole = peak + np.log(np.sum(np.exp(alphas - peak)))
    prior = 0.5 * (np.sum(diagonal * diagonal) + np.sum(lower * lower))
    return np.sum(each) - len(x) * whole + prior


STEPS, BATCH, WIDTH, UNITS = 25, 16, 8, 32
GATES = [(WIDTH, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,)]


def recurrent(library: Library, w: Any, sequence: Any, zeros: Any) -> Any:
    """Return the mean square of what an LSTM says at the end of a sequence."""
    np = library.np
    into, back, bias = cut(w, GATES)

    def open_by(z: Any) -> Any:
        return 0.5 + 0.5 * np.tanh(0.5 * z)

    def step(state: Any, x: Any) -> Any:
        hidden, cell = state
        z = x @ into + hidden @ back + bias
        keep, write, show = (
            open_by(z[:, i * UNITS : (i + 1) * UNITS]) for i in range(3)
        )
        cell = keep * cell + write * np.tanh(z[:, 3 * UNITS :])
        return show * np.tanh(cell), cell

    hidden, _ = library.repeat(step, (zeros, zeros), sequence)
    return np.sum(hidden * hidden) / (BATCH * UNITS)


def rosenbrock(library: Library, x: Any) -> Any:
    """Return Rosenbrock's function."""
    np = library.np
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def along(library: Library, x: Any, v: Any) -> Any:
    """Return the slope of Rosenbrock's function along v: its gradient is H v."""
    np = library.np
    return np.sum(library.gradient(partial(rosenbrock, library))(x) * v)


def trained(
    library: Library, logs: Any, a: Any, signs: Any, b: Any, others: Any, count: Any
) -> Any:
    """Return the loss on other data after steps of gradient descent from zero.

    ``logs`` are the logarithms of each weight's regularisation.
    """
    np = library.np
    strengths = np.exp(logs)

    def loss(w: Any) -> Any:
        misses = np.sum(np.logaddexp(0.0 * signs, -signs * (a @ w)))
        return misses + 0.5 * np.sum(strengths * w * w)

    def step(state: Any, _: Any) -> Any:
        return (state[0] - 0.02 * library.gradient(loss)(state[0]),)

    (w,) = library.repeat(step, (0.0 * logs,), count)
    return np.sum(np.logaddexp(0.0 * others, -others * (b @ w)))


def programs(short: bool) -> list[ArrayProgram]:
    """Return all programs; ``short`` leaves out what takes long."""
    random = numpy.random.default_rng(0)
    draw = random.standard_normal
    found = [
        ArrayProgram(f"elementwise n={n}", elementwise, draw(n))
        for n in ((1000,) if short else (1000, 100_000, 1_000_000))
    ]
    for n in (50,) if short else (50, 1000, 5000):
        gas = Mixture(n)
        data = gas.volume, gas.attraction
        found.append(ArrayProgram(f"Helmholtz n={n}", helmholtz, gas.amounts, data))
    rows, width = (100, 20) if short else (1000, 20)
    data = draw((rows, width)), numpy.sign(draw(rows))
    found.append(
        ArrayProgram(f"logistic {rows}×{width}", logistic, 0.1 * draw(width), data)
    )
    rows, width = (200, 100) if short else (2000, 1000)
    at = draw(width) / width
    found.append(
        ArrayProgram(
            f"logsumexp(Ax) {rows}×{width}", logsumexp, at, (draw((rows, width)),)
        )
    )
    weights = numpy.concatenate(
        [draw(shape).ravel() / shape[0] ** 0.5 for shape in LAYERS]
    )
    rows = 32 if short else 256
    found.append(
        ArrayProgram(
            f"MLP {rows}×32-64-64-1", network, weights, (draw((rows, 32)), draw(rows))
        )
    )
    found.append(gaussians(100 if short else 1000, 10, 25, draw))
    steps = 5 if short else STEPS
    size = sum(int(numpy.prod(shape)) for shape in GATES)
    data = draw((steps, BATCH, WIDTH)), numpy.zeros((BATCH, UNITS))
    found.append(ArrayProgram(f"LSTM {steps} steps", recurrent, 0.1 * draw(size), data))
    n = 100 if short else 10_000
    found.append(ArrayProgram(f"Rosenbrock n={n}, H·v", along, draw(n), (draw(n),)))
    steps = 10 if short else 100
    data = (draw((50, 10)), numpy.sign(draw(50)), draw((50, 10)))
    data = (*data, numpy.sign(draw(50)), numpy.zeros(steps))
    found.append(
        ArrayProgram(f"hypergradient, {steps} steps", trained, draw(10) - 1.0, data)
    )
    return found


def gaussians(n: int, d: int, k: int, draw: Any) -> ArrayProgram:
    """Return a mixture of k Gaussians of d dimensions, and n points."""
    below = d * (d - 1) // 2
    places = numpy.zeros((d, d), dtype=numpy.int64)
    places[numpy.tril_indices(d, -1)] = numpy.arange(1, below + 1)
    places[numpy.arange(d), numpy.arange(d)] = below + 1 + numpy.arange(d)
    size = k + 2 * k * d + k * below
    data = draw((n, d)), places, (k, d)
    return ArrayProgram(f"GMM {n}×{d}×{k}", mixture_model, 0.3 * draw(size), data)
