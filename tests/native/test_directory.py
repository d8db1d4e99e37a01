"""The cache's directory: where the environment says, and nobody else's."""

from __future__ import annotations

import os
import sys
import types
import warnings
from pathlib import Path

import pytest

from diffops.native import directory
from diffops.native.directory import is_ours, is_ready

posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX's")


@pytest.fixture(autouse=True)
def nothing_was_said(monkeypatch):
    monkeypatch.setattr(directory, "_warned", set())


@pytest.fixture
def switched_on(monkeypatch):
    monkeypatch.delenv("DIFFOPS_CACHE")
    monkeypatch.delenv("DIFFOPS_CACHE_DIR", raising=False)


def refused(path):
    """Return whether a place is refused; with one warning, however often it is seen."""
    with pytest.warns(RuntimeWarning, match="keeps no native code") as said:
        answers = {is_ready(path), is_ready(path), is_ours(path)}
    assert len(said) == 1
    assert str(path) in str(said[0].message)
    return answers == {False}


# Where


def test_the_tests_use_no_cache():
    assert os.environ["DIFFOPS_CACHE"] == "off"
    assert directory.directory() is None


@pytest.mark.parametrize("word", ["off", "OFF", " no ", "false", "0"])
def test_it_can_be_switched_off(word, monkeypatch, tmp_path):
    monkeypatch.setenv("DIFFOPS_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("DIFFOPS_CACHE", word)
    assert directory.directory() is None


@pytest.mark.parametrize("word", ["on", "1", ""])
def test_the_environment_says_where(word, monkeypatch, tmp_path):
    monkeypatch.setenv("DIFFOPS_CACHE", word)
    monkeypatch.setenv("DIFFOPS_CACHE_DIR", str(tmp_path / "here"))
    assert directory.directory() == tmp_path / "here"
    assert not (tmp_path / "here").exists()  # asking makes nothing


@pytest.mark.usefixtures("switched_on")
def test_home_and_relative_names(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("DIFFOPS_CACHE_DIR", os.path.join("~", "kept"))
    assert directory.directory() == tmp_path / "kept"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIFFOPS_CACHE_DIR", "near")
    assert directory.directory() == tmp_path / "near"


def platformdirs_that(answers, monkeypatch):
    stand_in = types.SimpleNamespace(user_cache_path=answers)
    monkeypatch.setitem(sys.modules, "platformdirs", stand_in)


@pytest.mark.usefixtures("switched_on")
def test_the_system_says_where_it_is_by_default(monkeypatch, tmp_path):
    def answers(name, appauthor):
        assert (name, appauthor) == ("diffops", False)
        return tmp_path / name

    platformdirs_that(answers, monkeypatch)
    assert directory.directory() == tmp_path / "diffops" / "native"


@pytest.mark.usefixtures("switched_on")
@pytest.mark.skipif(sys.platform != "linux", reason="XDG is Linux's")
def test_platformdirs_follows_xdg(monkeypatch, tmp_path):
    pytest.importorskip("platformdirs")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert directory.directory() == tmp_path / "diffops" / "native"


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize(
    "failure", [OSError("no"), RuntimeError("no home"), Path("~") / ".cache"], ids=repr
)
def test_users_without_a_home_have_no_cache(failure, monkeypatch):
    def answers(name, appauthor):
        if isinstance(failure, Exception):
            raise failure
        return failure

    platformdirs_that(answers, monkeypatch)
    assert directory.directory() is None


@pytest.mark.usefixtures("switched_on")
def test_no_platformdirs_no_cache(monkeypatch):
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    assert directory.directory() is None


# Whose


@posix
def test_directories_are_made_for_the_user_alone(tmp_path):
    previous = os.umask(0)
    try:
        assert is_ready(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(previous)
    for name in ("a", "a/b", "a/b/c"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


def test_what_is_there_and_ours_is_ready(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o755)
    assert is_ready(tmp_path / "mine")
    assert is_ours(tmp_path / "mine")


def test_looking_makes_no_directory(tmp_path):
    assert not is_ours(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_a_file_is_no_directory(tmp_path):
    (tmp_path / "file").write_text("")
    assert not is_ready(tmp_path / "file")
    assert not is_ready(tmp_path / "file" / "below")


@posix
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o720, 0o702, 0o777, 0o1777])
def test_a_directory_that_others_may_write_is_refused(mode, tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(mode)
    assert refused(tmp_path / "open")


@posix
def test_a_directory_of_somebody_else_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert refused(tmp_path)


@posix
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives")
def test_a_directory_that_was_given_away_is_refused(tmp_path):
    os.chown(tmp_path, 12345, -1)
    try:
        assert refused(tmp_path)
    finally:
        os.chown(tmp_path, 0, -1)


@posix
def test_a_link_of_ones_own_is_followed(tmp_path):
    (tmp_path / "large").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "large")
    assert is_ready(tmp_path / "link")


@posix
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives")
def test_a_link_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    os.chown(tmp_path / "link", 12345, -1, follow_symlinks=False)
    assert refused(tmp_path / "link")


@posix
def test_a_link_to_where_others_may_write_is_refused(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path / "open")
    assert refused(tmp_path / "link")


@posix
def test_links_that_lead_nowhere_are_not_ready(tmp_path):
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert not is_ready(tmp_path / "nowhere")
    assert not is_ready(tmp_path / "circle")


def test_where_nothing_can_be_made_is_not_ready(monkeypatch, tmp_path):
    def refuses(self, mode):
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuses)
    assert not is_ready(tmp_path / "absent")


def test_two_processes_may_make_it_at_once(monkeypatch, tmp_path):
    makes = Path.mkdir

    def too_late(self, mode):
        makes(self, mode)
        raise FileExistsError

    monkeypatch.setattr(Path, "mkdir", too_late)
    assert is_ready(tmp_path / "a" / "b")


def test_systems_without_owners_ask_for_none(monkeypatch, tmp_path):
    monkeypatch.delattr(os, "geteuid", raising=False)
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert is_ready(tmp_path / "open")
