"""Optimisation: SciPy's solvers with exact derivatives, and differentiable ones."""

from diffops.optimize._curve_fit import curve_fit as curve_fit
from diffops.optimize._history import History as History
from diffops.optimize._least_squares import least_squares as least_squares
from diffops.optimize._minimize import minimize as minimize
from diffops.optimize._root import root as root
