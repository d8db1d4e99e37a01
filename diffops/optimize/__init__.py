"""Optimisation: SciPy's solvers with exact derivatives, and differentiable ones."""

from diffops.optimize._adaptive import (
    AdaDelta as AdaDelta,
    AdaGrad as AdaGrad,
    Adam as Adam,
    AdaMax as AdaMax,
    RMSProp as RMSProp,
    Rprop as Rprop,
)
from diffops.optimize._clipping import ClipNorm as ClipNorm, ClipValue as ClipValue
from diffops.optimize._curvature import (
    ConjugateGradient as ConjugateGradient,
    Newton as Newton,
    NewtonCG as NewtonCG,
)
from diffops.optimize._curve_fit import curve_fit as curve_fit
from diffops.optimize._descend import descend as descend
from diffops.optimize._history import History as History
from diffops.optimize._hypergrad import (
    Hypergradient as Hypergradient,
    hypergrad as hypergrad,
)
from diffops.optimize._least_squares import least_squares as least_squares
from diffops.optimize._line_search import (
    Backtracking as Backtracking,
    StrongWolfe as StrongWolfe,
)
from diffops.optimize._method import Method as Method
from diffops.optimize._minimize import minimize as minimize
from diffops.optimize._momentum import (
    AveragedDescent as AveragedDescent,
    GradientDescent as GradientDescent,
    Momentum as Momentum,
    Nesterov as Nesterov,
)
from diffops.optimize._proximal import FISTA as FISTA, L1 as L1
from diffops.optimize._rates import (
    Decay as Decay,
    ExponentialDecay as ExponentialDecay,
    Schedule as Schedule,
)
from diffops.optimize._root import root as root
from diffops.optimize._stopping import EarlyStopping as EarlyStopping
from diffops.optimize._ways import WAYS as WAYS, Way as Way
