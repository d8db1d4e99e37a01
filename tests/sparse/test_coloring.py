"""Which plan is chosen, and how many passes it makes."""

import itertools

import numpy as np
import pytest
import scipy.sparse
from scipy.sparse import csr_array, diags_array, eye_array, kron

from diffops.sparse._coloring import (
    HESSIAN,
    JACOBIAN,
    ORDERS,
    column_plan,
    hessian_plan,
    jacobian_plan,
)


def band(n):
    return csr_array(
        diags_array([1, 1, 1], offsets=[-1, 0, 1], shape=(n, n), dtype=float) != 0
    )


def grid(n):
    line = diags_array([1, 1, 1], offsets=[-1, 0, 1], shape=(n, n), dtype=float)
    return csr_array((kron(line, eye_array(n)) + kron(eye_array(n), line)) != 0)


def arrow(n):
    values = np.eye(n)
    values[0] = values[:, 0] = 1
    return csr_array(values != 0)


def results(values, plan):
    columns = [
        values[:, plan.column_colors == c].sum(axis=1) for c in range(plan.columns)
    ]
    rows = [values[plan.row_colors == c].sum(axis=0) for c in range(plan.rows)]
    return np.concatenate([np.zeros(0), *columns, *rows])


@pytest.mark.parametrize(
    ("coloring", "order"), list(itertools.product(JACOBIAN, ORDERS))
)
def test_every_jacobian_plan_finds_the_matrix(coloring, order):
    random = np.random.default_rng(3)
    for pattern in (
        band(9),
        grid(4),
        arrow(8),
        csr_array(random.random((7, 11)) < 0.3),
    ):
        values = pattern.toarray() * random.normal(size=pattern.shape)
        plan = jacobian_plan(pattern, coloring, order)
        entries = plan.entries(results(values, plan))
        assert np.allclose(entries, values[pattern.toarray()])


@pytest.mark.parametrize(
    ("coloring", "order"), list(itertools.product(HESSIAN, ORDERS))
)
def test_every_hessian_plan_finds_the_matrix(coloring, order):
    random = np.random.default_rng(3)
    lower = np.tril(random.random((11, 11)) < 0.2)
    for pattern in (band(9), grid(4), arrow(8), csr_array(lower | lower.T)):
        values = random.normal(size=pattern.shape)
        values = (values + values.T) * pattern.toarray()
        plan = hessian_plan(pattern, coloring, order)
        entries = plan.entries(results(values, plan))
        assert np.allclose(entries, values[pattern.toarray()])


def test_numbers_of_passes():
    """They are those of the literature: a band as wide as itself, and so on."""
    assert jacobian_plan(band(100), "auto", "auto").passes == 3
    assert jacobian_plan(grid(30), "auto", "auto").passes == 5
    assert jacobian_plan(arrow(100), "auto", "auto").passes == 3
    assert hessian_plan(band(100), "star", "auto").passes == 3
    assert hessian_plan(band(100), "acyclic", "auto").passes == 2
    assert hessian_plan(arrow(100), "auto", "auto").passes == 2
    assert hessian_plan(grid(30), "acyclic", "auto").passes <= 4
    assert hessian_plan(grid(30), "auto", "auto").passes <= 5


def test_auto_takes_rows_where_columns_are_dense():
    tall = csr_array(np.eye(20, 3, dtype=bool) | np.eye(1, 3, dtype=bool))
    assert jacobian_plan(tall, "auto", "auto").columns == 2
    wide = jacobian_plan(csr_array(tall.T), "auto", "auto")
    assert (wide.rows, wide.columns) == (2, 0)


def test_auto_is_no_worse_than_an_order():
    random = np.random.default_rng(0)
    for seed in range(5):
        pattern = csr_array(random.random((40, 40)) < 0.08)
        best = column_plan(pattern, "auto").passes
        assert all(column_plan(pattern, order).passes >= best for order in ORDERS), seed


def test_symmetric_auto_is_no_worse_than_columns():
    nine = csr_array(kron(band(12), band(12)))
    assert hessian_plan(nine, "auto", "auto").passes == 9
    assert hessian_plan(nine, "star", "natural").passes >= 9


def test_too_many_conflicts_fall_back(monkeypatch):
    monkeypatch.setattr("diffops.sparse._coloring._MANY_CONFLICTS", 10)
    for order in ORDERS:
        assert column_plan(band(20), order).passes == 3


def test_empty_patterns():
    for shape in ((0, 0), (3, 0), (0, 3), (3, 3)):
        nothing = scipy.sparse.csr_array(shape, dtype=bool)
        for coloring in JACOBIAN:
            assert jacobian_plan(nothing, coloring, "auto").passes <= 1
    for coloring in HESSIAN:
        nothing = scipy.sparse.csr_array((3, 3), dtype=bool)
        assert hessian_plan(nothing, coloring, "auto").passes <= 1
