"""Newton's method with exact Hessian-vector products inside SciPy's optimiser."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize, rosen, rosen_der, rosen_hess_prod

from diffops import grad, hessianv
from diffops.tour.page import Check, Page

TITLE = "Newton's method: SciPy's rosen in 100 variables, unmodified"

START = np.tile([1.3, 0.7, 0.8, 1.9, 1.2], 20)
VECTOR = np.cos(np.arange(100.0))


def solve():
    """Newton-CG: hessianv is the hessp that SciPy asks for."""
    return minimize(
        rosen,
        START,
        method="Newton-CG",
        jac=grad(rosen),
        hessp=hessianv(rosen),
        options={"xtol": 1e-10},
    )


def solve_by_hand() -> Any:
    """Do the same with the derivatives that SciPy's authors wrote out."""
    return minimize(
        rosen,
        START,
        method="Newton-CG",
        jac=rosen_der,
        hessp=rosen_hess_prod,
        options={"xtol": 1e-10},
    )


def show(page: Page) -> None:
    """Check derivatives and solution against SciPy's, and the known minimum."""
    page.text("""SciPy ships the derivatives of its test function, written by hand:
        rosen_der and rosen_hess_prod. The minimum is at (1, ..., 1).""")
    page.code(solve)
    found, expected = solve(), solve_by_hand()
    page.compare(
        "SciPy, by hand",
        [
            Check(
                "gradient, worst of 100", grad(rosen)(START), rosen_der(START), 1e-14
            ),
            Check(
                "Hessian times a vector",
                hessianv(rosen)(START, VECTOR),
                rosen_hess_prod(START, VECTOR),
                1e-14,
            ),
        ],
    )
    page.compare(
        "known minimum", [Check("x, worst of 100", found.x, np.ones(100), 1e-8)]
    )
    page.table(
        [
            ("", "iterations", "gradients", "Hessian products", "rosen(x)"),
            *(
                (name, str(r.nit), str(r.njev), str(r.nhev), f"{r.fun:.2e}")
                for name, r in (("diffops", found), ("by hand", expected))
            ),
        ]
    )
