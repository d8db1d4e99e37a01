"""What the README says is so."""

import re
import types
from pathlib import Path

import diffops

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_blocks_run():
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(block, {})


def test_table_of_operators_is_complete():
    """It names every public function, and nothing else."""
    table = README.partition("## Operators")[2].partition("\nThe rows")[0]
    named = set(re.findall(r"`(\w+)(?:\([^`]*)?`", table)) - {"operator", "f"}
    public = {
        name
        for name in dir(diffops)
        for value in [getattr(diffops, name)]
        if not name.startswith("_")
        and (
            isinstance(value, types.FunctionType)
            or (isinstance(value, type) and not issubclass(value, Exception))
        )
    }
    assert named == public


def test_paths_exist():
    for path in re.findall(r"`((?:diffops|benchmarks|\.ci)/[\w./]*)`", README):
        assert (ROOT / path).exists(), path


def test_ci_runs_the_test_command():
    command = ".venv/bin/python -m pytest -n auto"
    assert f"\n    {command}\n" in README
    assert command.removeprefix(".venv/bin/") in (ROOT / ".ci/run").read_text()


def test_short():
    assert len(README.splitlines()) < 120
