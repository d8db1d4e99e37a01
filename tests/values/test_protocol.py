"""NumPy's protocols: ufunc methods and options, functions without a rule."""

import numpy as np
import pytest
from gradients import POINT, check, modes

from diffops import NoDerivativeError, grad

WEIGHTS = np.array([1.0, 10.0, 100.0, 1000.0])
SQUARE = np.arange(4.0).reshape(2, 2)

PROGRAMS = {
    "add.reduce": lambda x: np.add.reduce(x.reshape(2, 2) ** 2) @ x[:2],
    "add.reduce axis": lambda x: np.add.reduce(x.reshape(2, 2) ** 2, 1) @ x[:2],
    "add.reduce all": lambda x: np.add.reduce(x.reshape(2, 2) ** 2, axis=None) ** 2,
    "multiply.reduce": lambda x: np.multiply.reduce(x),
    "maximum.reduce": lambda x: np.maximum.reduce(x) * np.minimum.reduce(x),
    "add.accumulate": lambda x: np.add.accumulate(x**2) @ WEIGHTS,
    "multiply.accumulate": lambda x: np.multiply.accumulate(x) @ WEIGHTS,
    "logical_and.reduce": lambda x: np.logical_and.reduce(x > 0) + x[0],
    "add.outer": lambda x: np.sum(np.add.outer(x, x**2) * SQUARE.ravel()),
    "subtract.outer": lambda x: np.sum(np.subtract.outer(x, WEIGHTS) ** 2),
    "power.outer": lambda x: np.sum(np.power.outer(x[:2], x[2:])),
    "multiply.outer constant": lambda x: np.sum(np.multiply.outer(WEIGHTS, x)),
    "dtype": lambda x: np.add(x, 1.0, dtype=float) @ x,
    "dtype of ints": lambda x: np.multiply([1, 2, 3, 4], x, dtype=np.float64) @ x,
    "casting": lambda x: np.multiply(x, 2, casting="unsafe", order="C") @ x,
    "where with out": lambda x: np.log(x, out=np.zeros_like(x), where=x > 0) @ x,
    "keyword arguments": lambda x: np.sum(a=x, axis=0) * np.mean(x, keepdims=True)[0],
    "out None": lambda x: np.sum(x, 0, None, None) * np.add(x, 1, out=None)[0],
    "float64 on the left": lambda x: np.float64(2.0) * x @ (np.float64(1.0) - x),
    "array on the left": lambda x: (WEIGHTS * x) @ (WEIGHTS + x) + WEIGHTS @ x,
    "matrix on the left": lambda x: np.sum((SQUARE @ x.reshape(2, 2)) ** 2),
    "number meets array": lambda x: np.sum(x[0] * WEIGHTS * x),
    "list meets array": lambda x: np.sum([1.0, 2.0, 3.0, 4.0] * x * [x[0]] * 4),
    "divmod": lambda x: np.divmod(x, 0.37)[1] @ x,
    "broadcast arrays": lambda x: np.sum(x[:, None] * x[None, :2] / x[3]),
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_programs(program):
    check(program)


@modes
@pytest.mark.parametrize(
    ("program", "names"),
    [
        (lambda x: np.bitwise_and.reduceat(x, [0, 2]), "bitwise_and"),
        (lambda x: np.packbits(x), "packbits"),
        (lambda x: np.add(x, 1.0, where=x > 0), "where="),
        (lambda x: np.sum(x, axis=x[0]), "axis"),
    ],
)
def test_what_has_no_rule_says_so(gradient, program, names):
    with pytest.raises(NoDerivativeError, match=rf"{names}.*test_protocol\.py:\d+\)"):
        gradient(lambda x: np.sum(program(x)))(POINT)


@modes
def test_casting_errors_are_numpys(gradient):
    with pytest.raises(TypeError, match="same_kind"):
        gradient(lambda x: np.sum(np.add(x, 1, dtype=int)))(POINT)


@modes
def test_functions_made_of_python_run_entry_by_entry(gradient):
    cube = np.frompyfunc(lambda t: t**3, 1, 1)
    both = np.frompyfunc(lambda s, t: (s * t, s + t), 2, 2)
    np.testing.assert_allclose(gradient(lambda x: np.sum(cube(x)))(POINT), 3 * POINT**2)
    np.testing.assert_allclose(
        gradient(lambda x: both(x, 2.0)[0] @ both(x[0], x)[1])(POINT),
        4 * POINT + 2 * POINT[0] + 2 * np.sum(POINT) * np.eye(4)[0],
    )


class Doubling:
    """A number with a NumPy of its own: whatever is computed with it is doubled."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        others = [a for a in inputs if a is not self]
        return others[0] * 2.0

    def __rmul__(self, other):
        return other * 2.0

    __radd__ = __rmul__


class Unknown:
    """A number that tells NumPy to leave it alone."""

    __array_ufunc__ = None

    def __rmul__(self, other):
        return other * 3.0


@modes
@pytest.mark.parametrize(
    ("program", "slope"),
    [
        (lambda x: x * Doubling(), 2.0),
        (lambda x: x + Doubling(), 2.0),
        (lambda x: x * Unknown(), 3.0),
    ],
)
def test_foreign_operands_get_their_turn(gradient, program, slope):
    found = gradient(lambda x: np.sum(program(x)))(POINT)
    np.testing.assert_array_equal(found, np.full(4, slope))
    assert grad(lambda x: program(x[0]))(POINT)[0] == slope


@modes
@pytest.mark.parametrize("foreign", [Doubling(), Unknown()])
def test_foreign_operands_of_ufuncs_are_refused(gradient, foreign):
    with pytest.raises(TypeError, match=type(foreign).__name__):
        gradient(lambda x: np.sum(np.add(x, foreign)))(POINT)


@modes
def test_subclasses_that_are_plain_arrays_are_operands(gradient, tmp_path):
    mapped = np.memmap(tmp_path / "numbers", shape=4, dtype=float, mode="w+")
    mapped[:] = WEIGHTS
    found = gradient(lambda x: np.sum(x * mapped) + mapped @ x)(POINT)
    np.testing.assert_allclose(found, 2 * WEIGHTS)
