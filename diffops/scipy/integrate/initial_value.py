"""Initial value problems, differentiable in everything that the solution depends on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import integrate as original

from diffops.errors import NoDerivativeError
from diffops.operators.transform import jvp
from diffops.primitive import adopt, tracked_in
from diffops.rules._constant import deep_strip
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import refuse_option
from diffops.scipy.integrate.accuracy import Accuracy
from diffops.scipy.integrate.steps import EXPLICIT, Explicit, Field
from diffops.scipy.integrate.trajectory import Trajectory, moment, shifted
from diffops.tags import Tracked, strip
from diffops.values.refusal import remember

Function = Callable[..., Any]


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
    over, in every mode and to any order (to the eighth in times). The value is SciPy's.
    Its steps are then taken again on tracked values, and shortened where the estimated
    error of a derivative exceeds ``rtol`` by more than the slack that explicit steps
    have: so derivatives are about as accurate as the solution. Implicit methods are
    followed by Dormand and Prince's of eighth order, or where the problem is stiff by
    that of Radau, which calls fun also for its Jacobian (unless ``jac`` is a function).
    Reverse mode keeps all steps in memory.

    Returns SciPy's result, with tracked t, y and sol; sol is differentiated as it
    interpolates. Raises NoDerivativeError where events meet tracked values.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import integrate
    >>> def remains(k):
    ...     decay = lambda t, y: -k * y
    ...     return integrate.solve_ivp(decay, (0, 1), [1.0], rtol=1e-8).y[0, -1]
    >>> round(grad(remains)(2.0), 6)  # - exp(-k)
    -0.135335
    """
    given = [t_span, y0, t_eval, args]
    try:
        return _solve(
            fun,
            t_span,
            y0,
            method,
            t_eval,
            dense_output,
            events,
            vectorized,
            () if args is None else args,
            options,
        )
    except NoDerivativeError as error:
        remember(error, given)
        raise


class _Seen(Exception):
    """A right-hand side is tracked, so the solver must keep its interpolants."""


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
    given = [y0, t_eval, args, *t_span]
    seen = tracked_in(given)
    y0, t_eval = (adopt(x) if tracked_in([x]) else x for x in (y0, t_eval))
    fixed = deep_strip(args)
    plain_options = {name: _plain_option(value) for name, value in options.items()}
    keeping = dense_output or seen

    def plain(t: float, y: Any, *args: Any) -> Any:
        nonlocal seen
        value = fun(t, y, *args)
        if not tracked_in([value]):
            return value
        seen = True
        if not keeping:
            raise _Seen
        return strip(adopt(value))

    def run() -> Any:
        return original.solve_ivp(
            plain,
            [strip(t) for t in t_span],
            strip(y0),
            method,
            strip(t_eval),
            keeping,
            events,
            vectorized,
            fixed,
            **plain_options,
        )

    try:
        result = run()
    except _Seen:
        keeping = True
        result = run()
    if not seen:
        return result
    if events is not None:
        refuse_option(
            "scipy.integrate.solve_ivp",
            "events=",
            "find the time of an event by interpolating the solution",
        )
    field = _field(fun, () if args is None else args, vectorized)
    slope = _slope(field, plain_options.get("jac"), () if fixed is None else fixed)
    formula = _explicit(method)
    accuracy = Accuracy(
        float(np.min(plain_options.get("rtol", 1e-3))),
        plain_options.get("atol", 1e-6),
        float(np.max(np.abs(result.sol(result.sol.ts)), initial=0.0)),
        formula is not None,
    )
    trajectory = Trajectory(field, result.sol, formula, slope, accuracy)
    _fill(result, trajectory, t_span, y0, t_eval)
    if not dense_output:
        result.sol = None
    return result


def _fill(
    result: Any, trajectory: Trajectory, t_span: Any, y0: Any, t_eval: Any
) -> None:
    """Put tracked values in the place of the plain ones."""
    mesh = result.sol.ts
    start = state = vector(y0, shape_of(result.sol(mesh[0])))
    if isinstance(t_span[0], Tracked):
        state = moment(trajectory.field, t_span[0], start, mesh[0] - t_span[0])
    states = trajectory.follow(mesh, state)
    if t_eval is not None:
        result.t = t_eval[: len(result.t)]
        result.y = along_times(trajectory, result.t, result.y)
    elif tracked_in(t_span):
        last = t_span[1] if result.status == 0 else mesh[-1]
        result.t = adopt([t_span[0], *mesh[1:-1].tolist(), last])
        if isinstance(last, Tracked):
            states[-1] = moment(
                trajectory.field, mesh[-1], states[-1], last - strip(last)
            )
        result.y = np.stack([start, *states[1:]], axis=1)
    else:
        result.y = np.stack(states, axis=1)
    result.sol = Solution(trajectory, result.sol)


