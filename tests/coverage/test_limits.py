"""The limits that the page states: each of them raises."""

import numpy as np
import pytest
from points import POINTS

from diffops import NoDerivativeError, grad, jvp
from diffops.coverage.limits import LIMITS

NAMES = {"np": np, "P": np.polynomial.polynomial}


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.call)
def test_limits_raise_and_name_the_line(limit):
    f = eval(f"lambda x, A, s: {limit.call}", NAMES)
    args = (POINTS["x"], POINTS["A"], POINTS["s"])
    for run in (
        lambda: jvp(f, args, args),
        lambda: grad(lambda *xs: np.sum(f(*xs)), (0, 1, 2))(*args),
    ):
        with pytest.raises(NoDerivativeError, match=r"\(.*:\d+\)"):
            run()
