"""Every public function of SciPy's mirrored modules has a kind, and it is true."""

import importlib

import numpy as np
import pytest
import scipy.special
from scipy import stats

from diffops import NoDerivativeError, grad
from diffops.coverage import scipy_modules as listing
from diffops.coverage.classes import Kind
from diffops.coverage.scipy_modules import public_names, scipy_entries, scipy_modules

MODULES = scipy_modules()
ENTRIES = [entry for module in MODULES for entry in scipy_entries(module)]
KINDS = {entry.name: entry.kind for entry in ENTRIES}


def test_all_mirrors_are_listed():
    import diffops.scipy

    assert {f"scipy.{name}" for name in diffops.scipy.__all__} <= set(MODULES)
    assert {"scipy.special", "scipy.sparse.linalg"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_unclassified(module):
    """Where SciPy adds a function: give it a rule, or say in `scipy_rest` why not."""
    assert [e.name for e in scipy_entries(module) if e.kind is None] == []


def test_what_scipy_would_add_has_no_kind(monkeypatch):
    monkeypatch.setattr(scipy.special, "unheard_of", lambda x: x, raising=False)
    names = [*scipy.special.__all__, "unheard_of", "another"]
    monkeypatch.setattr(scipy.special, "another", np.frompyfunc(abs, 1, 1), False)
    monkeypatch.setattr(scipy.special, "__all__", names)
    found = {entry.name: entry.kind for entry in scipy_entries("scipy.special")}
    assert found["scipy.special.unheard_of"] is None
    assert found["scipy.special.another"] is None


def test_some_kinds():
    assert KINDS["scipy.special.erf"] is Kind.RULE
    assert KINDS["scipy.special.round"] is Kind.CONSTANT
    assert KINDS["scipy.special.obl_cv"] is Kind.REFUSED
    assert KINDS["scipy.special.jvp"] is Kind.COMPOSITION
    assert KINDS["scipy.special.roots_legendre"] is Kind.APART
    assert KINDS["scipy.linalg.expm"] is Kind.RULE
    assert KINDS["scipy.linalg.schur"] is Kind.REFUSED
    assert KINDS["scipy.stats.norm"] is Kind.COMPOSITION
    assert KINDS["scipy.stats.levy_stable"] is Kind.REFUSED
    assert KINDS["scipy.spatial.KDTree"] is Kind.REFUSED
    assert "scipy.special.SpecialFunctionError" not in KINDS
    assert not any(name.startswith("scipy.signal.windows") for name in KINDS)


def test_refusals_alone_have_reasons():
    for entry in ENTRIES:
        assert bool(entry.reason) is (entry.kind is Kind.REFUSED), entry


def test_kinds_do_not_depend_on_what_was_asked_for_before():
    from diffops.scipy import spatial, stats as mirror

    _ = mirror.levy_stable, mirror.ttest_1samp, spatial.KDTree
    for module in ("scipy.stats", "scipy.spatial"):
        for entry in scipy_entries(module):
            assert entry.kind is KINDS[entry.name]


REFUSED = [
    entry
    for entry in ENTRIES
    if entry.kind is Kind.REFUSED
    and not isinstance(entry.function, (type, np.ufunc))
    and not entry.name.startswith(("scipy.integrate", "scipy.interpolate"))
]


@pytest.mark.parametrize("entry", REFUSED, ids=lambda entry: entry.name)
def test_what_is_refused_raises_by_its_name(entry):
    module, _, name = entry.name.rpartition(".")
    function = getattr(importlib.import_module(f"diffops.{module}"), name)
    method = next(
        (m for m in ("logpdf", "logpmf", "rvs") if hasattr(entry.function, m)), None
    )
    if method:
        function = getattr(function, method)
    with pytest.raises(NoDerivativeError, match=r"no derivative rule \(.*:\d+\)"):
        grad(lambda x: function(x))(0.5)


def test_names_that_count():
    names = public_names(stats)
    assert {"norm", "zscore", "gaussian_kde"} <= set(names)
    assert not {"FitError", "distributions", "_stats_py"} & set(names)
    assert listing.public_names is public_names
