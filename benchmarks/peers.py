"""How each library differentiates the programs: title of a program → how to build it.

A builder returns a function of the point; what it returns is compared by NumPy. Only
the libraries that are installed are asked. Every program is written as suits the
library: JAX scans where a Python loop would be unrolled and never compile, and works on
whole arrays; CasADi evaluates in buffers that it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import programs
from programs import POPULATIONS, Mixture

Run = Callable[[Any], Any]
Build = Callable[[], Run]

STEPS = (20, 200, 1000)
MIXTURE = Mixture(50)

CAMERA = "bundle adjustment, gradient (15)"
CAMERAS = "bundle adjustment, Jacobian (2×15)"
GAS = "Helmholtz energy n=50, gradient"
KEPLER = "Kepler's equation by Newton, gradient (2)"
NUMBER = "call: float to float"
VECTOR = "call: 15-vector to 15-vector"


def populations(steps: int) -> str:
    """Return the title of a Runge-Kutta loop."""
    return f"Lotka-Volterra, RK4, {steps} steps, gradient (6)"


POINTS: dict[str, tuple[Any, ...]] = {
    **{populations(steps): (POPULATIONS,) for steps in STEPS},
    GAS: (MIXTURE.amounts,),
    CAMERA: (programs.CAMERA,),
    CAMERAS: (programs.CAMERA,),
    KEPLER: programs.ORBITS,
    NUMBER: (0.7,),
    VECTOR: (programs.CAMERA,),
}


def affine(x: Any) -> Any:
    """Return what is timed for the call alone."""
    return x * 2.0 + 1.0


def plain(stack: Callable[[Any], Any]) -> dict[str, Callable[..., Any]]:
    """Return the programs as NumPy users write them."""
    return {
        **{populations(n): lambda x, n=n: programs.lotka_volterra(x, n) for n in STEPS},
        GAS: lambda x: MIXTURE.energy_in_loops(x, np.log),
        CAMERA: lambda x: programs.squared_reprojection(x, np),
        CAMERAS: lambda x: stack(programs.reprojection(x, np)),
        KEPLER: lambda x: programs.eccentric_anomaly(x, np),
        NUMBER: affine,
        VECTOR: affine,
    }


def operators(library: Any) -> dict[str, Any]:
    """Return which derivative each program asks for; calls ask for none."""
    same = lambda f: f  # noqa: E731
    return {CAMERAS: library.jacobian, NUMBER: same, VECTOR: same}


def diffops(compiled: bool) -> dict[str, Build]:
    """Return our own derivatives, compiled or eager."""
    import diffops as library

    special = operators(library)
    wrap = library.jit if compiled else (lambda f: f)
    return {
        title: lambda f=f, title=title: wrap(special.get(title, library.grad)(f))
        for title, f in plain(np.stack).items()
        if compiled or title not in (NUMBER, VECTOR)
    }


def diffops_of_arrays() -> dict[str, Build]:
    """Return the mixture in the words of arrays."""
    import diffops as library

    energy = lambda x: MIXTURE.energy_of_arrays(x, np)  # noqa: E731
    return {GAS: lambda: library.jit(library.grad(energy))}


def numba() -> dict[str, Build]:
    """Return the derivatives that are written by hand."""
    import by_hand
    import numba as library

    def call() -> Run:
        return library.njit(lambda x: x * 2.0 + 1.0)

    return {
        **{populations(n): lambda n=n: by_hand.lotka_volterra(n) for n in STEPS},
        GAS: lambda: by_hand.mixture(MIXTURE),
        CAMERA: by_hand.camera_gradient,
        CAMERAS: by_hand.camera_jacobian,
        KEPLER: by_hand.kepler,
        NUMBER: call,
        VECTOR: call,
    }


def jax_populations(steps: int) -> Run:
    """Return the loop as a scan."""
    import jax

    def f(x: Any) -> Any:
        rates = tuple(x[:4])

        def step(state: Any, _: Any) -> Any:
            return programs.advance(*rates, *state), None

        (prey, predators), _ = jax.lax.scan(step, (x[4], x[5]), None, length=steps)
        return prey * prey + predators

    return jax.jit(jax.grad(f))


def jax_kepler() -> Run:
    """Return Newton's method as a while loop, which has a forward mode only."""
    import jax
    import jax.numpy as jnp

    def f(orbit: Any) -> Any:
        mean, eccentricity = orbit

        def step(state: Any) -> Any:
            at, _ = state
            change = (at - eccentricity * jnp.sin(at) - mean) / (
                1.0 - eccentricity * jnp.cos(at)
            )
            return at - change, change

        start = (mean, jnp.ones_like(mean))
        return jax.lax.while_loop(lambda s: abs(s[1]) > 1e-12, step, start)[0]

    return jax.jit(jax.jacfwd(f))


