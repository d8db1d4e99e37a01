"""Elementwise rules that do not fit what they are asked for say so."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import diff, elementwise, grad, hessian, jvp
from diffops.primitive import primitives, table
from diffops.rules._partials import check_call, check_partials


@pytest.fixture
def scaled():
    made = elementwise(
        lambda x, s=1.0: s * np.sin(x), lambda y, x, s: s * np.cos(x), None
    )
    yield made
    primitives.remove(made)
    del table[made.function]


def test_keywords_are_refused_and_positions_are_not(scaled):
    """The partials would not see them: 3 cos(x) would come out as cos(x)."""
    assert scaled(1.0, s=3.0) == 3 * np.sin(1.0)
    assert grad(scaled)(1.0, 3.0) == pytest.approx(3 * np.cos(1.0))
    for operator in (grad, diff):
        with pytest.raises(TypeError, match=r"1 arguments, 's'.* by position"):
            operator(scaled)(1.0, s=3.0)
        with pytest.raises(TypeError, match=r"2 partial derivatives, .* 1 arguments"):
            operator(scaled)(1.0)
    x = np.ones(2)
    with pytest.raises(TypeError, match="by position"):
        jvp(lambda x: scaled(x, s=2.0), (x,), (x,))
    with pytest.raises(TypeError, match="by position"):
        hessian(lambda x: np.sum(scaled(x, s=2.0)))(x)


@pytest.mark.parametrize(
    ("function", "partials", "message"),
    [
        (3, (1,), "not 3 and 1 partials"),
        (np.sin, (), "and 0 partials"),
        (np.sin, (2.0,), "not 2.0"),
        (np.sin, ("a",), "not 'a'"),
        (np.sin, (True,), "not True"),
    ],
)
def test_what_is_no_rule(function, partials, message):
    with pytest.raises(TypeError, match=message):
        elementwise(function, *partials)
    with pytest.raises(TypeError, match=message):
        check_partials(function, partials)


def test_what_fits():
    check_partials(np.add, (1, None))
    check_call((1, None), (2.0, 3.0), {})
