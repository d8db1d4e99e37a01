"""Tests and doctests compile native code afresh, whatever this user's cache holds."""

import os

os.environ["DIFFOPS_CACHE"] = "off"
