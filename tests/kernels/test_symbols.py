"""Rules run on symbols: expressions of ufuncs, or a refusal."""

import numpy as np
import pytest

from diffops.kernels.symbols import NotElementwise, Power, Symbol, expressions
from diffops.rules._fitting import strong_product


def written(expression):
    """Return an expression as nested tuples of names."""
    if not isinstance(expression, Symbol):
        return expression
    if expression.function is None:
        return "x"
    name = getattr(expression.function, "__name__", expression.function)
    return (name, *map(written, expression.operands))


def of(function):
    """Return what a function makes of a symbol."""
    _, (found,) = expressions(function, [], 1)
    return written(found)


def test_ufuncs_and_operators():
    assert of(lambda x: np.sin(x) * 2 - 1) == (
        "subtract",
        ("multiply", ("sin", "x"), 2.0),
        1.0,
    )
    assert of(lambda x: np.where(x > 0, x, 0)) == (
        "where",
        ("greater", "x", 0.0),
        "x",
        0.0,
    )
    assert of(lambda x: 3.5) == 3.5


def test_whole_powers():
    assert of(lambda x: x**1) == "x"
    assert of(lambda x: x**2) == ("multiply", "x", "x")
    assert of(lambda x: x**3) == (Power(3), "x")
    assert of(lambda x: x**0.5) == ("power", "x", 0.5)


def test_parts_of_numbers_and_indices():
    assert of(lambda x: x[()].real) == "x"
    assert of(np.real) == "x"


def test_compositions_take_the_place_of_functions():
    _, (found,) = expressions(np.logaddexp, [], 2)
    assert written(found)[0] == "where"


def test_partials_are_given_value_and_arguments():
    (x,), (y, d) = expressions(np.exp, [lambda y, x: y], 1)
    assert d is y
    assert y.operands == (x,)


def test_strong_products_are_written_out():
    assert of(lambda x: strong_product(x, 1 / x))[0] == "where"


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x if x > 0 else -x,
        lambda x: float(x),
        lambda x: np.sum(x),
        lambda x: np.add.reduce(x),
        lambda x: np.sin(x, where=True),
        lambda x: x[0],
        lambda x: x + np.ones(3),
        lambda x: x + 1j,
        lambda x: x.nothing,
        lambda x: np.linalg.inv(x),
    ],
)
def test_what_is_not_elementwise_is_refused(function):
    with pytest.raises(NotElementwise):
        expressions(function, [], 1)


def test_symbols_of_singles_stay_singles():
    def f(x):
        assert x.dtype == np.float32
        y = np.where(x > 0, np.sin(x.astype(np.float64)) ** 3, x**0.5)
        assert y.dtype == np.float32
        return y

    (x,), (y,) = expressions(f, [], 1, "float")
    assert type(x) is type(y)
