"""One training by each of the ways."""

from __future__ import annotations

import numpy as np
import pytest
from trainings import curved

from diffops import ConvergenceError, NoDerivativeError, grad, jit, jvp, optimize, vmap

METHODS = {
    "descent": lambda r: optimize.GradientDescent(r),
    "momentum": lambda r: optimize.Momentum(r, 0.5 * r),
    "nesterov": lambda r: optimize.Nesterov(r, 0.5),
    "averaged": lambda r: optimize.AveragedDescent(r),
    "adagrad": lambda r: optimize.AdaGrad(r),
    "rmsprop": lambda r: optimize.RMSProp(r, 0.9, centered=True),
    "adadelta": lambda r: optimize.AdaDelta(r),
    "adam": lambda r: optimize.Adam(r),
    "adamax": lambda r: optimize.AdaMax(r),
    "rprop": lambda r: optimize.Rprop(r),
    "fista": lambda r: optimize.FISTA(optimize.L1(r), 2.0),
    "conjugate": lambda r: optimize.ConjugateGradient(optimize.StrongWolfe(r)),
    "newton": lambda r: optimize.Newton(r),
    "newton-cg": lambda r: optimize.NewtonCG(r),
    "decay": lambda r: optimize.GradientDescent(optimize.Decay(r, 0.1)),
    "clipped": lambda r: optimize.Momentum(r, clip=optimize.ClipNorm(r)),
}


def train(x, name, way="unrolled"):
    method = METHODS[name](x[0])
    w = optimize.descend(curved, np.ones(3), method, 6, x[1], way=way)
    return np.sum(np.sin(w))


X = np.array([0.2, 0.4])


@pytest.mark.parametrize("name", METHODS)
def test_checkpointed_steps_are_the_unrolled_ones(name):
    wanted = grad(train)(X, name)
    for memory in (None, 1, 6):
        way = optimize.Way("checkpointed", memory=memory)
        assert train(X, name, way) == train(X, name)
        np.testing.assert_allclose(grad(train)(X, name, way), wanted, rtol=1e-12)
    way = "checkpointed"
    slope = jvp(lambda x: train(x, name, way), (X,), (np.ones(2),))[1]
    assert slope == pytest.approx(np.sum(wanted), rel=1e-10)


@pytest.mark.parametrize("name", METHODS)
def test_recorded_and_replayed(name):
    jitted = jit(grad(lambda x: train(x, name)))
    for x in (X, X, X + 0.01, X):
        found = jitted(x)
        np.testing.assert_allclose(found, grad(train)(x, name), rtol=1e-10)


@pytest.mark.parametrize("name", ["descent", "adam", "conjugate", "fista"])
def test_a_batch_of_trainings(name):
    rates = np.array([0.1, 0.2, 0.4])
    found = vmap(grad(lambda r: train(np.stack([r, 0.4]), name)))(rates)
    wanted = [grad(lambda r: train(np.stack([r, 0.4]), name))(r) for r in rates]
    np.testing.assert_allclose(found, wanted, rtol=1e-10)


@pytest.mark.parametrize(
    "method",
    [
        lambda r: optimize.GradientDescent(r),
        lambda r: optimize.Momentum(r, 2.0 * r),
        lambda r: optimize.Momentum(optimize.ExponentialDecay(r, 0.1), 0.5),
    ],
)
def test_reversible_steps_are_the_unrolled_ones(method):
    def end(x, way):
        w0 = {"a": np.ones(2), "b": 1.0}
        loss = lambda w, c: curved(  # noqa: E731
            np.concatenate([w["a"], np.reshape(w["b"], (1,))]), c
        )
        w = optimize.descend(loss, w0, method(x[0]), 9, x[1], way=way)
        return np.sum(w["a"] ** 2) + w["b"]

    x = np.array([0.1, 0.4])
    assert end(x, "reversible") == pytest.approx(end(x, "unrolled"), rel=1e-13)
    np.testing.assert_allclose(
        grad(end)(x, "reversible"), grad(end)(x, "unrolled"), rtol=1e-11
    )


@pytest.mark.parametrize("way", ["unrolled", "checkpointed", "reversible"])
def test_a_stochastic_loss_gets_the_number_of_the_step(way):
    targets = np.array([1.0, 2.0, 4.0])

    def end(rate):
        return optimize.descend(
            lambda w, t, c: c * (w - targets[t]) ** 2,
            0.0,
            optimize.GradientDescent(rate),
            3,
            0.5,
            way=way,
            stochastic=True,
        )

    w = 0.0
    for target in targets:
        w = w - 0.25 * (w - target)
    assert end(0.25) == pytest.approx(w)
    h = 1e-5
    wanted = (end(0.25 + h) - end(0.25 - h)) / (2 * h)
    assert grad(end)(0.25) == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": optimize.Adam(0.1)}, "Adam cannot be undone"),
        ({"method": optimize.Nesterov(0.1)}, "Nesterov cannot be undone"),
        (
            {"method": optimize.GradientDescent(optimize.Backtracking())},
            "that do not search",
        ),
        (
            {"method": optimize.Momentum(0.1, clip=optimize.ClipNorm(1.0))},
            "clipping and early stopping cannot be undone",
        ),
        ({"stop": optimize.EarlyStopping()}, "early stopping cannot be undone"),
    ],
)
def test_what_cannot_be_reversed(change, message):
    given = {"method": optimize.Momentum(0.1), "way": "reversible", **change}
    with pytest.raises(ValueError, match=message):
        optimize.descend(lambda w: w**2, 1.0, n=2, **given)


def test_what_has_no_minimum():
    descent = optimize.GradientDescent(0.1)
    with pytest.raises(ConvergenceError, match="did not reach a minimum in 3 steps"):
        optimize.descend(lambda w: w**2, 1.0, descent, 3, way="implicit")
    for stop, stochastic in ((optimize.EarlyStopping(), False), (None, True)):
        with pytest.raises(ValueError, match="implicit"):
            optimize.descend(
                lambda w, *_: w**2,
                1.0,
                descent,
                3,
                way="implicit",
                stop=stop,
                stochastic=stochastic,
            )
    hill = lambda c: optimize.descend(  # noqa: E731
        lambda w: -c * w**2, 0.0, descent, 3, way="implicit"
    )
    with pytest.raises(ConvergenceError, match="no minimum"):
        grad(hill)(1.0)


def test_what_checkpoints_cannot_see_is_refused():
    def hidden(c):
        return optimize.descend(
            lambda w: c * w**2, 1.0, optimize.Adam(0.1), 4, way="checkpointed"
        )

    with pytest.raises(NoDerivativeError):
        grad(hidden)(1.0)
