"""Kinds as the table tells them."""

import operator
import sys

import numpy as np
import pytest

from diffops.coverage.classes import (
    MEANINGS,
    Kind,
    import_all_rules,
    kind_in_table,
    reason_in_table,
)
from diffops.primitive import late_rules, table


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (np.exp, Kind.RULE),  # is a primitive
        (np.sum, Kind.RULE),  # calls one
        (np.linalg.solve, Kind.RULE),
        (np.max, Kind.RULE),  # encloses one
        (operator.add, Kind.RULE),
        (np.mean, Kind.COMPOSITION),
        (np.divmod, Kind.COMPOSITION),  # though "remainder" names a primitive there
        (np.floor, Kind.CONSTANT),
        (np.save, Kind.REFUSED),
        (np.geterr, None),
        ([], None),
    ],
)
def test_kinds(function, kind):
    assert kind_in_table(function) is kind


def test_every_kind_is_explained():
    assert MEANINGS.keys() == set(Kind)


def test_reasons():
    assert reason_in_table(np.save) == "a file holds numbers alone"
    assert reason_in_table(np.exp) == ""


def test_rules_that_wait_are_imported():
    import_all_rules()
    from numpy.polynomial.polynomial import polyval2d
    from scipy.special import erf

    assert polyval2d in table and erf in table
    assert set(late_rules) <= set(sys.modules)
