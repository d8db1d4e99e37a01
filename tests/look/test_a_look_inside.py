"""What docs/a_look_inside.md says is so, and its pictures are current."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from diffops import trace

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "a_look_inside.md").read_text(encoding="utf-8")
PICTURES = sorted(path.name for path in (DOCS / "pictures").glob("*.svg"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Run the page: a folder with its pictures, and what its blocks printed."""
    spec = importlib.util.spec_from_file_location("page", DOCS / "a_look_inside.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    folder = tmp_path_factory.mktemp("pictures")
    return folder, script.run(folder)


def test_blocks_print_what_the_page_says(made):
    _, pairs = made
    assert len(pairs) == PAGE.count("```python")
    assert sum(bool(told) for _, told in pairs) == PAGE.count("```text")
    for printed, told in pairs:
        assert printed == told


def test_pictures_are_current(made):
    folder, _ = made
    assert sorted(path.name for path in folder.iterdir()) == PICTURES
    for name in PICTURES:
        new, old = (
            (place / name).read_bytes() for place in (folder, DOCS / "pictures")
        )
        assert new == old, "run: python docs/a_look_inside.py"


def test_all_pictures_are_shown():
    assert sorted(re.findall(r"\(pictures/(.*?)\)", PAGE)) == PICTURES


def test_a_mean_is_a_sum_and_a_quotient():
    formulas = [step.formula for step in trace(np.mean)(np.array([1.0, 2.0, 4.0]))]
    assert formulas == ["sum(v₀)", "v₁ / 3"]
