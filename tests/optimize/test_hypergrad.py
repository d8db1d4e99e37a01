"""The ways to a hypergradient agree, and cost what they say."""

from __future__ import annotations

import numpy as np
import pytest
from gradients import differences

from diffops import ConvergenceError, grad, optimize

RNG = np.random.default_rng(3)
ROWS, OTHERS = RNG.normal(size=(30, 4)), RNG.normal(size=(20, 4))
TRUTH = np.array([1.0, -1.0, 0.5, 0.0])
TARGETS = ROWS @ TRUTH + 0.3 * RNG.normal(size=30)
OTHER_TARGETS = OTHERS @ TRUTH


def ridge(w, log):
    return 0.5 * np.mean((ROWS @ w - TARGETS) ** 2) + 0.5 * np.exp(log) * w @ w


def validation(w):
    return np.mean((OTHERS @ w - OTHER_TARGETS) ** 2)


def train(log, way):
    method = optimize.Momentum(0.2, 0.7)
    return validation(optimize.descend(ridge, np.zeros(4), method, 150, log, way=way))


def exact(log):
    matrix = ROWS.T @ ROWS / 30 + np.exp(log) * np.eye(4)
    return validation(np.linalg.solve(matrix, ROWS.T @ TARGETS / 30))


@pytest.mark.parametrize("way", optimize.WAYS)
def test_all_ways_agree_with_the_closed_form(way):
    found = optimize.hypergrad(train, -1.0, way)
    assert found.way == way
    assert found.value == pytest.approx(exact(-1.0), rel=1e-9)
    wanted = differences(lambda x: exact(x[0]), np.array([-1.0]))[0]
    assert found.gradient == pytest.approx(wanted, rel=1e-7)
    assert found.gradient == pytest.approx(grad(exact)(-1.0), rel=1e-8)


def test_a_short_training_has_a_hypergradient_of_its_own():
    """Three ways differentiate the steps; a minimum was not reached."""

    def short(log, way):
        method = optimize.Momentum(0.2, 0.7)
        return validation(optimize.descend(ridge, np.zeros(4), method, 5, log, way=way))

    wanted = differences(lambda x: short(x[0], "unrolled"), np.array([-1.0]))[0]
    for way in ("unrolled", "checkpointed", "reversible"):
        found = optimize.hypergrad(short, -1.0, way)
        assert found.gradient == pytest.approx(wanted, rel=1e-8)
    assert abs(wanted - grad(exact)(-1.0)) > 1e-3
    with pytest.raises(ConvergenceError, match="did not reach a minimum in 5 steps"):
        optimize.hypergrad(short, -1.0, "implicit")


def test_hyperparameters_in_containers():
    def tuned(hyper, way):
        method = optimize.Momentum(hyper["rate"], hyper["momentum"])
        w = optimize.descend(ridge, np.zeros(4), method, 20, hyper["log"], way=way)
        return validation(w)

    hyper0 = {"rate": 0.1, "momentum": 0.5, "log": -1.0}
    found = [
        optimize.hypergrad(tuned, hyper0, way).gradient
        for way in ("unrolled", "checkpointed", "reversible")
    ]
    wanted = differences(
        lambda x: tuned(dict(zip(hyper0, x, strict=True)), "unrolled"),
        np.array(list(hyper0.values())),
    )
    for gradient in found:
        np.testing.assert_allclose(list(gradient.values()), wanted, rtol=1e-8)


def test_what_they_cost():
    found = {way: optimize.hypergrad(train, -1.0, way) for way in optimize.WAYS}
    assert found["unrolled"].calls == 150
    assert 150 < found["checkpointed"].calls <= 4 * 150
    assert found["reversible"].calls == 3 * 150
    assert found["implicit"].calls < 150 + 20
    peaks = {
        way: optimize.hypergrad(train, -1.0, way, measure_memory=True).peak
        for way in optimize.WAYS
    }
    for way in ("checkpointed", "reversible", "implicit"):
        assert peaks[way] < 0.5 * peaks["unrolled"], way
    assert "150 evaluations" in str(found["unrolled"])
    assert "MiB at most" in str(found["implicit"]._replace(peak=2**20))


def test_the_memory_of_a_way_is_respected():
    few, many = (optimize.Way("checkpointed", memory=m) for m in (2, 150))
    slopes = [optimize.hypergrad(train, -1.0, way).gradient for way in (few, many)]
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-12)
    assert few.calls > many.calls


def test_train_returns_one_number():
    with pytest.raises(TypeError, match="one number"):
        optimize.hypergrad(lambda log, way: np.ones(2) * log, 1.0)
