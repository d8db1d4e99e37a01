"""Notebooks run as they stand, and print what is committed with them."""

import base64
import contextlib
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))["cells"]
    for path in sorted(FOLDER.glob("*.ipynb"))
}
NUMBER = re.compile(r"(?<![\w.])[-−+]?\d+(?:\.(\d*))?(?:e[-+]?\d+)?")
MORE = "pip install -e '.[notebooks]'"
NEEDED = {"sklearn": MORE, "dask.distributed": "pip install -e '.[dask]'"}

each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def code_of(name):
    return [cell for cell in NOTEBOOKS[name] if cell["cell_type"] == "code"]


def source_of(cell):
    return "".join(cell["source"])


def printed(cell):
    texts = [out for out in cell["outputs"] if out["output_type"] == "stream"]
    return "".join("".join(text["text"]) for text in texts)


def pictures(cell):
    drawn = [out for out in cell["outputs"] if out["output_type"] == "display_data"]
    return [out["data"]["image/png"] for out in drawn]


def value_and_unit(number):
    """Return a number and the unit of its last digit, where it has a point."""
    value = float(number[0].replace("−", "-"))
    if number[1] is None:
        return value, 0.0
    exponent = re.search(r"e([-+]?\d+)", number[0])
    return value, 10.0 ** (int(exponent[1] if exponent else 0) - len(number[1]))


def says_the_same(now, then):
    """Tell whether two texts differ in nothing but rounding."""
    if NUMBER.sub(" # ", now).split() != NUMBER.sub(" # ", then).split():
        return False
    for first, second in zip(NUMBER.finditer(now), NUMBER.finditer(then), strict=True):
        (a, _), (b, unit) = value_and_unit(first), value_and_unit(second)
        if abs(a - b) > max(1.01 * unit, 0.01 * abs(b)):
            return False
    return True


def test_texts_differ_by_words_and_numbers_and_not_by_rounding():
    assert says_the_same("slope 1.234, after 20 steps", "slope 1.235, after 20 steps")
    assert says_the_same("[ 0.50  1.00]", "[0.51 1.00]")
    assert says_the_same("−0.00", "0.00")
    assert not says_the_same("slope 1.30", "slope 1.20")
    assert not says_the_same("after 20 steps", "after 21 steps")
    assert not says_the_same("slope 1.2", "value 1.2")
    assert not says_the_same("1e-9", "1e-8")
    assert not says_the_same("0.5 1.5", "0.5")


@each_notebook
def test_cells_run_and_print_what_is_committed(name, monkeypatch):
    """A cell with the tag "varies" may print other things than are committed."""
    matplotlib = pytest.importorskip("matplotlib", reason=MORE)
    for module, extra in NEEDED.items():
        if any(f"from {module}" in source_of(cell) for cell in code_of(name)):
            pytest.importorskip(module, reason=extra)
    matplotlib.use("Agg")
    from matplotlib import pyplot

    shown = []

    def show():
        shown.extend(pyplot.get_fignums())
        pyplot.close("all")

    monkeypatch.setattr(pyplot, "show", show)
    monkeypatch.chdir(FOLDER)
    names = {"__name__": "__main__"}
    with np.printoptions(), matplotlib.rc_context():
        for cell in code_of(name):
            where = f"{name}, cell {cell['execution_count']}"
            shown.clear()
            with contextlib.redirect_stdout(io.StringIO()) as text:
                exec(compile(source_of(cell), where, "exec"), names)
            assert len(shown) == len(pictures(cell)), f"{where} draws something else"
            if "varies" not in cell["metadata"].get("tags", ()):
                now, then = text.getvalue(), printed(cell)
                assert says_the_same(now, then), f"{where} prints\n{now}not\n{then}"


@each_notebook
def test_it_is_saved_as_it_came_out_of_one_run(name):
    counts = [cell["execution_count"] for cell in code_of(name)]
    assert counts == list(range(1, len(counts) + 1))
    for cell in code_of(name):
        for output in cell["outputs"]:
            stream = output["output_type"] == "stream" and output["name"] == "stdout"
            picture = output["output_type"] == "display_data"
            assert stream or picture, f"cell {cell['execution_count']}: {output}"


@each_notebook
def test_it_asserts_and_draws_in_one_style(name):
    sources = [source_of(cell) for cell in code_of(name)]
    assert any("assert " in source for source in sources)
    assert 'plt.style.use("diffops.mplstyle")' in sources[0]
    drawn = [picture for cell in code_of(name) for picture in pictures(cell)]
    assert drawn
    assert all(len(base64.b64decode(picture)) < 150_000 for picture in drawn)


@each_notebook
def test_code_is_plain_python(name):
    """Neither magics nor shell commands: it runs in any kernel, and in the tests."""
    for cell in code_of(name):
        assert not any(line.startswith(("%", "!")) for line in cell["source"])


@each_notebook
def test_it_begins_with_a_title_and_ends_with_what_to_read_next(name):
    first, last = NOTEBOOKS[name][0], NOTEBOOKS[name][-1]
    assert first["cell_type"] == "markdown" and first["source"][0].startswith("# ")
    assert last["cell_type"] == "markdown"
    assert last["source"][0].rstrip() == "## What to read next"


@each_notebook
def test_links_lead_to_files(name):
    for cell in NOTEBOOKS[name]:
        for target in re.findall(r"\]\(([^)#]+)\)", source_of(cell)):
            if cell["cell_type"] == "markdown" and not target.startswith("http"):
                assert (FOLDER / target).exists(), target


def test_the_readme_lists_each_notebook_once():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\w+)\]\((\w+)\.ipynb\)", text, flags=re.MULTILINE)
    assert all(name == file for name, file in listed)
    assert sorted(name for name, _ in listed) == sorted(NOTEBOOKS)
