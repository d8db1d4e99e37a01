"""Products as functions of pointers: loops over leading axes around one call."""

import numpy as np
from natively import array_plan

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