def jax(slow: bool) -> dict[str, Build]:
    """Return what JAX's users write; ``slow`` adds the loops of the mixture."""
    import jax as library
    import jax.numpy as jnp

    library.config.update("jax_enable_x64", True)
    gas = lambda x: MIXTURE.energy_of_arrays(x, jnp)  # noqa: E731
    if slow:
        gas = lambda x: MIXTURE.energy_in_loops(x, jnp.log)  # noqa: E731
    builders: dict[str, tuple[Any, Any]] = {
        GAS: (library.grad, gas),
        CAMERA: (library.grad, lambda x: programs.squared_reprojection(x, jnp)),
        CAMERAS: (
            library.jacrev,
            lambda x: jnp.stack(programs.reprojection(x, jnp)),
        ),
        NUMBER: (lambda f: f, affine),
        VECTOR: (lambda f: f, affine),
    }

    def waited(run: Run) -> Run:
        return lambda x: run(x).block_until_ready()

    if slow:
        builders = {GAS: builders[GAS]}
        return {GAS: lambda: waited(library.jit(library.grad(gas)))}
    return {
        **{populations(n): lambda n=n: waited(jax_populations(n)) for n in STEPS},
        KEPLER: lambda: waited(jax_kepler()),
        **{
            title: lambda d=d, f=f: waited(library.jit(d(f)))
            for title, (d, f) in builders.items()
        },
    }


def torch() -> dict[str, Build]:
    """Return eager PyTorch; the mixture on whole arrays."""
    import torch as library

    library.set_num_threads(1)
    arrays = library.tensor(MIXTURE.volume), library.tensor(MIXTURE.attraction)

    def kepler(x: Any) -> Any:
        return programs.eccentric_anomaly(x, library)

    functions: dict[str, Any] = {
        **{populations(n): lambda x, n=n: programs.lotka_volterra(x, n) for n in STEPS},
        GAS: lambda x: MIXTURE.energy_of_arrays(x, library, *arrays),
        CAMERA: lambda x: programs.squared_reprojection(x, library),
        KEPLER: kepler,
    }

    def gradient(f: Callable[[Any], Any]) -> Run:
        def run(point: Any) -> Any:
            x = library.tensor(point, requires_grad=True)
            f(x).backward()
            return x.grad

        return run

    def jacobian(point: Any) -> Any:
        x = library.tensor(point, requires_grad=True)
        rows = [
            library.autograd.grad(part, x, retain_graph=True)[0]
            for part in programs.reprojection(x, library)
        ]
        return library.stack(rows)

    return {
        **{title: lambda f=f: gradient(f) for title, f in functions.items()},
        CAMERAS: lambda: jacobian,
    }


def casadi() -> dict[str, Build]:
    """Return graphs of CasADi's scalars, evaluated in its buffers."""
    import casadi as library

    def build(f: Callable[[Any], Any], size: int, rows: int = 1) -> Run:
        x = library.SX.sym("x", size)
        y = f(library.vertsplit(x))
        slope = library.jacobian(library.vertcat(*y) if rows > 1 else y, x)
        function = library.Function("f", [x], [library.densify(slope)])
        buffer, evaluate = function.buffer()
        point, columns = np.empty(size), np.empty((size, rows))
        buffer.set_arg(0, memoryview(point))
        buffer.set_res(0, memoryview(columns).cast("B").cast("d"))

        def run(at: Any) -> Any:
            point[:] = at
            evaluate()
            return columns.T.copy() if rows > 1 else columns[:, 0].copy()

        run.held = buffer, evaluate  # type: ignore[attr-defined]
        return run

    return {
        **{
            populations(n): lambda n=n: build(
                lambda x: programs.lotka_volterra(x, n), 6
            )
            for n in STEPS
        },
        GAS: lambda: build(
            lambda x: MIXTURE.energy_in_loops(x, library.log), len(MIXTURE.amounts)
        ),
        CAMERA: lambda: build(lambda x: programs.squared_reprojection(x, library), 15),
        CAMERAS: lambda: build(lambda x: programs.reprojection(x, library), 15, 2),
    }


def autograd() -> dict[str, Build]:
    """Return HIPS autograd; the mixture on whole arrays."""
    import autograd as library
    import autograd.numpy as anp

    functions: dict[str, Any] = {
        **{populations(n): lambda x, n=n: programs.lotka_volterra(x, n) for n in STEPS},
        GAS: lambda x: MIXTURE.energy_of_arrays(x, anp),
        CAMERA: lambda x: programs.squared_reprojection(x, anp),
        CAMERAS: lambda x: anp.stack(programs.reprojection(x, anp)),
        KEPLER: lambda x: programs.eccentric_anomaly(x, anp),
    }
    special = operators(library)
    return {
        title: lambda title=title, f=f: special.get(title, library.grad)(f)
        for title, f in functions.items()
    }
