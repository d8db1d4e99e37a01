"""Traces print, show themselves in notebooks, and save pictures and pages."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
import survey

from diffops import trace

FOUND = trace(survey.example)(survey.X1, survey.X2)
EACH = [FOUND, FOUND.forward(1.0, 0.0), FOUND.reverse()]


@pytest.mark.parametrize("shown", EACH)
def test_texts_are_one(shown):
    assert str(shown) == repr(shown) == f"{shown}" == shown.table().text()
    assert f"{shown:.2f}" != str(shown)
    assert "11.65 " in f"{shown:.2f} "


@pytest.mark.parametrize("shown", EACH)
def test_saving(shown, tmp_path):
    shown.save(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == shown.svg()
    shown.save(str(tmp_path / "a.html"))
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert shown._repr_html_() in page
    body = page.partition("<body>")[2].partition("</body>")[0]
    assert ElementTree.fromstring(body).findall(".//tr")


def test_other_files_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"writes \.svg \(the graph\) or \.html, not"):
        FOUND.save(tmp_path / "a.png")


def test_bad_format():
    with pytest.raises(ValueError, match="format"):
        f"{trace(np.sin)(1.0):nonsense}"
