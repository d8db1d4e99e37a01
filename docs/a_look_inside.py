"""Draws the pictures of a_look_inside.md: python docs/a_look_inside.py [folder].

Runs the page's own code, with the pictures' folder as the current one.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path

PAGE = Path(__file__).with_suffix(".md")
_BLOCK = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)


def run(folder: Path) -> list[tuple[str, str]]:
    """Run the page; return what each of its blocks printed, and what the page says."""
    names: dict[str, object] = {}
    pairs = []
    with contextlib.chdir(folder):
        for code, told in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(code, "<page>", "exec"), names)
            pairs.append((printed.getvalue(), told))
    return pairs


if __name__ == "__main__":
    run(Path(sys.argv[1] if len(sys.argv) > 1 else PAGE.parent / "pictures"))
