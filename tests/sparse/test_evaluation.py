"""Passes: how many there are, what they find, and the probe that checks them."""

import numpy as np
import pytest
from dependences import bratu, rosenbrock
from scipy.sparse import csr_array, eye_array

from diffops import sparse_hessian, sparse_jacobian
from diffops.operators._point import Point
from diffops.sparse._coloring import jacobian_plan
from diffops.sparse._evaluation import check, evaluated


class Counting:
    """A function that counts its runs."""

    def __init__(self, f):
        self.f = f
        self.runs = 0

    def __call__(self, x):
        self.runs += 1
        return self.f(x)


def plan_of(pattern, coloring="auto"):
    return jacobian_plan(csr_array(np.asarray(pattern, dtype=bool)), coloring, "auto")


@pytest.mark.parametrize("n", [4, 7])
def test_a_run_per_color(n):
    """Forward passes run f once each; all rows share one run and its trace."""
    x = np.linspace(0, 1, n * n)
    for coloring in ("column", "row", "bidirectional", "auto"):
        f = Counting(bratu)
        J = sparse_jacobian(f, coloring=coloring, chunk_size=1).prepare(x)
        detecting = f.runs
        assert detecting == 1
        J(x)
        plan = J.plan
        assert f.runs - detecting == plan.columns + (plan.rows > 0)
    f = Counting(lambda x: np.sum(bratu(x) ** 2))
    H = sparse_hessian(f, chunk_size=1).prepare(x)
    assert f.runs == 1
    H(x)
    assert f.runs - 1 == H.plan.passes


def test_all_colors_in_one_run():
    f = Counting(rosenbrock)
    H = sparse_hessian(f).prepare(np.ones(9))
    before = f.runs
    H(np.ones(9))
    assert f.runs == before + 1 and H.plan.passes == 3


@pytest.mark.parametrize(("chunk_size", "runs"), [(1, 3), (2, 2), (3, 1), (99, 1)])
def test_chunks(chunk_size, runs):
    f = Counting(rosenbrock)
    H = sparse_hessian(f, chunk_size=chunk_size).prepare(np.ones(9))
    before = f.runs
    H(np.ones(9))
    assert f.runs == before + runs


def test_dtypes():
    for given in (np.float16, np.float32, np.float64, np.longdouble):
        x = np.ones(4, dtype=given)
        dtype = np.float32 if given is np.float16 else given  # SciPy has no halves
        for coloring in ("column", "row", "substitution"):
            J = sparse_jacobian(lambda x: x**2, coloring=coloring)(x)
            assert J.dtype == dtype and np.array_equal(J.toarray(), 2 * np.eye(4))
        assert sparse_hessian(lambda x: np.sum(x**2))(x).dtype == dtype
    assert sparse_jacobian(lambda x: x**2)(np.arange(3)).dtype == float
    assert sparse_jacobian(lambda x: x**2)(3).dtype == float
    mixed = sparse_jacobian(lambda x: x.astype(np.float64))(np.ones(2, np.float32))
    assert mixed.dtype == float


def test_wrong_shapes():
    point = Point(lambda x: x[:2], 0, (np.ones(3),), {})
    with pytest.raises(ValueError, match="has 4 columns, but x has 3"):
        evaluated(point, plan_of(np.eye(2, 4)), False, None)
    for coloring in ("column", "row"):
        with pytest.raises(ValueError, match="has 3 rows, but f returned 2"):
            evaluated(point, plan_of(np.eye(3), coloring), False, None)


def test_complex_outputs():
    point = Point(lambda x: x * 1j, 0, (np.ones(3),), {})
    for coloring in ("column", "row"):
        with pytest.raises(TypeError, match="f returned complex values"):
            evaluated(point, plan_of(np.eye(3), coloring), False, None)


def test_check_accepts_what_is_right():
    def f(x):
        return x[1:] * x[:-1]

    x = np.array([1.0, 2.0, 3.0])
    point = Point(f, 0, (x,), {})
    plan = plan_of([[1, 1, 0], [0, 1, 1]])
    check(point, False, evaluated(point, plan, False, None)[1], plan)
    larger = plan_of(np.ones((2, 3)))
    check(point, False, evaluated(point, larger, False, None)[1], larger)


@pytest.mark.parametrize("coloring", ["column", "row", "bidirectional"])
def test_check_names_the_missing_entry(coloring):
    def f(x):
        return x**2 + 0.001 * x[3] * np.array([0, 1.0, 0, 0])

    point = Point(f, 0, (np.ones(4),), {})
    plan = plan_of(np.eye(4), coloring)
    matrix = evaluated(point, plan, False, None)[1]
    with pytest.raises(ValueError, match=r"lacks the entry \(1, 3\).*0\.001"):
        check(point, False, matrix, plan)


def test_check_of_a_function_that_changes():
    noise = iter(range(100))

    def f(x):
        return x * (1.0 + next(noise))

    point = Point(f, 0, (np.ones(3),), {})
    plan = plan_of(np.eye(3))
    with pytest.raises(ValueError, match="not compute the same at each call"):
        check(point, False, evaluated(point, plan, False, None)[1], plan)


def test_check_bears_rounding_and_nan():
    point = Point(lambda x: np.sqrt(x) * 1e9, 0, (np.array([4.0, np.nan, 1.0]),), {})
    plan = plan_of(np.eye(3))
    with np.errstate(invalid="ignore"):
        check(point, False, evaluated(point, plan, False, None)[1], plan)
    single = Point(lambda x: np.exp(x), 0, (np.ones(3, dtype=np.float32),), {})
    check(single, False, evaluated(single, plan, False, None)[1], plan)


def test_the_result_is_the_users():
    """Writing into one result does not reach the plan, or another result."""
    J = sparse_jacobian(np.sin).prepare(np.ones(3))
    first = J(np.ones(3))
    first.data[:] = 7
    first.indices[:] = 0
    second = J(np.ones(3))
    assert np.allclose(second.toarray(), np.cos(1) * eye_array(3).toarray())
