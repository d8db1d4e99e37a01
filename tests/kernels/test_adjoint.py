"""The fused update of adjoints: NumPy's bits, and only in memory that is ours."""

import numpy as np
import pytest

from diffops import grad, kernels, vjp
from diffops.kernels import adjoint
from diffops.kernels.adjoint import add_product

H, G, D = np.random.default_rng(1).normal(size=(3, 10_000))


@pytest.mark.parametrize("g", [G, 2.5, -1])
@pytest.mark.parametrize("d", [D, 0.7, -1])
def test_the_bits_are_those_of_two_steps(g, d):
    total = H.copy()
    assert add_product(total, g, d)
    np.testing.assert_array_equal(total, H + g * d)


def test_singles():
    total, g, d = (x.astype(np.float32) for x in (H, G, D))
    wanted = total + g * d
    assert add_product(total, g, d)
    np.testing.assert_array_equal(total, wanted)
    assert add_product(total, g, 0.1)
    np.testing.assert_array_equal(total, wanted + g * np.float32(0.1))


@pytest.mark.parametrize(
    ("total", "g", "d"),
    [
        (H[:100].copy(), G[:100], D[:100]),
        (H.astype(np.float32), G, D),
        (H.copy(), G.astype(np.float32), D),
        (H.copy(), G.reshape(100, 100), D),
        (H.copy(), G, 1j),
        (H.copy(), np.float64(2), D),
    ],
    ids=["small", "single", "single g", "shape", "complex", "scalar"],
)
def test_others_are_left_alone(total, g, d):
    before = total.copy()
    assert not add_product(total, g, d)
    np.testing.assert_array_equal(total, before)


def test_the_setting_turns_it_off():
    with kernels.use("numpy"):
        assert not add_product(H.copy(), G, D)


def test_gradients_keep_their_bits(monkeypatch):
    def f(x):
        y = x * D
        return np.sum(x * y * G - 3 * x + y * y * x - x * G)

    calls = []
    fused = adjoint._multiply_add("double", 1)
    assert fused is not None
    monkeypatch.setattr(
        adjoint,
        "_multiply_add",
        lambda real, threads: lambda *a, **k: calls.append(1) or fused(*a, **k),
    )
    found = grad(f)(H)
    assert calls
    with kernels.use("numpy"):
        np.testing.assert_array_equal(found, grad(f)(H))


def test_cotangents_of_the_user_are_not_overwritten():
    seed = G.copy()
    _, pull = vjp(lambda x: x * D + 2 * x, H)
    (first,), (second,) = np.atleast_2d(pull(seed)), np.atleast_2d(pull(seed))
    np.testing.assert_array_equal(seed, G)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(first, G * (D + 2), rtol=1e-14, atol=1e-14)
