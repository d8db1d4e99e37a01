"""SymPy is loaded when it is needed, and its lack is said in words."""

import subprocess
import sys
from pathlib import Path

import pytest

from diffops.symbolic import diff


def test_import_loads_no_sympy():
    program = (
        "import sys\n"
        "from diffops import numerical, symbolic\n"
        "print('sympy' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "False"


def test_without_sympy(monkeypatch):
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(ImportError, match=r"pip install 'diffops\[symbolic\]'"):
        diff(lambda x: x**2)
