"""Patterns of entries, and the products that are linear in these."""

import numpy as np
import pytest
from orders import drawing, thorough
from truth import check

from diffops.scipy.sparse.patterns import Pattern, dense, ordered, pairs, product

array = drawing(58)
ROWS, COLUMNS = np.array([2, 0, 0, 1, 2]), np.array([3, 1, 0, 2, 3])
ORDER, PATTERN = ordered(ROWS, COLUMNS, (3, 4))


def matrix(entries):
    """Return the dense matrix, in which entries at one place are added."""
    a = np.zeros((3, 4), entries.dtype)
    np.add.at(a, (PATTERN.rows, PATTERN.columns), entries)
    return a


def test_order_of_entries():
    np.testing.assert_array_equal(ROWS[ORDER], [0, 0, 1, 2, 2])
    np.testing.assert_array_equal(PATTERN.columns, [0, 1, 2, 3, 3])
    np.testing.assert_array_equal(PATTERN.pointers, [0, 2, 3, 5])
    np.testing.assert_array_equal(PATTERN.places(True)[0], PATTERN.columns)
    entries = array(5)
    np.testing.assert_array_equal(PATTERN.matrix(entries).toarray(), matrix(entries))
    empty = Pattern([], [0, 0], (1, 2))
    np.testing.assert_array_equal(empty.matrix(np.zeros(0)).toarray(), [[0, 0]])


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("columns", [(), (2,)])
def test_products(columns, across, kind):
    x = array((3 if across else 4, *columns), kind)

    def f(entries, x):
        return product(entries, x, pattern=PATTERN, across=across)

    entries = array(5, kind)
    a = matrix(entries)
    np.testing.assert_allclose(f(entries, x), (a.T if across else a) @ x)
    check(f, entries, x)


def test_all_orders():
    thorough(
        lambda d, x: product(d, x, pattern=PATTERN, across=False), array(5), array(4)
    )
    thorough(lambda d: dense(d, pattern=PATTERN) ** 2, array(5))


def test_pairs():
    g, x = array((3, 2)), array((4, 2))
    wanted = (g @ x.T)[PATTERN.rows, PATTERN.columns]
    np.testing.assert_allclose(pairs(g, x, PATTERN, False), wanted)
    np.testing.assert_allclose(pairs(x, g, PATTERN, True), wanted)
