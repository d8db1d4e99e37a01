"""Notebooks as pages: their text, code, and what they printed and drew."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent.parent / "notebooks"


def pages() -> Iterator[tuple[str, str]]:
    """Yield address and Markdown of the overview and, in its order, of all others."""
    overview = (FOLDER / "README.md").read_text(encoding="utf-8")
    yield "notebooks/index.md", linked(overview.partition("\n## ")[0])
    told = re.findall(r"\((\w+)\.ipynb\)", overview)
    stems = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
    for stem in [*told, *(stem for stem in stems if stem not in told)]:
        page = "\n\n".join(_markdown(stem, _cells(stem)))
        yield f"notebooks/{stem}.md", linked(page)


def linked(page: str) -> str:
    """Let links lead to pages of the site; to files that are none there are none."""

    def link(match: re.Match[str]) -> str:
        text, target, place = match.groups(default="")
        if (FOLDER / target).exists() and target.endswith((".ipynb", ".md")):
            target = target.replace("../docs/", "../").replace(".ipynb", ".md")
            target = target.replace("../README.md", "../index.md")
            return f"[{text}]({target}{place})"
        return text

    return re.sub(r"(?<!!)\[([^\]]+)\]\((?![a-z]+:)([^)\s#]+)(#[^)\s]+)?\)", link, page)


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield the address and the content of each picture."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        for name, _, content in _drawn(path.stem, _cells(path.stem)):
            yield f"notebooks/{name}", content


def _cells(stem: str) -> list[dict[str, Any]]:
    notebook = json.loads((FOLDER / f"{stem}.ipynb").read_text(encoding="utf-8"))
    return notebook["cells"]


def _markdown(stem: str, cells: list[dict[str, Any]]) -> Iterator[str]:
    names = {number: name for name, number, _ in _drawn(stem, cells)}
    number = 0
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield source
            continue
        yield f"```python\n{source}\n```"
        for output in cell["outputs"]:
            number += 1
            data = output.get("data", {})
            text = "".join(output.get("text", data.get("text/plain", "")))
            if number in names:
                yield f"![]({names[number]})"
            elif "text/latex" in data:
                yield f"$$\n{''.join(data['text/latex']).strip('$')}\n$$"
            elif "text/html" in data:
                yield "".join(data["text/html"])
            else:
                yield f"```text\n{text.rstrip()}\n```"


def _drawn(stem: str, cells: list[Any]) -> Iterator[tuple[str, int, bytes]]:
    """Yield name, number among the outputs, and content of each picture."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    for number, output in enumerate(outputs, 1):
        data = output.get("data", {})
        if "image/svg+xml" in data:
            svg = "".join(data["image/svg+xml"])
            yield f"{stem}_{number}.svg", number, svg.encode()
        elif "image/png" in data:
            png = base64.b64decode("".join(data["image/png"]))
            yield f"{stem}_{number}.png", number, png
