"""What may befall the cache: programs run, and nothing foreign is."""

from __future__ import annotations

import os
import sys

import pytest
from assembled import run, runs

from diffops.native import cache

pytestmark = pytest.mark.usefixtures("place")

posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX's")


def only_file(place):
    (path,) = place.iterdir()
    return path


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
def test_nothing_is_written_through_a_link(monkeypatch, place, tmp_path):
    monkeypatch.setattr(os, "urandom", bytes)  # a name that somebody has guessed
    place.mkdir(mode=0o700)
    outside, name = tmp_path / "outside", "f" * 64
    outside.write_text("as it was")
    (place / f"{name}.{'0' * 16}.partial").symlink_to(outside)
    cache.store(name, b"body")
    assert outside.read_text() == "as it was"


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
    assert runs(program) == "True None\n"
    assert only_file(place).stem == "f" * 64


def test_a_system_that_is_not_posix(monkeypatch, place, compiled):
    for name in ("geteuid", "O_NOFOLLOW", "O_NONBLOCK"):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.setattr(os, "supports_fd", set())
    run(3)
    only_file(place).chmod(0o666)
    assert run(3) == 6.0
    assert len(compiled) == 1


def test_a_cache_that_vanishes_is_made_again(place, compiled):
    run(3)
    only_file(place).unlink()
    place.rmdir()
    assert survives(compiled)
