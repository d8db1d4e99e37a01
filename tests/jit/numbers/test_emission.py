"""Modules: declared once, with tables, and no address of this process."""

import re

import numpy as np
from natively import source_text


def test_what_is_declared_is_declared_once():
    text = source_text(lambda a, b: np.sin(a) * np.sin(b) + np.exp(a), 0.5, 0.7).text
    assert text.count("declare double @sin(double)") == 1
    assert text.count("define internal i64 @core(ptr %inputs") == 1


def test_addresses_are_symbols():
    source = source_text(lambda a, b: np.logaddexp(a, b), 0.5, 0.7)
    (address,) = {v for k, v in source.symbols.items() if k.endswith(".loop")}
    assert str(address) not in source.text
    assert "ufunc.logaddexp.loop" in source.symbols


def test_equal_programs_have_equal_texts():
    texts = {
        source_text(lambda x: np.sum(np.tanh(x) * np.arange(30.0)), np.ones(30)).text
        for _ in range(3)
    }
    assert len(texts) == 1


def test_the_workspace_holds_what_is_stored():
    source = source_text(lambda x: np.sum(np.sin(x)), np.ones(30))
    places = [int(i) for i in re.findall(r"ptr %work, i64 (\d+)", source.text)]
    assert max(places) * 8 < source.work_bytes
