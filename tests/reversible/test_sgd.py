"""Hypergradients through reversed training are those of the same training unrolled."""

from __future__ import annotations

import dataclasses
import tracemalloc

import numpy as np
import pytest

from diffops import (
    NoDerivativeError,
    checkpoint,
    grad,
    hessian,
    jacobian,
    jit,
    jvp,
    reversible_sgd,
    vjp,
    vmap,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 5))
Y = (X @ RNG.normal(size=5) > 0) * 1.0
N = 50
RATES, MOMENTA = RNG.uniform(0.1, 1.0, N), RNG.uniform(0.0, 0.99, N)
MOMENTA[::10] = 0.0
START = {"w": RNG.normal(size=5), "b": 0.3}
PENALTY = np.full(5, -2.0)
POINT = (START, RATES, MOMENTA, PENALTY)


def loss(w, t, penalty):
    """Regularised logistic regression on half of the data."""
    x, y = X[t % 2 :: 2], Y[t % 2 :: 2]
    z = x @ w["w"] + w["b"]
    return np.mean(np.logaddexp(0, z) - y * z) + np.sum(np.exp(penalty) * w["w"] ** 2)


def unrolled(loss, w, n, rates, momenta, *args):
    """The steps of the docstring, in floats, on a dict."""
    v = {key: 0.0 * value for key, value in w.items()}
    for t in range(n):
        g = grad(loss)(w, t, *args)
        v = {k: momenta[t] * v[k] - (1 - momenta[t]) * g[k] for k in v}
        w = {k: w[k] + rates[t] * v[k] for k in w}
    return w


def outer(train):
    """A validation loss after training."""

    def f(start, rates, momenta, penalty):
        w = train(loss, start, N, rates, momenta, penalty)
        return np.sum(np.sin(w["w"])) + w["b"] ** 2

    return f


reversed_, plain = outer(reversible_sgd), outer(unrolled)


def test_weights_are_those_of_training_in_floats():
    found = reversible_sgd(loss, START, N, RATES, MOMENTA, PENALTY)
    wanted = unrolled(loss, START, N, RATES, MOMENTA, PENALTY)
    assert type(found["b"]) is float
    for key, value in wanted.items():
        np.testing.assert_allclose(found[key], value, rtol=0, atol=1e-14)


def test_hypergradients_are_those_of_unrolled_training():
    found = grad(reversed_, (0, 1, 2, 3))(*POINT)
    wanted = grad(plain, (0, 1, 2, 3))(*POINT)
    for key, value in wanted[0].items():
        np.testing.assert_allclose(found[0][key], value, rtol=1e-9, atol=1e-14)
    for a, b in zip(found[1:], wanted[1:], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("argnum", [1, 2, 3])
def test_hypergradients_are_those_of_differences(argnum):
    """Of the training in fixed-point numbers itself, fourth order."""
    slopes = grad(reversed_, argnum)(*POINT)
    direction = np.random.default_rng(3).normal(size=slopes.shape) / 10
    if argnum == 2:
        direction *= MOMENTA * (1 - MOMENTA)  # so they stay in [0, 1)

    def moved(h):
        args = list(POINT)
        args[argnum] = args[argnum] + h * direction
        return reversed_(*args)

    h = 1e-3
    once, twice = moved(h) - moved(-h), moved(2 * h) - moved(-2 * h)
    difference = (8 * once - twice) / (12 * h)
    assert slopes @ direction == pytest.approx(difference, rel=1e-7)


def test_constant_and_listed_schedules():
    def f(train, rate, momentum):
        w = train(loss, START, 3, rate, momentum, PENALTY)
        return np.sum(w["w"] ** 2)

    def listed(rates, momenta):
        return f(unrolled, rates, momenta)

    wanted = grad(listed, (0, 1))([0.3] * 3, [0.6] * 3)
    found = grad(f, (1, 2))(reversible_sgd, 0.3, 0.6)
    np.testing.assert_allclose(found, [sum(part) for part in wanted], rtol=1e-12)
    found = grad(f, (1, 2))(reversible_sgd, [0.3] * 3, [0.6] * 3)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_quadratic_by_hand():
    """Momentum 0: w ← w − α a w, n times."""

    def train(w0, rate, a):
        return reversible_sgd(lambda w, t, a: a * w * w / 2, w0, 10, rate, 0.0, a)

    w0, rate, a = 1.5, 0.1, 2.0
    c = 1 - rate * a
    assert train(w0, rate, a) == pytest.approx(w0 * c**10, abs=1e-14)
    found = grad(train, (0, 1, 2))(w0, rate, a)
    wanted = c**10, -10 * a * w0 * c**9, -10 * rate * w0 * c**9
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_every_mode_and_order():
    for argnum in (1, 2, 3):
        found, wanted = (hessian(f, argnum)(*POINT) for f in (reversed_, plain))
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)

    def along(f, p, v):
        return jvp(lambda p: f(*POINT[:3], p), (p,), (v,))[1]

    pushed = [along(f, PENALTY, PENALTY / 3) for f in (reversed_, plain)]
    assert pushed[0] == pytest.approx(pushed[1], rel=1e-10)
    third = [
        grad(lambda p, f: along(grad(f, 3), p, p) @ p)(PENALTY, f)
        for f in (reversed_, plain)
    ]
    np.testing.assert_allclose(*third, rtol=1e-7)


