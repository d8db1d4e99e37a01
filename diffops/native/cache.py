"""Objects on disk, so that another process need not compile what one has compiled.

``python -m diffops.native.cache`` says where they are and how many; with ``clear`` it
removes them. Whatever is wrong with the cache, programs run: they are compiled afresh.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from diffops.native.directory import directory, is_ours, is_ready, is_safe

#: The most that is kept, in bytes; beyond, what was used longest ago goes.
LIMIT = 256 * 1024**2

#: What is left then, as a part of it.
_KEPT = 0.75

#: Going through the directory takes a while: one store in 256 does it, by its name, and
#: each that is large.
_LOOKS = "00"
_LARGE = 1024**2

_MAGIC = b"diffops object 1\n"
_HEAD = len(_MAGIC) + hashlib.sha256().digest_size
_OURS = re.compile(r"[0-9a-f]{64}\.(object|[0-9a-f]{16}\.partial)")

#: A file that is not complete after so many seconds never will be.
_ABANDONED = 3600.0


def key(*parts: str) -> str:
    """Return the name of what was made from these texts, and from nothing else."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode()
        digest.update(b"%d:" % len(content))
        digest.update(content)
    return digest.hexdigest()


def load(name: str) -> bytes | None:
    """Return what was stored under a name; None where it is not there, or not whole."""
    place = directory()
    if place is None or not is_ours(place):
        return None
    path = _path(place, name)
    try:
        content = _read(path)
    except OSError:
        return None
    if content is None:
        return None
    head, body = content[:_HEAD], content[_HEAD:]
    if head == _head(name, body):
        return body
    _remove(path)
    return None


def store(name: str, body: bytes) -> None:
    """Keep an object; where that is impossible, do nothing."""
    place = directory()
    if place is None or not is_ready(place):
        return
    path = _path(place, name)
    partial = path.with_suffix(f".{os.urandom(8).hex()}.partial")
    try:
        _write(partial, _head(name, body) + body)
        os.replace(partial, path)
    except OSError:
        _remove(partial)
        return
    if name.startswith(_LOOKS) or len(body) > _LARGE:
        _shrink(place)


def clear() -> Info:
    """Remove all objects, and return what is left."""
    place = directory()
    if place is not None:
        for path, _ in _files(place):
            _remove(path)
    return info()


@dataclass(frozen=True)
class Info:
    """What the cache holds: ``directory`` is None where it is switched off."""

    directory: Path | None
    objects: int
    size: int
    limit: int

    def __str__(self) -> str:
        if self.directory is None:
            return "no cache"
        megabytes = f"{self.size / 1024**2:.1f} of {self.limit / 1024**2:.0f} MiB"
        return f"{self.directory}\n{self.objects} objects, {megabytes}"


def info() -> Info:
    """Return where the objects are, how many, and their size in bytes."""
    place = directory()
    files = [] if place is None else list(_files(place))
    objects = sum(path.suffix == ".object" for path, _ in files)
    return Info(place, objects, sum(found.st_size for _, found in files), LIMIT)


# One file


def _path(place: Path, name: str) -> Path:
    return place / f"{name}.object"


def _head(name: str, body: bytes) -> bytes:
    """Return what precedes an object: it holds for this name and these bytes alone."""
    return _MAGIC + hashlib.sha256(name.encode() + body).digest()


def _read(path: Path) -> bytes | None:
    """Return the content of a file that is this user's, and note that it was used."""
    # Not through a link, and without waiting for whoever feeds a pipe.
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | flags)
    with open(opened, "rb") as file:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or not is_safe(found, path):
            return None
        with contextlib.suppress(OSError):
            os.utime(opened if os.utime in os.supports_fd else path)
        return file.read()


def _write(path: Path, content: bytes) -> None:
    """Write a file that was not there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)


def _remove(path: Path) -> None:
    """Remove a file, unless another process was faster or holds it."""
    with contextlib.suppress(OSError):
        os.unlink(path)


# All files


def _files(place: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield the files that the cache has made, and no others."""
    try:
        if not is_ours(place):
            return
        with os.scandir(place) as entries:
            for entry in entries:
                if _OURS.fullmatch(entry.name):
                    with contextlib.suppress(OSError):  # it has just been removed
                        found = entry.stat(follow_symlinks=False)
                        yield place / entry.name, found
    except OSError:
        return


def _shrink(place: Path) -> None:
    """Remove what was abandoned, and what was used longest ago."""
    total, by_use = 0, []
    for path, found in _files(place):
        if path.suffix == ".partial":
            if time.time() - found.st_mtime > _ABANDONED:
                _remove(path)
        else:
            total += found.st_size
            by_use.append((found.st_mtime_ns, found.st_size, path))
    if total <= LIMIT:
        return
    for _, size, path in sorted(by_use):
        if total <= _KEPT * LIMIT:
            break
        _remove(path)
        total -= size


def main(arguments: list[str]) -> int:
    """Run ``python -m diffops.native.cache [info | clear]``."""
    commands = {"info": info, "clear": clear}
    command = arguments[0] if arguments else "info"
    if len(arguments) > 1 or command not in commands:
        print("usage: python -m diffops.native.cache [info | clear]", file=sys.stderr)
        return 2
    print(commands[command]())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
