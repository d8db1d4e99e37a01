"""The cache of objects: a second process does not compile, and the disk is bounded."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import sys
import threading
import time

import pytest
from assembled import in_new_process, run, runs, started, times

from diffops.native import cache, machine
from diffops.native.machine import AssemblyError, assemble

pytestmark = pytest.mark.usefixtures("place")

#: A name whose store looks how full the directory is, and one whose store does not.
LOOKS, PASSES = "00" + "a" * 62, "ff" + "a" * 62


def only_file(place):
    (path,) = place.iterdir()
    return path


# Keys


def test_keys_differ_where_anything_does():
    texts = [("a", "b"), ("ab",), ("a", "b", ""), ("", "ab"), ("b", "a"), ("1:a", "b")]
    assert len({cache.key(*each) for each in texts}) == len(texts)
    assert cache.key("a", "b") == cache.key("a", "b")
    assert re.fullmatch("[0-9a-f]{64}", cache.key("é"))


def test_each_program_and_level_has_an_object_of_its_own(place, compiled):
    for _ in range(2):
        assert run(3) == 6.0
        assert run(4) == 8.0
        assert run(3, optimise=0) == 6.0
        assert run(3, codegen=1) == 6.0
    assert len(compiled) == 4
    assert len(list(place.iterdir())) == 4


@pytest.mark.parametrize("i", range(7))
def test_objects_of_other_surroundings_are_not_taken(i, monkeypatch, compiled):
    """Versions, platform, CPU, what it can do, how objects are linked."""
    surroundings = machine.surroundings()
    assert len(surroundings) == 7
    assert run(3) == 6.0
    others = [*surroundings]
    others[i] += "'"
    monkeypatch.setattr(machine, "surroundings", lambda: tuple(others))
    assert run(3) == 6.0
    assert len(compiled) == 2


def test_addresses_are_neither_in_the_key_nor_in_the_object(place, compiled):
    source = """
        declare i64 @outside(i64)
        define i64 @f(i64 %x) {
          %y = call i64 @outside(i64 %x)
          ret i64 %y
        }
    """
    integer = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)
    for factor in (2, 3, 5):
        outside = integer(lambda x, factor=factor: factor * x)
        address = ctypes.cast(outside, ctypes.c_void_p).value
        code = assemble(source, symbols={"outside": address})
        assert integer(code.address("f"))(7) == 7 * factor
        assert address.to_bytes(8, sys.byteorder) not in only_file(place).read_bytes()
    assert len(compiled) == 1


# Kept


def test_what_was_stored_is_loaded(place):
    for body in (b"", b"\0\n" * 1000, os.urandom(100_000)):
        cache.store(PASSES, body)
        assert cache.load(PASSES) == body
    assert only_file(place).name == f"{PASSES}.object"


def test_what_was_not_stored_is_not_there(place):
    assert cache.load(PASSES) is None
    assert not place.exists()


def test_switched_off_it_does_nothing(monkeypatch, place, compiled):
    monkeypatch.setenv("DIFFOPS_CACHE", "off")
    assert run(3) == run(3) == 6.0
    assert len(compiled) == 2
    assert not place.exists()
    assert (str(cache.info()), str(cache.clear())) == ("no cache", "no cache")


def test_what_failed_is_not_kept(place):
    with pytest.raises(AssemblyError):
        assemble(
            "declare void @no()\ndefine void @f() {\n call void @no()\n ret void }"
        )
    assert not place.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_files_are_for_the_user_alone(place):
    previous = os.umask(0)
    try:
        cache.store(PASSES, b"body")
    finally:
        os.umask(previous)
    assert place.stat().st_mode & 0o777 == 0o700
    assert only_file(place).stat().st_mode & 0o777 == 0o600


# Bounded


def ages(place, *names):
    """Let objects have been used one after the other, long ago."""
    for i, name in enumerate(names):
        os.utime(place / f"{name}.object", (1000 + i, 1000 + i))


def test_what_was_used_longest_ago_goes(monkeypatch, place):
    monkeypatch.setattr(cache, "LIMIT", 10_000)
    names = [f"f{i}" + "0" * 62 for i in range(9)]
    for name in names:
        cache.store(name, bytes(1000))
    ages(place, *names)
    assert cache.load(names[0]) is not None  # used now
    cache.store(LOOKS, bytes(1000))
    kept = [name for name in names if (place / f"{name}.object").exists()]
    assert kept == [names[0], *names[4:]]
    assert cache.info().size <= 0.75 * 10_000
    assert cache.load(LOOKS) == bytes(1000)


def test_large_objects_look_each_time(monkeypatch, place):
    monkeypatch.setattr(cache, "LIMIT", 5_000_000)
    for i in range(9):
        cache.store(f"f{i}" + "0" * 62, bytes(1_500_000))
        assert cache.info().size <= 5_000_000


def test_what_killed_processes_left_is_removed(place):
    cache.store(PASSES, b"body")
    partial = [place / f"{PASSES}.{digit * 16}.partial" for digit in "12"]
    for path in partial:
        path.write_bytes(b"par")
    os.utime(partial[0], (1000, 1000))
    (place / "notes.txt").write_text("somebody's")
    os.utime(place / "notes.txt", (1000, 1000))
    cache.store(LOOKS, b"body")
    assert sorted(path.name for path in place.iterdir()) == sorted(
        [f"{PASSES}.object", f"{LOOKS}.object", partial[1].name, "notes.txt"]
    )
    assert str(cache.clear()).endswith("0 objects, 0.0 of 256 MiB")
    assert [path.name for path in place.iterdir()] == ["notes.txt"]


def test_others_may_remove_what_is_being_removed(monkeypatch, place):
    monkeypatch.setattr(cache, "LIMIT", 1000)
    for i in range(5):
        cache.store(f"f{i}" + "0" * 62, bytes(1000))
    removes = os.unlink

    def too_late(path):
        removes(path)
        raise FileNotFoundError(path)

    monkeypatch.setattr(os, "unlink", too_late)
    cache.store(LOOKS, bytes(100))
    assert [path.stem for path in place.iterdir()] == [LOOKS]


# Several processes


SECOND = """
    import ctypes
    from diffops.native import machine

    def compiles(*args):
        raise SystemExit("compiles")

    machine._compile = compiles
    code = machine.assemble({source!r})
    call = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(code.address("times"))
    print(call(2.0))
