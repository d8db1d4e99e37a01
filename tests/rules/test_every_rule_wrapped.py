"""Every primitive on arrays that are little more than NumPy's protocols.

What rules need of a library's arrays beyond these is in `wrapped_arrays`.
"""

import numpy as np
import pytest
from test_every_rule import ALL, MODES
from test_every_rule_strict import along_a_line, derivatives, example_there
from wrapped_arrays import WrappedArray

from diffops import vmap


def wrap(x, kind=float):
    return WrappedArray(np.array(x, kind))


@pytest.mark.parametrize("name", [name for name in ALL if name != "sparse_product"])
def test_derivatives_are_those_of_what_is_wrapped(name):
    g, there, f, args = example_there(name, wrap)
    value = f(*args)
    weights = np.sin(1 + np.arange(np.size(value))).reshape(np.shape(value))
    lines = [np.cos(np.arange(np.size(x))).reshape(np.shape(x)) for x in args]
    phi = along_a_line(f, args, weights, lines)
    psi = along_a_line(g, there, weights, lines, wrap)
    for mix in (*MODES, "FR", "RR"):
        found = derivatives(psi, mix)
        assert type(found) is WrappedArray or found == 0.0
        np.testing.assert_allclose(
            float(found), derivatives(phi, mix), rtol=1e-9, atol=1e-10, err_msg=mix
        )


@pytest.mark.parametrize("name", [name for name in ALL if name != "sparse_product"])
def test_batches_are_those_of_what_is_wrapped(name):
    g, _, f, args = example_there(name, wrap)
    twice = [np.stack([x, 0.99 * np.asarray(x)]) for x in args]
    found = vmap(g)(*map(wrap, twice))
    assert type(found) is WrappedArray
    wanted = vmap(f)(*twice)
    assert found.shape == wanted.shape
    assert float(np.max(abs(found - wrap(wanted)))) < 1e-9
