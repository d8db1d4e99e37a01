"""Programs become tapes if all that they compute are float64 numbers."""

import numpy as np
import pytest
from natively import path_of, tape_of

from diffops import grad, jit
from diffops.jit.numbers.lowering import lowered
from diffops.jit.numbers.small_arrays import NotOfNumbers


def test_the_survey_s_example():
    f = lambda a, b: np.log(a) + a * b - np.sin(b)  # noqa: E731
    assert str(tape_of(f, 2.0, 5.0)).splitlines() == [
        "v2 = log(x0)",
        "v3 = multiply(x0, x1)",
        "v4 = add(v2, v3)",
        "v5 = sin(x1)",
        "v6 = subtract(v4, v5)",
    ]


def test_entries_of_arrays_are_numbers():
    tape = tape_of(grad(lambda x: x[0] * x[2]), np.array([2.0, 3.0, 4.0]))
    assert tape.inputs == 3
    assert len(tape.outputs[0]) == 3


def test_guards_come_before_what_they_protect():
    text = str(tape_of(lambda a: np.sqrt(a) if a > 0 else a, 2.0))
    assert text.splitlines()[1:] == ["v2 = guard true(v1)", "v3 = sqrt(x0)"]


REFUSED = {
    "complex": (lambda a: a * 1j, 2.0),
    "complex input": (lambda a: a * 2, 2j),
    "whole numbers": (lambda x: np.argmax(x) * 1.0, np.ones(3)),
    "single precision": (lambda x: x * 2, np.ones(3, np.float32)),
    "whole input": (lambda x: x * 2.0, np.arange(3)),
    "truth values out": (lambda x: x > 0, np.ones(3)),
    "sorted": (lambda x: np.sort(x), np.ones(3)),
    "solved": (lambda x: np.linalg.solve(x, x[0]), np.eye(3)),
    "several results": (lambda x: np.linalg.eigh(x)[0], np.eye(3)),
    "an index that is computed": (lambda x: x[np.argmax(x)], np.ones(3)),
    "hashed": (lambda a: {a: 1}[a] * a, 2.0),
    "truth values added": (lambda x: np.add(x > 0, x > 1) * x, np.ones(3)),
    "text": (lambda a: a * len(f"{a:.3}"), 2.0),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_of_numbers(name):
    f, at = REFUSED[name]
    program = jit(f).program(at)
    if name == "text":  # the format is a guard on the number itself
        assert "guard same" in str(lowered(program, False))
        return
    with pytest.raises(NotOfNumbers):
        lowered(program, False)
    assert (path_of(f, at).native is None) == (name != "single precision")


def test_truth_values_are_numbers():
    f = lambda x: x * (x > 0) * np.logical_or(x > 2, x < 1)  # noqa: E731
    native = path_of(f, np.ones(4)).native
    x = np.array([-1.0, 0.5, 1.5, 3.0])
    np.testing.assert_array_equal(native(x), f(x))


def test_results_that_vanish_are_positive_zeros():
    f = grad(lambda x: x[0] * 2 + x[0] * x[1])
    native = path_of(f, np.ones(50)).native
    found = native(np.ones(50))
    np.testing.assert_array_equal(found, f(np.ones(50)))
    assert not np.signbit(found).any()


def test_constant_results_keep_the_sign_of_zero():
    f = lambda x: (-0.0, 0.0, x, np.array([-0.0, 0.0]))  # noqa: E731
    found = path_of(f, 2.0).native(2.0)
    assert np.signbit(found[0]) and not np.signbit(found[1])
    np.testing.assert_array_equal(np.signbit(found[3]), [True, False])
