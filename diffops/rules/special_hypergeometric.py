"""Hypergeometric functions and their kin; ₁F₁ and ₂F₁ also in their parameters.

Abramowitz & Stegun 13.4.8, 13.4.21, 15.2.1.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from diffops.rules.special_kinds import Unknown, analytic
from diffops.rules.special_parameters import confluent, gauss

hyp0f1 = analytic(
    special.hyp0f1,
    Unknown("hyp0f1", "v"),
    lambda y, v, z: special.hyp0f1(v + 1, z) / v,
    on=((0.5, 2.0), (-1.5, 1.5)),
)

hyp1f1 = analytic(
    special.hyp1f1,
    lambda y, a, b, z: confluent(0, a, b, z),
    lambda y, a, b, z: confluent(1, a, b, z),
    lambda y, a, b, z: a / b * special.hyp1f1(a + 1, b + 1, z),
    on=((0.5, 2.0), (0.5, 2.0), (-1.5, 1.5)),
)

hyp2f1 = analytic(
    special.hyp2f1,
    lambda y, a, b, c, z: gauss(0, y, a, b, c, z),
    lambda y, a, b, c, z: gauss(1, y, a, b, c, z),
    lambda y, a, b, c, z: gauss(2, y, a, b, c, z),
    lambda y, a, b, c, z: a * b / c * special.hyp2f1(a + 1, b + 1, c + 1, z),
    singular=True,
    on=((0.5, 2.0), (0.5, 2.0), (0.5, 2.0), (-0.8, 0.8)),
)

hyperu = analytic(
    special.hyperu,
    Unknown("hyperu", "a"),
    Unknown("hyperu", "b"),
    lambda y, a, b, x: -a * special.hyperu(a + 1, b + 1, x),
    singular=True,
    on=((0.5, 2.0), (0.5, 2.0), (0.5, 3.0)),
)

wright_bessel = analytic(
    special.wright_bessel,
    Unknown("wright_bessel", "a"),
    Unknown("wright_bessel", "b"),
    lambda y, a, b, x: special.wright_bessel(a, a + b, x),
    on=((0.5, 2.0), (0.5, 2.0), (0.3, 2.0)),
)

log_wright_bessel = analytic(
    special.log_wright_bessel,
    Unknown("log_wright_bessel", "a"),
    Unknown("log_wright_bessel", "b"),
    lambda y, a, b, x: np.exp(special.log_wright_bessel(a, a + b, x) - y),
    on=((0.5, 2.0), (0.5, 2.0), (0.3, 2.0)),
)
