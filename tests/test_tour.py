"""The tour holds, and it would say so if it did not."""

import math
import subprocess
import sys

import numpy as np
import pytest

from diffops import tour
from diffops.data import longley
from diffops.tour import installed
from diffops.tour.page import Check, Page


def test_command():
    """``python -m diffops`` succeeds, in plain ASCII, without importing engines."""
    script = (
        "import runpy, sys\n"
        "try: runpy.run_module('diffops', run_name='__main__')\n"
        "finally: print(*{'numba', 'cupy', 'dask', 'torch'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        check=True,
        encoding="ascii",
    )
    *lines, imported = done.stdout.splitlines()
    assert not imported
    assert not done.stderr
    assert max(map(len, lines)) <= 88
    assert "26 of 26 results are right" in lines[-1]


@pytest.mark.parametrize(
    ("section", "name"),
    [
        (tour.gases, "fgrad"),
        (tour.gases, "hessian"),
        (tour.newton, "grad"),
        (tour.newton, "hessianv"),
        (tour.training, "fgrad"),
        (tour.curls, "curldiv"),
        (tour.kepler, "fgrad"),
    ],
)
def test_wrong_derivative_fails(monkeypatch, capsys, section, name):
    """An operator that is off by 1e-8 turns the exit status."""
    right = getattr(section, name)

    def scaled(result):
        if isinstance(result, tuple):
            return tuple(map(scaled, result))
        return result * (1 + 1e-8)

    def wrong(f, *options):
        return lambda *args: scaled(right(f, *options)(*args))

    monkeypatch.setattr(section, name, wrong)
    monkeypatch.setattr(tour, "SECTIONS", (section,))
    assert tour.run() == 1
    assert "  !" in capsys.readouterr().out


def test_wrong_steps_fail(monkeypatch, capsys):
    def stretched(x1, x2):
        return np.log(x1) + x1 * x2 - np.sin((1 + 1e-8) * x2)

    monkeypatch.setattr(tour.survey, "f", stretched)
    monkeypatch.setattr(tour, "SECTIONS", (tour.survey,))
    assert tour.run() == 1
    assert capsys.readouterr().out.count("  !") == 1


@pytest.mark.parametrize("got", [1.1, np.nan, np.inf, [1.0], [[1.0]]])
def test_check_fails(capsys, got):
    page = Page()
    page.compare("truth", [Check("number", got, 1.0, 0.05)])
    assert page.failures == 1
    assert "!" in capsys.readouterr().out


def test_check_holds(capsys):
    page = Page()
    page.compare("truth", [Check("numbers", [1.0, 2.1], [1.0, 2.0], 0.051)])
    assert page.failures == 0
    assert "2.1" in capsys.readouterr().out


def test_jit_runs_python_a_few_times():
    """Each way that occurs is called once, recorded, and compared; then no more."""
    f = tour.kepler.Counted(tour.kepler.anomaly)
    slopes = tour.kepler.native(f)
    ways = {iterations(mean) for mean in tour.kepler.MEANS}
    tour.kepler.revolve(slopes)
    assert f.calls == 1 + 2 * len(ways)
    tour.kepler.revolve(slopes)
    assert f.calls == 1 + 2 * len(ways)


def iterations(mean):
    """Count the turns of Newton's loop in plain Python."""
    e, E = tour.kepler.ECCENTRICITY, mean
    for turn in range(1, 100):
        step = (E - e * math.sin(E) - mean) / (1 - e * math.cos(E))
        E -= step
        if abs(step) <= 1e-10:
            return turn


def test_longley():
    """Least squares on the shipped numbers gives what NIST certifies for them."""
    employed, *indicators = longley().T
    design = np.column_stack([np.ones(16), *indicators])
    scale = np.abs(design).max(axis=0)
    coefficients = np.linalg.lstsq(design / scale, employed)[0] / scale
    certified = [
        -3482258.63459582,
        15.0618722713733,
        -0.358191792925910e-1,
        -2.02022980381683,
        -1.03322686717359,
        -0.511041056535807e-1,
        1829.15146461355,
    ]
    np.testing.assert_allclose(coefficients, certified, rtol=1e-8)


def test_libraries_fit_whether_they_are_installed_or_not():
    for name, _, role in installed.LIBRARIES:
        assert len(f"  {name:8}  {'not installed':13}  {role}") <= 88
