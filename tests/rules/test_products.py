"""Products of vectors and matrices against differences of NumPy's own."""

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import grad, jvp

array = sampler(1)


CASES = [
    (np.matmul, (2, 3), (3, 2)),
    (np.linalg.matmul, (2, 3), (3, 2)),
    (np.dot, (3,), (3,)),
    (np.dot, (2, 3), (3,)),
    (np.dot, (), (2, 3)),
    (np.dot, (2, 3), ()),
    (np.dot, (4, 2, 3), (3, 2)),
    (np.dot, (2, 3), (4, 3, 2)),
    (np.vdot, (2, 3), (3, 2)),
    (np.inner, (3,), (3,)),
    (np.inner, (), (3,)),
    (np.inner, (2, 3), (3,)),
    (np.inner, (3,), (2, 3)),
    (np.inner, (2, 2, 3), (4, 3)),
    (np.inner, (4, 3), (2, 2, 3)),
    (np.outer, (3,), (2,)),
    (np.outer, (2, 2), (3,)),
    (np.outer, (), (3,)),
    (np.linalg.outer, (3,), (2,)),
    (np.vecdot, (3,), (3,)),
    (np.vecdot, (2, 3), (4, 1, 3)),
    (np.linalg.vecdot, (2, 3), (2, 3)),
    (lambda a, b: np.linalg.vecdot(a, b, axis=0), (3, 2), (3, 2)),
    (lambda a, b: np.vecdot(a, b, axis=0), (3, 2), (3, 2)),
    (np.matvec, (2, 3), (3,)),
    (np.matvec, (2, 3), (4, 3)),
    (np.vecmat, (3,), (3, 2)),
    (np.vecmat, (4, 3), (3, 2)),
    (np.kron, (2,), (3,)),
    (np.kron, (2, 3), (2, 2)),
    (np.kron, (2,), (3, 2, 2)),
    (np.kron, (), (2, 2)),
    (np.cross, (3,), (3,)),
    (np.cross, (4, 3), (3,)),
    (np.linalg.cross, (2, 3), (2, 3)),
    (lambda a, b: np.linalg.cross(a, b, axis=0), (3, 2), (3, 2)),
    (lambda a, b: np.cross(a, b, axisa=0, axisc=0), (3, 2), (2, 3)),
    (lambda a, b: np.cross(a, b, axis=0), (3, 2), (3, 1)),
    (lambda a, b: np.multiply.outer(a, b), (3,), (2, 2)),
]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0].__name__}{c[1]}{c[2]}")
def test_products(case, kind):
    function, *shapes = case
    check(function, *(array(shape, kind) for shape in shapes))


@pytest.mark.skipif(
    np.lib.NumpyVersion(np.__version__) >= "2.5.0", reason="NumPy 2.5 refuses them"
)
@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors")
@pytest.mark.parametrize("shapes", [((2,), (2,)), ((4, 2), (3,)), ((3,), (2,))])
def test_cross_in_the_plane(shapes):
    check(np.cross, *map(array, shapes))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0].__name__}{c[1]}{c[2]}")
def test_single_precision(case):
    function, *shapes = case
    check_single(function, *map(array, shapes))


def test_dot_method_of_a_plain_array():
    check(lambda a, b: a.dot(b), array((2, 3)), array(3))
    check_single(lambda a, b: a.dot(b), array((2, 3)), array(3))


def test_lists_of_tracked_numbers():
    slope = grad(lambda x: np.dot([x[0], 2.0], [x[1], x[0]]))(np.array([3.0, 5.0]))
    np.testing.assert_allclose(slope, [7.0, 3.0])
    assert grad(lambda x: np.linalg.outer([x, 1.0], [x, 2.0])[0, 0])(3.0) == 6.0


def test_results_of_vectors_are_numbers():
    x = array(3)
    assert isinstance(jvp(np.dot, (x, x), (x, x))[1], float)


def test_errors():
    x = array((2, 3))
    with pytest.raises(ValueError):
        grad(lambda x: np.sum(np.vecdot(x, np.ones(2))))(x)
    with pytest.raises(ValueError):
        grad(lambda x: np.sum(np.linalg.outer(x, x)))(x)
    with pytest.raises(ValueError):
        grad(lambda x: np.sum(np.linalg.cross(x[:, :2], x)))(x)
