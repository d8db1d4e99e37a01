"""Mirrors: SciPy for plain values, a derivative or a refusal for tracked ones."""

import importlib
import subprocess
import sys

import numpy as np
import pytest
import scipy.linalg
import scipy.special

import diffops.scipy
from diffops import NoDerivativeError, grad, stop_gradient
from diffops.scipy._mirror import (
    Holder,
    holds,
    mirrors,
    refuse,
    refuse_option,
    refusing,
    the_rest,
)


def plain(x, scale=1.0):
    return ("plain", x, scale)


@mirrors(plain)
def mirrored(x, scale=1.0):
    return np.sum(np.sin(x)) * scale


def test_plain_arguments_go_to_the_original():
    assert mirrored(2.0, scale=3.0) == ("plain", 2.0, 3.0)
    assert mirrored([1.0, 2.0])[1] == [1.0, 2.0]


def test_tracked_arguments_do_not_however_they_come():
    assert grad(mirrored)(0.5) == pytest.approx(np.cos(0.5))
    assert grad(lambda s: mirrored(0.5, scale=s))(1.0) == pytest.approx(np.sin(0.5))
    slope = grad(lambda x: mirrored([x, 2 * x]))(0.5)
    assert slope == pytest.approx(np.cos(0.5) + 2 * np.cos(1.0))


def test_what_is_refused_names_itself_and_the_line():
    refused = refusing(plain, "scipy.plain", "use another")
    assert refused(1.0) == ("plain", 1.0, 1.0)
    with pytest.raises(NoDerivativeError, match=r"scipy\.plain .*test_mirror.*another"):
        grad(refused)(1.0)
    with pytest.raises(NoDerivativeError, match=r"stop_gradient"):
        grad(lambda x: refusing(plain, "f")(1.0, scale=x))(1.0)
    assert grad(lambda x: x * refused(stop_gradient(x))[1])(3.0) == 3.0


def test_a_swallowed_refusal_is_raised_in_the_end():
    @mirrors(plain)
    def without_option(x):
        refuse_option("scipy.plain", "option=True", "leave it out")

    def swallowing(f):
        def g(x):
            try:
                return f(x)
            except NoDerivativeError:
                return x * 0

        return g

    for f in (refusing(plain, "scipy.plain"), without_option):
        with pytest.raises(NoDerivativeError, match=r"scipy\.plain"):
            grad(swallowing(f))(1.0)


class Pair(Holder):
    """Something of ours that holds values."""

    def __init__(self, *values):
        self.values = values

    def parts(self):
        return list(self.values)


def test_what_holds_tracked_values_counts_as_tracked():
    pair_sum = mirrors(plain)(lambda pair: sum(pair.values))
    assert grad(lambda x: pair_sum(Pair(x, 2 * x)))(1.0) == 3.0
    assert pair_sum(Pair(1.0, 2.0)) == 3.0  # SciPy does not know a pair
    assert holds([Pair()])
    assert not holds([1.0])
    with pytest.raises(NoDerivativeError, match="the pair"):
        grad(lambda x: refusing(plain, "the pair")(Pair(x)))(1.0)

    def swallowing(x):
        try:
            refuse([Pair(x)], "held and refused")
        except NoDerivativeError:
            return x

    with pytest.raises(NoDerivativeError, match="held and refused"):
        grad(swallowing)(1.0)


def test_the_rest_of_a_module():
    namespace = {}
    get = the_rest("scipy.linalg", namespace)
    assert get("LinAlgError") is scipy.linalg.LinAlgError
    assert get("blas") is scipy.linalg.blas
    np.testing.assert_array_equal(get("hilbert")(2), scipy.linalg.hilbert(2))
    assert "hilbert" in namespace
    with pytest.raises(NoDerivativeError, match=r"scipy\.linalg\.hessenberg"):
        grad(lambda x: get("hessenberg")(x)[0, 0])(np.eye(3))
    with pytest.raises(AttributeError):
        get("no_such_function")
    with pytest.raises(AttributeError):
        get("__wrapped__")
    assert the_rest("scipy.special", {})("erf") is scipy.special.erf


def test_mirrors_are_loaded_when_they_are_asked_for():
    program = (
        "import sys, diffops.scipy\n"
        "print([m for m in sys.modules if m.startswith('scipy')])\n"
        "diffops.scipy.linalg.inv\n"
        "print('scipy.linalg' in sys.modules, 'scipy.stats' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.split("\n")[:2] == ["[]", "True False"]


@pytest.mark.parametrize("name", diffops.scipy.__all__)
def test_a_mirror_has_every_name_of_its_module(name):
    original = importlib.import_module(f"scipy.{name}")
    mirror = getattr(diffops.scipy, name)
    missing = [n for n in original.__all__ if not hasattr(mirror, n)]
    assert missing == []


def test_modules_without_a_mirror():
    assert "linalg" in dir(diffops.scipy)
    with pytest.raises(AttributeError, match=r"no mirror of scipy\.cluster"):
        _ = diffops.scipy.cluster
