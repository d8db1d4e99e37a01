"""Initial value problems, differentiable in everything that the solution depends on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import integrate as original

from diffops.errors import ConvergenceError, NoDerivativeError, at_user_line
from diffops.primitive import adopt, tracked_in
from diffops.rules._arguments import known
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import refuse_option
from diffops.scipy.integrate.accuracy import Accuracy
from diffops.scipy.integrate.at_times import Solution, along_times, moved_start
from diffops.scipy.integrate.problem import Problem, adopted, plain, vector
from diffops.scipy.integrate.steps import EXPLICIT, Explicit
from diffops.scipy.integrate.trajectory import Trajectory
from diffops.tags import running
from diffops.values.refusal import remember

Function = Callable[..., Any]

#: How much more accurate than what the user asked for is the solution along which
#: derivatives are taken: they amplify its errors.
FINER = 0.1


def solve_ivp(
    fun: Function,
    t_span: Any,
    y0: Any,
    method: Any = "RK45",
    t_eval: Any = None,
    dense_output: bool = False,
    events: Any = None,
    vectorized: bool = False,
    args: Any = None,
    **options: Any,
) -> Any:
    """Solve y′ = fun(t, y), y(t₀) = y0, as `scipy.integrate.solve_ivp`.

    Differentiable in y0, args, both ends of t_span, t_eval, and in whatever fun closes
    over, in every mode and to any order (to the eighth in times): ∂y/∂y0 = Φ(t),
    ∂y/∂θ = Φ(t) ∫ Φ(s)⁻¹ ∂fun/∂θ ds, with Φ′ = (∂fun/∂y) Φ. The value is SciPy's, for
    the tolerances given. Derivatives are those of the steps of another solution, of a
    tenth of these tolerances, which are taken again on tracked values, and shortened
    where the estimated error of a derivative exceeds ``rtol``. So their relative errors
    are about those of the solution. Implicit methods are followed by Dormand and
    Prince's of eighth order, or where the problem is stiff by that of Radau, which
    calls fun also for its Jacobian (unless ``jac`` is given).

    Reverse mode keeps all steps in memory, and looks at the gradient of each one's
    error; only in stiff problems of more than six unknowns it takes the steps of the
    finer solution as they are. Beside two plain solutions the cost is one or two calls
    of fun on tracked values per stage and step.

    Returns SciPy's result, with tracked t, y and sol; sol is differentiated as it
    interpolates. Raises NoDerivativeError where events meet tracked values, and
    ConvergenceError where the solver fails: what it has found then has no derivative.
    Warns where the error of a derivative cannot be brought below its tolerance.

    Hairer, Nørsett & Wanner, *Solving Ordinary Differential Equations I*, section
    I.14, on the derivatives; Zhang & Sandu 2014 on those of discrete steps.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import integrate
    >>> def remains(k):
    ...     decay = lambda t, y: -k * y
    ...     return integrate.solve_ivp(decay, (0, 1), [1.0], rtol=1e-8).y[0, -1]
    >>> round(grad(remains)(2.0), 6)  # - exp(-k)
    -0.135335
    """
    settings = (t_eval, dense_output, events, vectorized, args)
    if not running:
        return original.solve_ivp(fun, t_span, y0, method, *settings, **options)
    given = [t_span, y0, t_eval, args]
    try:
        return _solve(fun, t_span, y0, method, *settings, options)
    except NoDerivativeError as error:
        remember(error, given)
        raise


def _solve(
    fun: Function,
    t_span: Any,
    y0: Any,
    method: Any,
    t_eval: Any,
    dense_output: bool,
    events: Any,
    vectorized: bool,
    args: Any,
    options: dict[str, Any],
) -> Any:
    y0, t_eval = adopted(y0), adopted(t_eval)
    problem = Problem(fun, args, vectorized, options.get("jac"))
    options = {name: plain(value) for name, value in options.items()}
    if "jac" in options:
        options["jac"] = problem.plain_jac

    def solved(t_eval: Any, dense: bool, events: Any, options: dict[str, Any]) -> Any:
        return original.solve_ivp(
            problem.plain,
            [known(t) for t in t_span],
            known(y0),
            method,
            known(t_eval),
            dense,
            events,
            vectorized,
            problem.fixed,
            **options,
        )

    result = solved(t_eval, dense_output, events, options)
    if not problem.seen and not tracked_in([y0, t_eval, args, *t_span]):
        return result
    if events is not None:
        refuse_option(
            "scipy.integrate.solve_ivp",
            "events=",
            "find the time of an event by interpolating the solution",
        )
    finer = solved(None, True, None, _finer(options, method))
    require_success(result, "scipy.integrate.solve_ivp")
    require_success(finer, "scipy.integrate.solve_ivp")
    largest = float(np.max(np.abs(finer.y), initial=0.0))
    formula = _explicit(method)
    accuracy = Accuracy(
        float(np.min(options.get("rtol", 1e-3))),
        options.get("atol", 1e-6),
        largest,
        formula is not None,
    )
    trajectory = Trajectory(problem.field, finer.sol, formula, problem.slope, accuracy)
    start = vector(y0, shape_of(result.y)[:1])
    trajectory.follow(
        finer.sol.ts, moved_start(problem.field, t_span[0], start, finer.sol.ts[0])
    )
    _fill(result, trajectory, t_span, start, t_eval)
    return result


def _finer(options: dict[str, Any], method: Any) -> dict[str, Any]:
    """Return options for a more accurate solution, by one of SciPy's own solvers."""
    if not isinstance(method, str) and not _is_of_scipy(method):
        return options
    rtol = FINER * np.asarray(options.get("rtol", 1e-3))
    atol = FINER * np.asarray(options.get("atol", 1e-6))
    rtol = np.maximum(rtol, 100 * np.finfo(float).eps)
    return {**options, "rtol": rtol, "atol": atol}


def _is_of_scipy(method: Any) -> bool:
    kinds = original.RK23, original.RK45, original.DOP853
    return issubclass(method, (*kinds, original.Radau, original.BDF, original.LSODA))


def require_success(result: Any, name: str) -> None:
    """Raise where a solver has not reached the end."""
    if result.status < 0:
        raise ConvergenceError(
            f"{name} failed: {result.message}{at_user_line()}; what it has found until "
            "then has no derivative"
        )


def _fill(
    result: Any, trajectory: Trajectory, t_span: Any, start: Any, t_eval: Any
) -> None:
    """Put tracked values in the place of the plain ones."""
    if t_eval is not None:
        result.t = t_eval[: len(result.t)]
    elif tracked_in(t_span):
        result.t = adopt([t_span[0], *result.t[1:-1].tolist(), t_span[1]])
    result.y = along_times(trajectory, result.t, result.y)
    if t_eval is None:
        result.y = np.concatenate([start[:, None], result.y[:, 1:]], axis=1)
    if result.sol is not None:
        result.sol = Solution(trajectory, result.sol)


def _explicit(method: Any) -> Explicit | None:
    """Return the formula of an explicit solver."""
    if isinstance(method, str):
        return EXPLICIT.get(method)
    if issubclass(method, original.DOP853):
        return EXPLICIT["DOP853"]
    if isinstance(getattr(method, "P", None), np.ndarray):
        return Explicit(method)
    return None
