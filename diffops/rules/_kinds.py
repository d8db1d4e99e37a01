"""The kinds of primitives: a rule states partials or a transpose, never a mode.

Broadcasting, dtypes and strong zeros (a cotangent of exactly zero stays zero where a
partial is infinite) live here, once. Rules are written with NumPy calls on whatever
values they are given, so a rule is itself differentiable to any order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import keep
from diffops.kernels.kernel import kernel_of
from diffops.primitive import ONE, Batch, Partial, Primitive, Pull, primitives, table
from diffops.rules._batches import broadcasting
from diffops.rules._constant import constant as constant, deep_strip as deep_strip
from diffops.rules._fitting import evaluate, fit, likeness, shape_of, spread
from diffops.rules._partials import (
    check_call,
    check_partials,
    is_foreign_to,
    is_regular,
    strong_or_one,
    suited,
)
from diffops.series import Rule, by_products, by_terms

Domain = Sequence[tuple[float, float]]


def add(primitive: Primitive) -> Primitive:
    """Enter a primitive in the table under its NumPy function."""
    primitives.append(primitive)
    table.setdefault(primitive.function, primitive)
    return primitive


def elementwise(
    function: Callable[..., Any],
    *partials: Partial | None,
    regular: Callable[..., Any] | None = None,
    on: Domain = (),
    series: Rule | None = None,
) -> Primitive:
    """Make a primitive of a broadcasting function from its partial derivatives.

    Each partial is called as ``partial(y, *args)``, y being the output, or is an int;
    None is a partial that is zero everywhere. ``regular(y, *args)`` tells where the
    partials are finite: functions with an algebraic singularity state it, and get
    strong zeros. ``on`` is where tests sample each argument. ``series`` is a faster way
    to Taylor coefficients than that through the partials.

    Raises TypeError where function or partials are none, and where a derivative is
    taken with another number of arguments, or with keywords, which no partial knows. In
    all modes, shapes and dtypes as the function; a mode costs the function and the
    partials of what is tracked.

    >>> import numpy as np
    >>> from diffops import elementwise, grad
    >>> log_of_one_plus = elementwise(np.log1p, lambda y, x: np.exp(-y))
    >>> grad(log_of_one_plus)(1.0)
    0.5
    """
    check_partials(function, partials)

    def pushforward(
        y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
    ) -> Any:
        check_call(partials, args, params)
        total = None
        for partial, tangent in zip(partials, tangents, strict=True):
            if tangent is None or partial is None:
                continue
            if regular is None:
                d = evaluate(partial, y, args)
                term = tangent if d is ONE else tangent * d
            else:
                with np.errstate(all="ignore"):
                    d = evaluate(partial, y, args)
                    term = strong_or_one(tangent, d)
            total = term if total is None else total + term
        return None if total is None else spread(total, y)

    def pullback(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull | None:
        check_call(partials, args, params)
        chosen = [partials[i] for i in wrt]
        if not any(chosen):
            return None
        likes = [likeness(args[i]) for i in wrt]
        if regular is not None and not is_regular(regular, y, args):
            held = [arg if i in wrt else keep(arg) for i, arg in enumerate(args)]
            return lambda g: [
                None
                if partial is None
                else fit(strong_or_one(g, evaluate(partial, y, held)), like)
                for partial, like in zip(chosen, likes, strict=True)
            ]
        factors = [partial and evaluate(partial, y, args) for partial in chosen]
        factors = [keep(d) if is_foreign_to(d, args, wrt) else d for d in factors]
        factors = [suited(d, y) for d in factors]
        if len(factors) == 1 and likes[0] == likeness(y):
            (factor,) = factors
            return (lambda g: (g,)) if factor is ONE else (lambda g: (g * factor,))
        return lambda g: [
            None if d is None else fit(g if d is ONE else g * d, like)
            for d, like in zip(factors, likes, strict=True)
        ]

    return add(
        Primitive(
            function,
            pushforward,
            pullback,
            partials=partials,
            regular=regular,
            on=on,
            batch=broadcasting,
            series=series,
            kernel=kernel_of(function, partials),
        )
    )


def linear(
    function: Callable[..., Any],
    transpose: Callable[..., Any],
    *,
    view: bool = False,
    batch: Batch | None = None,
    keyed: bool = False,
) -> Primitive:
    """Make a primitive of a function that is linear in its one array argument.

    ``transpose(g, shape, **params)`` maps the cotangent back, given the argument's
    shape.
    """

    def pushforward(
        y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
    ) -> Any:
        return primitive(tangents[0], **params)

    def pullback(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull:
        like = likeness(args[0])
        shape = like[0]
        return lambda g: (fit(transpose(g, shape, **params), like),)

    primitive = Primitive(
        function, pushforward, pullback, view=view, batch=batch, keyed=keyed
    )
    primitive.series = by_terms
    return add(primitive)


def jointly_linear(
    function: Callable[..., Any],
    transpose: Callable[..., Any],
    *,
    batch: Batch | None = None,
) -> Primitive:
    """Make a primitive of a function linear in all of its arguments together.

    ``transpose(g, index, shapes, **params)`` maps the cotangent back to one argument.
    """

    def pushforward(
        y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
    ) -> Any:
        filled = [
            np.zeros_like(arg)[()] if tangent is None else tangent
            for arg, tangent in zip(args, tangents, strict=True)
        ]
        return spread(primitive(*filled, **params), y)

    def pullback(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull:
        shapes = [shape_of(arg) for arg in args]
        likes = [likeness(args[i]) for i in wrt]
        return lambda g: [
            fit(transpose(g, i, shapes, **params), like)
            for i, like in zip(wrt, likes, strict=True)
        ]

    primitive = Primitive(function, pushforward, pullback, batch=batch)
    primitive.series = by_terms
    return add(primitive)


def bilinear(
    function: Callable[..., Any],
    left: Callable[..., Any],
    right: Callable[..., Any],
    *,
    batch: Batch | None = None,
) -> Primitive:
    """Make a primitive of a function linear in each of its two arguments.

    ``left(g, a, b, **params)`` and ``right(g, a, b, **params)`` map the cotangent back
    to a and to b; of the argument itself they may use the shape alone.
    """

    def pushforward(
        y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
    ) -> Any:
        a, b = args
        da, db = tangents
        if da is None:
            return spread(primitive(a, db, **params), y)
        term = primitive(da, b, **params)
        return spread(term if db is None else term + primitive(a, db, **params), y)

    vjps = (left, right)
    primitive = _with_vjps(function, pushforward, vjps, output=False, batch=batch)
    primitive.series = by_products
    return primitive


def general(
    function: Callable[..., Any],
    jvp: Callable[..., Any],
    *vjps: Callable[..., Any] | None,
    batch: Batch | None = None,
) -> Primitive:
    """Make a primitive from an explicit pushforward and one pullback per argument.

    ``jvp(y, args, tangents, **params)`` returns the tangent of y (a tangent may be
    None: no perturbation); ``vjp(g, y, *args, **params)`` maps the cotangent back.
    Where y is a tuple, so is the tangent, and g lists a cotangent or None per output.
    """

    def pushforward(
        y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
    ) -> Any:
        return jvp(y, args, tangents, **params)

    return _with_vjps(function, pushforward, vjps, output=True, batch=batch)


def _with_vjps(
    function: Callable[..., Any],
    pushforward: Callable[..., Any],
    vjps: Sequence[Callable[..., Any] | None],
    output: bool,
    batch: Batch | None,
) -> Primitive:
    def pullback(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull | None:
        chosen = [vjps[i] for i in wrt]
        if not any(chosen):
            return None
        held = [arg if i in wrt else keep(arg) for i, arg in enumerate(args)]
        if output:
            held.insert(0, y)
        likes = [likeness(args[i]) for i in wrt]

        def pull(g: Any) -> list[Any]:
            return [
                None if vjp is None else fit(vjp(g, *held, **params), like)
                for vjp, like in zip(chosen, likes, strict=True)
            ]

        if type(y) is not tuple:
            return pull
        outputs = range(len(y))
        return lambda parts: pull([parts.get(number) for number in outputs])

    return add(Primitive(function, pushforward, pullback, batch=batch))
