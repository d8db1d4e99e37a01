"""Every primitive for a whole batch of arrays of another library, as strict as CuPy's.

`test_every_batch` compares NumPy's with one member after the other; here the results
are those of NumPy's, stay on the device, and come in one run.
"""

import itertools

import numpy as np
import pytest
import strict_arrays
from strict_arrays import StrictArray
from test_every_batch import batches, direction
from test_every_rule import ALL
from test_every_rule_strict import ASKING, FLAT, LACKING, example_there, put

from diffops import grad, hessianv, jvp, vmap
from diffops.modes.batch import loops


def same(x):
    return x


def pushed(f, to, args):
    directions = tuple(to(direction(x)) for x in args)
    return lambda *xs: jvp(f, xs, directions)[1]


def product(f, to, args):
    directions = tuple(to(direction(x)) for x in args)
    along = hessianv(f, tuple(range(len(args))))
    return lambda *xs: along(*xs, directions)


def weighted(f, to, value):
    weights = to(np.cos(1 + np.arange(np.size(value))).reshape(np.shape(value)))
    return lambda *xs: np.sum(weights * f(*xs))


def ways(f, to, args, host, value):
    """Yield functions of the stacks, and what they are called."""
    every = tuple(range(len(args)))
    scalar = weighted(f, to, value)
    for chosen in itertools.product([0, None], repeat=len(args)):
        if any(axis == 0 for axis in chosen):

            def values(*stacks, chosen=chosen):
                own = [
                    s if axis == 0 else a
                    for s, a, axis in zip(stacks, args, chosen, strict=True)
                ]
                return vmap(f, chosen)(*own)

            yield f"values {chosen}", values
    yield "inside", vmap(grad(scalar, every))
    yield "outside", grad(lambda *xs: np.sum(vmap(scalar)(*xs)), every)
    yield "pushed", vmap(pushed(f, to, host))
    yield "second", vmap(product(scalar, to, host))


@pytest.mark.parametrize("name", [n for n in ALL if n not in (*LACKING, *FLAT)])
def test_batches_stay_on_the_device(name):
    g, there, f, args = example_there(name)
    stacks = batches(name, args)
    put_stacks = [put(stack) for stack in stacks]
    loops.clear()
    value = f(*args)
    here = ways(f, same, args, args, value)
    over_there = ways(g, put, there, args, value)
    for (what, wanted), (_, found) in zip(here, over_there, strict=True):
        with strict_arrays.counting() as counts:
            results = found(*put_stacks)
        results = results if isinstance(results, tuple) else (results,)
        truth = wanted(*stacks)
        truth = truth if isinstance(truth, tuple) else (truth,)
        for a, b in zip(results, truth, strict=True):
            assert type(a) is StrictArray, what
            np.testing.assert_allclose(a.get(), b, rtol=1e-9, atol=1e-10, err_msg=what)
        assert set(counts.askers) <= ASKING | {"modes/batch.py"}, what
        # Members that part are indexed by lists of the host's.
        assert "operators/_batch_run.py" not in counts.senders, what
    assert not loops
