"""Jacobians of functions of arrays, and their products with vectors."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import assert_equal, fields

from diffops import (
    ffjacobianTv,
    fjacobian,
    fjacobianT,
    fjacobianTv,
    fjacobianv,
    jacobian,
    jacobianT,
    jacobianTv,
    jacobianv,
)
from diffops.operators import _batch_run

MODES = ["auto", "forward", "reverse"]


def vector(like, phase):
    """Return a vector like an array or number, without symmetries."""
    n = np.size(like)
    return np.cos(np.arange(float(n)) + phase).reshape(np.shape(like))[()]


def transposed(field):
    rank = np.ndim(field.value)
    axes = (*range(rank, np.ndim(field.jacobian)), *range(rank))
    return np.transpose(field.jacobian, axes)


@fields
@pytest.mark.parametrize("mode", MODES)
def test_matrices(field, mode):
    f, x = field.f, field.x
    matrix, turned = field.jacobian, transposed(field)
    assert np.shape(matrix) == np.shape(field.value) + np.shape(x)
    assert_equal(jacobian(f, mode=mode)(x), matrix)
    assert_equal(fjacobian(f, mode=mode)(x), (field.value, matrix))
    assert_equal(jacobianT(f, mode=mode)(x), turned)
    assert_equal(fjacobianT(f, mode=mode)(x), (field.value, turned))
    assert_equal(jacobian(f, mode=mode, chunk_size=1)(x), matrix)


@fields
def test_products_with_vectors(field):
    f, x = field.f, field.x
    v, u = vector(x, 0.3), vector(field.value, 1.1)
    forward = np.tensordot(field.jacobian, v, np.ndim(x))
    backward = np.tensordot(u, field.jacobian, np.ndim(u))
    assert_equal(jacobianv(f)(x, v), forward)
    assert_equal(fjacobianv(f)(x, v), (field.value, forward))
    assert_equal(jacobianTv(f)(x, u), backward)
    assert_equal(fjacobianTv(f)(x, u), (field.value, backward))
    value, pullback = ffjacobianTv(f)(x)
    assert_equal(value, field.value)
    assert_equal(pullback(u), backward)
    assert_equal(pullback(2 * u), 2 * backward)
    # u·Jv = v·Jᵀu
    np.testing.assert_allclose(
        np.sum(u * jacobianv(f)(x, v)), np.sum(v * jacobianTv(f)(x, u)), rtol=1e-13
    )


def calls_and_sizes(monkeypatch, f, x, **options):
    """Count the calls of f, and how many directions each run of a batch carries."""
    calls, sizes = [], []
    run = _batch_run.run_batch
    monkeypatch.setattr(
        _batch_run,
        "run_batch",
        lambda call, members, size: sizes.append(size) or run(call, members, size),
    )

    def counted(x):
        calls.append(None)
        return f(x)

    jacobian(counted, **options)(x)
    monkeypatch.undo()
    return len(calls), sizes


def test_all_directions_go_through_one_pass(monkeypatch):
    wide, tall = np.ones((2, 50)), np.ones((50, 2))
    for matrix, mode, wanted in (
        (wide, "auto", (1, [2])),
        (wide, "reverse", (1, [2])),
        (wide, "forward", (2, [50])),
        (tall, "auto", (2, [2])),
        (tall, "reverse", (1, [50])),
    ):
        x = np.ones(matrix.shape[1])
        found = calls_and_sizes(monkeypatch, lambda x, a=matrix: a @ x, x, mode=mode)
        assert found == wanted


@pytest.mark.parametrize("mode", MODES)
def test_chunks_bound_the_directions_carried_at_once(monkeypatch, mode):
    x = np.linspace(0.1, 1.0, 7)
    square = np.cos(np.arange(49.0)).reshape(7, 7)
    f = lambda x: np.sin(square @ x)  # noqa: E731
    whole = jacobian(f, mode=mode)(x)
    for chunk_size, sizes in ((3, [3, 3]), (2, [2, 2, 2]), (1, []), (7, [7]), (9, [7])):
        options = {"mode": mode, "chunk_size": chunk_size}
        _, found = calls_and_sizes(monkeypatch, f, x, **options)
        assert found == sizes  # a single direction runs without a batch
        np.testing.assert_allclose(jacobian(f, **options)(x), whole, rtol=1e-14)


def test_few_sweeps_over_numbers_run_one_by_one(monkeypatch):
    def f(x):
        a, b = x[0], x[1]
        for _ in range(30):
            a, b = a + 0.1 * b, b - 0.1 * a
        return np.stack([a, b])

    found = calls_and_sizes(monkeypatch, f, np.array([0.3, 0.4]), mode="reverse")
    assert found == (1, [])


@pytest.mark.parametrize("mode", MODES)
def test_dtype_and_shape(mode):
    single = np.ones(3, np.float32)
    assert jacobian(lambda x: x**2, mode=mode)(single).dtype == np.float32
    assert jacobian(lambda x: x, mode=mode)(np.zeros(0)).shape == (0, 0)
    assert jacobian(lambda x: x[:0], mode=mode)(single).shape == (0, 3)
    assert jacobian(lambda x: x[None, :, None], mode=mode)(single).shape == (1, 3, 1, 3)
    assert jacobian(lambda x: np.ones(4), mode=mode)(np.zeros(0)).shape == (4, 0)
    found = jacobian(lambda x: x**2, mode=mode)(np.arange(3))
    np.testing.assert_array_equal(found, np.diag([0.0, 2.0, 4.0]))
    assert jacobian(lambda x: x * x, mode=mode)(3) == 6.0


@pytest.mark.parametrize("mode", MODES)
def test_complex_jacobians_of_holomorphic_functions(mode):
    """The matrix of complex derivatives, whichever mode finds it."""
    z = np.array([1 + 2j, -0.5j])

    def f(z):
        return np.stack([z[0] * z[1], np.exp(z[0]), z[1] ** 3])

    wanted = np.array([[z[1], z[0]], [np.exp(z[0]), 0], [0, 3 * z[1] ** 2]])
    assert_equal(jacobian(f, mode=mode)(z), wanted)
    assert_equal(jacobianT(f, mode=mode)(z), wanted.T)
    assert_equal(jacobian(lambda z: z * z, mode=mode)(1 + 2j), 2 + 4j)
    v = np.array([1j, 2.0])
    assert_equal(jacobianv(f)(z, v), wanted @ v)
    assert_equal(
        jacobianTv(f)(z, np.array([1, 1j, 2.0])), np.array([1, 1j, 2]) @ wanted
    )


@pytest.mark.parametrize("mode", MODES)
def test_complex_functions_of_real_numbers(mode):
    x = np.array([0.5, -1.0])
    turn = np.exp(1j * x)
    assert_equal(jacobian(lambda x: np.exp(1j * x), mode=mode)(x), np.diag(1j * turn))
    wanted = np.array([2 * x[0] * x[1] * 1j, x[0] ** 2 * 1j])
    assert_equal(jacobian(lambda x: 1j * x[0] ** 2 * x[1], mode=mode)(x), wanted)


@pytest.mark.parametrize("mode", MODES)
def test_functions_that_are_not_holomorphic(mode):
    """Real ones have their gradient; complex ones have no complex derivative."""
    z = np.array([1 + 2j, -0.5j])
    found = jacobian(lambda z: np.abs(z) ** 2, mode=mode)(z)
    assert_equal(found, np.diag(2 * np.conj(z)))
    for f in (np.conj, lambda z: z * np.abs(z), lambda z: np.real(z) + 0j):
        with pytest.raises(TypeError, match="holomorphic"):
            jacobian(f, mode=mode)(z)


@pytest.mark.parametrize("mode", MODES)
def test_parts_of_complex_numbers(mode):
    """What is not holomorphic is differentiated in real and imaginary parts."""

    def f(parts):
        z = parts[0] + 1j * parts[1]
        return np.stack([np.real(z * z), np.abs(z)])

    a, b = 3.0, -4.0
    wanted = np.array([[2 * a, -2 * b], [0.6, -0.8]])
    assert_equal(jacobian(f, mode=mode)(np.array([a, b])), wanted)


@pytest.mark.parametrize("mode", MODES)
def test_auxiliary_values(mode):
    def f(x):
        return x**2, [x, "name"]

    x = np.array([1.0, 2.0])
    matrix, aux = np.diag(2 * x), [x, "name"]
    for found, wanted in (
        (jacobian(f, has_aux=True, mode=mode)(x), matrix),
        (jacobianT(f, has_aux=True, mode=mode)(x), matrix),
        (jacobianv(f, has_aux=True)(x, x), 2 * x * x),
        (jacobianTv(f, has_aux=True)(x, x), 2 * x * x),
    ):
        assert_equal(found[0], wanted)
        assert_equal(found[1][0], aux[0])
        assert found[1][1] == aux[1]
    for found, wanted in (
        (fjacobian(f, has_aux=True, mode=mode)(x), matrix),
        (fjacobianT(f, has_aux=True, mode=mode)(x), matrix),
        (fjacobianv(f, has_aux=True)(x, x), 2 * x * x),
        (fjacobianTv(f, has_aux=True)(x, x), 2 * x * x),
    ):
        (value, (kept, name)), derivative = found
        assert_equal(value, x**2)
        assert_equal(kept, x)
        assert name == "name"
        assert_equal(derivative, wanted)
    (value, (kept, _)), pullback = ffjacobianTv(f, has_aux=True)(x)
    assert_equal([value, kept, pullback(x)], [x**2, x, 2 * x * x])


def test_jacobians_of_jacobians():
    x = np.array([0.5, -1.0, 2.0])
    wanted = np.zeros((3, 3, 3))
    wanted[range(3), range(3), range(3)] = 6 * x
    for outer in ("forward", "reverse"):
        for inner in ("forward", "reverse"):
            f = jacobian(lambda x: x**3, mode=inner)
            assert_equal(jacobian(f, mode=outer)(x), wanted)


def test_errors():
    x = np.ones(3)
    with pytest.raises(ValueError, match=r"jacobianv has shape \(2,\).*shape \(3,\)"):
        jacobianv(np.sin)(x, np.ones(2))
    with pytest.raises(ValueError, match=r"jacobianTv has shape \(3,\).*shape \(2,\)"):
        jacobianTv(lambda x: x[:2])(x, x)
    with pytest.raises(ValueError, match=r"shape \(2,\).*shape \(3,\)"):
        ffjacobianTv(np.sin)(x)[1](np.ones(2))
    with pytest.raises(ValueError, match=r"shape \(\).*shape \(3,\)"):
        jacobianv(np.sin)(x, 1.0)
    with pytest.raises(ValueError, match="mode must be"):
        jacobian(np.sin, mode="both")
    with pytest.raises(ValueError, match="chunk_size must be at least 1, not -2"):
        jacobianT(np.sin, chunk_size=-2)
    with pytest.raises(TypeError, match="complex, but what it multiplies is real"):
        jacobianv(np.sin)(x, x * 1j)
    with pytest.raises(TypeError, match=r"vector after the point: jacobianTv\(f\)"):
        jacobianTv(np.sin)(x)
