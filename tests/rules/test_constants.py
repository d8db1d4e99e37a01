"""Functions without a derivative return plain values, whatever tracks their input."""

import operator

import numpy as np
import pytest
from truth import check

from diffops import diff, grad, gradv, jvp, vjp
from diffops.primitive import table
from diffops.rules._kinds import constant
from diffops.tags import Tracked

X = np.array([0.4, -1.7, 0.4, 2.6])
BINS = np.array([-2.0, 0.0, 1.0, 3.0])

#: Calls of what does not take one array alone: each is given the array.
CALLS = {
    **{
        f: lambda x, f=f: f(x, [0.4, *x[1:3], 0.1])
        for f in (np.less, np.less_equal, np.greater, np.greater_equal, np.equal)
        + (np.not_equal, np.logical_and, np.logical_or, np.logical_xor, np.isclose)
        + (np.allclose, np.array_equal, np.array_equiv, np.isin, np.floor_divide)
    },
    **{
        f: lambda x, f=f: f(x[:, None] * x)
        for f in (np.linalg.matrix_rank, np.diag_indices_from)
        + (np.tril_indices_from, np.triu_indices_from)
    },
    **{
        f: lambda x, f=f: f(np.argsort(x), 2)
        for f in (np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.gcd, np.lcm)
        + (np.left_shift, np.right_shift)
    },
    **{f: lambda x, f=f: f(np.argsort(x)) for f in (np.invert, np.bitwise_count)},
    **{
        f: lambda x, f=f: f(x, x[::-1])
        for f in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq)
        + (operator.ne, operator.floordiv)
    },
    **{
        f: lambda x, f=f: f(np.argsort(x), 2)
        for f in (operator.and_, operator.or_, operator.xor)
    },
    operator.invert: lambda x: ~np.argsort(x),
    round: lambda x: round(x[0], 1),
    np.argpartition: lambda x: np.argpartition(x, 2),
    np.searchsorted: lambda x: np.searchsorted(BINS, x),
    np.digitize: lambda x: np.digitize(x, BINS),
    np.lexsort: lambda x: np.lexsort((x, x**2)),
    np.can_cast: lambda x: np.can_cast(x.dtype, np.float32),
    np.broadcast_shapes: lambda x: np.broadcast_shapes(x.shape, (3, 1)),
    np.shares_memory: lambda x: np.shares_memory(x, BINS),
    np.may_share_memory: lambda x: np.may_share_memory(x, BINS),
    np.einsum_path: lambda x: np.einsum_path("i,ij,j", x, x[:, None] * x, x),
    np.round: lambda x: np.round(x, decimals=1),
    np.argmax: lambda x: np.argmax([x[0], 2.0, x[3]]),
    np.any: lambda x: np.any([x > 2, (x < 0)], axis=0),
}
CONSTANTS = [f for f, found in table.items() if type(found) is type(table[np.floor])]
MODES = {
    "forward": lambda f: lambda x: jvp(f, (x,), (np.ones_like(x),)),
    "reverse": lambda f: lambda x: vjp(f, x),
}


def assert_same(found, wanted):
    """Compare types and values of results, item by item."""
    assert type(found) is type(wanted)
    if isinstance(wanted, (tuple, list)):
        for p, q in zip(found, wanted, strict=True):
            assert_same(p, q)
    else:
        np.testing.assert_array_equal(found, wanted)
        assert np.result_type(np.asarray(found)) == np.result_type(np.asarray(wanted))


@pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")
@pytest.mark.parametrize("inner", MODES)
@pytest.mark.parametrize("outer", MODES)
@pytest.mark.parametrize("function", CONSTANTS)
def test_results_are_plain_under_nested_levels(function, outer, inner):
    call = CALLS.get(function, function)
    found = []

    def f(x):
        def g(y):
            z = (x + y) / 2
            assert isinstance(z.primal, Tracked)
            found.append(call(z))
            return y

        MODES[inner](g)(x)
        return x

    MODES[outer](f)(X)
    assert_same(found[0], call(X))


@pytest.mark.parametrize("D", [diff, grad])
@pytest.mark.parametrize(
    ("f", "derivatives"),
    [
        (lambda x: x * np.floor(x), [2.0, 0.0]),
        (lambda x: x**2 * np.ceil(x), [15.0, 6.0, 0.0]),
        (lambda x: np.round(x * x) + x, [1.0, 0.0]),
        (lambda x: x**2 if np.greater(x, 1) else x, [5.0, 2.0]),
        (lambda x: np.stack([x, 3 * x, -x])[np.argmax([x, 3 * x, -x])], [3.0, 0.0]),
    ],
)
def test_their_derivative_is_zero(D, f, derivatives):
    for derivative in derivatives:
        f = D(f)
        assert f(2.5) == derivative


def test_methods_and_operators_are_plain_too():
    def f(x):
        assert type(x.argmax()) is np.int64
        assert type(x.any()) is np.bool_
        assert type(x.round(1)) is type(x > 0.5) is np.ndarray
        assert type(x[0] > x[1]) in (bool, np.bool_)
        return np.sum(x * (x > 0.5) + x // 1)

    np.testing.assert_array_equal(grad(f)(X), [0, 0, 0, 1])


@pytest.mark.parametrize("f", [np.bitwise_or, np.left_shift, np.gcd])
def test_what_takes_whole_numbers_refuses_others_as_numpy_does(f):
    for run in (grad(lambda x: np.sum(f(x, 2))), lambda x: f(x, 2)):
        with pytest.raises(
            TypeError, match=f"'{f.__name__}' not supported|{f.__name__}"
        ):
            run(X)


def test_counts_are_plain_but_weights_vary():
    places = np.array([0, 1, 1, 3])
    check(lambda w: np.bincount(places, w, minlength=5) ** 2, X)

    def f(x):
        counts = np.bincount(places)
        assert type(counts) is np.ndarray
        return np.sum(x * np.sum(counts))

    np.testing.assert_array_equal(grad(f)(X), np.full(4, 4.0))


def test_a_users_constant_strips_containers_and_options(monkeypatch):
    def longest(parts, *, among):
        assert not any(isinstance(part, Tracked) for part in [*parts, among])
        return max(map(abs, parts)) + among

    constant(longest)
    run = table.pop(longest)
    assert repr(run) == "<constant longest>"
    assert grad(lambda x: x * run([x, (x * 2)], among=x))(3.0) == 9.0


def test_bincount_keeps_the_places_that_it_saw():
    """Weights add up by places, which the user may change afterwards."""

    def f(w):
        places = np.array([0, 1, 1])
        total = np.bincount(places, weights=w)
        places[:] = 0
        return np.sum(total**2)

    w = np.array([1.0, 2.0, 3.0])
    for mode in (grad(f)(w), [gradv(f)(w, e) for e in np.eye(3)]):
        np.testing.assert_array_equal(mode, [2.0, 10.0, 10.0])


def test_signs_of_complex_numbers_turn_and_heaviside_has_a_value_at_zero():
    found = jvp(np.sign, (1 + 2j,), (1j,))[1]
    z = 1 + 2j
    wanted = (1j - z * (np.conj(z) * 1j).real / abs(z) ** 2) / abs(z)
    np.testing.assert_allclose(found, wanted)
    assert grad(np.heaviside, (0, 1))(0.0, 0.3) == (0.0, 1.0)
    assert grad(np.heaviside, (0, 1))(1.0, 0.3) == (0.0, 0.0)
