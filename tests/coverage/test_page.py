"""The page is what the tables say, and the committed one is current."""

from pathlib import Path

import numpy as np
import pytest
import scipy

from diffops.coverage.classes import Kind
from diffops.coverage.limits import LIMITS
from diffops.coverage.members import public_members
from diffops.coverage.namespaces import MODULES, entries
from diffops.coverage.page import page
from diffops.coverage.scipy_modules import scipy_entries, scipy_modules

COMMITTED = Path(__file__).parents[2] / "docs" / "coverage.md"


def test_all_that_is_listed_is_on_it():
    text = page()
    listed = [entry for place in MODULES for entry in entries(place)]
    listed += [entry for module in scipy_modules() for entry in scipy_entries(module)]
    for entry in listed:
        assert f"`{entry.name.rpartition('.')[2]}`" in text
    for name in public_members():
        assert f"`{name}`" in text
    for call, instead in LIMITS:
        assert f"| `{call}` | {instead} |" in text


def test_counts_add_up():
    rows = [line.split("|") for line in page().splitlines() if line.startswith("| ")]
    numpy = [entry.kind for place in MODULES for entry in entries(place)]
    scipy = [entry.kind for name in scipy_modules() for entry in scipy_entries(name)]
    for kind in Kind:
        counts = [row[2].strip() for row in rows if row[1].strip() == kind]
        assert counts == [str(numpy.count(kind)), str(scipy.count(kind))]


def test_the_committed_page_is_current():
    """Where it was printed with these versions of NumPy and SciPy."""
    text = COMMITTED.read_text(encoding="utf-8")
    for library in (np, scipy):
        version = ".".join(library.__version__.split(".")[:2])
        if f"{library.__name__} {version}" not in text.lower():
            pytest.skip(f"the page is that of another {library.__name__}")
    assert text == page(), "run: python -m diffops.coverage > docs/coverage.md"
