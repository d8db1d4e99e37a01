"""What docs/optimize.md says is so."""

import re
from pathlib import Path

from diffops import optimize
from diffops.optimize._minimize import METHODS

PAGE = (Path(__file__).parents[2] / "docs" / "optimize.md").read_text(encoding="utf-8")


def test_python_blocks_run():
    namespace = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) > 5
    for block in blocks:
        exec(block, namespace)


def test_all_names_are_there():
    named = set(re.findall(r"\w+", PAGE))
    public = {name for name in dir(optimize) if not name.startswith("_")}
    assert public <= named
    assert {part for method in METHODS for part in method.split("-")} <= named
