"""Buffers share memory over time, and never at the same time."""

import numpy as np
import pytest
from cuda_on_cpu import plan_of
from cuda_programs import PROGRAMS

from diffops.jit.cuda.device_plan import name_of


def lives(plan):
    """Return for each buffer of the workspace where it lies, and when it is used."""
    found = {}
    for i, step in enumerate(plan.steps):
        for view in step.windows:
            name = name_of(view.buffer)
            if name in plan.work:
                start = plan.work[name]
                _, _, first, _ = found.get(name, (0, 0, i, i))
                found[name] = (start, start + view.buffer.size, first, i)
    if plan.flag is not None:
        start, end, _, _ = found[name_of(plan.flag)]
        found[name_of(plan.flag)] = (start, end, 0, len(plan.steps))
    return list(found.values())


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_used_at_one_time_lies_apart(name):
    f, args = PROGRAMS[name]
    plan = plan_of(f, *args)
    places = lives(plan)
    assert len(places) == len(plan.work)
    assert all(end <= plan.work_size and start % 32 == 0 for start, end, *_ in places)
    for i, (start, end, first, last) in enumerate(places):
        for begin, stop, early, late in places[:i]:
            assert end <= begin or stop <= start or last < early or late < first


def test_long_chains_need_little_memory():
    def f(x):
        for _ in range(30):
            x = x - 0.1 * np.sin(x) / np.sum(x * x)
        return x

    plan = plan_of(f, np.ones(4096))
    assert len(plan.work) > 30
    assert plan.work_size < 5 * 4096
