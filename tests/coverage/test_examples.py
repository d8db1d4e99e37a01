"""Every public function on example calls: the kind that it has is what it does."""

from __future__ import annotations

import numpy as np
import pytest
from calls import CALLS, EACH, OF_OBJECTS
from calls_plain import CONSTANT, REFUSED, WHOLE
from forms import other_forms, parameters_of, used_parameters
from points import function_of
from truth import check

from diffops import NoDerivativeError, jvp, vjp
from diffops.coverage.classes import Kind
from diffops.coverage.namespaces import MODULES, entries
from diffops.tags import Tracked

ENTRIES = {entry.name: entry for place in MODULES for entry in entries(place)}
pytestmark = pytest.mark.filterwarnings(
    "ignore:`row_stack`", "ignore:numpy.fix", "ignore:the matrix subclass"
)

#: Parameters without an example: ``out`` and ``like`` have tests of their own. How a
#: file is read, and which way NumPy goes, has no part in derivatives.
ELSEWHERE = {"out", "like"}
NO_PART = {
    "np.sort": {"descending"},  # from NumPy 2.5 on: see the tests of sorting
    "np.fromfile": {"sep", "offset"},
    "np.fromfunction": {"kwargs"},
    "np.frompyfunc": {"kwargs"},
    "np.genfromtxt": {p.name for p in parameters_of(np.genfromtxt)},
    "np.loadtxt": {p.name for p in parameters_of(np.loadtxt)},
    "np.nditer": {p.name for p in parameters_of(np.nditer)},
    "np.vectorize": {"doc", "otypes", "cache", "excluded"},
}


def test_every_function_is_called():
    wanted = {
        Kind.CONSTANT: CONSTANT.keys() | WHOLE.keys(),
        Kind.REFUSED: REFUSED.keys(),
    }
    for kind, names in wanted.items():
        assert names == {name for name, e in ENTRIES.items() if e.kind is kind}
    derived = {Kind.RULE, Kind.COMPOSITION}
    assert CALLS.keys() == {name for name, e in ENTRIES.items() if e.kind in derived}


@pytest.mark.parametrize(("name", "call"), EACH)
def test_derivatives_match_differences(name, call):
    f, args = function_of(call)
    check(f, *args)


@pytest.mark.parametrize(("name", "call"), EACH)
def test_single_precision_stays_where_numpy_keeps_it(name, call):
    f, args = function_of(call)
    single = [np.astype(np.asarray(x), _single(x))[()] for x in args]
    if name in OF_OBJECTS or "default=x" in call:
        return
    for tangent in (jvp(f, single, single)[1], vjp(f, *single)[0]):
        _assert_same_types(tangent, f(*single))


def _single(x):
    return np.complex64 if np.iscomplexobj(x) else np.float32


def _assert_same_types(found, wanted):
    if isinstance(wanted, (list, tuple)):
        for p, q in zip(found, wanted, strict=True):
            _assert_same_types(p, q)
    else:
        assert np.result_type(found) == np.result_type(wanted)
        assert np.shape(found) == np.shape(wanted)


@pytest.mark.parametrize("name", CALLS)
def test_every_parameter_is_given_somewhere(name):
    function = ENTRIES[name].function
    names = {p.name for p in parameters_of(function)}
    if not names or isinstance(function, np.ufunc):
        return
    used = set().union(*(used_parameters(function, name, call) for call in CALLS[name]))
    assert names - used <= ELSEWHERE | NO_PART.get(name, set())


@pytest.mark.parametrize(("name", "call"), EACH)
def test_arguments_may_come_by_name_and_by_position(name, call):
    f, args = function_of(call)
    change = jvp(f, args, args)[1]
    for form in other_forms(ENTRIES[name].function, name, call):
        g, _ = function_of(form)
        try:
            g(*args)
        except TypeError:
            continue  # NumPy itself does not take it so
        np.testing.assert_array_equal(*map(_flat, (jvp(g, args, args)[1], change)))


def _flat(y):
    parts = y if isinstance(y, (list, tuple)) else [y]
    return np.concatenate([np.ravel(part) for part in parts])


@pytest.mark.parametrize("name", CONSTANT)
def test_constants_give_plain_results(name):
    f, args = function_of(CONSTANT[name])
    wanted = f(*args)
    for transform in (
        lambda g: jvp(g, args, args, has_aux=True)[-1],
        lambda g: vjp(g, *args, has_aux=True)[-1],
    ):
        found = transform(lambda *xs: (xs[0], f(*xs)))
        _assert_plain(found)
        assert type(found) is type(wanted)
        np.testing.assert_equal(found, wanted)


def _assert_plain(value):
    assert not isinstance(value, Tracked)
    if isinstance(value, (list, tuple)):
        for item in value:
            _assert_plain(item)


@pytest.mark.parametrize("name", WHOLE)
def test_what_takes_whole_numbers_raises_numpys_error(name):
    f, args = function_of(WHOLE[name])
    for run in (lambda: f(*args), lambda: jvp(f, args, args), lambda: vjp(f, *args)):
        with pytest.raises(TypeError, match=r"not (supported|contain a loop)"):
            run()


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_name_the_line_and_the_reason(name):
    f, args = function_of(REFUSED[name])
    for run in (lambda: jvp(f, args, args), lambda: vjp(f, *args)):
        with pytest.raises(NoDerivativeError, match=r"\(.*:\d+\)") as raised:
            run()
        if _is_refused_by_its_rule(name):
            assert ENTRIES[name].reason in str(raised.value)


def _is_refused_by_its_rule(name):
    from diffops.coverage.undispatched import REFUSALS

    return name not in REFUSALS
