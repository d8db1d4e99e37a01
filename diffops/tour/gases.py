"""The free energy of a gas mixture: its gradient and Hessian."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops import fgrad, hessian
from diffops.tour.page import Check, Page

TITLE = "Gradient and Hessian: the free energy of natural gas"

R = 8.314462618  # J / (mol K)
TEMPERATURE = 290.0  # K
ROOT = np.sqrt(2.0)

# Critical temperature (K), critical pressure (Pa), acentric factor: B. E. Poling,
# J. M. Prausnitz, J. P. O'Connell, The Properties of Gases and Liquids, 5th edition,
# McGraw-Hill, New York 2001, appendix A.
GASES = {
    "methane": (190.56, 45.99e5, 0.011),
    "ethane": (305.32, 48.72e5, 0.099),
    "propane": (369.83, 42.48e5, 0.152),
    "nitrogen": (126.20, 33.98e5, 0.037),
    "carbon dioxide": (304.12, 73.74e5, 0.225),
}
CONCENTRATIONS = 5500 * np.array([0.86, 0.06, 0.02, 0.02, 0.04])  # mol / m3


def attraction_and_volume() -> tuple[np.ndarray, np.ndarray]:
    """Return a (pairs of gases, no binary interaction) and b of Peng and Robinson."""
    tc, pc, omega = np.array(list(GASES.values())).T
    kappa = 0.37464 + 1.54226 * omega - 0.26992 * omega**2
    alpha = (1 + kappa * (1 - np.sqrt(TEMPERATURE / tc))) ** 2
    root = np.sqrt(0.45724 * (R * tc) ** 2 / pc * alpha)
    return np.outer(root, root), 0.07780 * R * tc / pc


A, B = attraction_and_volume()


def free_energy(c):
    """Peng-Robinson: Helmholtz free energy (J/m3) at concentrations c (mol/m3)."""
    bc = B @ c
    ideal = R * TEMPERATURE * np.sum(c * (np.log(c / (1 - bc)) - 1))
    ratio = (1 + (1 + ROOT) * bc) / (1 + (1 - ROOT) * bc)
    return ideal - c @ A @ c / (2 * ROOT * bc) * np.log(ratio)


def differentiate():
    """Free energy, chemical potentials (its gradient), and their slopes."""
    energy, potentials = fgrad(free_energy)(CONCENTRATIONS)
    return energy, potentials, hessian(free_energy)(CONCENTRATIONS)


def pressure(c: np.ndarray) -> Any:
    """Return the pressure (Pa): the equation of state itself."""
    v = 1 / np.sum(c)
    a, b = v * v * (c @ A @ c), v * (B @ c)
    return R * TEMPERATURE / (v - b) - a / (v * (v + b) + b * (v - b))


def potentials_by_hand(c: np.ndarray) -> Any:
    """Return the chemical potentials (J/mol) that the fugacity coefficients give.

    Eq. 19 of D.-Y. Peng, D. B. Robinson, A new two-constant equation of state,
    Industrial and Engineering Chemistry Fundamentals 15 (1976) 59-64.
    """
    n, rt = np.sum(c), R * TEMPERATURE
    x, p = c / n, pressure(c)
    z = p / (n * rt)
    a, b = x @ A @ x, B @ x
    large, small = a * p / rt**2, b * p / rt
    ratio = (z + (1 + ROOT) * small) / (z + (1 - ROOT) * small)
    pull = large / (2 * ROOT * small) * (2 * (A @ x) / a - B / b) * np.log(ratio)
    return rt * (np.log(c * z) + B / b * (z - 1) - np.log(z - small) - pull)


def complex_step(f: Any, x: np.ndarray) -> np.ndarray:
    """Return the Jacobian of f by tiny imaginary steps: exact to rounding."""
    step = 1e-30
    return np.stack([f(x + step * 1j * e).imag / step for e in np.eye(len(x))], -1)


def show(page: Page) -> None:
    """Check gradient and Hessian against the published fugacity coefficients."""
    page.text("""Five gases at 290 K, with the constants of Poling, Prausnitz and
        O'Connell, The Properties of Gases and Liquids (5th edition, 2001). The gradient
        is checked against the fugacity formula of Peng and Robinson (1976), the Hessian
        against complex steps of that formula, and the pressure that the gradient
        implies against the equation of state.""")
    header = ("", "critical T / K", "critical p / bar", "acentric", "mol / m3")
    rows = [
        (gas, f"{tc:.2f}", f"{pc / 1e5:.2f}", f"{omega:.3f}", f"{c:.0f}")
        for (gas, (tc, pc, omega)), c in zip(GASES.items(), CONCENTRATIONS, strict=True)
    ]
    page.table([header, *rows])
    page.code(free_energy, differentiate)
    energy, potentials, slopes = differentiate()
    c = CONCENTRATIONS
    by_hand = potentials_by_hand(c)
    page.compare(
        "Peng and Robinson",
        [
            Check(f"potential of {gas}", got, want, 1e-13)
            for gas, got, want in zip(GASES, potentials, by_hand, strict=True)
        ]
        + [Check("c.gradient - energy", c @ potentials - energy, pressure(c), 1e-12)],
    )
    exact = complex_step(potentials_by_hand, c)
    page.compare(
        "complex step", [Check("Hessian, worst of 5 x 5", slopes, exact, 1e-13)]
    )
