"""Padding in every mode of np.pad."""

import numpy as np
import pytest
from truth import check, entries

from diffops import NoDerivativeError, grad

WIDTHS = ((2, 1), (0, 3))

CASES = {
    "default": (lambda x: np.pad(x, 2), entries(2, 3)),
    "width pair": (lambda x: np.pad(x, (1, 2)), entries(2, 3)),
    "width column": (lambda x: np.pad(x, ((1,), (2,))), entries(2, 3)),
    "width dict": (lambda x: np.pad(x, {-1: (1, 2), 0: 1}), entries(2, 3)),
    "value": (lambda x: np.pad(x, WIDTHS, constant_values=5), entries(2, 3)),
    "values": (lambda x: np.pad(x, 1, constant_values=((1, 2), (3, 4))), entries(2, 3)),
    "tracked value": (
        lambda x: np.pad(x, WIDTHS, constant_values=x[0, 0] * x[1, 1]),
        entries(2, 3),
    ),
    "tracked values": (
        lambda x: np.pad(x, WIDTHS, constant_values=((x[0, 0], 2), (x[0, 1], 0))),
        entries(2, 3),
    ),
    "ramp to numbers": (
        lambda x: np.pad(x, WIDTHS, "linear_ramp", end_values=(1, 5)),
        entries(2, 3),
    ),
    "ramp to tracked": (
        lambda x: np.pad(x, WIDTHS, "linear_ramp", end_values=x[0, 0] ** 2),
        entries(2, 3),
    ),
    "longer than the array": (lambda x: np.pad(x, (7, 9), "reflect"), entries(3)),
    "odd": (lambda x: np.pad(x, WIDTHS, "reflect", reflect_type="odd"), entries(3, 3)),
    "odd twice": (lambda x: np.pad(x, 5, "symmetric", reflect_type="odd"), entries(3)),
    "next to the edge": (
        lambda x: np.pad(x, WIDTHS, "mean", stat_length=2),
        entries(3, 4),
    ),
    "one side": (
        lambda x: np.pad(x, 1, "maximum", stat_length=((1, 2), (9, 1))),
        entries(3, 4),
    ),
    "float32": (lambda x: np.pad(x, 2, "mean"), entries(2, 3, dtype=np.float32)),
    "float32 odd": (
        lambda x: np.pad(x, 1, "reflect", reflect_type="odd"),
        entries(2, 3, dtype=np.float32),
    ),
    "empty": (lambda x: np.pad(x, 1, constant_values=2), entries(0, 2)),
    "0-d": (lambda x: np.pad(x, 1), np.array(1.5)),
    "number": (lambda x: np.pad(x, 1) ** 2, 1.5),
}
if np.lib.NumpyVersion(np.__version__) < "2.4.0":
    del CASES["width dict"]  # NumPy takes one since 2.4

for _mode in (
    *("constant", "edge", "linear_ramp", "maximum", "mean", "median", "minimum"),
    *("reflect", "symmetric", "wrap"),
):
    CASES[_mode] = (lambda x, mode=_mode: np.pad(x, WIDTHS, mode), entries(3, 4))


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    check(*CASES[name])


def test_empty_mode_leaves_the_inside():
    g = grad(lambda x: np.sum(np.pad(x, 1, "empty")[1:-1] ** 2))(entries(3))
    np.testing.assert_allclose(g, 2 * entries(3))


def test_what_cannot_be_followed_is_refused():
    def fill(vector, width, axis, options):
        vector[:] = 0

    with pytest.raises(NoDerivativeError, match=r"np\.concatenate"):
        grad(lambda x: np.sum(np.pad(x, 1, fill)))(entries(3))
    with pytest.raises(ValueError, match="not supported"):
        grad(lambda x: np.sum(np.pad(x, 1, "sideways")))(entries(3))
    with pytest.raises(ValueError, match="negative"):
        grad(lambda x: np.sum(np.pad(x, -1)))(entries(3))
