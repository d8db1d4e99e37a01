"""The tour: ``python -m diffops`` runs diffops on real input and checks every number.

Each section is a module with a ``TITLE`` and a function ``show(page)``. A page prints
the source of what it runs, and each result beside a value found without diffops.
"""

from __future__ import annotations

from diffops.tour import curls, gases, installed, kepler, newton, survey, training
from diffops.tour.page import Page

SECTIONS = (gases, newton, training, curls, kepler, survey, installed)


def run() -> int:
    """Print the tour; return 0 if all results are right to their bounds, else 1."""
    page = Page()
    for number, section in enumerate(SECTIONS, 1):
        page.heading(f"{number}. {section.TITLE}")
        section.show(page)
    page.close()
    return 1 if page.failures else 0
