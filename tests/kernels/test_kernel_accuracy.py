"""Values and partials of all kernels against mpmath, within what the docs promise."""

import re
from pathlib import Path

import numpy as np
import pytest
from ulps import TRUE, error, mp, points, ufunc_named

from diffops.kernels import compilation
from diffops.kernels.kernel import Kernel, PowerKernel
from diffops.kernels.least_sizes import least_sizes
from diffops.primitive import primitives
from diffops.rules.arithmetic import steady_power

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
ROWS = re.findall(r"^\| `(\w+)` \| (\w+) \| ([\d.]+) \| .*\|$", PAGE.read_text(), re.M)
BOUNDS = {name: float(bound) for name, _, bound in ROWS}

SPECIAL = np.array(
    [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, -0.5, 5e-324, -5e-324]
    + [2.0**-1022, 1e308, -1e308, 1e22, -1e22, 1e6, 710.0, -746.0, 40.0, -40.0]
)
WIDTHS = [w for w in (4, 8) if compilation.lanes() >= w]


def partials_of(name):
    """Return the rule's own partials."""
    function = ufunc_named(name)
    return next(p.partials for p in primitives if p.function is function)


@pytest.fixture(params=WIDTHS)
def made(request, monkeypatch):
    """Return what makes kernels of some width, for arrays of any size."""
    monkeypatch.setattr(compilation, "lanes", lambda: request.param)
    return lambda name: Kernel(ufunc_named(name), partials_of(name), 0)


def test_the_page_lists_every_kernel():
    functions = set(least_sizes(False)) - {"whole_power", "logaddexp"}
    assert set(BOUNDS) == functions
    assert set(TRUE) == functions | {"logaddexp"}
    own = {name: bound for name, source, bound in ROWS if source != "libmvec"}
    assert all(float(bound) <= 2 for bound in own.values())
    assert all(bound <= 4 for bound in BOUNDS.values())


@pytest.mark.parametrize("name", BOUNDS)
def test_values_and_partials(made, name):
    args = points(name, 40 if name in ("erf", "erfc") else 150)
    y, partials = made(name)(args, range(len(args)))
    value, *slopes = TRUE[name]
    assert error(y, value, *args) <= BOUNDS[name]
    for d, slope in zip(partials, slopes, strict=True):
        rows = zip(*(x.tolist() for x in args), strict=True)
        true = np.array([float(slope(*map(mp.mpf, row))) for row in rows])
        with np.errstate(invalid="ignore"):
            close = np.abs(d - true) <= 6 * np.spacing(np.abs(true)) + 4e-16
        close |= d == true  # infinite both
        assert close.all(), [x[~close] for x in args]


def test_logaddexp(made):
    a, b = points("logaddexp", 100)
    y, (to_a, to_b) = made("logaddexp")((a, b), (0, 1))
    larger = np.maximum(np.abs(y), np.maximum(np.abs(a), np.abs(b)))
    true = np.array(
        [
            float(TRUE["logaddexp"][0](*map(mp.mpf, row)))
            for row in zip(a, b, strict=True)
        ]
    )
    assert (np.abs(y - true) <= 2 * np.spacing(larger)).all()
    np.testing.assert_allclose(to_a + to_b, 1.0, rtol=1e-15)


@pytest.mark.parametrize("n", [3, 4, 5, 7, 10, 31, 64])
def test_whole_powers(made, n):
    random = np.random.default_rng(n)
    x = random.normal(size=600) * 10.0 ** random.uniform(-150 / n, 150 / n, 600)
    kernel = PowerKernel(steady_power.function, steady_power.partials, 0)
    y, (d,) = kernel((x, n), (0,))
    assert error(y, lambda x: x**n, x) <= 1
    assert error(d, lambda x: n * x ** (n - 1), x) <= 2


def test_powers_of_special_values(made):
    kernel = PowerKernel(steady_power.function, steady_power.partials, 0)
    with np.errstate(all="ignore"):
        for n in (3, 4, 9):
            y, (d,) = kernel((SPECIAL, n), (0,))
            np.testing.assert_allclose(y, SPECIAL**n, rtol=1e-15)
            np.testing.assert_allclose(d, n * SPECIAL ** (n - 1), rtol=1e-15)
            assert (np.signbit(y) == np.signbit(SPECIAL**n))[~np.isnan(y)].all()


@pytest.mark.parametrize("name", [*BOUNDS, "logaddexp"])
def test_special_values(made, name, capfd):
    function = ufunc_named(name)
    args = (SPECIAL,)
    if function.nin == 2:
        args = tuple(np.array([[x, y] for x in SPECIAL for y in SPECIAL]).T.copy())
    with np.errstate(all="raise"):
        y, partials = made(name)(args, range(len(args)))
    assert capfd.readouterr().err == ""  # LLVM says what it cannot vectorise
    with np.errstate(all="ignore"):
        wanted = function(*args)
        slopes = [partial(wanted, *args) for partial in partials_of(name)]
    np.testing.assert_array_max_ulp(y, wanted, 4)
    known = ~np.isnan(wanted)
    assert (np.signbit(y) == np.signbit(wanted))[known].all()
    for d, slope in zip(partials, slopes, strict=True):
        np.testing.assert_allclose(d, slope, rtol=1e-14, atol=1e-15)
