"""The pool: every block once, in several threads at once, through forks and ends."""

import ctypes
import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

from diffops.native import pool
from diffops.native.machine import assemble

if not pool.settings(2).share:
    pytest.skip("there are no native threads here", allow_module_level=True)

# Of the frame: how many blocks must be at work before one ends, an entry for each block
# in which it notes that it has begun, and one in which it counts and divides.
PARTS = """
define void @part(ptr %frame, i64 %k) {
  %needed = load i64, ptr %frame
  %begun.p = getelementptr ptr, ptr %frame, i64 1
  %begun = load ptr, ptr %begun.p
  %count.p = getelementptr ptr, ptr %frame, i64 2
  %counts = load ptr, ptr %count.p
  %thirds.p = getelementptr ptr, ptr %frame, i64 3
  %thirds = load ptr, ptr %thirds.p
  %ours = getelementptr i64, ptr %begun, i64 %k
  store atomic i64 1, ptr %ours seq_cst, align 8
  br label %round
round:
  %n = phi i64 [ 0, %0 ], [ %n.next, %again ]
  br label %look
look:
  %i = phi i64 [ 0, %round ], [ %i.next, %next ]
  %more = icmp ult i64 %i, %needed
  br i1 %more, label %next, label %work
next:
  %theirs = getelementptr i64, ptr %begun, i64 %i
  %there = load atomic i64, ptr %theirs seq_cst, align 8
  %i.next = add i64 %i, 1
  %yes = icmp eq i64 %there, 1
  br i1 %yes, label %look, label %again
again:
  %n.next = add i64 %n, 1
  %late = icmp ugt i64 %n.next, 20000000000
  br i1 %late, label %done, label %round
work:
  %mine = getelementptr i64, ptr %counts, i64 %k
  %before = load i64, ptr %mine
  %after = add i64 %before, 1
  store i64 %after, ptr %mine
  %three = load volatile i64, ptr @three
  %divisor = uitofp i64 %three to double
  %third = fdiv double 1.0, %divisor
  %result = getelementptr double, ptr %thirds, i64 %k
  store double %third, ptr %result
  br label %done
done:
  ret void
}
@three = global i64 3
"""
CODE = assemble(PARTS)


class Frame:
    """What the blocks work with."""

    def __init__(self, blocks, needed=0):
        self.blocks = blocks
        self.begun = np.zeros(max(blocks, needed), np.int64)
        self.counts = np.zeros(blocks, np.int64)
        self.thirds = np.zeros(blocks)
        arrays = self.begun, self.counts, self.thirds
        self.frame = (ctypes.c_size_t * 4)(needed, *(a.ctypes.data for a in arrays))

    def run(self, threads):
        settings = pool.settings(threads)
        kinds = [ctypes.c_void_p] * 3
        share = ctypes.CFUNCTYPE(None, *kinds, ctypes.c_size_t)(settings.share)
        places = map(ctypes.addressof, (settings, self.frame))
        share(next(places), CODE.address("part"), next(places), self.blocks)
        return self


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_every_block_is_run_once(threads):
    random = np.random.default_rng(threads)
    for _ in range(2000):
        assert (Frame(int(random.integers(1, 30))).run(threads).counts == 1).all()


@pytest.mark.parametrize("threads", [2, 3])
def test_so_many_threads_are_at_work_at_once(threads):
    """Each block waits until all have begun, which takes as many threads."""
    before = pool.blocks_taken()
    for _ in range(5):
        assert (Frame(threads, needed=threads).run(threads).counts == 1).all()
    after = pool.blocks_taken()
    before += [0] * (len(after) - len(before))
    assert all(b >= a + 5 for a, b in zip(before[:threads], after, strict=False))


def test_who_finds_the_pool_at_work_works_alone():
    first = Frame(2, needed=3)  # the third never begins by itself
    thread = threading.Thread(target=first.run, args=(2,))
    thread.start()
    while first.begun[:2].sum() < 2:
        pass
    taken = pool.blocks_taken()
    try:
        assert (Frame(50).run(2).counts == 1).all()
        assert pool.blocks_taken() == taken
    finally:
        first.begun[2] = 1
        thread.join()
    assert (first.counts == 1).all()


def test_threads_divide_as_their_caller_does():
    library = ctypes.CDLL(None)
    if not hasattr(library, "fesetround"):
        pytest.skip("no fesetround here")
    before = library.fegetround()
    upward = {"x86_64": 0x800, "aarch64": 0x400000}.get(os.uname().machine)
    if upward is None:
        pytest.skip("how this computer rounds is not known")
    nearest = Frame(2, needed=2).run(2).thirds
    library.fesetround(upward)
    try:
        above = Frame(2, needed=2).run(2).thirds
    finally:
        library.fesetround(before)
    assert (nearest == 1 / 3).all()
    assert (above == np.nextafter(1 / 3, 1)).all()
    assert (Frame(2, needed=2).run(2).thirds == 1 / 3).all()


def test_callers_in_many_threads():
    wrong = []

    def work(seed):
        random = np.random.default_rng(seed)
        for _ in range(300):
            counts = Frame(int(random.integers(1, 20))).run(3).counts
            if not (counts == 1).all():
                wrong.append(counts)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_one_thread_needs_no_pool():
    assert not pool.settings(1).share
    assert pool.settings(1).threads == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_has_a_pool_of_its_own():
    Frame(2, needed=2).run(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        try:
            fresh = sum(pool.blocks_taken()) == 0
            right = (Frame(3, needed=3).run(3).counts == 1).all()
            both = min(pool.blocks_taken()) == 1 and len(pool.blocks_taken()) == 3
            os._exit(7 if fresh and right and both else 1)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert (Frame(2, needed=2).run(2).counts == 1).all()


PROGRAM = """
import sys, threading
sys.path[:0] = ["tests/native"]
from test_pool import Frame
Frame(2, needed=2).run(2)
if sys.argv[1] == "busy":
    def work():
        while True:
            Frame(100).run(2)
    threading.Thread(target=work, daemon=True).start()
    Frame(100).run(2)
print("end")
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_a_process_ends_with_its_threads(state):
    for _ in range(2 if state == "busy" else 1):
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, state],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (run.returncode, run.stdout, run.stderr) == (0, "end\n", "")


def test_where_nothing_can_be_compiled_there_are_no_threads(monkeypatch):
    def fails(*args, **options):
        raise pool.AssemblyError

    monkeypatch.setattr(pool, "assemble", fails)
    assert pool._share.__wrapped__() == 0
