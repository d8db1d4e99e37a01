"""``odeint``: initial value problems in the manner of ODEPACK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import integrate as original

from diffops.errors import ConvergenceError, NoDerivativeError, at_user_line
from diffops.primitive import tracked_in
from diffops.rules._arguments import known
from diffops.scipy.integrate.accuracy import Accuracy
from diffops.scipy.integrate.at_times import along_times, moved_start
from diffops.scipy.integrate.initial_value import FINER, require_success
from diffops.scipy.integrate.problem import Problem, adopted, plain, vector
from diffops.scipy.integrate.trajectory import Trajectory
from diffops.tags import running
from diffops.values.refusal import remember

Function = Callable[..., Any]

#: What ODEPACK says where nothing went wrong.
_FINE = "Integration successful.", "Nothing was done; the integration time was 0."


def odeint(
    func: Function,
    y0: Any,
    t: Any,
    args: Any = (),
    Dfun: Any = None,
    col_deriv: Any = 0,
    full_output: Any = 0,
    ml: Any = None,
    mu: Any = None,
    rtol: Any = None,
    atol: Any = None,
    tcrit: Any = None,
    h0: float = 0.0,
    hmax: float = 0.0,
    hmin: float = 0.0,
    ixpr: Any = 0,
    mxstep: int = 0,
    mxhnil: int = 0,
    mxordn: int = 12,
    mxords: int = 5,
    printmessg: Any = 0,
    tfirst: bool = False,
) -> Any:
    """Solve y′ = func(y, t), as `scipy.integrate.odeint`, with derivatives.

    Differentiable in y0, t, args, and in whatever func closes over, as `solve_ivp` is
    with its method "LSODA" and the same tolerances, at the same cost.

    Raises ConvergenceError where the solver fails and something is tracked.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import integrate
    >>> def remains(k):
    ...     return integrate.odeint(lambda y, t: -k * y, 1.0, [0.0, 1.0])[-1, 0]
    >>> round(grad(remains)(2.0), 6)  # - exp(-k)
    -0.135335
    """
    numbers = (rtol, atol, tcrit, h0, hmax, hmin, ixpr, mxstep, mxhnil, mxordn, mxords)
    args = args if isinstance(args, tuple) else (args,)

    def run(func: Function, y0: Any, t: Any, args: Any, Dfun: Any, full: Any) -> Any:
        return original.odeint(
            func,
            y0,
            t,
            args,
            Dfun,
            col_deriv,
            full,
            ml,
            mu,
            *numbers,
            printmessg,
            tfirst,
        )

    if not running:
        return run(func, y0, t, args, Dfun, full_output)
    y0, t = adopted(y0), adopted(t)
    problem = Problem(func, args)

    def slopes(*places: Any) -> Any:
        return plain(Dfun(*places))

    given = known(y0), known(t), problem.fixed, Dfun and slopes
    rows, info = run(problem.plain, *given, True)
    try:
        if not problem.seen and not tracked_in([y0, t, args]):
            return (rows, info) if full_output else rows
        if info["message"] not in _FINE:
            raise ConvergenceError(
                f"scipy.integrate.odeint failed: {info['message']}{at_user_line()}; "
                "what it has found has no derivative"
            )
        y = _followed(problem, y0, t, rows, tfirst, rtol, atol, (h0, hmin, hmax))
    except NoDerivativeError as error:
        remember(error, [y0, t, args])
        raise
    return (y, info) if full_output else y


def _followed(
    problem: Problem,
    y0: Any,
    t: Any,
    rows: Any,
    tfirst: bool,
    rtol: Any,
    atol: Any,
    steps: tuple[float, float, float],
) -> Any:
    """Return the rows as tracked values."""
    fun = problem.fun

    def ordered(time: Any, y: Any, *args: Any) -> Any:
        return fun(time, y, *args) if tfirst else fun(y, time, *args)

    times = np.asarray(known(t))
    rtol, atol = (1.49012e-8 if x is None else x for x in (rtol, atol))
    first, least, most = steps
    problem = Problem(ordered, problem.args)
    finer = original.solve_ivp(
        problem.plain,
        (times[0], times[-1]),
        rows[0],
        "LSODA",
        args=problem.fixed,
        dense_output=True,
        rtol=np.maximum(FINER * np.asarray(rtol), 100 * np.finfo(float).eps),
        atol=FINER * np.asarray(atol),
        first_step=first or None,
        min_step=least,
        max_step=most or np.inf,
    )
    require_success(finer, "scipy.integrate.odeint")
    accuracy = Accuracy(
        float(np.min(rtol)), atol, float(np.max(np.abs(rows))), own=False
    )
    trajectory = Trajectory(problem.field, finer.sol, None, problem.slope, accuracy)
    start = vector(y0, rows[0].shape)
    state = moved_start(problem.field, t[0], start, float(times[0]))
    trajectory.follow(finer.sol.ts, state)
    y = along_times(trajectory, t, rows.T).T
    return np.concatenate([start[None, :], y[1:]])
