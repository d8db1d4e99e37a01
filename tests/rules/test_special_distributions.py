"""Distribution functions and their inverses, in every real argument."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree
from scipy import special

from diffops import NoDerivativeError, diff, grad
from diffops.rules.special_distributions import chdtr, distribution, inverse


def beta(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def gamma(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def student(v, t):
    tail = beta(v / 2, mp.mpf(1) / 2, v / (v + t * t)) / 2
    return tail if t < 0 else 1 - tail


#: Each distribution, whether SciPy's function is its complement, and points.
FORWARD = {
    "chdtr": (lambda v, x: gamma(v / 2, x / 2), [(3.0, 2.0), (0.5, 0.1)]),
    "chdtrc": (lambda v, x: 1 - gamma(v / 2, x / 2), [(3.0, 2.0)]),
    "gdtr": (lambda a, b, x: gamma(b, a * x), [(3.0, 2.0, 0.7), (0.5, 0.1, 3.0)]),
    "gdtrc": (lambda a, b, x: 1 - gamma(b, a * x), [(3.0, 2.0, 0.7)]),
    "fdtr": (
        lambda n, d, x: beta(n / 2, d / 2, n * x / (d + n * x)),
        [(3.0, 2.0, 0.7), (5.0, 10.0, 3.0)],
    ),
    "fdtrc": (
        lambda n, d, x: 1 - beta(n / 2, d / 2, n * x / (d + n * x)),
        [(3.0, 2.0, 0.7)],
    ),
    "stdtr": (student, [(3.0, -2.0), (0.7, 1.5), (30.0, 2.0)]),
}

#: Those that count, as functions of their last argument.
COUNTING = {
    "pdtr": ((3,), lambda m: 1 - gamma(4, m), 2.0),
    "pdtrc": ((3,), lambda m: gamma(4, m), 2.0),
    "bdtr": ((3, 7), lambda p: beta(4, 4, 1 - p), 0.2),
    "bdtrc": ((3, 7), lambda p: 1 - beta(4, 4, 1 - p), 0.7),
    "nbdtr": ((3, 7), lambda p: beta(7, 4, p), 0.2),
    "nbdtrc": ((3, 7), lambda p: 1 - beta(7, 4, p), 0.7),
}

#: Inverses: F, which of its arguments each one of theirs is (None is p), a point.
INVERSES = {
    "chdtri": (lambda v, x: 1 - gamma(v / 2, x / 2), (0, None), (3.0, 0.3)),
    "chdtriv": (lambda v, x: gamma(v / 2, x / 2), (None, 1), (0.3, 2.0)),
    "gdtria": (lambda a, b, x: gamma(b, a * x), (None, 1, 2), (0.3, 2.0, 0.7)),
    "gdtrib": (lambda a, b, x: gamma(b, a * x), (0, None, 2), (1.5, 0.4, 0.7)),
    "gdtrix": (lambda a, b, x: gamma(b, a * x), (0, 1, None), (1.5, 0.4, 0.7)),
    "pdtrik": (lambda k, m: 1 - gamma(k + 1, m), (None, 1), (0.6, 2.5)),
    "btdtria": (beta, (None, 1, 2), (0.3, 2.0, 0.7)),
    "btdtrib": (beta, (0, None, 2), (1.5, 0.4, 0.7)),
    "fdtri": (FORWARD["fdtr"][0], (0, 1, None), (3.0, 2.5, 0.7)),
    "fdtridfd": (FORWARD["fdtr"][0], (0, None, 2), (2.5, 0.62, 1.5)),
    "stdtrit": (student, (0, None), (3.0, 0.2)),
    "stdtridf": (student, (None, 1), (0.86, 1.7)),
    "bdtrik": (
        lambda k, n, p: beta(n - k, k + 1, 1 - p),
        (None, 1, 2),
        (0.7, 8.0, 0.5),
    ),
    "bdtrin": (
        lambda k, n, p: beta(n - k, k + 1, 1 - p),
        (0, None, 2),
        (3.5, 0.7, 0.5),
    ),
    "nbdtrik": (lambda k, n, p: beta(n, k + 1, p), (None, 1, 2), (0.7, 5.0, 0.5)),
    "nbdtrin": (lambda k, n, p: beta(n, k + 1, p), (0, None, 2), (3.5, 0.4, 0.5)),
}


@pytest.mark.parametrize("name", FORWARD)
def test_distributions(name):
    truth, points = FORWARD[name]
    agree(getattr(special, name), truth, *points, first=1e-11, second=1e-9)


@pytest.mark.parametrize("name", COUNTING)
def test_counting_distributions_and_their_inverses(name):
    counts, truth, x = COUNTING[name]
    f = getattr(special, name)
    agree(lambda x: f(*counts, x), truth, x)
    with pytest.raises(NoDerivativeError, match=f"{name} .* 'k'"):
        grad(lambda k: f(k, *counts[1:], x))(3.0)
    if name.endswith("c"):
        return
    solve = getattr(special, f"{name}i")
    for order in (1, 2):
        inner = mp.diff(truth, x, 1)
        wanted = 1 / inner if order == 1 else -mp.diff(truth, x, 2) / inner**3
        derivative = lambda p: solve(*counts, p)  # noqa: E731
        for _ in range(order):
            derivative = diff(derivative)
        np.testing.assert_allclose(derivative(f(*counts, x)), float(wanted), rtol=1e-9)


@pytest.mark.parametrize("name", INVERSES)
def test_inverses(name):
    """Compare with roots of F = p, which mpmath finds from SciPy's."""
    truth, order, point = INVERSES[name]
    f = getattr(special, name)

    def solve(*args):
        def gap(y):
            p = args[order.index(None)]
            full = [y] * len(order)
            for i, arg in zip(order, args, strict=True):
                if i is not None:
                    full[i] = arg
            return truth(*full) - p

        return mp.findroot(gap, mp.mpf(start))

    start = float(f(*point))
    with mp.workdps(30):
        assert abs(solve(*map(mp.mpf, point)) - start) < 1e-7 * abs(start)
    agree(f, solve, point, digits=25, first=1e-7, second=1e-6)


