"""The order in which operands are contracted needs the least work."""

import math
from itertools import combinations

import numpy as np
import pytest
from natively import array_plan, natively_of_arrays

from diffops import grad
from diffops.jit.arrays.contraction_orders import contraction_order
from diffops.jit.arrays.nodes import Product

RANDOM = np.random.default_rng(0)
SIZES = {"i": 7, "j": 2, "k": 9, "l": 3, "m": 5}

CONTRACTIONS = [
    "ij,jk,kl->il",
    "ij,jk,kl,lm->mi",
    "i,ij,j->",
    "ij,kj,kl->il",
    "i,i,i->i",
    "ij,ij,ij->",
    "i,j,k->kij",
    "ijk,k,jl,l->i",
    "ij,j,,ij->j",
    "ij,k,l->il",
    "ij,jk,kl,lm,m,i->",
    "ij,jk,kl,i,j,k,l->l",
]


def operands(subscripts, dtype=float):
    names = subscripts.partition("->")[0].split(",")
    shapes = [tuple(SIZES[label] for label in name) for name in names]
    return [RANDOM.uniform(-1, 1, shape).astype(dtype) for shape in shapes]


def truth(subscripts, arrays):
    """Return the contraction by its definition, one product at a time."""
    inputs, _, output = subscripts.partition("->")
    labels = sorted(set(inputs) - {","})
    result = np.zeros([SIZES[label] for label in output])
    for place in np.ndindex(*(SIZES[label] for label in labels)):
        at = dict(zip(labels, place, strict=True))
        entries = [
            array[tuple(at[label] for label in name)]
            for name, array in zip(inputs.split(","), arrays, strict=True)
        ]
        result[tuple(at[label] for label in output)] += math.prod(map(float, entries))
    return result


CASES = [(subscripts, "d") for subscripts in CONTRACTIONS]
CASES += [(subscripts, "f") for subscripts in CONTRACTIONS[:4]]


@pytest.mark.parametrize(("subscripts", "dtype"), CASES)
def test_values_and_gradients(subscripts, dtype):
    arrays = operands(subscripts, dtype)
    bound = 1e-12 if dtype == "d" else 2e-5
    f = lambda *xs: np.einsum(subscripts, *xs)  # noqa: E731
    slope = grad(lambda *xs: np.sum(f(*xs)), tuple(range(len(arrays))))
    both = lambda *xs: (f(*xs), *slope(*xs))  # noqa: E731
    native = natively_of_arrays(both, *(np.ones_like(x) for x in arrays))
    found, *slopes = native(*arrays)
    wanted = truth(subscripts, arrays)
    np.testing.assert_allclose(found, wanted, bound, 10 * bound)
    # Linear in each operand: the derivative by one, in its direction, is the value.
    for g, x in zip(slopes, arrays, strict=True):
        assert found.dtype == g.dtype == dtype
        total = np.sum(g * x)
        np.testing.assert_allclose(total, np.sum(wanted), 10 * bound, 100 * bound)


def least(names, output):
    """Return the least work, trying every order on sets of labels."""
    if len(names) == 1:
        return 0
    found = []
    for i, j in combinations(range(len(names)), 2):
        rest = [names[k] for k in range(len(names)) if k not in (i, j)]
        both = names[i] | names[j]
        kept = both & output.union(*rest) if rest else output
        work = math.prod(SIZES[label] for label in both)
        found.append(work + least([*rest, kept], output))
    return min(found)


@pytest.mark.parametrize("subscripts", CONTRACTIONS)
def test_orders_need_the_least_work(subscripts):
    inputs, _, output = subscripts.partition("->")
    names = inputs.split(",")
    work, pairs = contraction_order(names, output, SIZES)
    if len(names) <= 5:
        assert work == least(list(map(set, names)), set(output))
    for i, j, kept in pairs:  # the pairs lead to the output
        names = [*(name for k, name in enumerate(names) if k not in (i, j)), kept]
    assert names == [output]


def test_chains_are_products_of_matrices():
    arrays = [np.ones((30, 40)), np.ones((40, 50)), np.ones((50, 2))]
    plan = array_plan(lambda *xs: np.einsum("ij,jk,kl->il", *xs), *arrays)
    products = [node.result.shape for node in plan.nodes if isinstance(node, Product)]
    assert products == [(40, 2), (30, 2)]  # from the right


def test_what_shares_all_axes_is_one_nest():
    x = np.ones(50)
    plan = array_plan(lambda x, y, z: np.einsum("i,i,i->", x, y, z), x, x, x)
    assert {node.level for node in plan.nodes} == {0}
    assert not plan.buffers or max(buffer.size for buffer in plan.buffers) == 1
