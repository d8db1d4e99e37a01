"""Locks of jitted functions, which no other thread holds after a fork."""

import threading

from diffops.jit import locks


class Owner:
    pass


def test_a_fork_opens_the_locks():
    owner = Owner()
    locks.lock(owner)
    held, free = threading.Event(), threading.Event()

    def hold():
        with owner._lock:
            held.set()
            free.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        assert not owner._lock.acquire(blocking=False)
        locks._open_locks()  # as a fork does in the child
        assert owner._lock.acquire(blocking=False)
    finally:
        free.set()
        thread.join()


def test_owners_are_not_kept():
    owner = Owner()
    locks.lock(owner)
    assert owner in locks._living
    before = len(locks._living)
    del owner
    assert len(locks._living) < before
