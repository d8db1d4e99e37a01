"""What the host computes of a program, and what is left for a GPU."""

import numpy as np
import pytest
from strict_arrays import asarray

from diffops import jit
from diffops.jit.cuda.expressions import NotForCuda
from diffops.jit.cuda.parting import parted

X = asarray(np.arange(6.0))


def names(part):
    return [step.name for step in part.operations]


def test_numbers_from_numbers_are_for_the_host():
    program = jit(lambda x, t: (np.sin(t * 2) * x, t + 1)).program(X, 0.5)
    host, device = parted(program)
    assert names(host) == ["multiply", "sin", "add"]
    assert names(device) == ["multiply"]
    array, number = program.inputs
    assert (host.inputs, device.inputs[0]) == ([number], array)
    assert device.inputs[1] in host.outputs
    assert len(host.outputs) == 2 and len(device.outputs) == 1


def test_guards_go_where_their_values_are():
    f = lambda x, t: x * 2 if t > 0 and x[0] < 1 else x  # noqa: E731
    host, device = parted(jit(f).program(X, 0.5))
    assert len(host.guards) == len(device.guards) == 1


def test_results_that_are_constants_or_arguments():
    program = jit(lambda x, t: (t, 3.0, x, x)).program(X, 0.5)
    host, device = parted(program)
    assert host.outputs == [program.inputs[1]]
    assert device.outputs == [program.inputs[0]] * 2


def test_what_goes_back_and_forth_is_refused():
    with pytest.raises(NotForCuda, match="cast reads an array, and makes a number"):
        parted(jit(lambda x: x * x[0].item()).program(X))
    with pytest.raises(NotForCuda, match="collected makes an array of NumPy's"):
        parted(jit(lambda x, t: (x, np.stack([t, t]))).program(X, 0.5))
