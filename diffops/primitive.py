"""Primitives, the table that finds them, and the dispatch where all modes meet.

A primitive is a NumPy function with its derivative. Calling one asks for the newest
tag among its arguments: without a tag NumPy runs, else the mode of that tag does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from diffops.engines.adoption import (
    adopt as adopt,
    as_numbers,
    is_adoptable,
    parts_of as parts_of,
    tracked_in as tracked_in,
    unusual,
)
from diffops.engines.arrays import is_plain, is_view, unshared
from diffops.engines.mixing import explain_mixture
from diffops.errors import NoDerivativeError, at_user_line
from diffops.kernels.kernel import Kernel
from diffops.series import Rule
from diffops.tags import Level, Tracked, levels, lower, newest

Pushforward = Callable[[Any, Sequence[Any], dict[str, Any], Sequence[Any]], Any]
Pull = Callable[[Any], Sequence[Any]]
Pullback = Callable[[Any, Sequence[Any], dict[str, Any], Sequence[int]], Pull | None]

#: A partial derivative ``partial(y, *args)``, or the int that it always is.
Partial = Callable[..., Any] | int

#: ``batch(run, size, args, batched, params)`` returns what ``run(*args, **params)``
#: is for each of ``size`` members of a batch, stacked along the first axis, as is each
#: argument of which ``batched`` says so.
Batch = Callable[
    [Callable[..., Any], int, Sequence[Any], Sequence[bool], dict[str, Any]], Any
]


class Members:
    """A parameter that differs between the members of a batch: all of its values."""

    __slots__ = ("primal",)

    def __init__(self, primal: Any) -> None:
        self.primal = primal


class Common:
    """The result of a batching rule that is the same for all members."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Differing(Exception):
    """A batching rule finds that members cannot go on together: what tells them apart.

    ``labels`` holds one hashable value per member; those of equal ones can.
    """

    def __init__(self, labels: Sequence[Any]) -> None:
        super().__init__("the members of a batch differ")
        self.labels = list(labels)


#: The partial of a sum: recognised by identity, so that nothing is multiplied by it.
ONE = 1


class Consuming:
    """A pull that may overwrite its cotangent where nobody else refers to it.

    Calling it is safe; ``pull(g, owned=True)`` is for a caller that gives g away.
    """

    __slots__ = ("pull",)

    def __init__(self, pull: Callable[..., Sequence[Any]]) -> None:
        self.pull = pull

    def __call__(self, g: Any) -> Sequence[Any]:
        """Pull a cotangent back and leave it as it is."""
        return self.pull(g)


class Primitive:
    """A NumPy function with its derivative.

    ``pushforward(y, args, params, tangents)`` returns the tangent of y, given one
    tangent (or None) per argument; ``pullback(y, args, params, wrt)`` returns a
    function from the cotangent of y to those of the arguments numbered in ``wrt``.
    ``partials`` (elementwise primitives only) are what scalar code runs inline, where
    ``regular(y, *args)`` says that they are finite. ``view`` marks a primitive whose
    result may share memory with its first argument. ``on`` is where tests sample it.
    ``batch`` runs it for all members of a batch at once (see `Batch`); None is a loop.
    It takes parameters that are `Members` where ``keyed`` says so. ``series`` computes
    Taylor coefficients (see `diffops.series`); without it they come from pushforwards.
    ``kernel`` computes value and partials of large arrays in one pass.
    """

    __slots__ = (
        "batch",
        "function",
        "kernel",
        "keyed",
        "name",
        "on",
        "partials",
        "pullback",
        "pushforward",
        "regular",
        "series",
        "view",
    )

    def __init__(
        self,
        function: Callable[..., Any],
        pushforward: Pushforward,
        pullback: Pullback,
        *,
        partials: tuple[Partial | None, ...] = (),
        regular: Callable[..., Any] | None = None,
        view: bool = False,
        on: Sequence[tuple[float, float]] = (),
        batch: Batch | None = None,
        keyed: bool = False,
        series: Rule | None = None,
        kernel: Kernel | None = None,
    ) -> None:
        self.function = function
        self.name = getattr(function, "__name__", repr(function)).strip("_")
        self.pushforward = pushforward
        self.pullback = pullback
        self.partials = partials
        self.regular = regular
        self.view = view
        self.on = on
        self.batch = batch
        self.keyed = keyed
        self.series = series
        self.kernel = kernel

    def __call__(self, *args: Any, **params: Any) -> Any:
        """Run: under the newest level among the arguments, or else in NumPy."""
        for arg in args:
            if unusual[arg.__class__]:
                if isinstance(arg, Tracked):
                    return arg.through(self, args, params)  # type: ignore[attr-defined]
                if is_adoptable(arg):
                    return self(*map(as_numbers, args), **params)
        level = newest(args)
        if params and tracked_in(params.values()):
            level = self._newest_of_all(args, params)
        if level is None:
            return self.function(*args, **params)
        if not level.running:
            y = self(*map(lower, args), **params)
            return unshared(y) if self.view and is_view(y) and is_plain(y) else y
        try:
            return level.apply(self, args, params)
        except (TypeError, ValueError, AttributeError) as error:
            explain_mixture(error, self.name, (*args, *params.values()))

    def _newest_of_all(self, args: tuple[Any, ...], params: dict[str, Any]) -> Level:
        """Return the newest level where parameters are batched; refuse tracked ones."""
        batched = list(args)
        for name, value in params.items():
            parts = list(parts_of(value))
            if any(not of.keeps for part in parts for of in levels(part)):
                raise NoDerivativeError(
                    f"{self.name} has no derivative with respect to its argument "
                    f"{name!r}, which is tracked{at_user_line()}; pass a plain value "
                    "there, or detach it with diffops.stop_gradient"
                )
            batched += parts
        found = newest(batched)
        assert found is not None
        return found

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


#: What runs instead of a NumPy function that meets a tracked value.
table: dict[Callable[..., Any], Callable[..., Any]] = {}

#: Rules that are imported when a function of some module first needs one: the names of
#: both modules.
late_rules: dict[str, str] = {}

#: The functions that take ``like=``, which NumPy does not pass on: it is put back.
creators: set[Callable[..., Any]] = set()

#: Every primitive, in order of definition: what the table-driven tests walk.
primitives: list[Primitive] = []


def implements(
    *functions: Callable[..., Any],
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run the decorated function wherever these NumPy functions meet tracked values."""

    def register(implementation: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            table[function] = implementation
        return implementation

    return register
