"""Execute notebooks, and save them with what they print and draw.

``python notebooks/execute.py`` does so for all, with names (``getting_started``) for
those. The tests run the same cells and compare what is printed.
"""

import base64
import io
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).parent


def execute(path: Path) -> None:
    """Run a notebook in a kernel of its own, from the folder that it is in."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        notebook, record_timing=False, coalesce_streams=True, resources=resources
    ).execute()
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", ()):
                output.data = {"image/png": smaller(output.data["image/png"])}
                output.metadata = {}
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def smaller(picture: str) -> str:
    """Return a PNG file, in base64, with 256 colors: a third of the bytes."""
    full = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    file = io.BytesIO()
    full.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


if __name__ == "__main__":
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("*.ipynb"))
    for name in names:
        print(name, flush=True)
        execute(HERE / f"{name}.ipynb")
