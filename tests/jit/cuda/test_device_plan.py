"""How plans print, and what they say of their buffers."""

import numpy as np
from cuda_on_cpu import plan_of

from diffops import grad, jit
from diffops.jit.cuda.device_plan import name_of


def test_a_plan_prints_as_its_launches():
    c = np.arange(20.0).reshape(5, 4)
    plan = plan_of(lambda w: np.sum(np.tanh(c @ w)), np.ones(4))
    assert str(plan).splitlines() == [
        "i0: double[4]",
        "o0: double[]",
        "constant0: float64[20], constant",
        "workspace: double[32]",
        "w0 = constant0[5, 4] @ i0[4]",
        "kernel0<<<1, 32>>>(w0, o0)",
        "return o0",
    ]


def test_windows_begin_at_their_first_entries():
    plan = plan_of(grad(lambda x: np.sum(x[3:] * x[:-3])), np.ones(9))
    assert "i0 + 3" in str(plan)


def test_guards_are_read_at_the_end():
    plan = plan_of(lambda x: x if x[0] > 0 else -x, np.ones(9))
    assert plan.flag is not None
    *_, guard, last = str(plan).splitlines()
    assert guard == f"guard {name_of(plan.flag)} -> 0.0"
    assert last == "return o0"


def test_from_the_jitted_function():
    jitted = jit(lambda x, t: t * np.sin(x))
    plan = jitted.cuda_plan(np.ones(9), t=2.0)
    assert (plan.inputs, plan.outputs) == ([(9,), ()], [(9,)])
    assert plan.reals == {"i0": "double", "i1": "double", "o0": "double"}
    assert 'extern "C" __global__ void kernel0(' in plan.source
    assert plan.kernels == ["kernel0"]
