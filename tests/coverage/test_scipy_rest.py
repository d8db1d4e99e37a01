"""The lists of what is left to SciPy."""

import importlib

import pytest

from diffops.coverage.classes import Kind
from diffops.coverage.scipy_modules import scipy_entries, scipy_modules
from diffops.coverage.scipy_rest import APART, REFUSED, apart, reasons

LISTED = sorted(APART.keys() | REFUSED.keys())


@pytest.mark.parametrize("module", LISTED)
def test_names_are_listed_once(module):
    names = [*apart(module), *reasons(module)]
    assert len(names) == len(set(names))
    listed = [
        name for text in REFUSED.get(module, {}).values() for name in text.split()
    ]
    assert len(listed) == len(reasons(module))


@pytest.mark.parametrize("module", sorted(set(LISTED) & set(scipy_modules())))
def test_they_are_what_the_page_says(module):
    """That those refuse indeed, and none has a rule, `test_scipy_modules` tells."""
    why, aside = reasons(module), apart(module)
    for entry in scipy_entries(module):
        name = entry.name.rpartition(".")[2]
        if name in why:
            assert entry.reason == why[name], name
        assert (entry.kind is Kind.APART) is (name in aside), name


def test_names_exist():
    for module in LISTED:
        original = importlib.import_module(module)
        missing = [
            n for n in (*reasons(module), *apart(module)) if not hasattr(original, n)
        ]
        assert len(missing) < 20, missing  # other versions of SciPy have others


def test_a_module_without_lists():
    assert reasons("scipy.io") == {}
    assert apart("scipy.io") == []
