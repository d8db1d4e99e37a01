"""`c += x` with a plain c, and ``out=``: followed where no other name can see c."""

import operator
from types import SimpleNamespace

import numpy as np
import pytest
from gradients import POINT, check, modes

from diffops import grad, jvp

WEIGHTS = np.array([1.0, 2.0, 3.0, 4.0])


def name(x):
    c = np.ones(4)
    c += x
    return c @ x


def name_again_and_again(x):
    c = np.ones(4)
    for _ in range(3):
        c *= x
        c -= 1.0
    return np.sum(c)


def argument_without_a_name(x):
    def plus(c):
        c += x
        return c

    return plus(np.ones(4)) @ x


def attribute(x):
    holder = SimpleNamespace(c=np.ones(4))
    holder.c += x
    return holder.c @ x


def item(x):
    holder = {"c": np.ones(4), "d": [np.ones(4)]}
    holder["c"] += x
    holder["d"][0] *= x
    return holder["c"] @ holder["d"][0]


def nonlocal_name(x):
    c = np.ones(4)

    def plus():
        nonlocal c
        c += x

    plus()
    return c @ x


def generator(x):
    def sums():
        c = np.ones(4)
        while True:
            c += x
            yield c

    return next(sums()) @ x


def number(x):
    c = np.float64(1.0)
    c += x[0]
    d = 1.0
    d *= c
    return d**2


def objects(x):
    c = np.array([x[0], 1.0, 2.0, 3.0])
    d = c
    c += x
    return d @ x


def fresh_out(x):
    return np.multiply(x, x, out=np.zeros(4)) @ WEIGHTS


def fresh_out_where(x):
    return np.divide(1.0, x, out=np.ones(4), where=x > 0) @ WEIGHTS


def tracked_out_where(x):
    y = np.zeros_like(x)
    np.log(x, out=y, where=x > 0)
    return y @ WEIGHTS


def two_outputs(x):
    a, b = np.zeros_like(x), np.zeros_like(x)
    np.divmod(x, 0.37, out=(a, b))
    return a @ x + b @ x


def one_of_two_outputs(x):
    a = np.zeros_like(x)
    fraction, whole = np.modf(x, out=(a, None))
    return a @ fraction + whole @ x


def constants_into_plain(x):
    mask, floors, best = np.zeros(4, bool), np.zeros(4), np.zeros((), int)
    np.greater(x, 0.0, out=mask)
    np.floor(x, out=floors)
    np.argmax(x, 0, best)
    return np.sum(x[mask]) + floors @ x + x[int(best)] ** 2


def plain_into_tracked(x):
    y = x * 2.0
    np.multiply(WEIGHTS, 2.0, out=y)
    return y @ x


FOLLOWED = [
    name,
    name_again_and_again,
    argument_without_a_name,
    attribute,
    item,
    nonlocal_name,
    generator,
    number,
    objects,
    fresh_out,
    fresh_out_where,
    tracked_out_where,
    two_outputs,
    one_of_two_outputs,
    constants_into_plain,
    plain_into_tracked,
]


@pytest.mark.parametrize("program", FOLLOWED)
def test_followed(program):
    check(program)


OPERATORS = {
    "+=": operator.iadd,
    "-=": operator.isub,
    "*=": operator.imul,
    "/=": operator.itruediv,
    "%=": operator.imod,
    "**=": operator.ipow,
}


@pytest.mark.parametrize("sign", [*OPERATORS, "//="])
def test_all_augmented_operators(sign):
    source = f"def program(x):\n c = 2.3 * np.ones(4)\n c {sign} x + 0.9\n return c @ x"
    scope = {"np": np}
    exec(source, scope)
    check(scope["program"])


@pytest.mark.parametrize("sign", OPERATORS)
def test_all_augmented_operators_on_tracked_arrays(sign):
    def program(x):
        c = x + 3.0
        d = c
        OPERATORS[sign](c, x + 0.9)
        return d @ x

    check(program)


def test_matrix_product_in_place():
    def program(x):
        c = np.eye(2)
        c @= x.reshape(2, 2)
        return np.sum(c @ c)

    check(program)


def test_dtype_of_the_name_stays():
    def program(x):
        c = np.ones(4, np.float32)
        c += x
        return c

    value, change = jvp(program, (POINT,), (POINT,))
    assert value.dtype == change.dtype == np.float32
    np.testing.assert_array_equal(value, program(POINT))


@modes
def test_errors_are_numpys(gradient):
    def integers(x):
        c = np.ones(4, int)
        c += x
        return c @ x

    def too_small(x):
        c = np.ones(1)
        c += x
        return c @ x

    with pytest.raises(TypeError, match="same_kind"):
        gradient(integers)(POINT)
    with pytest.raises(ValueError, match="non-broadcastable"):
        gradient(too_small)(POINT)


def test_tracked_array_does_not_change_shape():
    def program(x):
        y = x[:1] * 1.0
        y += x
        return np.sum(y)

    with pytest.raises(ValueError, match="non-broadcastable"):
        grad(program)(POINT)
