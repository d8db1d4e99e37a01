"""What docs/expression_swell.md says is so."""

import itertools
import re
from pathlib import Path

import pytest

from diffops import diff, jit, symbolic

sympy = pytest.importorskip("sympy", reason="SymPy is not installed")

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "expression_swell.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def names():
    found = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(block, found)
    return found


def test_the_table_is_what_the_page_computes(names):
    rows = re.findall(r"^\| (\d.*) \|$", PAGE, re.MULTILINE)
    figures = [tuple(map(int, row.split("|"))) for row in rows]
    assert figures == [(n, *names["sizes"](n)) for n in (1, 2, 3, 4)]
    assert [row[1:] for row in figures] == names["table"]


def test_derivatives_are_those_of_the_survey(names):
    """Table 1 of Baydin et al. (2018), column d/dx lₙ simplified."""
    x = sympy.Symbol("x", real=True)
    wanted = [
        1,
        4 - 8 * x,
        16 * (1 - 10 * x + 24 * x**2 - 16 * x**3),
        64
        * (
            1
            - 42 * x
            + 504 * x**2
            - 2640 * x**3
            + 7040 * x**4
            - 9984 * x**5
            + 7168 * x**6
            - 2048 * x**7
        ),
    ]
    for n, simple in enumerate(wanted, start=1):
        found = symbolic.diff(names["logistic"](n)).expression
        assert sympy.expand(found - simple) == 0


def test_figures_in_the_text(names):
    def operations(n):
        return len(jit(diff(names["logistic"](n))).program(0.3).operations)

    assert [operations(n + 1) - operations(n) for n in range(2, 7)] == [8] * 5
    expression = symbolic.diff(names["logistic"](7)).expression
    figures = (len(str(expression)), sympy.count_ops(expression), operations(7))
    sentence = " ".join(PAGE.partition("At n = 7")[2].partition(".")[0].split())
    told = re.findall(r"[\d,]*\d", sentence)
    assert tuple(int(figure.replace(",", "")) for figure in told) == figures
    lengths = [names["sizes"](n)[0] for n in (3, 4)]
    lengths += [
        len(str(symbolic.diff(names["logistic"](n)).expression)) for n in (5, 6)
    ]
    ratios = [b / a for a, b in itertools.pairwise(lengths)]
    assert all(2.7 < ratio < 4 for ratio in ratios)
