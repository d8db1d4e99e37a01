"""Where objects are kept on disk, and whether what is there may be run.

Objects are machine code: whoever can write one can run anything as this user. So a
directory or a file counts only where this user alone can have written it.
"""

from __future__ import annotations

import os
import stat
import warnings
from pathlib import Path

_OFF = {"off", "no", "false", "0"}
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH

#: What was warned of: each place once.
_warned: set[str] = set()


def directory() -> Path | None:
    """Return the directory that the environment names, or the user's; None: no cache.

    ``DIFFOPS_CACHE=off`` says that there is none, ``DIFFOPS_CACHE_DIR`` where it is.
    """
    if os.environ.get("DIFFOPS_CACHE", "").strip().lower() in _OFF:
        return None
    named = os.environ.get("DIFFOPS_CACHE_DIR")
    if named:
        return Path(os.path.abspath(os.path.expanduser(named)))
    return _users()


def _users() -> Path | None:
    """Return the user's cache directory as the system has it."""
    try:
        import platformdirs

        path = platformdirs.user_cache_path("diffops", appauthor=False)
    except (ImportError, OSError, RuntimeError):
        return None
    # Somebody without a home has "~" there.
    return path / "native" if path.is_absolute() else None


def is_ready(path: Path) -> bool:
    """Return whether a directory is there, or could be made, and is this user's."""
    for part in reversed((path, *path.parents)):
        if not os.path.lexists(part):
            try:
                part.mkdir(mode=0o700)
            except FileExistsError:
                pass  # another process was faster
            except OSError:
                return False
    return is_ours(path)


def is_ours(path: Path) -> bool:
    """Return whether a directory is there, and only this user can have written it."""
    try:
        link, found = os.lstat(path), os.stat(path)
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        return False
    return _is_owned(link, path) and is_safe(found, path)


def is_safe(found: os.stat_result, path: Path) -> bool:
    """Return whether only this user can have written a file; warn where not."""
    if not _is_owned(found, path):
        return False
    if hasattr(os, "geteuid") and found.st_mode & _OTHERS_MAY_WRITE:
        _warn(path, "others may write it (chmod go-w)")
        return False
    return True


def _is_owned(found: os.stat_result, path: Path) -> bool:
    """Return whether a file is this user's, where the system has such owners."""
    if not hasattr(os, "geteuid") or found.st_uid == os.geteuid():
        return True
    _warn(path, "somebody else owns it")
    return False


def _warn(path: Path, why: str) -> None:
    if str(path) in _warned:
        return
    _warned.add(str(path))
    warnings.warn(
        f"diffops keeps no native code in {path}: {why}. DIFFOPS_CACHE_DIR names "
        "another directory, DIFFOPS_CACHE=off does without",
        RuntimeWarning,
        stacklevel=2,
    )
