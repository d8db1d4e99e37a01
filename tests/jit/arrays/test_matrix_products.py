"""Products as functions of pointers: loops over leading axes around one call."""

import numpy as np
from natively import array_plan, natively_of_arrays
from odd_orders import odd_orders

from diffops.jit.arrays.matrix_products import source
from diffops.jit.arrays.nodes import Product
from diffops.jit.arrays.straight import Straight


def text_of(f, *args):
    plan = array_plan(f, *args)
    (node,) = [node for node in plan.nodes if isinstance(node, Product)]
    return source(Straight(plan, len(args)), node)


def test_a_product_is_one_call():
    text = text_of(lambda a: a @ a, np.ones((3, 3)))
    assert text.count("@diffops_dgemm(") == 1
    assert "phi" not in text


def test_each_leading_axis_is_a_loop():
    text = text_of(lambda a: a @ np.swapaxes(a, 2, 3), np.ones((2, 5, 3, 4)))
    assert text.count("@diffops_dgemm(") == 1
    assert text.count("phi i64") == 2
    assert text.count("icmp ult i64 %k0.next, 2") == 1
    assert text.count("icmp ult i64 %k1.next, 5") == 1


def test_results_column_by_column():
    with odd_orders():
        for sizes in ((4, 9, 3, 2), (4, 9, 1, 2), (1, 9, 3, 2), (4, 9, 3, 1)):
            k, n, i, j = sizes
            random = np.random.default_rng(0)
            a, b = random.standard_normal((k, n, i)), random.standard_normal((k, i, j))
            f = lambda a, b: np.sum(np.sin(np.cos(a + 1) @ np.cos(b)), 2)  # noqa: E731
            found = natively_of_arrays(f, a, b)(a, b)
            np.testing.assert_allclose(found, f(a, b), rtol=1e-13, atol=1e-14)
