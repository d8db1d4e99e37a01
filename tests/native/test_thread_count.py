"""How many threads: by an argument, by the environment, and what is refused."""

import numpy as np
import pytest

from diffops import jit
from diffops.native.thread_count import MOST, checked, from_environment


@pytest.mark.parametrize("threads", [1, 2, np.int64(3), MOST])
def test_whole_numbers(threads):
    assert checked(threads) == threads
    assert jit(np.sin, threads=threads).threads == threads


@pytest.mark.parametrize("threads", [0, -1, MOST + 1])
def test_out_of_range(threads):
    with pytest.raises(ValueError, match=rf"from 1 to {MOST}, not {threads}"):
        jit(np.sin, threads=threads)


@pytest.mark.parametrize("threads", [2.0, "2", True, [2]])
def test_what_is_no_number_of_threads(threads):
    with pytest.raises(TypeError, match="threads is a"):
        jit(np.sin, threads=threads)


@pytest.mark.parametrize(("text", "wanted"), [("", 1), (" 3 ", 3), ("1", 1)])
def test_the_environment(monkeypatch, text, wanted):
    monkeypatch.setenv("DIFFOPS_NUM_THREADS", text)
    assert from_environment() == wanted


def test_without_a_word_it_is_one(monkeypatch):
    monkeypatch.delenv("DIFFOPS_NUM_THREADS", raising=False)
    assert from_environment() == 1


@pytest.mark.parametrize("text", ["0", "two", "-1", "1.5", "1000", "²"])
def test_the_environment_is_checked(monkeypatch, text):
    monkeypatch.setenv("DIFFOPS_NUM_THREADS", text)
    with pytest.raises(ValueError, match="DIFFOPS_NUM_THREADS is a number of threads"):
        from_environment()