"""


def test_a_second_process_does_not_compile():
    run(3)
    assert runs(SECOND.format(source=times(3))) == "6.0\n"
    with pytest.raises(AssertionError, match="compiles"):
        runs(SECOND.format(source=times(4)))


WRITER = """
    import os, sys
    from diffops.native import cache
    cache.LIMIT = 300_000
    for i in range(200):
        name = format(i % 16, "02x") * 32
        body = name.encode() * 1000
        found = cache.load(name)
        assert found is None or found == body
        cache.store(name, body)
        if i % 50 == 49:
            cache.clear()
    print("done")
"""


def test_processes_at_once_do_not_break_each_other(place):
    writers = [started(WRITER) for _ in range(3)]
    assert [each.communicate(timeout=120) for each in writers] == [("done\n", "")] * 3
    assert not list(place.glob("*.partial"))


def test_threads_at_once_do_not_break_each_other(monkeypatch):
    monkeypatch.setattr(cache, "LIMIT", 300_000)
    wrong = []

    def work():
        for i in range(100):
            name = format(i % 16, "02x") * 32
            found = cache.load(name)
            if found not in (None, name.encode() * 1000):
                wrong.append(name)
            cache.store(name, name.encode() * 1000)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no SIGKILL")
def test_killed_writers_leave_no_wrong_object(place):
    program = """
        from diffops.native import cache
        while True:
            for i in range(16):
                name = format(i + 16, "02x") * 32
                cache.store(name, name.encode() * 20_000)
    """
    for delay in (0.0, 0.003, 0.01, 0.03):
        with started(program) as writer:
            while not place.exists():
                time.sleep(0.001)
            time.sleep(delay)
            writer.kill()
    for i in range(16):
        name = format(i + 16, "02x") * 32
        assert cache.load(name) in (None, name.encode() * 20_000)
    with contextlib.suppress(StopIteration):
        os.utime(next(place.glob("*.partial")), (1000, 1000))
    cache.clear()
    assert list(place.iterdir()) == []


# The command


COMMAND = ("-m", "diffops.native.cache")


def test_the_command_says_what_is_there_and_clears_it(place):
    cache.store(PASSES, bytes(3 * 1024**2))
    said = f"{place}\n1 objects, 3.0 of 256 MiB\n"
    assert in_new_process(*COMMAND) == in_new_process(*COMMAND, "info") == said
    said = f"{place}\n0 objects, 0.0 of 256 MiB\n"
    assert in_new_process(*COMMAND, "clear") == said
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("arguments", [("wipe",), ("clear", "all")])
def test_the_command_refuses_what_it_does_not_know(arguments):
    in_new_process(*COMMAND, *arguments, status=2, errors="usage: ")


def test_info_makes_nothing(place):
    assert cache.info() == cache.Info(place, 0, 0, cache.LIMIT)
    assert not place.exists()
