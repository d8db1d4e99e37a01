"""Fixtures of the tests of machine code."""

import pytest

from diffops.native import directory, machine


@pytest.fixture
def place(monkeypatch, tmp_path):
    """Give a test a cache of its own, and return where it will be."""
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
