"""What ``sparse_jacobian(f)`` returns: it plans at the first call, and keeps plans."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from diffops.operators._combinator import Derivative, Result
from diffops.operators._passes import FunctionValued
from diffops.operators._point import Argnums, Point
from diffops.operators._vectors import checked_chunk
from diffops.sparse._calls import signature
from diffops.sparse._coloring import ORDERS
from diffops.sparse._evaluation import check
from diffops.sparse._given import checked_pattern
from diffops.sparse._plan import Plan
from diffops.tags import Tracked
from diffops.values.scalar import is_complex


class Kind(NamedTuple):
    """What Jacobians and Hessians do in ways of their own.

    ``detect(point, has_aux, local)`` returns a pattern, ``plan(pattern, coloring,
    order)`` a plan, and ``compute(point, plan, has_aux, chunk_size)``, of the name of
    the operator, the `Result`, and the point and ``has_aux`` of the function whose
    Jacobian the matrix is.
    """

    compute: Callable[..., Any]
    detect: Callable[[Point, bool, bool], Any]
    plan: Callable[[Any, str, str], Plan]
    colorings: tuple[str, ...]
    symmetric: bool


class Options(NamedTuple):
    """How patterns are found, colored and checked."""

    sparsity: Any
    coloring: str
    order: str
    check: bool
    chunk_size: int | None


#: So many plans are kept, for calls with different shapes or other arguments.
_KEPT = 16


class SparseDerivative(Derivative):
    """A sparse derivative of f: call it at a point, or prepare it at one.

    Which passes to make is planned at the first call, and kept for all points of the
    same shapes. ``plan`` is that of a prepared one: its ``pattern``, ``passes``,
    ``column_colors`` and ``row_colors``.
    """

    def __init__(
        self,
        kind: Kind,
        f: Callable[..., Any],
        argnums: Argnums,
        has_aux: bool,
        options: Options,
        *,
        value: bool = False,
    ) -> None:
        super().__init__(kind.compute, f, argnums, has_aux, value=value)
        if options.coloring not in kind.colorings:
            raise ValueError(
                f"coloring must be one of {', '.join(kind.colorings)}, "
                f"not {options.coloring!r}"
            )
        if options.order not in ORDERS:
            raise ValueError(
                f"order must be one of {', '.join(ORDERS)}, not {options.order!r}"
            )
        checked_chunk(options.chunk_size)
        self.kind = kind
        self.settings = options._replace(
            sparsity=checked_pattern(options.sparsity, kind.symmetric)
        )
        self.plan: Plan | None = None
        self._plans: dict[Any, tuple[Plan, Any]] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        plan = self.plan or self._planned(args, kwargs)

        def compute(point: Point, has_aux: bool) -> Result:
            _check_leaves(point, self.operator)
            chunk_size = self.settings.chunk_size
            result, (at, aux) = self.kind.compute(point, plan, has_aux, chunk_size)
            if self.settings.check:
                check(at, aux, result.parts[0], plan)
            return result

        compute.__name__ = self.operator
        derivative = Derivative(
            compute, self.f, self.argnums, self.has_aux, value=self.value
        )
        return derivative(*args, **kwargs)

    def prepare(self, *args: Any, **kwargs: Any) -> SparseDerivative:
        """Return the same derivative with the plan for calls like this one.

        It makes no plan again: f must have the same pattern wherever it is called.
        """
        prepared = copy.copy(self)
        prepared.plan = self._planned(args, kwargs)
        return prepared

    def _planned(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Plan:
        """Return the plan for a call, made now if no call was like this one."""
        sparsity = self.settings.sparsity
        if isinstance(sparsity, str):
            return self._new_plan(args, kwargs)
        key, held = "given", None
        if sparsity is None:
            key, held = signature(self.f, self.argnums, args, kwargs)
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = self._new_plan(args, kwargs), held
            for old in list(self._plans)[:-_KEPT]:
                self._plans.pop(old, None)
        return found[0]

    def _new_plan(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Plan:
        sparsity = self.settings.sparsity
        if sparsity is None or isinstance(sparsity, str):
            point = Point(self.f, self.argnums, args, kwargs)
            _check_leaves(point, self.operator)
            try:
                pattern = self.kind.detect(point, self.has_aux, sparsity is not None)
            except FunctionValued:
                raise TypeError(
                    f"{self.operator}: f returned a function; call it inside f"
                ) from None
        else:
            pattern = sparsity
        return self.kind.plan(pattern, self.settings.coloring, self.settings.order)


def _check_leaves(point: Point, name: str) -> None:
    for leaf in point.leaves:
        if isinstance(leaf, Tracked):
            raise TypeError(
                f"{name} cannot be differentiated or batched itself: SciPy's arrays "
                "hold plain numbers; use jacobian or hessian, which can"
            )
        if is_complex(leaf):
            raise TypeError(
                f"{name} is of functions of real x, but x is complex; differentiate "
                "with respect to its real and imaginary part, or use jacobian"
            )
