"""A mirror of `scipy.integrate`: integrals and initial value problems, differentiated.

What a function closes over is followed: the derivative is found while the integral or
the solution is computed, in every mode and to any order.

>>> import numpy as np
>>> from diffops import grad
>>> from diffops.scipy import integrate
>>> area = lambda k: integrate.quad(lambda x: x**k, 0, 1)[0]
>>> round(grad(area)(1.0), 9)  # - 1 / (k + 1)²
-0.25
"""

from diffops.scipy._mirror import the_rest as _the_rest
from diffops.scipy.integrate.initial_value import solve_ivp as solve_ivp
from diffops.scipy.integrate.multiple import (
    dblquad as dblquad,
    nquad as nquad,
    tplquad as tplquad,
)
from diffops.scipy.integrate.odepack import odeint as odeint
from diffops.scipy.integrate.quadrature import quad as quad
from diffops.scipy.integrate.sampled import (
    cumulative_simpson as cumulative_simpson,
    cumulative_trapezoid as cumulative_trapezoid,
    fixed_quad as fixed_quad,
    romb as romb,
    simpson as simpson,
    trapezoid as trapezoid,
)
from diffops.scipy.integrate.unfollowed import (
    BDF as BDF,
    DOP853 as DOP853,
    LSODA as LSODA,
    RK23 as RK23,
    RK45 as RK45,
    Radau as Radau,
    complex_ode as complex_ode,
    cubature as cubature,
    nsum as nsum,
    ode as ode,
    qmc_quad as qmc_quad,
    solve_bvp as solve_bvp,
    tanhsinh as tanhsinh,
)
from diffops.scipy.integrate.vector_quadrature import quad_vec as quad_vec

__getattr__ = _the_rest("scipy.integrate", globals())
