"""``python -m diffops``: the tour."""

import sys

from diffops.tour import run

sys.exit(run())