def test_batches_and_programs():
    stack = np.stack([PENALTY, PENALTY / 2])
    each = np.stack([grad(plain, 3)(*POINT[:3], p) for p in stack])
    mapped = vmap(grad(reversed_, 3), (None, None, None, 0))(*POINT[:3], stack)
    np.testing.assert_allclose(mapped, each, rtol=1e-9)
    values = vmap(reversed_, (None, None, None, 0))(*POINT[:3], stack)
    assert list(values) == [reversed_(*POINT[:3], p) for p in stack]
    jitted = jit(grad(reversed_, 3))
    for penalty, wanted in zip((*stack, *stack), (*each, *each), strict=True):
        np.testing.assert_allclose(jitted(*POINT[:3], penalty), wanted, rtol=1e-9)


def test_jacobians_and_pullbacks_called_again():
    def weights(train):
        return lambda penalty: train(loss, START, N, RATES, MOMENTA, penalty)["w"]

    for mode in ("reverse", "forward"):
        np.testing.assert_allclose(
            jacobian(weights(reversible_sgd), mode=mode)(PENALTY),
            jacobian(weights(unrolled), mode="forward")(PENALTY),
            rtol=1e-9,
            atol=1e-14,
        )
    _, pullback = vjp(weights(reversible_sgd), PENALTY)
    first, second = (pullback(np.ones(5))[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


@dataclasses.dataclass
class Net:
    a: np.ndarray
    b: list


def test_containers_dtypes_and_whole_numbers():
    net = Net(np.ones(2, np.float32), [1.0, np.zeros((1, 2))])

    def train(net, k, shift):
        # x is data: an argument that is an array of whole numbers
        def loss(net, t, x, shift):
            inner = net.a @ x.astype(np.float32) + net.b[1] @ x + net.b[0] - shift
            return np.sum(inner**2)

        return reversible_sgd(loss, net, k, 0.05, 0.5, np.array([1, 2]), shift)

    last = train(net, 40, 7.0)
    assert isinstance(last, Net) and last.a.dtype == np.float32
    assert type(last.b[0]) is float

    def reached(shift):
        last = train(net, 4, shift)
        return np.sum(last.a) + last.b[0]

    step = (reached(8.0) - reached(6.0)) / 2  # the training is linear in shift
    assert grad(reached)(7.0) == pytest.approx(step, rel=1e-5)
    cotangent = grad(lambda net: np.sum(train(net, 4, 7.0).b[1]))(net)
    assert cotangent.a.dtype == np.float32 and cotangent.b[1].shape == (1, 2)


def test_no_steps_and_no_dependence():
    assert grad(lambda w: reversible_sgd(loss, w, 0, 0.1, 0.5) ** 2)(3.0) == 6.0
    still = lambda w: reversible_sgd(lambda w, t: 0.0 * w, w, 5, 0.1, 0.5)  # noqa: E731
    assert grad(still)(3.0) == 1.0


@pytest.mark.parametrize(
    "w0", [np.array([3, 1]), np.array(2.0), 2, np.array(2.0, np.float32)], ids=repr
)
def test_weights_of_other_kinds_and_complex_arguments(w0):
    """The distance to 0.5 shrinks by c = 1 − 2 α |z|² in each of two steps."""

    def loss(w, t, z):
        return np.abs(z) ** 2 * np.sum((w - 0.5) ** 2)

    def end(rate, w0, z):
        return np.sum(reversible_sgd(loss, w0, 2, rate, 0.0, z))

    distance = np.sum(w0 - 0.5)
    rate, z, c = 0.01, 1 + 2j, 0.9
    close = {"rtol": 1e-5 if getattr(w0, "dtype", None) == np.float32 else 1e-12}
    by_rate, by_z = -20 * c * distance, -4 * rate * c * distance * 2 * np.conj(z)
    found = grad(end, ("rate", "z"))(rate, w0, z)
    np.testing.assert_allclose(found[0], by_rate, **close)
    np.testing.assert_allclose(found[1], by_z, **close)
    pushed = jvp(lambda rate: end(rate, w0, z), (rate,), (1.0,))[1]
    np.testing.assert_allclose(pushed, by_rate, **close)
    start, still = 1.0 * w0, 0.0 * w0
    pushed = jvp(lambda rate, w: end(rate, w, z), (rate, start), (1.0, still))[1]
    np.testing.assert_allclose(pushed, by_rate, **close)


@pytest.mark.parametrize(
    ("loss", "wanted"),
    [(lambda w, t: np.atleast_1d(w**2), 0.9), (lambda w, t: 1.0, 1.0)],
    ids=["one entry", "constant"],
)
def test_losses_of_one_entry_and_constant_ones(loss, wanted):
    found = grad(lambda w: reversible_sgd(loss, w, 1, 0.1, 0.5))(1.0)
    assert found == pytest.approx(wanted)


def test_memory_does_not_grow_with_the_steps_but_for_the_bits():
    size, momentum = 2000, 0.9
    curvature = np.linspace(0.1, 1.0, size)

    def peak(n):
        def f(penalty):
            def loss(w, t, p):
                return np.sum(curvature * np.sin(w)) + p * np.sum(w**2)

            return np.sum(
                reversible_sgd(loss, np.ones(size), n, 0.1, momentum, penalty)
            )

        grad(f)(0.1)
        tracemalloc.start()
        grad(f)(0.1)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few, many = 50, 450
    grown = peak(many) - peak(few)
    bits = (many - few) * size * np.log2(1 / momentum)
    assert grown < 1.1 * bits / 8 + 300 * (many - few)  # and some numbers for a step
    assert grown < 0.01 * (many - few) * 3 * 8 * size  # unrolled: arrays for each step


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"n": -1}, ValueError, "cannot take -1 steps"),
        ({"n": 2.0}, TypeError, "integer"),
        ({"momenta": 1.0}, ValueError, r"\[0, 1\)"),
        ({"momenta": [0.1, -0.5, 0.1]}, ValueError, r"-0\.5"),
        ({"momenta": np.ones(2)}, ValueError, "momenta.*3 steps"),
        ({"learning_rates": np.ones((3, 1))}, ValueError, "learning_rates"),
        ({"learning_rates": 1e6}, OverflowError, "1024"),
        ({"learning_rates": np.nan}, OverflowError, "not a number"),
        ({"w0": np.full(2, 2000.0)}, OverflowError, "scale the weights"),
        ({"w0": np.ones(2, complex)}, TypeError, "real weights"),
        ({"w0": "w"}, TypeError, "a weight of reversible_sgd"),
        ({"w0": np.array([True])}, TypeError, "a weight of reversible_sgd"),
        ({"loss": lambda w, t: w}, TypeError, "grad wants f to return one number"),
    ],
)
def test_misuse(change, error, words):
    given = {
        "loss": lambda w, t: np.sum(w**2),
        "w0": np.ones(2),
        "n": 3,
        "learning_rates": 0.1,
        "momenta": 0.5,
    }
    with pytest.raises(error, match=words):
        reversible_sgd(**(given | change))


