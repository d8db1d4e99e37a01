"""Trees of two colors: directed, ordered, and taken apart again."""

import numpy as np
from hypothesis import given, settings, strategies as st
from scipy.sparse import csr_array

from diffops.sparse._forests import forest, symmetric_plan
from diffops.sparse._graphs import acyclic, neighbours, star


def symmetric(n, density, seed, diagonal):
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, n)) * (random.random((n, n)) < density)
    values = values + values.T
    np.fill_diagonal(values, random.normal(size=n) * diagonal)
    return values


def compressed(values, plan):
    """Return the sums of the columns of each color, as passes would."""
    return np.stack(
        [values[:, plan.column_colors == c].sum(axis=1) for c in range(plan.columns)]
        or [np.zeros(0)]
    ).ravel()


matrices = st.builds(
    symmetric,
    st.integers(1, 14),
    st.sampled_from([0.0, 0.1, 0.3, 0.8]),
    st.integers(0, 10**6),
    st.booleans(),
)


@settings(deadline=None)
@given(matrices, st.sampled_from([star, acyclic]), st.randoms())
def test_the_matrix_comes_out(values, paint, random):
    pattern = csr_array(values != 0)
    n = len(values)
    off = csr_array(values * ~np.eye(n, dtype=bool))
    off.eliminate_zeros()
    order = random.sample(range(n), n)
    colors = paint(neighbours(off.indptr, off.indices), order)
    plan = symmetric_plan(pattern, colors)
    entries = plan.entries(compressed(values, plan))
    assert np.allclose(entries, values[values != 0], atol=1e-12)
    assert (plan.lower is None) or paint is acyclic  # stars are read off
    assert plan.passes <= colors.max() + 1


def test_a_path():
    """Of the colors 0 1 0 1 every inner vertex is a child and a parent."""
    a, b = np.array([0, 1, 2]), np.array([1, 2, 3])
    colors = np.array([0, 1, 0, 1])
    found = forest(a, b, colors, np.zeros(2, dtype=bool))
    ends = sorted(zip(found.leaf.tolist(), found.parent.tolist(), strict=True))
    assert ends == [(0, 1), (2, 1), (3, 2)]
    # The edge 2-1 is known after 3-2, which is summed with it.
    edge, child = (part.tolist() for part in found.links)
    assert (found.leaf[edge[0]], found.leaf[child[0]]) == (2, 3)
    assert child[0] < edge[0]


def test_colors_that_nothing_is_read_by_are_dropped():
    """The Hessian of Σ xᵢ yᵢ: either half of the columns is enough."""
    n = 5
    values = np.block([[np.zeros((n, n)), np.eye(n)], [np.eye(n), np.zeros((n, n))]])
    pattern = csr_array(values != 0)
    plan = symmetric_plan(
        pattern, star(neighbours(pattern.indptr, pattern.indices), range(2 * n))
    )
    assert plan.passes == 1
    assert np.array_equal(plan.entries(compressed(values, plan)), np.ones(2 * n))


def test_no_entries():
    pattern = csr_array(np.zeros((3, 3), dtype=bool))
    plan = symmetric_plan(pattern, np.zeros(3, dtype=int))
    assert plan.passes == 0 and plan.entries(np.zeros(0)).size == 0
    empty = symmetric_plan(csr_array((0, 0), dtype=bool), np.zeros(0, dtype=int))
    assert empty.passes == 0
