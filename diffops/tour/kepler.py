"""jit: a loop of Python that becomes native code, derivatives and all."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops import fgrad, jit
from diffops.tour.page import Check, Page

TITLE = "jit: Mercury's way around the sun, by a loop that ends when it may"

# Mercury at the epoch J2000: E. M. Standish, Keplerian elements for approximate
# positions of the major planets, Jet Propulsion Laboratory, table 1.
ECCENTRICITY = 0.20563593
MEANS = np.linspace(0.0, 2 * np.pi, 1001)[1:]  # 1000 times in a revolution


def anomaly(mean, e):
    """Kepler's equation, E - e sin E = mean, solved for E by Newton's method."""
    E, step = mean, 1.0
    while abs(step) > 1e-10:
        step = (E - e * np.sin(E) - mean) / (1 - e * np.cos(E))
        E = E - step
    return E


def native(f):
    """E with its slopes by time and eccentricity, recorded and compiled."""
    return jit(fgrad(f, (0, 1)))


def revolve(slopes):
    """Call it at each time of a revolution."""
    return [slopes(mean, ECCENTRICITY) for mean in MEANS.tolist()]


def by_bisection() -> np.ndarray:
    """Return E at all times, from Kepler's equation alone."""
    low, high = MEANS - 1.0, MEANS + 1.0
    for _ in range(60):
        middle = (low + high) / 2
        below = middle - ECCENTRICITY * np.sin(middle) < MEANS
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


class Counted:
    """A function that counts its calls."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f = f
        self.calls = 0

    def __call__(self, *args: Any) -> Any:
        """Call f."""
        self.calls += 1
        return self.f(*args)


def timed(slopes: Callable[..., Any], f: Counted) -> tuple[Any, str, str]:
    """Return a revolution, the calls of f in it, and microseconds a gradient."""
    before, started = f.calls, time.perf_counter()
    found = revolve(slopes)
    seconds = time.perf_counter() - started
    return found, str(f.calls - before), f"{seconds / len(found) * 1e6:.3g}"


def show(page: Page) -> None:
    """Check E and its slopes against bisection and the implicit function theorem."""
    page.text("""How often the loop turns depends on the time. jit records each way
        through it that occurs, with the gradient, and makes native code of those that
        are used. The check solves Kepler's equation by bisection and differentiates it
        implicitly: dE/dmean = 1 / (1 - e cos E), dE/de = sin E / (1 - e cos E).""")
    page.code(anomaly, native, revolve)
    f = Counted(anomaly)
    slopes = native(f)
    recording, replay, eager = (
        timed(way, f) for way in (slopes, slopes, fgrad(f, (0, 1)))
    )
    E, by_time, by_e = np.array([(E, *slopes) for E, slopes in replay[0]]).T
    want = by_bisection()
    slope = 1 / (1 - ECCENTRICITY * np.cos(want))
    page.compare(
        "bisection",
        [
            Check("E, worst of 1000", E, want, 1e-14),
            Check("slope, time", by_time, slope, 1e-14),
            Check("slope, eccentricity", by_e, slope * np.sin(want), 1e-14),
        ],
    )
    without = np.array([(E, *slopes) for E, slopes in eager[0]]).T
    page.compare(
        "without jit",
        [Check("all three, worst of 1000", [E, by_time, by_e], without, 1e-15)],
    )
    page.table(
        [
            ("1000 gradients", "calls of anomaly", "microseconds each"),
            ("jit, the first time", *recording[1:]),
            ("jit, again", *replay[1:]),
            ("without jit", *eager[1:]),
        ]
    )
