"""All rules of scipy.special at once, against differences of SciPy's own values."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import special
from truth import check, differences, line

from diffops import NoDerivativeError, diff, grad, jvp, vjp, vmap
from diffops.primitive import table
from diffops.rules import special as families
from diffops.rules._constant import Constant
from diffops.rules._refused import Refused
from diffops.rules.special_kinds import Unknown

#: Their values come from a search, or a series, that stops too early for differences.
#: Those tests that go with the families compare them in other ways.
COARSE = {
    "bdtrin",
    "fdtridfd",
    "itairy",
    "nbdtrik",
    "ncfdtrinc",
    "nctdtrinc",
}
UFUNCS = {name: f for name, f in vars(special).items() if isinstance(f, np.ufunc)}
PRIVATE = {special._ufuncs._zeta, special._ufuncs._riemann_zeta}
RULES = {
    rule.name: rule
    for rule in families.rules
    if rule.function in {*UFUNCS.values(), *PRIVATE, special._ufuncs._lambertw}
}


def known(rule):
    """Tell which arguments of a rule have a derivative."""
    partials = families.rules[rule]
    return [p is not None and not isinstance(p, Unknown) for p in partials]


SMOOTH = [
    name
    for name, rule in RULES.items()
    if name not in COARSE and not name.endswith("_cv")
]
each_smooth = pytest.mark.parametrize("name", SMOOTH)
SHAPES = ((2, 3), (3,), (), (), ())


def example(name, dtype=float):
    """Return the function of the arguments with a derivative, and these."""
    rule = RULES[name]
    random = np.random.default_rng([ord(letter) for letter in name])
    domain = rule.on or ((-1.5, 1.5),) * len(known(rule))
    point = [
        low if isinstance(low, int) else dtype(random.uniform(low, high))
        for low, high in domain
    ]
    varying = [i for i, is_known in enumerate(known(rule)) if is_known]
    args = [
        np.asarray(random.uniform(*domain[i], shape), dtype)[()]
        for i, shape in zip(varying, SHAPES, strict=False)
    ]

    def f(*xs):
        full = list(point)
        for i, x in zip(varying, xs, strict=True):
            full[i] = x
        return table[rule.function](*full)

    return f, args


def joined(y):
    """Return all outputs of a function in one array."""
    if isinstance(y, tuple):
        y = np.stack(y)
    return np.real(y) + np.imag(y) if y.dtype.kind == "c" else y


@each_smooth
def test_derivatives_agree_with_differences(name):
    f, args = example(name)
    check(f, *args)


#: In single precision SciPy's own values are NaN here, or warn, or never come.
UNFIT = ("pro_", "obl_", "mathieu_", "bdtr")


@pytest.mark.parametrize("name", [n for n in SMOOTH if not n.startswith(UNFIT)])
def test_single_precision_stays_what_it_is(name):
    f, args = example(name, np.float32)
    outputs = joined(f(*args))
    truth, wide = example(name)
    tangents = [np.ones_like(x) for x in args]
    _, change = jvp(lambda *xs: joined(f(*xs)), args, tangents)
    directions = [np.ones(np.shape(x)) for x in wide]
    _, wanted = jvp(lambda *xs: joined(truth(*xs)), wide, directions)
    assert change.dtype == outputs.dtype
    np.testing.assert_allclose(change, wanted, rtol=1e-4, atol=1e-5)
    _, pullback = vjp(lambda *xs: joined(f(*xs)), *args)
    for cotangent, x in zip(pullback(np.ones_like(outputs)), args, strict=True):
        assert cotangent.dtype == np.float32
        assert np.shape(cotangent) == np.shape(x)


@each_smooth
def test_third_derivatives(name):
    """Each order is the difference of the one before."""
    f, args = example(name)
    directions = [np.ones(np.shape(x)) for x in args]
    phi = line(lambda *xs: np.sum(joined(f(*xs))), args, directions)
    bend = diff(grad(phi))
    wanted = differences(bend, 1, 0.01)
    for mix in (
        (diff, diff, diff),
        (grad, diff, diff),
        (diff, grad, grad),
        (grad,) * 3,
    ):
        derivative = phi
        for mode in mix:
            derivative = mode(derivative)
        np.testing.assert_allclose(derivative(0.0), wanted, rtol=1e-7, atol=1e-7)


@each_smooth
def test_batches(name):
    f, args = example(name)
    members = [np.stack([x, x * 1.01]) for x in args]

    def slopes(*xs):
        return joined(jvp(f, xs, [np.ones_like(x) for x in xs])[1])

    found = vmap(slopes)(*members)
    for i in range(2):
        wanted = slopes(*(x[i] for x in members))
        np.testing.assert_allclose(found[i], wanted, rtol=1e-12, atol=1e-14)


def partial_in(rule, i):
    """Return what i-th argument of a rule alone does, and where."""
    domain = rule.on or ((1.5, 2.5),) * len(families.rules[rule])
    point = [low for low, _ in domain]
    f = table[rule.function]
    return lambda t: joined(f(*point[:i], t, *point[i + 1 :])), float(point[i])


@pytest.mark.parametrize(
    "name", [name for name, rule in RULES.items() if not all(known(rule))]
)
def test_arguments_without_a_derivative_are_refused_by_name(name):
    rule = RULES[name]
    for i, is_known in enumerate(known(rule)):
        f, x = partial_in(rule, i)
        if not is_known:
            for mode in (grad, diff):
                with pytest.raises(NoDerivativeError, match=r"scipy\.special\.\w+ has"):
                    mode(f)(x)


def test_every_ufunc_has_a_rule_or_is_constant_or_refused():
    found = {name: table.get(f) for name, f in UFUNCS.items()}
    assert [name for name, rule in found.items() if rule is None] == []
    constant = [name for name, rule in found.items() if isinstance(rule, Constant)]
    assert sorted(constant) == ["gammasgn", "round"]
    refused = [name for name, rule in found.items() if isinstance(rule, Refused)]
    assert sorted(refused) == [
        "chndtridf",
        "ncfdtridfd",
        "ncfdtridfn",
        "nctdtridf",
        "obl_cv",
        "pro_cv",
    ]


def test_scipys_own_ufuncs_of_numpys_names_keep_their_values():
    for name in ("expm1", "log1p", "exp2", "cbrt"):
        f = getattr(special, name)
        (y, _) = jvp(f, (0.3,), (1.0,))
        assert y == f(0.3)


def test_only_scipy_special_loads_the_rules():
    program = """if True:
        import sys, numpy as np, diffops
        diffops.grad(lambda x: np.sum(np.exp(x)))(np.ones(2))
        assert "diffops.rules.special" not in sys.modules
        assert "scipy" not in sys.modules
        from scipy import special
        assert "diffops.rules.special" not in sys.modules
        print(diffops.grad(special.erf)(0.0))
        assert "diffops.rules.special_airy" in sys.modules
    """
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "1.1283791670955126\n", run.stderr


def test_numbers_of_python_do_as_well_as_arrays():
    for name in ("gamma", "jv", "betainc", "ellipkinc", "voigt_profile", "boxcox"):
        f, args = example(name)
        numbers = [float(np.ravel(x)[0]) for x in args]
        arrays = [np.array([x]) for x in numbers]
        tangents = [np.ones(1)] * len(args)
        one = jvp(f, numbers, [1.0] * len(args))[1]
        np.testing.assert_allclose(one, jvp(f, arrays, tangents)[1][0], rtol=1e-14)


@each_smooth
def test_empty_arrays(name):
    f, args = example(name)
    empty = [np.empty(0) for _ in args]
    y, change = jvp(lambda *xs: joined(f(*xs)), empty, empty)
    assert y.size == change.size == 0
    _, pullback = vjp(lambda *xs: joined(f(*xs)), *empty)
    assert all(c.shape == (0,) for c in pullback(np.empty(y.shape)))


@pytest.mark.filterwarnings("ignore:floating point number truncated", "ignore:non-int")
@pytest.mark.parametrize(
    ("name", "number", "before", "after"),
    [("yn", -2.3, (), (0.7,)), ("kn", 1.7, (), (0.7,)), ("expn", 2.7, (), (0.7,))]
    + [("smirnov", 5.7, (), (0.3,)), ("smirnovi", 5.7, (), (0.3,))]
    + [("pdtri", 2.7, (), (0.3,)), ("pdtri", -0.7, (), (0.3,))]
    + [(name, 5.7, (2.0,), (0.3,)) for name in ("bdtr", "bdtrc", "bdtri")]
    + [(name, 5.7, (2.0,), (0.3,)) for name in ("nbdtr", "nbdtrc", "nbdtri")]
    + [("nbdtr", 2.7, (), (3.0, 0.3)), ("nbdtri", 2.7, (), (3.0, 0.3))],
)
def test_what_scipy_truncates_is_truncated_in_slopes(name, number, before, after):
    f = getattr(special, name)
    *fixed, x = after

    def slope(number):
        return diff(lambda x: f(*before, number, *fixed, x))(x)

    wanted = differences(lambda t: f(*before, number, *fixed, x + t), step=0.01)
    assert slope(number) == slope(np.trunc(number))
    np.testing.assert_allclose(slope(number), wanted, 1e-9)
