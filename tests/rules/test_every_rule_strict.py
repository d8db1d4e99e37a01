"""Every primitive on arrays of another library, as strict as CuPy's.

The same mixes of modes as in `test_every_rule`, with all arguments on the device: the
derivatives are those of NumPy's arrays, which that file compares with the truth. They
stay on the device, and nothing goes to the host but what a rule must look at.
"""

import numpy as np
import pytest
import strict_arrays
from strict_arrays import StrictArray
from test_every_rule import ALL, ELEMENTWISE, MIXES, MODES, example
from truth import line

from diffops import NoDerivativeError, grad
from diffops.primitive import table

#: What CuPy has not, or not so: and how that is said.
LACKING = {
    "eig": (TypeError, r"numpy\.linalg\.eig"),
    "hypot_reduce": (NotImplementedError, r"hypot\.reduce"),
    "logaddexp_reduce": (NotImplementedError, r"logaddexp\.reduce"),
    "logaddexp2_reduce": (NotImplementedError, r"logaddexp2\.reduce"),
    "sparse_product": (TypeError, r"sparse_product .*SciPy.*strict_arrays"),
}

#: What CuPy has, without the functions that derivatives of higher order are made of.
FLAT = {"i0": (1, r"i1 .* takes iv, which strict_arrays does not have")}

#: Where rules ask the device a question: whether roots vanish, what is singular, equal.
ASKING = {"engines/loading.py", "diffops/repeated.py", "rules/determinants.py"}


def put(x, kind=float):
    return strict_arrays.asarray(np.asarray(x, kind))


def example_there(name, to=put):
    """Return the example with all arrays elsewhere, and that of NumPy's."""
    f, args = example(name)
    there = tuple(map(to, args))
    if name not in ELEMENTWISE:
        return f, there, f, args
    partials = ELEMENTWISE[name].partials

    def called(whole):
        def call(*xs):
            given = iter(xs)
            full = [next(given) if partial else whole for partial in partials]
            return table[ELEMENTWISE[name].function](*full)

        return call

    whole = np.array([2, 3, 2])  # for an argument that has no derivative
    return called(to(whole, int)), there, called(whole), args


def along_a_line(f, args, weights, lines, to=lambda x: x):
    lines = [to(v) for v in lines]
    return line(lambda *xs: np.sum(to(weights) * f(*xs)), args, lines)


def derivatives(phi, mix):
    for mode in mix:
        phi = MODES[mode](phi)
    return phi(0.0)


@pytest.mark.parametrize("name", [name for name in ALL if name not in LACKING])
def test_all_mixes_of_modes_stay_on_the_device(name):
    g, there, f, args = example_there(name)
    value = f(*args)
    weights = np.sin(1 + np.arange(np.size(value))).reshape(np.shape(value))
    lines = [np.cos(np.arange(np.size(x))).reshape(np.shape(x)) for x in args]
    phi = along_a_line(f, args, weights, lines)
    psi = along_a_line(g, there, weights, lines, put)
    top, words = FLAT.get(name, (3, ""))
    for mix in MIXES:
        if len(mix) > top:
            with pytest.raises(NoDerivativeError, match=words):
                derivatives(psi, mix)
            continue
        wanted = derivatives(phi, mix)
        with strict_arrays.counting() as counts:
            found = derivatives(psi, mix)
        # What does not depend on t, a Python number, has the derivative 0.0.
        assert type(found) is StrictArray or found == wanted == 0.0
        np.testing.assert_allclose(
            strict_arrays.asnumpy(found), wanted, rtol=1e-9, atol=1e-10, err_msg=mix
        )
        assert set(counts.askers) <= ASKING, mix


@pytest.mark.parametrize("name", LACKING)
def test_what_the_library_lacks_is_named(name):
    g, there, _, _ = example_there(name)
    error, words = LACKING[name]
    for mode in MODES.values():
        psi = along_a_line(g, there, 1.0, map(np.ones_like, there))
        with pytest.raises(error, match=words):
            mode(psi)(0.0)


def test_singular_matrices_raise_nothing_on_the_device():
    matrix = np.array([[1.0, 2.0], [2.0, 4.0]])
    found = grad(np.linalg.det)(put(matrix)).get()
    np.testing.assert_allclose(found, [[4.0, -2.0], [-2.0, 1.0]], atol=1e-14)
    found = grad(lambda a: np.linalg.slogdet(a)[1])(put(matrix)).get()
    assert np.isinf(found).all() and (np.sign(found) == [[1, -1], [-1, 1]]).all()
