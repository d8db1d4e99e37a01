"""The driver of the differentiable optimisers."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pytest

from diffops import grad, optimize


@dataclass
class Model:
    slope: np.ndarray
    offset: float


def test_weights_in_containers():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, 2))
    targets = rows @ [1.0, -2.0] + 0.5

    def loss(model):
        return np.mean((rows @ model.slope + model.offset - targets) ** 2)

    start = Model(np.zeros(2), 0.0)
    found = optimize.descend(loss, start, optimize.Adam(0.05), 800)
    assert isinstance(found, Model)
    np.testing.assert_allclose(found.slope, [1.0, -2.0], atol=1e-3)
    assert found.offset == pytest.approx(0.5, abs=1e-3)
    assert start.offset == 0.0
    np.testing.assert_array_equal(start.slope, [0.0, 0.0])


def test_single_precision_stays():
    w0 = np.ones(2, np.float32)
    found = optimize.descend(lambda w: np.sum(w**2), w0, optimize.Momentum(0.1), 3)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(w0, [1.0, 1.0])


def test_no_steps():
    for way in ("unrolled", "checkpointed", "reversible"):
        method = optimize.GradientDescent(0.1)
        found = optimize.descend(lambda w: w**2, 2.0, method, 0, way=way)
        assert found == 2.0


def test_the_history_of_a_training():
    history = optimize.History()
    method = optimize.GradientDescent(0.25)
    optimize.descend(lambda w: w**2, 1.0, method, 3, callback=history)
    assert history.values == [1.0, 0.25, 0.0625]
    assert history.xs == [1.0, 0.5, 0.25]

    xs = []
    optimize.descend(lambda w: w**2, 1.0, method, 3, callback=xs.append)
    assert xs == history.xs

    def train(rate):
        method = optimize.GradientDescent(rate)
        return optimize.descend(lambda w: w**2, 1.0, method, 3, callback=history)

    assert grad(train)(0.25) == pytest.approx(3 * 0.25 * -2)
    assert all(type(value) is float for value in history.values)


def test_misuse(monkeypatch):
    f, method = (lambda w: w**2), optimize.GradientDescent(0.1)
    with pytest.raises(ValueError, match="cannot take -1 steps"):
        optimize.descend(f, 1.0, method, -1)
    with pytest.raises(TypeError):
        optimize.descend(f, 1.0, method, 2.5)
    with pytest.raises(TypeError, match=r"a method such as optimize.Adam\(0.01\)"):
        optimize.descend(f, 1.0, "adam", 3)
    with pytest.raises(ValueError, match="way must be one of"):
        optimize.descend(f, 1.0, method, 3, way="fast")
    with pytest.raises(ValueError, match="for the unrolled way"):
        optimize.descend(f, 1.0, method, 3, way="checkpointed", callback=print)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match=r"diffops\[progress\]"):
        optimize.descend(f, 1.0, method, 3, progress=True)


def test_a_progress_bar(capsys):
    pytest.importorskip("tqdm")
    method = optimize.GradientDescent(0.1)
    optimize.descend(lambda w: w**2, 1.0, method, 3, progress=True)
    assert "3/3" in capsys.readouterr().err
