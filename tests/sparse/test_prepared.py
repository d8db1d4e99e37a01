"""Plans: made once, kept, and made beforehand."""

import pickle

import numpy as np
import pytest

from diffops import NoDerivativeError, grad, sparse_hessian, sparse_jacobian, vmap
from diffops.sparse import _prepared


class Runs:
    """A function with a band of a width, whose runs are counted."""

    def __init__(self):
        self.count = 0

    def __call__(self, x, width=1, scale=1.0):
        self.count += 1
        return scale * sum(np.roll(x, k) ** 2 for k in range(width))


@pytest.fixture
def f():
    return Runs()


def runs_of(J, f, *args, **kwargs):
    before = f.count
    J(*args, **kwargs)
    return f.count - before


def test_the_first_call_plans(f):
    J = sparse_jacobian(f)
    x = np.ones(5)
    assert runs_of(J, f, x) == 2  # one to find the pattern, one for the passes
    assert runs_of(J, f, 2 * x) == 1
    assert runs_of(J, f, np.ones(6)) == 2
    assert runs_of(J, f, x) == 1


def test_other_arguments_plan_anew(f):
    J = sparse_jacobian(f)
    x = np.ones(5)
    assert [runs_of(J, f, x, 2), runs_of(J, f, x, 2), runs_of(J, f, x, 3)] == [2, 1, 2]
    assert J(x, 2).nnz == 10 and J(x, width=3).nnz == 15


def test_prepared(f):
    J = sparse_jacobian(f).prepare(np.ones(5), 2)
    assert f.count == 1
    assert J.plan.passes == 3 and J.plan.pattern.nnz == 10
    assert runs_of(J, f, np.arange(5.0), 2) == 1
    assert sparse_jacobian(f).plan is None


def test_a_prepared_one_does_not_look_again(f):
    J = sparse_jacobian(f, check=True).prepare(np.ones(5), 1)
    with pytest.raises(ValueError, match="lacks the entry"):
        J(np.ones(5), 2)
    with pytest.raises(ValueError, match="5 columns, but x has 6"):
        J(np.ones(6))


def test_a_given_pattern_is_colored_once(f, monkeypatch):
    colored = []
    plan = sparse_jacobian(f).kind.plan
    kind = sparse_jacobian(f).kind._replace(
        plan=lambda *args: colored.append(1) or plan(*args)
    )
    J = sparse_jacobian(f, sparsity=np.eye(5))
    J.kind = kind
    assert runs_of(J, f, np.ones(5)) == 1
    assert runs_of(J, f, np.ones(5), scale=2.0) == 1
    assert colored == [1]


def test_a_local_pattern_is_found_at_each_point():
    def f(x):
        return x if x[0] > 0 else x[::-1]

    J = sparse_jacobian(f, sparsity="local", check=True)
    x = np.array([1.0, 2.0])
    assert np.array_equal(J(x).toarray(), np.eye(2))
    assert np.array_equal(J(-x).toarray(), np.eye(2)[::-1])
    with pytest.raises(ValueError, match="lacks the entry"):
        J.prepare(x)(-x)
    with pytest.raises(NoDerivativeError, match=r"test_prepared\.py"):
        sparse_jacobian(f)(x)


def test_only_so_many_plans_are_kept(f, monkeypatch):
    monkeypatch.setattr(_prepared, "_KEPT", 2)
    J = sparse_jacobian(f)
    for n in (3, 4, 5):
        J(np.ones(n))
    assert len(J._plans) == 2
    assert runs_of(J, f, np.ones(5)) == 1 and runs_of(J, f, np.ones(3)) == 2


def test_metadata_and_pickling():
    J = sparse_jacobian(np.sin)
    assert J.__name__ == "sparse_jacobian(sin)" and "sparse_jacobian" in repr(J)
    prepared = J.prepare(np.ones(3))
    for derivative in (J, prepared):
        twin = pickle.loads(pickle.dumps(derivative))
        assert np.allclose(twin(np.zeros(3)).toarray(), np.eye(3))


def test_methods():
    class Model:
        def residual(self, x):
            return x**2

        J = sparse_jacobian(residual, argnums=1)

    assert np.array_equal(Model().J(np.ones(2)).toarray(), 2 * np.eye(2))


@pytest.mark.parametrize("operator", [sparse_jacobian, sparse_hessian])
def test_bad_options(operator):
    with pytest.raises(ValueError, match="coloring must be one of auto"):
        operator(np.sin, coloring="pink")
    with pytest.raises(ValueError, match="order must be one of auto, natural"):
        operator(np.sin, order="random")
    with pytest.raises(ValueError, match="chunk_size must be at least 1"):
        operator(np.sin, chunk_size=0)
    with pytest.raises(ValueError, match="a sparsity pattern is a matrix"):
        operator(np.sin, sparsity=np.ones(3))
    with pytest.raises(TypeError, match="differentiates a function"):
        operator(np.ones(3))
    with pytest.raises(TypeError, match="argnums"):
        operator(np.sin, np.ones(3))


def test_they_do_not_nest():
    def inner(x):
        return sparse_jacobian(lambda y: y**2)(x).data.sum()

    for outer in (grad(inner), vmap(inner)):
        with pytest.raises(TypeError, match="cannot be differentiated or batched"):
            outer(np.ones((2, 2)))


@pytest.mark.parametrize("coloring", ["column", "row"])
def test_nor_drop_what_f_takes_from_outside(coloring):
    def outer(t):
        J = sparse_jacobian(lambda y: t * y**2, coloring=coloring)
        return J(np.ones(2)).data.sum()

    with pytest.raises(TypeError, match="a tracked value from outside"):
        grad(outer)(2.0)
    with pytest.raises(TypeError, match="a tracked value from outside"):
        vmap(outer)(np.ones(2))


def test_functions_that_return_functions():
    with pytest.raises(TypeError, match="f returned a function"):
        sparse_jacobian(lambda x: lambda y: x * y)(np.ones(2))


def test_complex_points():
    with pytest.raises(TypeError, match="x is complex"):
        sparse_jacobian(np.sin)(np.ones(2) * 1j)
    with pytest.raises(TypeError, match="x is complex"):
        sparse_jacobian(np.sin, sparsity=np.eye(2))(np.ones(2) * 1j)
