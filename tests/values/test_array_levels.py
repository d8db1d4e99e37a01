"""Writes of one differentiation into the arrays of another, and of ended ones."""

import numpy as np
import pytest
from gradients import POINT, forward, modes

from diffops import EscapedValueError, diff, grad

WEIGHTS = np.array([1.0, 10.0, 100.0, 1000.0])


@pytest.mark.parametrize("inner", [diff, grad])
@modes
class TestNesting:
    """Writes of one differentiation into the arrays of another."""

    def test_inner_values_into_an_outer_array(self, gradient, inner):
        def program(x):
            y = np.zeros_like(x)

            def f(t):
                y[0] = t**2 * x[1]
                return y[0] * t

            slope = inner(f)(x[0])  # 3 x₀² x₁
            y[1] = x[2] ** 2
            return slope + np.sum(y)

        a, b, c, _ = POINT
        wanted = [6 * a * b + 2 * a * b, 3 * a * a + a * a, 2 * c, 0.0]
        np.testing.assert_allclose(gradient(program)(POINT), wanted)

    def test_outer_values_into_an_inner_array(self, gradient, inner):
        def program(x):
            def f(t):
                y = np.zeros(3, like=np.stack([t]))
                y[0] = x[1] ** 2 * t
                y[1] = x[0]
                return np.sum(y * x[:3]) * t

            return inner(f)(x[2])  # 2 t x₀ x₁² + x₀ x₁ at t = x₂

        a, b, c, _ = POINT
        wanted = [2 * c * b * b + b, 4 * a * b * c + a, 2 * a * b * b, 0.0]
        np.testing.assert_allclose(gradient(program)(POINT), wanted)

    def test_views_of_an_outer_array(self, gradient, inner):
        def program(x):
            y = x * 1.0
            v = y[:2]

            def f(t):
                v[0] = t**2
                return y[0] * t

            slope = inner(f)(x[0])  # 3 x₀²
            y[2] = x[1] * x[1]
            return slope + y @ WEIGHTS + v[0]

        a, b, *_ = POINT
        wanted = [6 * a + 4 * a, 10 + 200 * b, 0.0, 1000.0]
        np.testing.assert_allclose(gradient(program)(POINT), wanted)


@modes
class TestEnded:
    """An array whose differentiation has ended can be read, not written."""

    @pytest.fixture
    def ended(self, gradient):
        kept = []
        gradient(lambda x: np.sum(kept.append(x * 2.0) or x))(POINT)
        return kept[0]

    WRITES = (
        lambda y: y.__setitem__(0, 1.0),
        lambda y: y.__iadd__(1.0),
        lambda y: y.__imul__(y),
        lambda y: y.fill(1.0),
        lambda y: y.sort(),
        lambda y: y.put([0], 1.0),
        lambda y: np.sin(POINT, out=y),
        lambda y: np.copyto(y, POINT),
    )

    @pytest.mark.parametrize("write", WRITES)
    def test_writing_raises(self, ended, write):
        with pytest.raises(EscapedValueError, match="had ended"):
            write(ended)
        np.testing.assert_array_equal(np.sin(ended), np.sin(2 * POINT))

    @pytest.mark.parametrize("other", [forward, grad])
    def test_writing_another_differentiation_into_it_raises(self, ended, other):
        with pytest.raises(EscapedValueError):
            other(lambda x: np.sum(ended.__setitem__(0, x[0]) or ended))(POINT)

    def test_what_is_read_is_a_copy(self, ended):
        ended[1:][:] = 0.0
        ended.reshape(2, 2)[:] = 0.0
        np.testing.assert_array_equal(np.sin(ended), np.sin(2 * POINT))

    def test_reading(self, ended):
        assert float(ended[0]) == 2 * POINT[0]
        np.testing.assert_array_equal(grad(lambda x: ended @ x)(POINT), 2 * POINT)
        assert "ended" in repr(ended)
