"""Curl and divergence of a vector field."""

from __future__ import annotations

import numpy as np

from diffops import curldiv
from diffops.tour.page import Check, Page

TITLE = "Vector calculus: curl and divergence of a flow"

POINT = np.array([0.3, -1.1, 2.0])


def swirl(r):
    """The Arnold-Beltrami-Childress flow, which is its own curl."""
    x, y, z = r
    return np.array(
        [
            3 * np.sin(z) + 1 * np.cos(y),
            2 * np.sin(x) + 3 * np.cos(z),
            1 * np.sin(y) + 2 * np.cos(x),
        ]
    )


def flow(r):
    """The same flow, blown outwards: r (r.r) has no curl and divergence 5 r.r."""
    return swirl(r) + r * (r @ r)


def differentiate():
    """Curl and divergence from one Jacobian."""
    return curldiv(flow)(POINT)


def show(page: Page) -> None:
    """Check both against closed forms."""
    page.code(swirl, flow, differentiate)
    curl, div = differentiate()
    page.compare(
        "closed form",
        [
            *(
                Check(f"curl, {axis}", got, want, 1e-14)
                for axis, got, want in zip("xyz", curl, swirl(POINT), strict=True)
            ),
            Check("divergence", div, 5 * POINT @ POINT, 1e-14),
        ],
    )
