"""Every public function of NumPy has a kind."""

import numpy as np
import pytest

from diffops.coverage.classes import Kind
from diffops.coverage.namespaces import MODULES, entries


@pytest.mark.parametrize("place", MODULES)
def test_nothing_is_unclassified(place):
    assert [entry.name for entry in entries(place) if entry.kind is None] == []


@pytest.mark.parametrize("place", MODULES)
def test_refusals_alone_have_reasons(place):
    for entry in entries(place):
        assert bool(entry.reason) is (entry.kind is Kind.REFUSED), entry


def test_nothing_is_forgotten():
    """All that can be called and is no type of numbers, seen from the other end."""
    names = {entry.name for entry in entries("np")}
    for name in np.__all__:
        value = getattr(np, name)
        if isinstance(value, np.ufunc) or type(value).__name__ in (
            "function",
            "builtin_function_or_method",
            "_ArrayFunctionDispatcher",
        ):
            assert f"np.{name}" in names
    assert not names & {"np.float64", "np.pi", "np.linalg", "np.newaxis"}
    assert {"np.r_", "np.vectorize", "np.poly1d"} <= names


def test_functions_are_what_their_names_say():
    for place in MODULES:
        for entry in entries(place):
            if not place.startswith(("np.emath", "np.poly")):
                assert eval(entry.name, {"np": np}) is entry.function
