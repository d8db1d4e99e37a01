"""Batching rules: alignment of axes, reductions, and answers that may differ."""

from __future__ import annotations

import numpy as np
import pytest

from diffops.primitive import Common, Differing, Members
from diffops.rules import _batches as rules

X = np.arange(24.0).reshape(2, 3, 4)


def test_alignment():
    assert rules.aligned(np.zeros((5, 2)), 3).shape == (5, 1, 1, 2)
    assert rules.aligned(np.zeros(5), 2).shape == (5, 1, 1)
    assert rules.aligned(X, 2) is X
    assert rules.members_of(X, True, 2) is X
    assert rules.members_of(1.5, False, 4).shape == (4,)
    assert rules.members_of(np.ones((2, 3)), False, 4).shape == (4, 2, 3)


def test_broadcasting_against_what_has_more_axes():
    numbers = np.array([1.0, 2.0])
    found = rules.broadcasting(np.add, 2, [numbers, np.ones((3, 4))], [True, False], {})
    np.testing.assert_array_equal(found, numbers[:, None, None] + np.ones((3, 4)))


@pytest.mark.parametrize(
    ("axis", "ndim", "wanted"),
    [(None, 2, (1, 2)), (0, 2, 1), (-1, 2, 2), ((0, -1), 3, (1, 3)), ((), 1, ())],
)
def test_axes(axis, ndim, wanted):
    assert rules.axes_of(axis, ndim) == wanted


def test_an_axis_that_does_not_exist():
    with pytest.raises(IndexError):
        rules.axes_of(2, 2)


@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_reductions(axis, keepdims):
    options = {"axis": axis, "keepdims": keepdims}
    found = rules.reducing(np.sum, 2, [X], [True], options)
    np.testing.assert_array_equal(found, [np.sum(x, **options) for x in X])


@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("axis", [None, 0, -1])
def test_reductions_of_one_axis(axis, keepdims):
    options = {"axis": axis, "keepdims": keepdims}
    found = rules.reducing_flat(np.argmax, 2, [X], [True], options)
    np.testing.assert_array_equal(found, [np.argmax(x, **options) for x in X])


def test_options_by_position():
    rule = rules.bound("axis out keepdims", rules.reducing)
    found = rule(np.any, 2, [X > 20, 1, None, True], [True, False, False, False], {})
    np.testing.assert_array_equal(found, [np.any(x > 20, 1, None, True) for x in X])


def test_the_shape_of_one_member():
    answer = rules.same_for_all(np.shape, 2, [X], [True], {})
    assert isinstance(answer, Common)
    assert answer.value == (3, 4)
    assert rules.same_for_all(np.shape, 0, [X[:0]], [True], {}).value == (3, 4)


def test_answers_of_different_shapes_part_the_members():
    masks = np.array([[True, False], [True, True], [False, True]])
    with pytest.raises(Differing) as error:
        rules.same_or_differing(np.flatnonzero, 3, [masks], [True], {})
    assert error.value.labels == [((1,),), ((2,),), ((1,),)]
    (found,) = rules.same_or_differing(np.nonzero, 2, [masks[::2]], [True], {})
    np.testing.assert_array_equal(found, [[0], [1]])


def test_ordering():
    for axis in (0, -1, None):
        found = rules.ordering(np.argsort, 2, [-X], [True], {"axis": axis})
        np.testing.assert_array_equal(found, [np.argsort(-x, axis=axis) for x in X])


def test_unwrapping():
    assert rules.unwrapped(Members(X)) is X
    assert rules.unwrapped(3) == 3
