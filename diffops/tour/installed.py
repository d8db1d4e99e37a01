"""What is installed, and what runs the arrays of each library."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from diffops.tour.page import Page

TITLE = "What is installed here"

#: Library, the distributions that bring it, and its part in diffops today.
LIBRARIES = (
    ("numpy", ("numpy",), "runs all arrays: values and derivatives"),
    ("scipy", ("scipy",), "its solvers take grad and hessianv, as above"),
    ("optree", ("optree",), "flattens containers of arrays"),
    ("llvmlite", ("llvmlite",), "Numba's compiler: native code of jit, and kernels"),
    (
        "cupy",
        ("cupy-cuda13x", "cupy-cuda12x", "cupy-cuda11x", "cupy"),
        "arrays that lie on a GPU, and the kernels that jit prints",
    ),
    ("dask", ("dask",), "blocks: gradients lazy as the data, also on a cluster"),
)


def installed(distributions: tuple[str, ...]) -> str:
    """Return the version of the first that is there, without importing anything."""
    for name in distributions:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "not installed"


def show(page: Page) -> None:
    """Print the table of libraries."""
    rows = [(name, installed(names), role) for name, names, role in LIBRARIES]
    page.table(
        [("", "version", "engine"), ("python", platform.python_version(), ""), *rows]
    )
