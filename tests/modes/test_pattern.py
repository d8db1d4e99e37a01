"""Following dependences through primitives, one call at a time."""

import numpy as np
import pytest

from diffops import NoDerivativeError, elementwise, stop_gradient
from diffops.modes.pattern import Detection, LocalDetection
from diffops.modes.pattern_rows import members_of
from diffops.operators._passes import run
from diffops.operators._point import Point
from diffops.primitive import Primitive
from diffops.sparse._flows import flow_of


def sets(value, level):
    return [members_of(inputs) for inputs in level.rows(value).sets]


@pytest.fixture
def level():
    return Detection(4, flow_of)


def test_leaves_number_their_inputs(level):
    a, b = level.leaf(1.5, 0), level.leaf(np.zeros((1, 3)), 1)
    assert sets(a, level) == [[0]]
    assert sets(b, level) == [[1], [2], [3]]


def test_numbers(level):
    x = level.leaf(np.arange(1.0, 5.0), 0)
    assert sets(np.sin(x[0]) * x[3] + x[0] ** 2, level) == [[0, 3]]
    assert sets(2.0 * x[1], level) == [[1]]
    assert sets(np.copysign(x[1], x[2]), level) == [[1]]  # as a slope has it
    assert sets(np.floor(x[1]), level) == [[]]


def test_a_primitive_of_which_nothing_is_known_is_dense(level):
    def reversed_and_doubled(x):
        return 2 * x[::-1]

    primitive = Primitive(reversed_and_doubled, None, None)
    x = level.leaf(np.arange(4.0), 0)
    assert sets(primitive(x[:2]), level) == [[0, 1]] * 2


def test_a_users_rule_is_elementwise(level):
    cube = elementwise(lambda x: x**3, lambda y, x: 3 * x**2)
    x = level.leaf(np.arange(4.0), 0)
    assert sets(cube(x), level) == [[0], [1], [2], [3]]


def test_what_does_not_depend_on_x_is_still_tracked(level):
    """So that a decision by it is refused: it varies where x does."""
    x = level.leaf(np.arange(4.0), 0)
    for value in (np.sign(x), x > 1, stop_gradient(x), np.argsort(x), np.zeros_like(x)):
        assert level.rows(value).is_empty() and value.level is level


def test_writing_in_place_leaves_earlier_values_alone(level):
    x = level.leaf(np.arange(4.0), 0)
    out = np.zeros_like(x)
    out[0] = x[3]
    before = out.copy()
    double = 2 * out
    out[0] = x[1]
    out[2] = x[2]
    assert sets(out, level) == [[1], [], [2], []]
    assert sets(before, level) == sets(double, level) == [[3], [], [], []]


def test_views(level):
    x = level.leaf(np.arange(4.0), 0)
    out = np.zeros_like(x)
    window = out[1:3]
    window[0] = x[0]
    out[2] = x[1] * x[2]
    assert sets(out, level) == [[], [0], [1, 2], []]
    assert sets(window, level) == [[0], [1, 2]]


def test_values_are_those_of_numpy(level):
    plain = np.array([0.5, -1.0, 2.0, 0.25])
    x = level.leaf(plain, 0)
    y = np.cumsum(np.where(x > 0, np.sqrt(np.abs(x)), x))
    assert np.array_equal(
        y.primal, np.cumsum(np.where(plain > 0, np.sqrt(np.abs(plain)), plain))
    )


def test_refusals_survive_being_swallowed():
    def f(x):
        try:
            return x if x[0] > 0 else -x
        except TypeError:
            return 0 * x

    x = np.ones(2)
    detection = Detection(2, flow_of)
    with pytest.raises(NoDerivativeError, match="sparsity="):
        run(detection, Point(f, 0, (x,), {}), [detection.leaf(x, 0)], False)


def test_refusals_of_shapes_survive_too():
    def f(x):
        try:
            return x[x > 0]
        except TypeError:
            return x

    x = np.ones(2)
    detection = Detection(2, flow_of)
    with pytest.raises(NoDerivativeError, match="shape of the result"):
        run(detection, Point(f, 0, (x,), {}), [detection.leaf(x, 0)], False)


def test_outputs_of_one_call_are_written_into_apart(level):
    x = level.leaf(np.array([2.0, 0.5, 0.5, 1.0]), 0)
    values, vectors = np.linalg.eigh(x.reshape(2, 2))
    values[0] = 0.0
    assert sets(values, level) == [[], [0, 1, 2, 3]]
    assert sets(vectors, level) == [[0, 1, 2, 3]] * 4


def test_our_own_formulas_may_choose(level):
    """A norm decides by whether it is 0, but its dependences are the same."""
    for at in (np.zeros(4), np.ones(4)):
        x = level.leaf(at, 0)
        assert sets(np.linalg.norm(x), level) == [[0, 1, 2, 3]]
        assert len(sets(np.geomspace(x[0] + 1, x[1] + 2, 3), level)) == 3


def test_locally_comparisons_are_plain():
    level = LocalDetection(2, flow_of)
    x = level.leaf(np.array([1.0, -1.0]), 0)
    assert (x > 0).tolist() == [True, False]
    assert sets(np.where(x > 0, x, x[::-1]), level) == [[0], [0]]
    assert sets(x[x > 0], level) == [[0]]
    assert sets(np.sort(x), level) == [[1], [0]]
