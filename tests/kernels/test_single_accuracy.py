"""Kernels of singles against doubles, within what the docs promise.

A double has 29 bits more, so NumPy's functions of doubles tell the true value.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from ulps import ufunc_named

from diffops.kernels import compilation
from diffops.kernels.kernel import Kernel, PowerKernel
from diffops.kernels.least_sizes import least_sizes
from diffops.primitive import primitives
from diffops.rules.arithmetic import steady_power

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
ROWS = re.findall(r"^\| `(\w+)` \| .* \| (\w+) \| ([\d.]+) \|$", PAGE.read_text(), re.M)
BOUNDS = {name: float(bound) for name, _, bound in ROWS}
WIDTHS = [w for w in (4, 8) if compilation.lanes() >= w]

#: Every 100003rd of all singles: NaN, infinities, denormals and huge ones among them.
ALL = np.arange(0, 2**32, 100_003, dtype=np.uint64).astype(np.uint32).view(np.float32)
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, -0.5, 1e-45, -1e-45]
SPECIAL += [2.0**-126, 3e38, -3e38, 88.7, -103.9, 89.4, 3.65, 0.88299, 5.6987786e11]
RANDOM = np.random.default_rng(0)
POINTS = np.concatenate(
    [
        ALL,
        np.float32(SPECIAL),
        (np.arange(-99, 100) * (np.pi / 2)).astype(np.float32),
        RANDOM.uniform(-12, 12, 9000).astype(np.float32),
        RANDOM.uniform(-1.1, 1.1, 9000).astype(np.float32),
    ]
)


def partials_of(name):
    """Return the rule's own partials."""
    function = ufunc_named(name)
    return next(p.partials for p in primitives if p.function is function)


@pytest.fixture(params=WIDTHS)
def made(request, monkeypatch):
    """Return what makes kernels of some width, for arrays of any size."""
    monkeypatch.setattr(compilation, "lanes", lambda: request.param)
    return lambda name: Kernel(ufunc_named(name), partials_of(name), 0, 0)


def arguments(name):
    """Return arguments all over the domain, in pairs of like and of any size."""
    if name == "expit":  # where it is denormal, too
        return (np.concatenate([POINTS, np.linspace(-105, 105, 70_001)]).astype("f"),)
    if ufunc_named(name).nin == 1:
        return (POINTS,)
    others = RANDOM.permutation(POINTS)
    like = POINTS * RANDOM.uniform(-4, 4, POINTS.size).astype(np.float32)
    special = [x.ravel() for x in np.meshgrid(*[np.float32(SPECIAL)] * 2)]
    return (
        np.concatenate([POINTS, POINTS, special[0]]),
        np.concatenate([others, like, special[1]]),
    )


def error(found, true):
    """Return the errors in units in the last place; of equal values 0."""
    nearest = true.astype(np.float32)
    largest = np.finfo(np.float32).max
    unit = np.spacing(np.minimum(np.abs(nearest), largest)).astype(float)
    same = (found == nearest) | (np.isnan(found) & np.isnan(nearest))
    units = np.abs(found.astype(float) - true) / unit
    return np.where(same, 0.0, np.where(np.isnan(units), np.inf, units))


def test_the_page_lists_every_kernel():
    kernels = set(least_sizes(False, single=True)) - {"whole_power", "logaddexp"}
    assert kernels | {"exp", "log"} == set(BOUNDS)
    assert all(bound <= 4 for bound in BOUNDS.values())
    own = {name for name, source, _ in ROWS if source != "libmvec"}
    assert all(BOUNDS[name] <= 2 for name in own)


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.filterwarnings("ignore")
def test_values(made, name, capfd):
    args = arguments(name)
    y, _ = made(name)(args, ())
    assert capfd.readouterr().err == ""  # LLVM says what it cannot vectorise
    assert y.dtype == np.float32
    true = ufunc_named(name)(*(x.astype(float) for x in args))
    assert error(y, true).max() <= BOUNDS[name]
    known = ~np.isnan(true)
    np.testing.assert_array_equal(np.signbit(y)[known], np.signbit(true)[known])


@pytest.mark.parametrize("name", [*BOUNDS, "logaddexp"])
@pytest.mark.filterwarnings("ignore")
def test_partials(made, name):
    args = [x[np.abs(x) < 80] for x in arguments(name)[:1]]
    args += [RANDOM.permutation(args[0])] * (ufunc_named(name).nin - 1)
    _, found = made(name)(args, range(len(args)))
    wide = [x.astype(float) for x in args]
    value = ufunc_named(name)(*wide)
    for d, partial in zip(found, partials_of(name), strict=True):
        slope = partial(value, *wide)
        nearest = slope.astype(np.float32)
        close = np.abs(d - slope) <= 8 * np.spacing(np.abs(nearest)) + 3e-7
        close |= (d == nearest) | (np.isnan(d) & np.isnan(slope))
        # 1 - x² and the like are rounded where they vanish.
        close |= np.abs(d - slope) <= 1e-5 * np.abs(slope)
        assert close.all(), [x[~close] for x in args]


@pytest.mark.parametrize("n", [3, 4, 7, 31, 64])
@pytest.mark.filterwarnings("ignore")
def test_whole_powers(made, n):
    kernel = PowerKernel(steady_power.function, steady_power.partials, 0, 0)
    y, (d,) = kernel((POINTS, n), (0,))
    wide = POINTS.astype(float)
    assert y.dtype == d.dtype == np.float32
    errors = error(y, wide**n)
    assert errors.max() <= 2
    assert errors[np.abs(wide**n) > 1e-30].max() <= 1  # what is rounded off is normal
    slope = n * wide ** (n - 1)
    normal = np.abs(slope) > 1e-30
    assert error(d, slope)[normal].max() <= 2


@pytest.mark.filterwarnings("ignore")
def test_logaddexp(made):
    a, b = arguments("logaddexp")
    y, (to_a, to_b) = made("logaddexp")((a, b), (0, 1))
    true = np.logaddexp(a.astype(float), b.astype(float))
    scale = np.maximum(np.maximum(np.abs(a), np.abs(b)), np.abs(y))
    with np.errstate(all="ignore"):
        close = np.abs(y - true) <= 4 * np.spacing(scale).astype(float)
    close |= (y == true.astype(np.float32)) | (np.isnan(y) & np.isnan(true))
    assert close.all(), (a[~close], b[~close])
    both = to_a + to_b
    np.testing.assert_allclose(both[~np.isnan(both)], 1.0, rtol=3e-7)
