"""The rules of the house: layers, tags, sizes, docs, lazy imports, mirrored tests."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import diffops

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "diffops"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}

each_source = pytest.mark.parametrize(
    "path", SOURCES, ids=lambda path: str(path.relative_to(ROOT))
)


def module_of(path):
    """Return a file's place in the package: ('rules', '_kinds')."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports_of(path):
    """Yield the modules of diffops that a file imports when it runs."""
    typing_only = {
        id(inner)
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(TREES[path]):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, *rest = name.split(".")
            if package == "diffops":
                yield tuple(rest)


def layers():
    """Return the rank of each part of the package, as pyproject.toml orders them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (
        contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    return {
        part.strip(" ()"): rank
        for rank, layer in enumerate(reversed(contract["layers"]))
        for part in layer.split("|")
    }


# Layers


def test_the_layers_are_those_of_the_design():
    rank = layers()
    order = ["tags", "primitive", "values", "modes", "operators"]
    assert sorted(order, key=rank.get) == order
    assert rank["values"] == rank["rules"]
    parts = {module_of(path)[0] for path in SOURCES if module_of(path)}
    assert parts == set(rank)


@each_source
def test_imports_go_one_way(path):
    """A part imports what lies below it, and nothing beside or above."""
    rank, here = layers(), module_of(path)
    if not here:
        return
    for target in imports_of(path):
        if target and target[0] in rank and target[0] != here[0]:
            assert rank[target[0]] < rank[here[0]], f"{path}: {'.'.join(target)}"


def test_rules_and_modes_do_not_know_each_other():
    for path in SOURCES:
        known = {target[0] for target in imports_of(path) if target}
        if module_of(path)[:1] == ("rules",):
            assert not known & {"modes", "operators"}, path
        if module_of(path)[:1] == ("modes",):
            assert not known & {"rules", "operators"}, path


def test_only_tags_compares_tags():
    for path, tree in TREES.items():
        if path.name == "tags.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare | ast.Call | ast.Lambda):
                if isinstance(node, ast.Call) and not is_ordering(node):
                    continue
                assert not reads_tag(node), f"{path}:{node.lineno}"


def is_ordering(call):
    return isinstance(call.func, ast.Name) and call.func.id in {"max", "min", "sorted"}


def reads_tag(node):
    return any(
        isinstance(inner, ast.Attribute) and inner.attr == "tag"
        for inner in ast.walk(node)
    )


def test_rules_do_not_ask_for_numpys_own_arrays():
    """Raw values are duck arrays: what differs between libraries is in engines."""
    for path, tree in TREES.items():
        if module_of(path)[:1] != ("rules",):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
                kinds = ast.unparse(node.args[1])
                assert "ndarray" not in kinds, f"{path}:{node.lineno}"


# Sizes and words


@pytest.mark.parametrize(
    "path", SOURCES + TESTS, ids=lambda path: str(path.relative_to(ROOT))
)
def test_files_are_short(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= (300 if path in TREES else 400)


@each_source
def test_files_begin_by_saying_what_they_are(path):
    docstring = ast.get_docstring(TREES[path])
    assert docstring
    assert docstring.splitlines()[0].endswith((".", ":", "``"))


def test_no_file_holds_leftovers():
    for path in SOURCES:
        assert path.stem not in {"utils", "helpers", "common", "misc"}, path
        assert not path.stem[-1].isdigit(), path


# Docs

PUBLIC = {
    name: getattr(diffops, name)
    for name in dir(diffops)
    if not name.startswith("_") and not inspect.ismodule(getattr(diffops, name))
}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_documented(name):
    """Each shows how it is used."""
    docstring = inspect.getdoc(PUBLIC[name])
    assert docstring
    names = [other for other, value in PUBLIC.items() if value is PUBLIC[name]]
    shown = doctest.DocTestParser().get_examples(docstring)
    texts = [example.source + (example.exc_msg or "") for example in shown]
    assert any(name in text for text in texts for name in names)


def told_about(name, known=()):
    """Return a docstring, and those of the public names that it leaves the rest to."""
    docstring = inspect.getdoc(PUBLIC[name])
    others = re.findall(r"\b(?:as|in|for|and|see|those of)\s+`(\w+)`", docstring)
    told = [told_about(other, (*known, name)) for other in {*others} - {*known, name}]
    return " ".join([docstring, *told])


@pytest.mark.parametrize("name", [name for name in PUBLIC if "Error" not in name])
def test_public_functions_say_what_they_raise_and_cost(name):
    docstring = told_about(name)
    assert "Raises" in docstring
    assert re.search(r"\b([Mm]ode|[Cc]osts?|pass|calls? of|memory)\b", docstring)


def names_from(nodes):
    """Return what is imported as itself, and from where."""
    names = {}
    for node in nodes:
        assert isinstance(node, ast.ImportFrom), ast.unparse(node)
        for alias in node.names:
            assert alias.asname in {alias.name, f"_{alias.name}"}
            names[alias.name] = node.module
    return names


def test_public_names_are_imported_as_themselves():
    """``X as X`` and nothing else, so that tools know that they are exported.

    What `diffops.__getattr__` imports later is what tools are told.
    """
    body = TREES[PACKAGE / "__init__.py"].body
    names_from(node for node in body if isinstance(node, ast.ImportFrom))
    (told,) = (node for node in body if isinstance(node, ast.If))
    assert names_from(told.body) == diffops._LATER
    rest = ast.Expr | ast.Assign | ast.Import | ast.ImportFrom | ast.If
    functions = {node.name for node in body if not isinstance(node, rest)}
    assert functions == {"__getattr__", "__dir__"}
    with pytest.raises(AttributeError, match="has no attribute 'gard'"):
        diffops.gard  # noqa: B018


def test_modules_are_imported_when_they_are_first_asked_for():
    uses = (
        "assert diffops.numerical.diff is not diffops.diff",
        "diffops.optimize.minimize",
        "diffops.scipy.linalg.expm",
        "diffops.numpy.array",
        "diffops.testing.check_grads",
    )
    program = ["import sys, diffops", "assert 'scipy.optimize' not in sys.modules"]
    subprocess.run([sys.executable, "-c", "\n".join([*program, *uses])], check=True)


def test_a_star_imports_all_public_names():
    scope: dict[str, object] = {}
    exec("from diffops import *", scope)
    assert set(scope) - {"__builtins__"} == set(PUBLIC)


# Lazy imports

HEAVY = ["numba", "cupy", "dask", "sympy", "matplotlib", "optree", "scipy", "pandas"]

FIRST = {
    "import": "",
    "number": "diffops.grad(lambda x: x * np.sin(x))(1.0)",
    "array": "diffops.grad(lambda x: np.sum(np.exp(x) @ x))(np.ones((2, 2)))",
    "second order": "diffops.hessian(lambda x: x @ x)(np.ones(2))",
    "several": "diffops.jvp(lambda x, y: (x, y), (1.0, 2.0), (1.0, 2.0))",
}


@pytest.mark.parametrize("code", FIRST.values(), ids=FIRST)
def test_a_first_derivative_loads_nothing_heavy(code):
    program = (
        f"import sys, numpy as np, diffops\n{code}\n"
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout.strip(), run.stderr) == (0, "", "")


# Tests mirror the tree

#: Parts that one test module covers as a whole, and what only puts parts together.
WHOLE = {"tour": "test_tour.py", "data": "test_tour.py"}
UNTESTED = {("assembly",), ("__main__",), ("values", "steps")}


def test_every_module_has_its_tests_at_the_mirrored_path():
    missing = []
    for path in SOURCES:
        place = module_of(path)
        if path.name == "__init__.py" or place in UNTESTED:
            continue
        if place[0] in WHOLE:
            mirror = ROOT / "tests" / WHOLE[place[0]]
        else:
            name = f"test_{place[-1].strip('_')}.py"
            mirror = ROOT.joinpath("tests", *place[:-1], name)
        if not mirror.exists():
            missing.append(str(mirror.relative_to(ROOT)))
    assert missing == []


def test_test_modules_have_names_of_their_own():
    """Pytest and readers find them by their names."""
    names = [path.name for path in TESTS if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))
