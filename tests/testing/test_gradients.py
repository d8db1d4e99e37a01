"""The checks find what is wrong, name it, and let pass what is right."""

import numpy as np
import pytest

from diffops import check_grads, elementwise, stop_gradient
from diffops.primitive import primitives, table

X = np.array([0.3, -1.2, 2.0])
RIGHT = {
    "number": (lambda x: np.sin(x) * x, (1.3,)),
    "int": (lambda x: x**3, (2,)),
    "array": (lambda x: np.sin(x) * x[0], (X,)),
    "two arguments": (lambda x, y: x @ y * y, (X, X**2)),
    "containers": (
        lambda d, t: {"a": d["x"] * t[0], "b": [np.sum(d["y"]) ** 2, t[1]]},
        ({"x": X, "y": X[:2]}, (2.0, np.ones((2, 1)))),
    ),
    "not in a tuple": (np.exp, X),
    "complex": (lambda z: z**2 * np.exp(z) + z.conjugate(), (1 + 2j,)),
    "complex array": (lambda z: np.abs(z) ** 2, (np.array([1 + 2j, -0.3j]),)),
    "real to complex": (lambda x: np.exp(1j * x), (X,)),
    "single": (lambda x: np.sin(x) * x[0], (np.float32(X),)),
    "single number": (lambda x: np.sin(x) * x, (np.float32(1.3),)),
    "single and double": (lambda x, y: x * y, (np.float32(1.3), X)),
    "constant": (lambda x: (np.ones(2), 3.0, np.floor(x), x > 0), (X + 0.5,)),
    "0-d": (lambda x: x * x, (np.array(1.5),)),
    "empty": (lambda x: x * x, (X[:0],)),
}


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT)
def test_what_is_right_passes(case):
    assert check_grads(*case) is None


def test_third_order():
    check_grads(lambda x, y: np.sin(x * y) / y, (0.7, 1.9), order=3)


def rule(*partials, on=()):
    """Return sin(a) b with these partial derivatives, right or wrong."""
    made = elementwise(lambda a, b: np.sin(a) * b, *partials, on=on)
    primitives.remove(made)
    del table[made.function]
    return made


def partial_a(y, a, b):
    return np.cos(a) * b


def partial_b(y, a, b):
    return np.sin(a)


def test_own_rule_that_is_right():
    check_grads(rule(partial_a, partial_b), (X, 2.0))


#: Wrong rules, and what the message says.
WRONG = {
    "factor": (
        rule(lambda y, a, b: 1.01 * partial_a(y, a, b), partial_b),
        "order 1 .*, forward mode, along argument 0: forward mode gives .*, differ",
    ),
    "second argument": (
        rule(partial_a, lambda y, a, b: -np.sin(a)),
        "order 1 .* argument 1",
    ),
    "forgotten argument": (
        rule(partial_a, lambda y, a, b: 0.0 * a),
        "order 1 .* argument 1: forward mode gives .*0.0",
    ),
    "second order": (
        rule(lambda y, a, b: np.cos(stop_gradient(a)) * b, partial_b),
        "order 2 .*forward over forward mode, along argument 0",
    ),
    "nan": (rule(lambda y, a, b: a * np.nan, partial_b), "gives .*nan"),
}


@pytest.mark.parametrize(("wrong", "message"), WRONG.values(), ids=WRONG)
def test_wrong_rules_are_found(wrong, message):
    with pytest.raises(AssertionError, match=message):
        check_grads(wrong, (0.7, 1.9))


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_modes_are_chosen(mode):
    wrong, _ = WRONG["factor"]
    with pytest.raises(AssertionError, match=f"{mode} mode, .*: {mode} mode gives"):
        check_grads(wrong, (0.7, 1.9), modes=(mode,))
    wrong, _ = WRONG["second order"]
    check_grads(wrong, (0.7, 1.9), order=1, modes=(mode,))
    with pytest.raises(AssertionError, match=f"order 2 .*{mode} over {mode}"):
        check_grads(wrong, (0.7, 1.9), modes=(mode,))


def test_leaves_of_containers_are_named():
    wrong, _ = WRONG["second argument"]
    with pytest.raises(AssertionError, match="argument 0, leaf 1"):
        check_grads(lambda pair: wrong(*pair), ([0.7, 1.9],))


def test_wrong_entry_among_many():
    def f(x):
        return np.where(np.arange(3) == 1, stop_gradient(x), x) ** 2

    with pytest.raises(AssertionError, match=r"gives np\.float64\(-?0\.0\), diff"):
        check_grads(f, (X,))


def test_limits():
    wrong, _ = WRONG["factor"]
    check_grads(wrong, (0.7, 1.9), rtol=0.1)
    check_grads(wrong, (0.7, 1.9), atol=0.1, rtol=0.0)


def test_no_step_is_too_long_or_too_short():
    """The point may be close to a kink, to the end of the domain, or far out."""
    for x in (1e-5, 1e-3, -0.1):
        check_grads(np.abs, (x,))
    check_grads(lambda x: np.log(x) * np.sqrt(x), (1e-4,))
    check_grads(lambda x: np.sin(x / 1e6), (1e7,))


def test_functions_of_few_digits():
    def rounded(x):
        y = np.sin(x)
        return y + stop_gradient(np.round(y, 7) - y)

    with pytest.raises(AssertionError, match="differences give"):
        check_grads(rounded, (0.3,))
    check_grads(rounded, (0.3,), order=1, atol=1e-4)


def test_differences_that_are_not_sure_check_nothing():
    def rough(x):
        return np.sin(x) + 1e-6 * stop_gradient(np.sin(1e9 * x))

    with pytest.raises(AssertionError, match=r"may be off by .* above"):
        check_grads(rough, (0.3,))
    with pytest.raises(AssertionError, match=r"forward mode gives .*nan"):
        check_grads(lambda x: x * np.nan, (0.3,))


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="modes"):
        check_grads(np.sin, (1.0,), modes=("sideways",))
    with pytest.raises(ValueError, match="modes"):
        check_grads(np.sin, (1.0,), modes="forward")


@pytest.mark.parametrize(
    ("f", "args"),
    [(np.argmax, (X,)), (lambda x: "a", (1.0,)), (lambda x: (), X), (lambda: 1.0, ())],
)
def test_what_checks_nothing_is_an_error(f, args):
    with pytest.raises(TypeError, match="nothing to check"):
        check_grads(f, args)


def test_where_f_is_not_defined_around():
    with pytest.raises(AssertionError, match=r"give .*nan.*, but .* above [0-9]"):
        check_grads(lambda x: np.log(x), (np.array([1e-8, 1.0, 1e8]),))
