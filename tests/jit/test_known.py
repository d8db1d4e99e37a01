"""Signatures: what is kept of them, and for how long."""

import gc
import weakref

from diffops import grad, jit
from diffops.jit import known


def test_old_signatures_are_forgotten_with_their_objects(monkeypatch):
    monkeypatch.setattr(known, "MOST_SIGNATURES", 5)

    class Options:
        scale = 2.0

    jitted = jit(lambda x, options: x * options.scale)
    options = [Options() for _ in range(20)]
    for each in options:
        assert [jitted(1.5, each) for _ in range(3)] == [3.0] * 3
        assert grad(jitted)(1.5, each) == 2.0
    alive = [weakref.ref(each) for each in options]
    del options, each
    gc.collect()
    assert sum(ref() is not None for ref in alive) <= 6
    assert len(jitted._ways) == len(jitted._smooth) == 5
