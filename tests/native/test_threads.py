"""Entries called by several threads, and in odd states of the interpreter."""

import gc
import sys
import threading

import numpy as np
import pytest
from cores import PAIR, arguments, check, core, entry_of

from diffops.native.interface import MISS, Array, Float, Signature
from diffops.native.objects import available

pytestmark = pytest.mark.skipif(not available(), reason="objects lie in another way")


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("work_bytes", [0, 1000, 100_000])
def test_threads(work_bytes, long):
    text = core(PAIR, work_bytes, turns=20)
    entry = entry_of(PAIR, work_bytes, program=text, long=long)
    errors, start = [], threading.Barrier(8)

    def work(seed):
        args = arguments(PAIR, seed)
        start.wait()
        try:
            for _ in range(100):
                check(entry(*args), PAIR, args)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


#: Waits until the first input's first element is 1, but not for ever, and returns how
#: it ended. The flag at the second element tells that the program waits.
WAITING = """
define internal i64 @core(ptr %inputs, ptr %outputs, ptr %work) {
  %flag = load ptr, ptr %inputs
  %waits = getelementptr double, ptr %flag, i64 1
  store volatile double 1.0, ptr %waits
  br label %wait
wait:
  %n = phi i64 [ 0, %0 ], [ %next, %wait ]
  %now = load volatile double, ptr %flag
  %set = fcmp oeq double %now, 1.0
  %next = add i64 %n, 1
  %late = icmp ugt i64 %next, 20000000000
  %stop = or i1 %set, %late
  br i1 %stop, label %done, label %wait
done:
  %place = load ptr, ptr %outputs
  store double %now, ptr %place
  ret i64 0
}
"""


def waiting(x, entry):
    """Start a call that waits for x[0] in another thread; return how to end it."""
    results = []
    thread = threading.Thread(target=lambda: results.append(entry(x)))
    thread.start()
    while not x[1]:
        pass

    def end():
        x[0] = 1
        thread.join()
        return results

    return end


def test_other_threads_run_during_a_long_program():
    signature = Signature((Array((2,)),), (Float(),))
    entry = entry_of(signature, 100_000, program=WAITING, long=True)
    x = np.zeros(2)
    references = sys.getrefcount(x)
    end = waiting(x, entry)
    try:
        # The caller's, the entry's, and those of the frame and the closure.
        assert sys.getrefcount(x) > references + 1
        with pytest.raises(ValueError, match="resize"):
            x.resize(3)
        again = x.copy()
        again[0] = 1
        assert entry(again) == 1.0  # with a workspace of its own
    finally:
        assert end() == [1.0]
    del end
    assert sys.getrefcount(x) == references


def test_the_program_outlives_its_name_during_a_call():
    signature = Signature((Array((2,)),), (Float(),))
    entries = [entry_of(signature, 100_000, program=WAITING, long=True)]
    x = np.zeros(2)
    end = waiting(x, lambda x: entries.pop()(x))
    gc.collect()
    assert entries == []
    assert end() == [1.0]


@pytest.mark.parametrize("long", [False, True])
def test_errors_being_handled_stay(long):
    entry = entry_of(PAIR, 100_000, long=long)
    args = arguments(PAIR)
    or_else = entry_of(PAIR, otherwise=lambda: None)
    seen = []
    try:
        raise KeyError("first")
    except KeyError as error:
        seen += [error, entry(*args), entry(1), sys.exc_info()[1]]
        try:
            or_else(1)
        except TypeError as other:
            seen.append(other.__context__)
    first, result, *others = seen
    check(result, PAIR, args)
    assert others == [MISS, first, first]

    def generator():
        try:
            yield
        finally:
            check(entry(*args), PAIR, args)

    running = generator()
    next(running)
    running.close()
