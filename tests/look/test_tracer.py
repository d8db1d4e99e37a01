"""``trace(f)(x)``: from f to its Wengert list, and what goes wrong on the way."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from diffops import NoDerivativeError, grad, trace


def test_it_runs_f_once_and_returns_its_value():
    calls = []

    def f(x):
        calls.append(1)
        return {"a": np.sin(x), "b": [x * 2.0]}

    found = trace(f)(0.5)
    assert calls == [1]
    assert found.value == {"a": np.sin(0.5), "b": [1.0]}
    assert type(found.value["a"]) is np.float64


def test_metadata_and_pickling():
    tracer = trace(np.sin)
    assert tracer.__name__ == "trace(sin)"
    assert repr(tracer) == "<trace(sin)>"
    assert pickle.loads(pickle.dumps(tracer))(0.5).value == np.sin(0.5)


def test_the_argument_is_not_changed():
    x = np.ones(2)

    def f(x):
        x *= 3.0
        return np.sum(x)

    assert trace(f)(x).value == 6.0
    np.testing.assert_array_equal(x, [1.0, 1.0])


def test_what_f_raises_passes_through_with_a_note():
    def f(x):
        y = np.log(x)
        raise KeyError("missing") if y < 0 else ValueError

    with pytest.raises(KeyError, match="missing") as caught:
        trace(f)(0.5)
    (note,) = caught.value.__notes__
    assert "the last step was less, giving True (test_tracer.py:" in note


def test_an_error_before_the_first_step_has_no_note():
    with pytest.raises(ZeroDivisionError) as caught:
        trace(lambda x: 1 / 0)(0.5)
    assert not hasattr(caught.value, "__notes__")


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: "word", "returned a str; it must return numbers"),
        (lambda x: None, "returned None; it lacks a return"),
        (lambda x: [x, object()], "returned a object"),
        (lambda x: lambda y: x * y, "returned a function; call that inside f"),
    ],
)
def test_results_that_are_no_numbers(f, message):
    with pytest.raises(TypeError, match=message):
        trace(f)(1.0)


def test_no_function():
    with pytest.raises(TypeError, match="trace takes a function, not a float"):
        trace(1.0)


def test_wrong_number_of_arguments():
    with pytest.raises(TypeError, match="positional argument"):
        trace(lambda x: x)(1.0, 2.0)


def test_refusals_are_raised_even_if_f_swallows_them():
    def f(x):
        try:
            return np.unpackbits(x)
        except TypeError:
            return x

    with pytest.raises(NoDerivativeError):
        trace(f)(np.ones(2))


def test_values_that_are_being_differentiated():
    with pytest.raises(TypeError, match=r"call it outside: trace\(grad\(f\)\)\(x\)"):
        grad(lambda x: trace(np.sin)(x).value)(1.0)


def test_other_differentiations_go_on_after_an_error():
    with pytest.raises(ZeroDivisionError):
        trace(lambda x: 1 / 0)(0.5)
    assert grad(np.sin)(0.0) == 1.0
