"""``python -m diffops.coverage`` prints the page."""

import runpy

from diffops.coverage.page import page


def test_the_page_is_printed(capsys):
    runpy.run_module("diffops.coverage", run_name="__main__")
    assert capsys.readouterr().out == page()
