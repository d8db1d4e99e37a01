"""The data sets that ship with diffops; each file says where its numbers come from."""

from __future__ import annotations

from importlib.resources import files

import numpy as np


def longley() -> np.ndarray:
    """Return employment in the United States and six indicators, 1947 to 1962.

    One row per year: employed, deflator, GNP, unemployed, armed forces, population,
    year (Longley 1967). The file names the units.
    """
    with files("diffops.data").joinpath("longley.csv").open() as rows:
        return np.loadtxt(rows, delimiter=",")
