"""Recordings that a test leaves open end with it."""

import pytest

from diffops.tags import running


@pytest.fixture(autouse=True)
def no_level_left():
    """Close what a test of a part has opened: jit looks whether something runs."""
    yield
    running.clear()
