"""Entries divided between columns and rows, and found again."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.sparse import csr_array

from diffops.sparse._covers import bidirectional_plan, removal


def rectangular(m, n, density, seed, dense):
    random = np.random.default_rng(seed)
    values = random.normal(size=(m, n))
    keep = random.random((m, n)) < density
    keep[dense % m] = dense % 2 == 0
    keep[:, dense % n] = dense % 3 == 0
    return values * keep


def results(values, plan):
    columns = [
        values[:, plan.column_colors == c].sum(axis=1) for c in range(plan.columns)
    ]
    rows = [values[plan.row_colors == c].sum(axis=0) for c in range(plan.rows)]
    return np.concatenate([np.zeros(0), *columns, *rows])


@settings(deadline=None)
@given(
    st.integers(1, 12),
    st.integers(1, 12),
    st.sampled_from([0.05, 0.2, 0.5, 1.0]),
    st.integers(0, 10**6),
    st.integers(0, 11),
    st.booleans(),
)
def test_the_matrix_comes_out(m, n, density, seed, dense, substitution):
    values = rectangular(m, n, density, seed, dense)
    plan = bidirectional_plan(csr_array(values != 0), substitution)
    entries = plan.entries(results(values, plan))
    assert np.allclose(entries, values[values != 0], rtol=1e-9, atol=1e-9)


def arrow(n, backwards):
    values = np.eye(n)
    values[0] = values[:, 0] = 1
    return values[::-1, ::-1] if backwards else values


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("substitution", [False, True])
def test_an_arrow_needs_three_passes(backwards, substitution):
    """One for the dense row, two for the dense column and the diagonal."""
    pattern = csr_array(arrow(40, backwards) != 0)
    assert bidirectional_plan(pattern, substitution).passes == 3


def test_several_dense_lines():
    values = np.eye(60)
    values[:3] = 1
    values[:, :2] = 1
    plan = bidirectional_plan(csr_array(values != 0), False)
    assert plan.passes <= 7
    assert np.array_equal(plan.entries(results(values, plan)), values[values != 0])


def test_substitution_needs_no_more_passes():
    random = np.random.default_rng(0)
    for _ in range(10):
        pattern = csr_array(random.random((30, 25)) < 0.2)
        direct = bidirectional_plan(pattern, False).passes
        assert bidirectional_plan(pattern, True).passes <= direct


def test_removal_takes_the_sparsest_first():
    rows = [[0], [0, 1, 2]]
    columns = [[0, 1], [1], [1]]
    when = removal(rows, columns, columns_first=False)
    assert sorted(when) == list(range(5))
    assert when[0] == 0  # the row of one entry, before the columns of one
    assert removal(rows, columns, columns_first=True)[2 + 1 :].min() == 0


def test_no_entries():
    plan = bidirectional_plan(csr_array((3, 2), dtype=bool), False)
    assert plan.passes == 0
