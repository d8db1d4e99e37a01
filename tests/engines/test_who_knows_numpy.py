"""No rule, mode or operator knows the library of the arrays that it computes with.

``np.asarray(x)`` of an array on a device raises, and ``isinstance(x, np.ndarray)`` is
False of it: what must know such things stands in ``diffops/engines``. Where the source
says so all the same it is about lists and numbers of the host's, and listed here.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "diffops"
CONVERSIONS = {"asarray", "array", "asanyarray", "ascontiguousarray", "asfortranarray"}

#: Parts that are of the host by nature: native code, SciPy's mirrors and solvers, its
#: sparse matrices, SymPy, differences, what is shown, and the drop-in namespace for
#: lists.
OF_THE_HOST = {
    *("engines", "jit", "native", "kernels", "scipy", "optimize", "implicit"),
    *("reversible", "sparse", "symbolic", "numerical", "look", "tour", "coverage"),
    *("testing", "numpy.py"),
}

#: Files of the others, and how many such calls each has: of what, and why.
LISTED = {
    "index.py": 1,  # a number of NumPy's that is written into
    "modes/batch.py": 3,  # what Python asks a batch for: __array__, an index, a number
    "modes/pattern_values.py": 1,  # likewise, of SciPy's sparse patterns
    "modes/place.py": 1,  # entries of a vector that were read one by one
    "operators/_batch_run.py": 1,  # the places of members that part
    "rules/_batch_indexing.py": 1,  # lists among indices
    "rules/_batches.py": 1,  # numbers
    "rules/emath.py": 1,  # numbers
    "rules/indexing.py": 2,  # a Python number, a list of indices
    "rules/joining.py": 1,  # numbers of the host's alone
    "rules/padding.py": 1,  # widths
    "rules/quantiles.py": 3,  # numbers, a place that is compared with others, weights
    "rules/selecting.py": 2,  # lists of conditions, a list of indices
    "rules/ufunc_methods.py": 1,  # numbers and lists
    "values/array.py": 1,  # a list of indices
    "values/protocol.py": 2,  # numbers and lists; arrays of objects
    "values/scalar.py": 2,  # a mask that is a bool
}


def knows_numpy(node):
    """Tell whether a call converts to NumPy's arrays, or asks for them by type."""
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    if name in {f"np.{conversion}" for conversion in CONVERSIONS}:
        return not any(keyword.arg in ("like", None) for keyword in node.keywords)
    asks = name in ("isinstance", "issubclass") and len(node.args) == 2
    return asks and "np.ndarray" in ast.unparse(node.args[1])


def lines_in(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    mapped = [  # map(np.asarray, xs)
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "map"
        and any(
            ast.unparse(arg) in {f"np.{c}" for c in CONVERSIONS} for arg in node.args
        )
    ]
    calls = [node for node in ast.walk(tree) if knows_numpy(node)]
    return sorted(node.lineno for node in calls + mapped)


FILES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0] not in OF_THE_HOST
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_knows_numpys_arrays(path):
    name = path.relative_to(PACKAGE).as_posix()
    assert len(lines_in(path)) == LISTED.get(name, 0), lines_in(path)


def test_what_is_listed_is_there():
    assert set(LISTED) <= {path.relative_to(PACKAGE).as_posix() for path in FILES}


def test_such_lines_are_found(tmp_path):
    source = tmp_path / "source.py"
    source.write_text(
        "a = np.asarray(x)\n"
        "b = np.array(x, like=y)\n"
        "c = list(map(np.asarray, x))\n"
        "d = isinstance(x, (float, np.ndarray))\n"
        "e = np.asarray(x, **library(y))\n"
        "f = isinstance(x, float)\n"
    )
    assert lines_in(source) == [1, 3, 4]
