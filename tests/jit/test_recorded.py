"""Recorded values have the class that suits what they are."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import diff, grad, jit, jvp
from diffops.jit import recorded
from diffops.jit.recorded import class_for
from diffops.jit.recorder import Recording
from diffops.operators._tree import flatten


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1.0, "RecordedFloat"),
        (np.float64(1), "RecordedFloat64"),
        (np.float32(1), "RecordedNumber"),
        (1j, "RecordedNumber"),
        (np.bool_(True), "RecordedNumber"),
        (np.ones(2), "RecordedArray"),
        (np.arange(2), "RecordedIndices"),
        (np.ones(2, bool), "RecordedIndices"),
    ],
)
def test_classes(value, name):
    assert class_for(value) is getattr(recorded, name)
    x = Recording().input(value)
    assert x.shape == np.shape(value)
    assert x.dtype == np.result_type(value)


def test_what_numpy_wants_plain_becomes_a_guard():
    level = Recording()
    mask = level.input(np.array([True, False]))
    np.testing.assert_array_equal(np.array([5.0, 6.0])[mask], [5.0])
    assert len(level.program.guards) == 1
    np.testing.assert_array_equal(mask.shared(), [True, False])


@pytest.mark.parametrize(
    ("f", "value"),
    [
        (lambda x: x[0].item() * 2, np.ones(2)),
        (lambda x: x[:1].item(), np.ones(2, np.float32)),
        (lambda x: x.tolist(), np.ones((2, 2))),
        (lambda i: i.tolist()[1] / 2, np.arange(3)),
        (lambda x: (x > 0).tolist(), np.ones(2)),
        (lambda z: abs(z) + z.real, 1 + 2j),
        (lambda z: z.imag, 1.5),
        (lambda z: z.imag + z.conjugate(), np.ones(2)),
        (lambda a: round(a, 2), 2.675),
        (lambda a: a // 0.7, 2.5),
        (lambda a: divmod(a, 0.7), 2.5),
        (lambda a: (a > 0) + (a > 1) + (a > 9), 2.5),
        (lambda a: (a > 0) + (a > 1), np.float64(2.5)),
        (lambda a: ((a > 0) & (a > 1), (a > 0) | (a > 9), (a > 0) ^ (a > 1)), 2.5),
        (lambda a: -(a > 0), 2.5),
        (lambda a: a < 3, 2.5),
        (lambda a: a < 3, np.float32(2.5)),
        (lambda a: np.float32(0.1) * a, 2.5),
        (lambda a: np.float32(0.1) * a, np.float64(2.5)),
    ],
)
def test_types_are_those_of_f(f, value):
    jitted = jit(f)
    wanted = f(value)
    for _ in range(3):
        found = jitted(value)
        np.testing.assert_equal(found, wanted)
        for a, b in zip(flatten(found)[0], flatten(wanted)[0], strict=True):
            assert type(a) is type(b)
            assert np.result_type(a) == np.result_type(b)
    assert jitted.program(value)


KINDS = [1.5, np.float64(1.5), np.float32(1.5)]


@pytest.mark.parametrize("value", KINDS, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.sin(a) * 2,
        lambda a: a * 3,
        lambda a: 2.0,
        lambda a: np.float64(2.0),
        lambda a: np.sum(a * np.ones(2)),
        lambda a: a**2 if a > 1 else np.sin(a),
    ],
)
def test_types_of_derivatives(f, value):
    for derivative in (
        grad(f),
        diff(f),
        lambda a: jvp(f, (a,), (a,)),
        lambda a: grad(f)(a) * np.ones(2, np.float32),
    ):
        jitted = jit(derivative)
        for x in (value, value, value / 2, value, value / 2):
            found, wanted = flatten(jitted(x))[0], flatten(derivative(x))[0]
            for a, b in zip(found, wanted, strict=True):
                assert type(a) is type(b)
                assert np.result_type(a) == np.result_type(b)
                np.testing.assert_allclose(a, b, rtol=1e-6)


@pytest.mark.filterwarnings("error")
def test_arrays_that_are_not_recorded_take_recorded_indices_and_masks():
    """Both are guards on all of their entries, for other ones choose other rows."""
    rows = np.arange(8.0).reshape(4, 2)

    def f(x):
        return np.sum(rows[np.argsort(x)] @ x[:2]) + np.sum(rows[x > 1] * x[0])

    slope = jit(grad(f))
    one, other = np.array([3.0, 1.5, 2.0, 0.5]), np.array([0.5, 1.5, 2.0, 3.0])
    for x in (one, one, 2 * one, other) * 5:  # else they give up, with a warning
        first = np.zeros(4)
        first[:2] = rows.sum(axis=0)
        first[0] += rows[x > 1].sum()
        np.testing.assert_allclose(slope(x), first)
    with pytest.raises(TypeError, match="only integer scalar arrays"):
        jit(lambda x: range(np.argsort(x)))(one)
