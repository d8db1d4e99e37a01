"""The plainer path: it answers what the native entry answers."""

import gc
import sys
import threading
import weakref

import numpy as np
import pytest
from cores import (
    IDLE,
    NUMBER,
    PAIR,
    SIGNATURES,
    arguments,
    check,
    core,
    counts,
)

from diffops.native.entry import or_else
from diffops.native.interface import MISMATCH, MISS, Array, Float, Signature, Static
from diffops.native.machine import assemble
from diffops.native.plain import caller


def code_of(signature, work_bytes=0, **options):
    return assemble(core(signature, work_bytes, linkage="", **options))


def plain(signature, work_bytes=0):
    code = code_of(signature, work_bytes)
    return caller(code.address("core"), signature, work_bytes, owner=code)


@pytest.mark.parametrize("work_bytes", [0, 1000, 100_000])
@pytest.mark.parametrize("name", SIGNATURES)
def test_results(name, work_bytes):
    signature = SIGNATURES[name]
    call = plain(signature, work_bytes)
    for seed in range(3):
        args = arguments(signature, seed)
        check(call(*args), signature, args)


def test_results_are_fresh():
    signature = Signature((Array((3,)),), (Array((3,)), Array((3,))), list)
    call = plain(signature)
    x = np.ones(3)
    (a, b), (c, d) = call(x), call(x)
    assert not any(np.shares_memory(a, other) for other in (b, c, d, x))


@pytest.mark.parametrize("work_bytes", [8, 1000, 100_000])
def test_workspaces_begin_at_a_cache_line(work_bytes):
    program = """
define i64 @core(ptr %inputs, ptr %outputs, ptr %work) {
  %address = ptrtoint ptr %work to i64
  %answer = and i64 %address, 63
  ret i64 %answer
}
"""
    code = assemble(program)
    call = caller(code.address("core"), NUMBER, work_bytes, owner=code)
    assert all(call(1.0) is not MISMATCH for _ in range(20))


def test_arguments_that_do_not_fit():
    call = plain(PAIR)
    x = np.ones(15)
    for args in (
        (),
        (1.0,),
        (1, x),
        (np.float64(1), x),
        (1.0, x, x),
        (1.0, x[1:]),
        (1.0, x.view(np.recarray)),
        (1.0, np.ones(30)[::2]),
        (1.0, x.astype(np.dtype(float).newbyteorder())),
        (1.0, x.astype(np.float32)),
        (1.0, list(x)),
    ):
        assert call(*args) is MISS
    assert call(1.0, x=x) is MISS


def test_failing_guards():
    call = plain(PAIR, 1000)
    assert call(-100.0, np.ones(15)) is MISMATCH


def test_what_the_program_does_not_take_goes_elsewhere():
    def otherwise(*args, **kwargs):
        return args, kwargs

    call = or_else(plain(NUMBER), otherwise)
    assert call(2.0) == 2.0
    assert call(2) == ((2,), {})
    assert call(-2.0) == ((-2.0,), {})
    assert call(x=2.0) == ((), {"x": 2.0})


def test_statics_are_compared_by_identity():
    call = plain(Signature((Static("a" * 50), Float()), (Float(),)))
    assert call("".join(["a"] * 50), 1.0) is MISS


def test_references():
    signature = SIGNATURES["mixed"]
    call = plain(signature, 1000)
    args = arguments(signature)

    def rounds(n):
        for _ in range(n):
            call(*args)
            call(1)
        gc.collect()

    rounds(1000)
    before, blocks = counts(args), sys.getallocatedblocks()
    rounds(1000)
    assert counts(args) == before
    assert sys.getallocatedblocks() - blocks < 500


def test_results_that_are_too_large():
    code = assemble(IDLE.replace("internal", ""))
    signature = Signature((), (Array((1 << 46,)),))
    call = caller(code.address("core"), signature, 0, owner=code)
    with pytest.raises(MemoryError):
        call()


def test_the_code_lives_as_long_as_its_caller():
    code = code_of(NUMBER)
    gone = weakref.ref(code)
    call = caller(code.address("core"), NUMBER, 0, owner=code)
    del code
    gc.collect()
    assert call(2.0) == 2.0
    del call
    gc.collect()
    assert gone() is None


def test_a_finalizer_may_call_the_program():
    results = []

    class Solver:
        def __init__(self):
            self.call = or_else(plain(NUMBER), self.slow)
            self.same = self

        def slow(self, x):
            return "slow"

        def __del__(self):
            results.append((self.call(2.0), self.call(2)))

    for _ in range(5):
        Solver()
        gc.collect()
    assert results == [(2.0, "slow")] * 5


@pytest.mark.parametrize("work_bytes", [0, 17_000])
def test_threads(work_bytes):
    code = code_of(PAIR, work_bytes, turns=20)
    call = caller(code.address("core"), PAIR, work_bytes, owner=code)
    errors, start = [], threading.Barrier(8)

    def work(seed):
        args = arguments(PAIR, seed)
        start.wait()
        try:
            for _ in range(100):
                check(call(*args), PAIR, args)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