def along_times(trajectory: Trajectory, times: Any, values: Any) -> Any:
    """Return the states at some times as columns; the values are known."""
    columns = []
    for k, value in enumerate(values.T):
        t = times[k]
        place = float(strip(t))
        y = shifted(trajectory.at(place), value)
        if isinstance(t, Tracked):
            y = moment(trajectory.field, place, y, t - place)
        columns.append(y)
    return np.stack(columns, axis=1) if columns else values


class Solution:
    """The tracked solution as a function of time, as `scipy.integrate.OdeSolution`."""

    def __init__(self, trajectory: Trajectory, plain: Any) -> None:
        self.trajectory = trajectory
        self.ts = plain.ts
        self.t_min, self.t_max = plain.t_min, plain.t_max

    def __call__(self, t: Any) -> Any:
        """Return y at a time, or the columns of y at several."""
        t = adopt(t)
        if np.ndim(t) == 0:
            return self.trajectory.at(t)
        return np.stack([self.trajectory.at(x) for x in t], axis=1)


def vector(value: Any, shape: tuple[int, ...]) -> Any:
    """Return a state, or a slope, of which the user may have made a list."""
    value = adopt(value)
    if not isinstance(value, Tracked):
        value = np.asarray(value)
    return value if shape_of(value) == shape else np.reshape(value, shape)


def _field(fun: Function, args: Any, vectorized: bool) -> Field:
    def field(t: Any, y: Any) -> Any:
        value = fun(t, y[:, None], *args) if vectorized else fun(t, y, *args)
        return vector(value, shape_of(y))

    return field


def _plain_option(value: Any) -> Any:
    if callable(value):
        return lambda *args: _matrix(value(*args))
    return _matrix(value)


def _matrix(value: Any) -> Any:
    return strip(adopt(value)) if tracked_in([value]) else value


def _slope(field: Field, jac: Any, fixed: Any) -> Callable[[float, Any], Any]:
    """Return the plain Jacobian of a field: the user's, or by forward mode."""

    def own(t: float, y: Any) -> Any:
        found = jac(t, y, *fixed) if callable(jac) else jac
        return found.toarray() if hasattr(found, "toarray") else np.asarray(found)

    def forward(t: float, y: Any) -> Any:
        units = np.eye(y.size, dtype=np.result_type(y, 0.0))
        columns = [jvp(lambda y: field(t, y), (y,), (unit,))[1] for unit in units]
        return np.stack([strip(column) for column in columns], axis=1)

    return forward if jac is None else own


def _explicit(method: Any) -> Explicit | None:
    """Return the formula of an explicit solver."""
    if isinstance(method, str):
        return EXPLICIT.get(method)
    if method is original.DOP853 or isinstance(getattr(method, "P", None), np.ndarray):
        return Explicit(method)
    return None


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
    with its method "LSODA" and the same tolerances.
    """
    args = args if isinstance(args, tuple) else (args,)
    fixed = deep_strip(args)
    seen = tracked_in([y0, t, args])
    y0, t = (adopt(x) if tracked_in([x]) else x for x in (y0, t))

    def ordered(time: Any, y: Any, args: Any) -> Any:
        return func(time, y, *args) if tfirst else func(y, time, *args)

    def plain(time: Any, y: Any) -> Any:
        nonlocal seen
        value = ordered(time, y, fixed)
        if not tracked_in([value]):
            return value
        seen = True
        return strip(adopt(value))

    def jacobian(time: Any, y: Any) -> Any:
        return _matrix(Dfun(time, y, *fixed) if tfirst else Dfun(y, time, *fixed))

    result = original.odeint(
        plain,
        strip(y0),
        strip(t),
        (),
        None if Dfun is None else jacobian,
        col_deriv,
        full_output,
        ml,
        mu,
        rtol,
        atol,
        tcrit,
        h0,
        hmax,
        hmin,
        ixpr,
        mxstep,
        mxhnil,
        mxordn,
        mxords,
        printmessg,
        True,
    )
    if not seen:
        return result
    rows = result[0] if full_output else result
    times = strip(t)
    limits = {"rtol": rtol, "atol": atol}
    limits = {key: 1.49012e-8 if x is None else x for key, x in limits.items()}
    steps = {"min_step": hmin, "max_step": hmax or np.inf, "first_step": h0 or None}
    mesh = original.solve_ivp(
        plain,
        (times[0], times[-1]),
        rows[0],
        "LSODA",
        dense_output=True,
        **limits,
        **steps,
    )
    field = _field(lambda time, y: ordered(time, y, args), (), False)
    trajectory = Trajectory(
        field,
        mesh.sol,
        None,
        _slope(field, None, ()),
        Accuracy(
            float(np.min(limits["rtol"])),
            limits["atol"],
            float(np.max(np.abs(rows))),
            own=False,
        ),
    )
    start = state = vector(y0, rows[0].shape)
    if isinstance(t, Tracked):
        state = moment(field, t[0], start, times[0] - t[0])
    trajectory.follow(mesh.sol.ts, state)
    y = along_times(trajectory, t, rows.T).T
    y = np.concatenate([start[None, :], y[1:]])
    return (y, result[1]) if full_output else y
