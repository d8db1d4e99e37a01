"""Which public functions of NumPy, and of `scipy.special`, have a derivative.

``python -m diffops.coverage`` prints the page `docs/coverage.md`.
"""
