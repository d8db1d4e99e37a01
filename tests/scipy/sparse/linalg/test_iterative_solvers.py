"""Krylov methods against direct solutions: values and derivatives of any order."""

import inspect

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg as original
from orders import check_orders, drawing
from truth import check

from diffops import NoDerivativeError, grad, jvp, vjp
from diffops.scipy import sparse
from diffops.scipy.sparse import linalg

array = drawing(63)
GENERAL = ["bicg", "bicgstab", "cgs", "gmres", "lgmres", "gcrotmk", "tfqmr"]
HERMITIAN = ["cg", "minres"]
PRECISE = {"rtol": 1e-14, "maxiter": 200}
each = pytest.mark.parametrize("name", HERMITIAN + GENERAL)


def matrix(name, kind=float):
    """Return a well conditioned matrix that the method takes."""
    a = array((4, 4), kind) / 4 + 3 * np.eye(4)
    return (a + a.conj().T) / 2 if name in HERMITIAN else a


def solver(name):
    return lambda a, b: getattr(linalg, name)(a, b, **PRECISE)[0]


@each
@pytest.mark.parametrize("kind", [float, complex])
def test_right_hand_sides(name, kind):
    if name == "minres" and kind is complex:
        return  # SciPy's is for real matrices
    a, solve = matrix(name, kind), solver(name)
    forms = [a, scipy.sparse.csr_array(a), original.aslinearoperator(a)]
    for form in forms:
        check(lambda b, form=form: solve(form, b), array(4, kind))


@each
def test_matrices_and_sides(name):
    """Beside the direct solution: its differences are exact."""
    a, b = matrix(name), array(4)
    da, db, g = array((4, 4)), array(4), array(4)
    if name in HERMITIAN:
        da = da + da.T
    for f in (solver(name), lambda a, b: solver(name)(sparse.csr_array(a), b)):
        y, change = jvp(f, (a, b), (da, db))
        wanted, exact = jvp(np.linalg.solve, (a, b), (da, db))
        np.testing.assert_allclose(y, wanted, rtol=1e-11)
        np.testing.assert_allclose(change, exact, rtol=1e-10, atol=1e-11)
        found, plain = vjp(f, a, b)[1](g), vjp(np.linalg.solve, a, b)[1](g)
        for one, other in zip(found, plain, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("name", ["cg", "gmres"])
def test_all_orders(name):
    a, solve = matrix(name), solver(name)
    check_orders(lambda b: np.sin(solve(scipy.sparse.csr_array(a), b)), array(4))
    other = scipy.sparse.csr_array(a)

    def f(d):
        return solve(sparse.csr_array((d, other.indices, other.indptr)), np.ones(4))

    if name == "gmres":  # differences of a single entry are not symmetric
        check_orders(f, other.data)


@each
def test_start_preconditioner_and_callback(name):
    a, seen = matrix(name), []
    options = {
        "x0": np.ones(4),
        "M": scipy.sparse.diags_array(1 / np.diag(a)),
        "callback": lambda _: seen.append(1),
        **PRECISE,
    }
    if name == "gmres":
        options["callback_type"] = "pr_norm"
    g = array(4)

    def f(b):
        x, info = getattr(linalg, name)(a, b, **options)
        assert info == 0
        return x

    if name == "tfqmr":  # SciPy's, up to 1.17 at least, is wrong with M
        with pytest.raises(NoDerivativeError, match="residual"):
            vjp(f, array(4))
        return
    _, pull = vjp(f, array(4))
    calls = len(seen)
    assert calls > 0
    found = pull(g)[0]
    assert len(seen) == calls
    np.testing.assert_allclose(found, np.linalg.solve(a.T, g), rtol=1e-10)


def test_matrices_may_change_afterwards():
    a, g = matrix("gmres"), array(4)
    s = scipy.sparse.csr_array(a)
    pulls = [vjp(lambda b, m=m: linalg.gmres(m, b, **PRECISE)[0], g)[1] for m in (a, s)]
    wanted = np.linalg.solve(a.T, g)
    a[:], s.data[:] = 1.0, 1.0
    for pull in pulls:
        np.testing.assert_allclose(pull(g)[0], wanted, rtol=1e-10)


def test_what_does_not_converge_has_no_derivative():
    a = np.diag([1.0, 10.0, 100.0, 1000.0])
    with pytest.raises(NoDerivativeError, match=r"cg did not converge \(info=1"):
        grad(lambda b: linalg.cg(a, b, rtol=1e-14, maxiter=1)[0].sum())(np.ones(4))


def test_refusals():
    a, b = np.eye(2), np.ones(2)
    with pytest.raises(NoDerivativeError, match="A and b alone"):
        grad(lambda t: linalg.cg(a, t, M=np.eye(2) * t[0])[0].sum())(b)
    with pytest.raises(NoDerivativeError, match=r"scipy\.sparse\.linalg\.qmr "):
        grad(lambda b: linalg.qmr(a, b)[0].sum())(b)
    alone = original.LinearOperator((2, 2), matvec=lambda v: 2 * v, dtype=float)
    with pytest.raises(NoDerivativeError, match="rmatvec"):
        grad(lambda b: linalg.gmres(alone, b)[0].sum())(b)
    np.testing.assert_allclose(grad(lambda b: linalg.cg(alone, b)[0].sum())(b), 0.5)


@each
def test_signatures_and_plain_arguments(name):
    mirror, plain = getattr(linalg, name), getattr(original, name)
    assert inspect.signature(mirror) == inspect.signature(plain)
    a, b = matrix(name), array(4)
    for found, wanted in zip(mirror(a, b), plain(a, b), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_columns_become_vectors():
    a = matrix("gmres")
    check(lambda b: linalg.gmres(a, b, **PRECISE)[0], array((4, 1)))
    check_orders(lambda a, b: linalg.gmres(a, b, **PRECISE)[0], a, array((4, 1)))
