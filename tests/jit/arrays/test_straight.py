"""Modules of short plans: what is in place, what is a function."""

import re

import numpy as np
from natively import array_text


def test_results_are_computed_where_they_are_returned():
    text = array_text(lambda x: (np.sin(x), np.sum(x * x)), np.ones(50))
    assert "%work, i64" not in text


def test_nests_are_not_inlined():
    """Else LLVM would compile them as often as they are called."""
    text = array_text(lambda x: np.sin(x - np.sum(x)) * 2, np.ones(50))
    assert len(re.findall(r"define internal void @nest\d+\(.*\) #2 {", text)) == 2
    assert "attributes #2 = { nounwind noinline }" in text
