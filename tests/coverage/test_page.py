"""The page is what the tables say, and the committed one is current."""

from pathlib import Path

import numpy as np
import pytest
import scipy

from diffops.coverage.classes import Kind
from diffops.coverage.limits import LIMITS
from diffops.coverage.members import public_members
from diffops.coverage.namespaces import MODULES, entries, special
from diffops.coverage.page import page

COMMITTED = Path(__file__).parents[2] / "docs" / "coverage.md"


def test_all_that_is_listed_is_on_it():
    text = page()
    for place in MODULES:
        for entry in entries(place):
            assert f"`{entry.name.rpartition('.')[2]}`" in text
    for name in (*public_members(), *(e.name.rpartition(".")[2] for e in special())):
        assert f"`{name}`" in text
    for call, instead in LIMITS:
        assert f"| `{call}` | {instead} |" in text


def test_counts_add_up():
    rows = [line.split("|") for line in page().splitlines() if line.startswith("| ")]
    counts = {row[1].strip(): row[2].strip() for row in rows}
    found = [entry.kind for place in MODULES for entry in entries(place)]
    for kind in Kind:
        assert counts[kind] == str(found.count(kind))


def test_the_committed_page_is_current():
    """Where it was printed with these versions of NumPy and SciPy."""
    text = COMMITTED.read_text(encoding="utf-8")
    for library in (np, scipy):
        version = ".".join(library.__version__.split(".")[:2])
        if f"{library.__name__} {version}" not in text.lower():
            pytest.skip(f"the page is that of another {library.__name__}")
    assert text == page(), "run: python -m diffops.coverage > docs/coverage.md"
