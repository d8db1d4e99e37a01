"""Modules of plans: outputs in place, memory, guards, numbers between arrays."""

import numpy as np
import pytest
from natively import natively_of_arrays

from diffops import grad, hessian, hessianv, jit, value_and_grad
from diffops.jit.arrays.plan_source import array_source
from diffops.native.interface import MISMATCH

RANDOM = np.random.default_rng(0)
A = RANDOM.standard_normal((30, 8))
LABELS = np.sign(RANDOM.standard_normal(30))
W = RANDOM.standard_normal(8)


def logistic(w):
    return np.sum(np.logaddexp(0, -LABELS * (A @ w))) + 0.5 * w @ w


def softmax(w):
    z = A @ w
    m = np.max(z)
    return m + np.log(np.sum(np.exp(z - m)))


def network(w):
    h = np.tanh(A * w)
    return np.mean((np.tanh(h @ h[:8].T) @ np.ones(8) - LABELS) ** 2)


CASES = [
    (operator, f)
    for operator in (grad, value_and_grad, hessian, lambda f: f)
    for f in (logistic, softmax, network)
    if operator is not hessian or f is not network  # its products have three axes
]


@pytest.mark.parametrize(("operator", "f"), CASES)
def test_models(operator, f):
    derivative = operator(f)
    native = natively_of_arrays(derivative, W)
    for w in (W, 0.3 * W, W[::-1].copy()):
        found, wanted = native(w), derivative(w)
        if not isinstance(wanted, tuple):
            found, wanted = (found,), (wanted,)
        for a, b in zip(found, wanted, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


def test_hessian_vector_products():
    native = natively_of_arrays(hessianv(logistic), W, W)
    v = RANDOM.standard_normal(8)
    np.testing.assert_allclose(native(W, v), hessian(logistic)(W) @ v, rtol=1e-11)


def test_guards():
    def clipped(x):
        return x / np.linalg.norm(x) if x @ x > 1 else x * 2

    native = natively_of_arrays(clipped, np.ones(50))
    x = RANDOM.standard_normal(50)
    np.testing.assert_allclose(native(x), clipped(x), rtol=1e-14)
    assert native(x / 100) is MISMATCH


def test_programs_need_memory_for_what_is_read_later():
    program = jit(lambda x: np.sum(np.exp(x)) * np.exp(x)).program(np.ones(100))
    source = array_source(program)
    assert 800 <= source.work_bytes < 2 * 800
    assert source.operations >= 200
    assert source.length < 10


def test_calls_do_not_disturb_each_other():
    native = natively_of_arrays(grad(logistic), W)
    first = native(W)
    kept = first.copy()
    native(2 * W)
    np.testing.assert_array_equal(first, kept)