def test_what_varies_must_be_an_argument():
    def f(a):
        return reversible_sgd(lambda w, t: (w - a) ** 2, 1.0, 3, 0.1, 0.5)

    for operator in (grad, lambda f: lambda a: jvp(f, (a,), (1.0,))):
        with pytest.raises(NoDerivativeError, match=r"no argument.*test_sgd\.py"):
            operator(f)(2.0)


def test_a_loss_that_changes_its_mind_is_found_out():
    rng = np.random.default_rng(0)
    noisy = lambda w, t: (w - rng.normal()) ** 2  # noqa: E731
    with pytest.raises(NoDerivativeError, match="seed what is random by t"):
        grad(lambda w: reversible_sgd(noisy, w, 10, 0.1, 0.5))(1.0)

    def seeded(w, t):
        return (w - np.random.default_rng(t).normal()) ** 2

    found = grad(lambda w: reversible_sgd(seeded, w, 1, 0.1, 0.5))(1.0)
    assert found == pytest.approx(1 - 0.1 * 0.5 * 2)


def test_inside_a_checkpoint():
    f = checkpoint(lambda p: reversed_(*POINT[:3], p))
    np.testing.assert_allclose(grad(f)(PENALTY), grad(plain, 3)(*POINT), rtol=1e-9)
