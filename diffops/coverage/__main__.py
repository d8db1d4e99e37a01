"""``python -m diffops.coverage``: print the page `docs/coverage.md`."""

from diffops.coverage.page import page

print(page(), end="")
