"""The cache of objects: it saves compiling, and whatever befalls it, programs run."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from diffops.native import cache, directory, machine
from diffops.native.machine import AssemblyError, assemble

ROOT = Path(__file__).parents[2]

#: A name whose store looks how full the directory is, and one whose store does not.
LOOKS, PASSES = "00" + "a" * 62, "ff" + "a" * 62

posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX's")


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    """Let each test have a cache of its own."""
    monkeypatch.setenv("DIFFOPS_CACHE", "on")
    monkeypatch.setenv("DIFFOPS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(directory, "_warned", set())
    return tmp_path / "cache"


@pytest.fixture
def compiled(monkeypatch):
    """Return the list of what was compiled, which grows."""
    sources, compiles = [], machine._compile

    def counted(source, optimise, codegen):
        sources.append(source)
        return compiles(source, optimise, codegen)

    monkeypatch.setattr(machine, "_compile", counted)
    return sources


def times(k):
    return f"""
        define double @times(double %x) nounwind {{
          %y = fmul double %x, {float(k)}
          ret double %y
        }}
    """


def run(k, **levels):
    """Return k times 2, by machine code."""
    code = assemble(times(k), **levels)
    call = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(code.address("times"))
    return call(2.0)


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
    surroundings = machine._surroundings()
    assert len(surroundings) == 7
    assert run(3) == 6.0
    others = [*surroundings]
    others[i] += "'"
    monkeypatch.setattr(machine, "_surroundings", lambda: tuple(others))
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


def test_what_failed_to_link_is_not_kept(place):
    with pytest.raises(AssemblyError):
        assemble(
            "declare void @no()\ndefine void @f() {\n call void @no()\n ret void }"
        )
    assert not place.exists()


@posix
def test_files_are_for_the_user_alone(place):
    previous = os.umask(0)
    try:
        cache.store(PASSES, b"body")
    finally:
        os.umask(previous)
    assert place.stat().st_mode & 0o777 == 0o700
    assert only_file(place).stat().st_mode & 0o777 == 0o600


# Damaged


def survives(compiled):
    """Return whether a program runs, and is compiled once and kept again."""
    before = len(compiled)
    answers = [run(3), run(3)]
    return answers == [6.0, 6.0] and len(compiled) == before + 1


def test_one_changed_byte_anywhere_is_found(place):
    run(3)
    path = only_file(place)
    whole, name = path.read_bytes(), path.stem
    for i in (*range(0, len(whole), 7), len(whole) - 1):
        for change in (0x01, 0x80):
            damaged = bytearray(whole)
            damaged[i] ^= change
            path.write_bytes(damaged)
            assert cache.load(name) is None, i
            assert not path.exists()
    path.write_bytes(whole)
    assert cache.load(name) is not None


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_object_is_made_again(part, place, compiled):
    run(3)
    path = only_file(place)
    os.truncate(path, int(part * path.stat().st_size))
    assert survives(compiled)


@pytest.mark.parametrize("content", [b"", b"text", b"\0" * 4096, b"\x7fELF" * 99])
def test_foreign_content_is_replaced(content, place, compiled):
    run(3)
    only_file(place).write_bytes(content)
    assert survives(compiled)


def test_bytes_after_the_end_are_found(place, compiled):
    run(3)
    with only_file(place).open("ab") as file:
        file.write(b"more")
    assert survives(compiled)


def test_an_object_under_the_name_of_another_is_not_taken(place, compiled):
    run(3)
    first = only_file(place)
    run(4)
    (second,) = set(place.iterdir()) - {first}
    os.replace(second, first)
    assert survives(compiled)


@pytest.mark.parametrize("body", [b"times\0no object", b"no\0", b"\0", b""])
def test_an_object_that_cannot_be_linked_is_made_again(body, place, compiled):
    run(3)
    cache.store(only_file(place).stem, body)
    assert survives(compiled)


# Foreign


def foreign(compiled):
    """Return whether a program runs with one warning, and the cache is left alone."""
    before = len(compiled)
    with pytest.warns(RuntimeWarning, match="keeps no native code") as said:
        answers = [run(3), run(3)]
    return (answers, len(compiled) - before, len(said)) == ([6.0, 6.0], 2, 1)


@posix
def test_a_directory_of_somebody_else_is_left_alone(monkeypatch, place, compiled):
    run(3)
    before = only_file(place).stat()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert foreign(compiled)
    cache.clear()
    assert only_file(place).stat() == before


@posix
@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_directory_that_others_may_write_is_left_alone(mode, place, compiled):
    run(3)
    place.chmod(mode)
    assert foreign(compiled)
    place.chmod(0o755)
    assert run(3) == 6.0
    assert len(compiled) == 3


@posix
@pytest.mark.parametrize("mode", [0o660, 0o602])
def test_a_file_that_others_may_write_is_replaced(mode, place, compiled):
    run(3)
    only_file(place).chmod(mode)
    with pytest.warns(RuntimeWarning, match="others may write it"):
        assert survives(compiled)


@posix
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives")
def test_a_file_of_somebody_else_is_replaced(place, compiled):
    run(3)
    os.chown(only_file(place), 12345, -1)
    with pytest.warns(RuntimeWarning, match="somebody else owns it"):
        assert survives(compiled)


@posix
def test_links_are_not_followed(place, tmp_path, compiled):
    run(3)
    path, outside = only_file(place), tmp_path / "outside"
    os.replace(path, outside)  # whole, but not in the cache
    before = outside.read_bytes()
    path.symlink_to(outside)
    assert survives(compiled)
    assert not path.is_symlink()
    path.unlink()
    path.symlink_to(outside)
    cache.clear()
    assert list(place.iterdir()) == []
    assert outside.read_bytes() == before


@posix
def test_a_pipe_does_not_block(place, compiled):
    run(3)
    path = only_file(place)
    path.unlink()
    os.mkfifo(path)
    assert survives(compiled)


def test_a_directory_in_the_place_of_an_object(place, compiled):
    run(3)
    path = only_file(place)
    path.unlink()
    path.mkdir()
    assert run(3) == run(3) == 6.0
    assert len(compiled) == 3
    assert list(place.iterdir()) == [path]  # nothing partial


# Full, read-only, gone


def test_no_directory_can_be_made(monkeypatch, tmp_path, compiled):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DIFFOPS_CACHE_DIR", str(tmp_path / "file" / "below"))
    assert run(3) == run(3) == 6.0
    assert len(compiled) == 2


@pytest.mark.parametrize("number", [13, 24, 28, 30, 122], ids=os.strerror)
@pytest.mark.parametrize("call", ["open", "replace"])
def test_what_the_system_refuses_is_survived(number, call, monkeypatch, compiled):
    calls, original = [], getattr(os, call)

    def refuses(path, *args, **options):
        if "cache" not in str(path):
            return original(path, *args, **options)
        calls.append(path)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuses)
    assert run(3) == run(3) == 6.0
    assert calls
    assert len(compiled) == 2


@posix
@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
def test_a_full_disk_leaves_nothing_partial(place):
    program = """
        import resource, signal, sys
        from diffops.native import cache
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        cache.store("f" * 64, bytes(900))
        cache.store("e" * 64, bytes(1100))
        print(cache.load("f" * 64) == bytes(900), cache.load("e" * 64))
    """
    assert in_new_process(program) == "True None\n"
    assert only_file(place).stem == "f" * 64


def test_a_cache_that_vanishes_is_made_again(place, compiled):
    run(3)
    only_file(place).unlink()
    place.rmdir()
    assert survives(compiled)


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


def in_new_process(program, **options):
    """Run a program that prints nothing on stderr; return what it prints."""
    command = [sys.executable, "-c", textwrap.dedent(program)]
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


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
    assert in_new_process(SECOND.format(source=times(3))) == "6.0\n"
    with pytest.raises(AssertionError, match="compiles"):
        in_new_process(SECOND.format(source=times(4)))


WRITER = """
    import os, sys
    from diffops.native import cache
    cache.LIMIT = 300_000
    for i in range(400):
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
    command = [sys.executable, "-c", textwrap.dedent(WRITER)]
    pipe = subprocess.PIPE
    writers = [
        subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
        for _ in range(3)
    ]
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
        command = [sys.executable, "-c", textwrap.dedent(program)]
        with subprocess.Popen(command, cwd=ROOT) as writer:
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


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "diffops.native.cache", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_says_what_is_there_and_clears_it(place):
    cache.store(PASSES, bytes(3 * 1024**2))
    said = f"{place}\n1 objects, 3.0 of 256 MiB\n"
    for arguments in ((), ("info",)):
        run = command(*arguments)
        assert (run.returncode, run.stdout, run.stderr) == (0, said, "")
    run = command("clear")
    assert (run.stdout, run.stderr) == (f"{place}\n0 objects, 0.0 of 256 MiB\n", "")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("arguments", [("wipe",), ("clear", "all")])
def test_the_command_refuses_what_it_does_not_know(arguments):
    run = command(*arguments)
    assert run.returncode == 2
    assert run.stderr.startswith("usage: ")


def test_info_makes_nothing(place):
    assert cache.info() == cache.Info(place, 0, 0, cache.LIMIT)
    assert not place.exists()