@pytest.mark.parametrize("name", INVERSES)
def test_a_distribution_undoes_its_inverse(name):
    """What goes there and back has the slope 1, to as many digits as SciPy solves."""
    _, order, point = INVERSES[name]
    forward = {"chdtri": "chdtrc", "chdtriv": "chdtr"}.get(
        name, name.partition("dtri")[0] + "dtr"
    )
    if forward in ("btdtr", "bdtr", "nbdtr", "pdtr"):
        return
    p = order.index(None)
    f, back = getattr(special, forward), getattr(special, name)

    def there_and_back(level):
        args = [*point[:p], level, *point[p + 1 :]]
        full = [back(*args)] * len(order)
        for i, arg in zip(order, args, strict=True):
            if i is not None:
                full[i] = arg
        return f(*full)

    assert diff(there_and_back)(point[p]) == pytest.approx(1, rel=1e-12)
    assert diff(diff(there_and_back))(point[p]) == pytest.approx(0, abs=1e-10)


def test_the_ends():
    assert diff(lambda x: special.fdtr(2.0, 3.0, x))(0.0) == 1
    assert diff(lambda x: special.chdtr(2.0, x))(0.0) == 0.5
    assert diff(lambda v: special.stdtr(v, 0.0))(3.0) == 0
    slope = diff(lambda t: special.stdtr(3.0, t))(0.0)
    assert slope == pytest.approx(2 / (np.pi * np.sqrt(3)), rel=1e-14)


def test_makers():
    assert chdtr.function is special.chdtr
    square = distribution(lambda x: x**2, [lambda x: 2 * x], -1, on=())
    root = inverse(
        lambda p, q: np.sqrt(p),
        [lambda x, q: 2 * x, None],
        (None, 1),
        on=(),
        names="p q",
    )
    assert grad(square)(3.0) == -6
    assert grad(lambda p: root(p, 0.0))(4.0) == 0.25
    with pytest.raises(NoDerivativeError, match="'q'"):
        grad(lambda q: root(4.0, q))(1.0)
