"""spsolve, splu and factorized against differences of SciPy's solutions."""

import numpy as np
import pytest
import scipy.sparse
from orders import drawing, thorough
from truth import check

from diffops import NoDerivativeError, grad, vjp
from diffops.scipy import sparse
from diffops.scipy.sparse import linalg
from diffops.scipy.sparse.linalg import direct_solvers

array = drawing(61)
N = 4
PLACES = (
    np.concatenate([np.arange(N), [0, 1, 3]]),
    np.concatenate([np.arange(N), [2, 3, 0]]),
)


def entries(kind=float):
    return array(N + 3, kind) + 4 * (np.arange(N + 3) < N)


def made(d):
    """Return the matrix of the entries, in csc for SciPy's sake where it is plain."""
    s = sparse.csr_array((d, PLACES), shape=(N, N))
    return s.tocsc() if scipy.sparse.issparse(s) else s


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("columns", [(), (1,), (2,)])
def test_spsolve(columns, kind):
    check(
        lambda d, b: linalg.spsolve(made(d), b),
        entries(kind),
        array((N, *columns), kind),
    )


def test_spsolve_in_all_orders():
    thorough(lambda d, b: linalg.spsolve(made(d), b), entries(), array(N))
    s = made(entries())
    thorough(lambda b: linalg.spsolve(s, b, permc_spec="NATURAL"), array((N, 2)))


def test_against_the_dense_solution():
    d, b, g = entries(), array(N), array(N)
    to_d, to_b = vjp(lambda d, b: linalg.spsolve(made(d), b), d, b)[1](g)
    a = made(d).toarray()
    z = np.linalg.solve(a.T, g)
    np.testing.assert_allclose(to_b, z, rtol=1e-12)
    wanted = -np.outer(z, np.linalg.solve(a, b))[PLACES]
    np.testing.assert_allclose(to_d, wanted, rtol=1e-12)


def test_real_matrices_and_complex_sides():
    s = made(entries())
    check(lambda b: linalg.spsolve(s, b), array(N, complex))
    check(lambda d: linalg.spsolve(made(d), np.ones(N)), entries(complex))


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("trans", ["N", "T", "H"])
@pytest.mark.parametrize("columns", [(), (2,)])
def test_splu(columns, trans, kind):
    check(
        lambda d, b: linalg.splu(made(d)).solve(b, trans),
        entries(kind),
        array((N, *columns), kind),
    )


def test_splu_in_all_orders():
    thorough(lambda d, b: linalg.splu(made(d)).solve(b), entries(), array(N))


def test_factorized():
    thorough(lambda d, b: linalg.factorized(made(d))(b), entries(), array(N))
    check(lambda a, b: linalg.factorized(a)(b), made(entries()).toarray(), array(N))


def test_transposes():
    check(lambda d, b: linalg.spsolve(made(d).T, b), entries(), array(N))


def test_one_decomposition_serves_all_derivatives(monkeypatch):
    s, calls = made(entries()), []
    original = direct_solvers.linalg.splu
    monkeypatch.setattr(
        direct_solvers.linalg,
        "splu",
        lambda *a, **k: calls.append(1) or original(*a, **k),
    )
    grad(lambda b: np.sum(np.sin(linalg.spsolve(s, b))))(array(N))
    assert len(calls) == 1


def test_matrices_may_change_afterwards():
    s, b, g = made(entries()), array(N), array(N)
    wanted = np.linalg.solve(s.toarray().T, g)
    lu = linalg.splu(s)
    pull = vjp(lambda b: linalg.spsolve(s, b), b)[1]
    s.data[:] = 1.0
    np.testing.assert_allclose(pull(g)[0], wanted, rtol=1e-12)
    np.testing.assert_allclose(vjp(lu.solve, b)[1](g)[0], wanted, rtol=1e-12)


def test_what_else_splu_has():
    s = made(entries())
    lu = linalg.splu(s)
    assert lu.shape == (N, N)
    assert lu.L.shape == (N, N)
    np.testing.assert_allclose(s @ lu.solve(np.ones(N)), np.ones(N))
    with pytest.raises(NoDerivativeError, match=r"splu\(A\)\.U"):
        grad(lambda d: linalg.splu(made(d)).U.sum())(entries())


def test_singular_matrices():
    zero = sparse.csc_array((2, 2))
    with pytest.warns(scipy.sparse.linalg.MatrixRankWarning):
        y, _ = vjp(lambda b: linalg.spsolve(zero, b), np.ones(2))
    assert np.all(np.isnan(y))
    with pytest.raises(RuntimeError, match="singular"):
        linalg.splu(zero)


def test_errors():
    s = made(entries())
    for call, error in [
        (
            lambda b: linalg.spsolve(s, scipy.sparse.csr_array(np.eye(N)) * b[0]),
            TypeError,
        ),
        (lambda b: linalg.spsolve(s, b[1:]), ValueError),
        (lambda b: linalg.spsolve(s[1:], b), ValueError),
    ]:
        with pytest.raises(error):
            grad(lambda b, call=call: np.sum(call(b)))(array(N))
    with pytest.raises(NoDerivativeError, match="toarray"):
        grad(lambda d: linalg.spsolve(made(d), scipy.sparse.eye_array(N)).sum())(
            entries()
        )


def test_whole_numbers_on_the_right():
    slope = grad(lambda d: linalg.spsolve(sparse.diags_array(d), [1, 2])[1])(np.ones(2))
    np.testing.assert_array_equal(slope, [0.0, -2.0])
