"""Notebooks are committed without outputs, and run as they stand."""

import json
from pathlib import Path

import pytest

NOTEBOOKS = {
    path.name: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
}

each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def code_of(notebook):
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell["source"]) for cell in cells]


def test_there_are_notebooks():
    assert NOTEBOOKS


@each_notebook
def test_cells_run_and_draw(name, monkeypatch):
    """Each notebook asserts what it says, and shows at least one picture."""
    matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    shown = []
    monkeypatch.setattr(pyplot, "show", lambda: shown.extend(pyplot.get_fignums()))
    names = {"__name__": "__main__"}
    cells = code_of(NOTEBOOKS[name])
    for number, cell in enumerate(cells, start=1):
        exec(compile(cell, f"{name}, cell {number}", "exec"), names)
    pyplot.close("all")
    assert shown
    assert any("assert " in cell for cell in cells)


@each_notebook
def test_no_outputs_are_committed(name):
    for cell in NOTEBOOKS[name]["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None


@each_notebook
def test_code_is_plain_python(name):
    """Neither magics nor shell commands: it runs in any kernel, and in the tests."""
    for cell in code_of(NOTEBOOKS[name]):
        assert not any(line.startswith(("%", "!")) for line in cell.splitlines())


@each_notebook
def test_it_begins_with_a_title(name):
    first = NOTEBOOKS[name]["cells"][0]
    assert first["cell_type"] == "markdown" and first["source"][0].startswith("# ")
