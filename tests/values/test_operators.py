"""Operators between tracked values and every kind of operand, left and right."""

import operator
from fractions import Fraction

import numpy as np
import pytest

from diffops import diff, jvp, vjp

X = 1.3
OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}

#: The derivative of a ∘ b along (da, db), as numbers of extended precision.
SLOPES = {
    "+": lambda a, b, da, db: da + db,
    "-": lambda a, b, da, db: da - db,
    "*": lambda a, b, da, db: da * b + a * db,
    "/": lambda a, b, da, db: (da * b - a * db) / (b * b),
    "//": lambda a, b, da, db: 0 * (a + b),
    "%": lambda a, b, da, db: da - np.floor(a / b) * db,
    "**": lambda a, b, da, db: (
        da * b * a ** (b - 1.0) + (db * a**b * np.log(a) if np.any(db) else 0.0)
    ),
}
OPERANDS = {
    "float": 2.5,
    "int": 3,
    "negative int": -2,
    "bool": True,
    "float64": np.float64(2.5),
    "float32": np.float32(2.5),
    "longdouble": np.longdouble(2.5),
    "int64": np.int64(3),
    "int8": np.int8(3),
    "uint8": np.uint8(3),
    "np.bool": np.bool_(True),
    "Fraction": Fraction(5, 2),
    "complex": 2 + 1j,
    "complex64": np.complex64(2 + 1j),
    "array": np.array([1.5, 2.5]),
    "array of ints": np.array([1, 2]),
    "array of bools": np.array([True, True]),
    "array of singles": np.array([1.5, 2.5], np.float32),
    "array of complex": np.array([1.5, 2.5j]),
    "0-d array": np.array(2.5),
    "list": [1.5, 2.5],
    "matrix": np.array([[1.5], [2.5]]),
}
POINTS = {
    "float": X,
    "float64": np.float64(X),
    "array": np.array([X, 1.7]),
    "float32": np.float32(X),
    "array of singles": np.array([X, 1.7], np.float32),
}


def excluded(sign, operand, point):
    """Tell what NumPy itself does not compute."""
    if operand == "Fraction":  # there NumPy gives objects, or doubles for singles
        return "array" in point or "32" in point
    if operand == "list":
        return "array" not in point
    return sign in ("//", "%") and np.iscomplexobj(OPERANDS[operand])


CASES = [
    pytest.param(*case, id=" ".join(case))
    for sign in OPERATORS
    for operand in OPERANDS
    for point in POINTS
    if not excluded(*(case := (sign, operand, point)))
]


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(("sign", "operand", "point"), CASES)
def test_operators(sign, operand, point):
    x, other = POINTS[point], OPERANDS[operand]
    one = np.ones_like(x)[()]
    wide = np.asarray(x, dtype=np.longdouble)
    exact = np.asarray(float(other) if isinstance(other, Fraction) else other)
    exact = exact.astype(np.result_type(exact, np.longdouble))
    zero = 0 * exact
    single = "single" in operand + point or "32" in operand + point
    limit = 1e-5 if single or operand == "complex64" else 1e-13
    for left, program in (
        (True, lambda x: OPERATORS[sign](x, other)),
        (False, lambda x: OPERATORS[sign](other, x)),
    ):
        if not left and sign == "**" and np.any(np.real(exact) < 0):
            continue
        value = program(x)
        pair = (wide, exact, one, zero) if left else (exact, wide, zero, one)
        wanted = np.broadcast_to(SLOPES[sign](*pair), np.shape(value))

        y, change = jvp(program, (x,), (one,))
        np.testing.assert_allclose(y, value, rtol=1e-15 * np.iscomplexobj(value))
        assert np.shape(y) == np.shape(change) == np.shape(value)
        assert np.result_type(y) == np.result_type(value)
        np.testing.assert_allclose(change, wanted, rtol=limit, atol=limit)

        y, pullback = vjp(program, x)
        np.testing.assert_allclose(y, value, rtol=1e-15 * np.iscomplexobj(value))
        (cotangent,) = pullback(np.ones_like(value)[()])
        assert np.result_type(cotangent) == np.result_type(x)
        whole = np.real(wanted)
        extra = tuple(range(whole.ndim - np.ndim(x)))
        total = np.sum(whole, axis=extra) if extra else whole
        np.testing.assert_allclose(cotangent, total, rtol=limit, atol=limit)


@pytest.mark.parametrize("x", POINTS.values(), ids=POINTS)
def test_both_operands_vary(x):
    direction = np.ones_like(x)[()]
    for sign, operate in OPERATORS.items():
        if sign in ("//", "%"):
            continue
        found = jvp(operate, (x, x + 1), (direction, 2 * direction))[1]
        wanted = SLOPES[sign](x, x + 1, 1.0, np.array(2.0))
        np.testing.assert_allclose(found, wanted, rtol=1e-6)


@pytest.mark.parametrize(
    "compare", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq]
)
@pytest.mark.parametrize("other", [X, 1, np.float64(X), np.array([X, 2.0]), True])
@pytest.mark.parametrize("x", POINTS.values(), ids=POINTS)
def test_comparisons_are_numpys(x, other, compare):
    seen = []

    def program(y):
        seen.extend([compare(y, other), compare(other, y)])
        return y

    jvp(program, (x,), (np.ones_like(x)[()],))
    for found, wanted in zip(seen, [compare(x, other), compare(other, x)], strict=True):
        np.testing.assert_array_equal(found, wanted)
        assert isinstance(found, type(wanted)) or type(x) is float


def test_tracked_operands_are_compared():
    def program(x):
        assert x < x + 1 and x * 2 >= x and x == x * 1 and x != -x
        assert np.all(np.stack([x, x]) > np.stack([x - 1, x - 2]))
        assert x != "text" and x is not None and x != None  # noqa: E711
        return x

    assert diff(program)(X) == 1.0


class Vector:
    """A user's class, unknown to NumPy, with operators of its own."""

    def __init__(self, *entries):
        self.entries = entries

    def __rmul__(self, factor):
        return Vector(*(factor * e for e in self.entries))

    __mul__ = __rmul__

    def __radd__(self, shift):
        return Vector(*(shift + e for e in self.entries))

    def __rmatmul__(self, other):
        return sum(e * e for e in self.entries) * other[0]


@pytest.mark.parametrize("x", [X, np.float64(X)], ids=["float", "float64"])
def test_foreign_classes_get_their_turn(x):
    program = lambda x: (x * Vector(x, 2.0) * x + Vector(0.0)).entries  # noqa: E731
    with pytest.raises(TypeError):
        program(x)  # Vector has no __add__
    assert diff(lambda x: (x * Vector(x, 2.0) * x).entries[0])(x) == pytest.approx(
        3 * X**2
    )
    assert diff(lambda x: (x + Vector(x)).entries[0])(x) == 2.0
    assert diff(lambda x: np.stack([x, x]) @ Vector(x))(x) == pytest.approx(3 * X**2)


@pytest.mark.parametrize("x", POINTS.values(), ids=POINTS)
@pytest.mark.parametrize("operand", [None, "text", object(), {}])
def test_what_has_no_operator_raises(x, operand):
    with pytest.raises(TypeError):
        jvp(lambda x: x + operand, (x,), (x,))
    with pytest.raises(TypeError):
        jvp(lambda x: operand - x, (x,), (x,))
