"""`c += x` and ``out=`` with a plain c that something else can see: refused."""

import functools
import operator

import numpy as np
import pytest
from gradients import POINT, modes

from diffops import NoDerivativeError


def alias(x):
    c = d = np.ones(4)
    c += x
    return d @ x


def alias_in_a_list(x):
    c = np.ones(4)
    held = [c]
    c += x
    return held[0] @ x


def same_item_twice(x):
    held = [np.ones(4)] * 2
    held[0] += x
    return held[1] @ x


def argument_with_a_name(x):
    def plus(c):
        c += x

    c = np.ones(4)
    plus(c)
    return c @ x


def default_argument(x, c=np.ones(4)):  # noqa: B008
    c += x
    return c @ x


def viewed(x):
    c = np.ones(4)
    view = c[:]
    c += x
    return view @ x


def view(x):
    c = np.ones(5)
    d = c[1:]
    d += x
    return c[1:] @ x


def slice_in_place(x):
    c = np.ones(5)
    c[1:] += x
    return c[1:] @ x


def function_of_the_operator(x):
    c = np.ones(4)
    operator.iadd(c, x)
    return c @ x


def named_out(x):
    c = np.ones(4)
    np.add(c, x, out=c)
    return c @ x


def named_out_where(x):
    c = np.ones(4)
    np.divide(1.0, x, out=c, where=x > 0)
    return c @ x


def out_of_a_tuple(x):
    outs = (np.ones(4),)
    np.add(1.0, x, out=outs)
    return outs[0] @ x


def named_out_of_a_tuple(x):
    c = np.ones(4)
    np.add(1.0, x, out=(c,))
    return c @ x


def out_of_a_dict(x):
    options = {"out": np.ones(4)}
    np.add(1.0, x, **options)
    return options["out"] @ x


def out_of_a_partial(x):
    plus = functools.partial(np.add, out=np.ones(4))
    plus(1.0, x)
    return plus.keywords["out"] @ x


def named_while_passed(x):
    np.add(1.0, x, out=(c := np.ones(4)))
    return c @ x


REFUSED = [
    alias,
    alias_in_a_list,
    same_item_twice,
    argument_with_a_name,
    default_argument,
    viewed,
    view,
    slice_in_place,
    function_of_the_operator,
    named_out,
    named_out_where,
    out_of_a_tuple,
    named_out_of_a_tuple,
    out_of_a_dict,
    out_of_a_partial,
    named_while_passed,
]


@modes
@pytest.mark.parametrize("program", REFUSED)
def test_refused_where_another_name_would_miss_it(gradient, program):
    with pytest.raises(NoDerivativeError, match="into a plain array"):
        gradient(program)(POINT)
