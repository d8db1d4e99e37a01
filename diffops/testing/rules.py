"""``check_rule``: a rule of the user's own, in every mode there is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from diffops.jit.jitted import jit
from diffops.operators._bound import Bound
from diffops.operators._tree import flatten
from diffops.operators.custom import custom_jvp, custom_vjp, primitive
from diffops.operators.jacobian import jacobian
from diffops.operators.taylor import taylor
from diffops.operators.transform import jvp
from diffops.operators.vmap import vmap
from diffops.primitive import Primitive
from diffops.sparse.sparse_jacobian import sparse_jacobian
from diffops.testing.gradients import (
    MODES,
    Check,
    floats_of,
    joined,
    names_of,
    random_like,
    usual_tolerance,
)
from diffops.values.scalar import is_complex

Leaves = list[Any]


def check_rule(
    rule: Any,
    *args: Any,
    order: int = 2,
    atol: float | None = None,
    rtol: float | None = None,
) -> None:
    """Check a rule of your own, at some arguments, in every mode.

    ``rule`` is what `custom_jvp`, `custom_vjp`, `primitive` or `elementwise` made. Its
    floats and arrays of floats are varied, all other arguments are not. Checked are the
    value that the rule states, the derivatives of each order up to ``order`` in forward
    and reverse mode (see `check_grads`, also for ``atol`` and ``rtol``), `vmap`, Taylor
    and sparsity mode, and `jit`. Without arguments an elementwise rule is sampled where
    it says ``on=``, or else between −2 and 2: numbers, arrays, shapes that broadcast.

    Raises AssertionError, which names the rule and the mode that fail and both numbers,
    and TypeError for what is no rule, which wants ``check_grads(f, args)``. What the
    rule itself raises gets a note of where it was. Costs the calls of `check_grads` and
    a Jacobian: keep the arguments small.

    >>> import numpy as np
    >>> from diffops import check_rule, custom_vjp, elementwise
    >>> def softplus(x):
    ...     return np.logaddexp(0, x)
    >>> check_rule(elementwise(softplus, lambda y, x: 1 - np.exp(-y), on=[(-3, 3)]))
    >>> square = custom_vjp(lambda x: x**2)
    >>> square.defvjp(lambda x: (x**2, x), lambda x, g: (g * x,))
    >>> check_rule(square, 3.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    AssertionError: the backward rule of <lambda>: derivative of order 1 ...
    """
    if not isinstance(rule, Primitive | custom_jvp | custom_vjp | primitive):
        raise TypeError(
            f"check_rule wants what custom_jvp, custom_vjp, primitive or elementwise "
            f"made, not {rule!r}; check others with check_grads(f, args)"
        )
    for point in [args] if args else _sampled(rule):
        _Rule(rule, point).check(order, atol, rtol)


def _sampled(rule: Any) -> Iterator[tuple[Any, ...]]:
    """Yield arguments of an elementwise rule, of several shapes."""
    if not isinstance(rule, Primitive) or not rule.partials:
        raise TypeError(
            f"check_rule samples the arguments of elementwise rules alone; give those "
            f"of {_name(rule)}: check_rule(rule, *args)"
        )
    count = len(rule.partials)
    domains = list(rule.on) or [(-2.0, 2.0)] * count
    if len(domains) != count:
        raise ValueError(
            f"{rule.name} has {count} arguments but states on= for {len(domains)}"
        )
    random = np.random.default_rng(0)
    for shapes in (((),), ((5,),), ((), (3,)), ((2, 1), (3,))):
        yield tuple(
            random.uniform(low, high, shapes[i % len(shapes)])
            for i, (low, high) in enumerate(domains)
        )


class _Rule:
    """A rule at some arguments: a function of those of their leaves that vary."""

    def __init__(self, rule: Any, args: tuple[Any, ...]) -> None:
        self.rule = rule
        self.name = _name(rule)
        self.args = args
        self._parts = [flatten(arg) for arg in args]
        self._places = []
        self.names, self.leaves = [], []
        for i, (leaves, _) in enumerate(self._parts):
            named = enumerate(zip(names_of(i, args[i]), leaves, strict=True))
            for k, (name, leaf) in named:
                if i not in _fixed(rule) and _varies(leaf):
                    self._places.append((i, k))
                    self.names.append(name)
                    self.leaves.append(leaf)
        if not self.leaves:
            raise TypeError(f"no argument of {self.name} is a float that may vary")
        self.function = floats_of(self._call)

    def _call(self, leaves: Sequence[Any]) -> Any:
        parts = [list(own) for own, _ in self._parts]
        for (i, k), leaf in zip(self._places, leaves, strict=True):
            parts[i][k] = leaf
        rebuilt = (
            rebuild(own) for own, (_, rebuild) in zip(parts, self._parts, strict=True)
        )
        return self.rule(*rebuilt)

    def check(self, order: int, atol: float | None, rtol: float | None) -> None:
        """Check the value, and then mode after mode."""
        self._check_value()
        stated = _stated(self.rule)
        for mode in [*stated, *(MODES.keys() - stated)]:
            other = "forward" if mode == "reverse" else "backward"
            what = stated.get(mode, f"{mode} mode, by transposing the {other} rule,")
            check = Check(self.name, self.names, (mode,), atol, rtol)
            with _naming(f"{what} of {self.name}"):
                check(self.function, self.leaves, min(order, 1))
        directions = [random_like(leaf, i) for i, leaf in enumerate(self.leaves)]
        runs = {mode: MODES[mode](self.function, directions) for mode in MODES}
        for what, run in {"the values": self.function, **runs}.items():
            with _naming(f"vmap of {what} of {self.name}"):
                self._check_batch(run)
            with _naming(f"jit of {what} of {self.name}"):
                self._check_program(run)
        with _naming(f"the derivatives of {self.name} in a second differentiation"):
            check = Check(self.name, self.names, tuple(MODES), atol, rtol)
            check(self.function, self.leaves, order)
        with _naming(f"Taylor mode of {self.name}"):
            self._check_series(directions, order + 1)
        with _naming(f"sparsity mode of {self.name}"):
            self._check_pattern()

    def _check_value(self) -> None:
        """Compare the value that the rule states beside its derivative."""
        if getattr(self.rule, "rule", None) or getattr(self.rule, "forward", None):
            with _naming(f"the value that the rule of {self.name} states"):
                stated, _ = flatten(_stated_value(self.rule, self.args))
                wanted, _ = flatten(self.rule(*self.args))
                self._compare(joined(stated), joined(wanted))

    def _members(self) -> list[Leaves]:
        """Return two points, close to each other but not the same."""
        return [self.leaves, [leaf * (1 - 2.0**-20) for leaf in self.leaves]]

    def _check_batch(self, run: Any) -> None:
        members = self._members()
        stacked = [np.stack(pair) for pair in zip(*members, strict=True)]
        found = vmap(run)(*stacked)
        for i, member in enumerate(members):
            self._compare(joined([part[i] for part in found]), joined(run(*member)))

    def _check_program(self, run: Any) -> None:
        program = jit(run)
        here, there = self._members()
        for member in (here, here, there):
            self._compare(joined(program(*member)), joined(run(*member)))

    def _check_series(self, directions: Leaves, order: int) -> None:
        """Compare Taylor coefficients with nested forward mode."""

        def along(t: Any) -> Any:
            pairs = zip(self.leaves, directions, strict=True)
            return self.function(*(x + t * v for x, v in pairs))

        derivative, factorial = along, 1.0
        for k, coefficient in enumerate(taylor(along, 0.0, order)):
            factorial *= max(k, 1)
            wanted = joined(derivative(0.0))
            self._compare(factorial * joined(coefficient), wanted)
            derivative = _slope_of(derivative)

    def _check_pattern(self) -> None:
        """Compare a sparse Jacobian with the whole one."""
        values = [*self.leaves, *self.function(*self.leaves)]
        vector = joined(self.leaves)
        if any(map(is_complex, values)) or not vector.size:
            return
        shapes = [np.shape(leaf) for leaf in self.leaves]
        ends = np.cumsum([np.size(leaf) for leaf in self.leaves])

        def of_vector(x: Any) -> Any:
            parts = np.split(x, ends[:-1])
            leaves = [
                np.reshape(part, shape) if shape else part[0]
                for part, shape in zip(parts, shapes, strict=True)
            ]
            return joined([np.ravel(y) for y in self.function(*leaves)])

        found = sparse_jacobian(of_vector, sparsity="local")(vector).toarray()
        self._compare(found, jacobian(of_vector)(vector))

    def _compare(self, found: Any, wanted: Any) -> None:
        found, wanted = np.ravel(found), np.ravel(wanted)
        if found.shape != wanted.shape:
            raise AssertionError(f"{found.size} numbers, not {wanted.size}")
        unit = usual_tolerance([*self.leaves, wanted]) ** 1.5
        limit = unit * (1 + np.max(np.abs(wanted), initial=0.0))
        off = ~(np.abs(found - wanted) <= limit) & ~(found == wanted)
        off &= ~(np.isnan(found) & np.isnan(wanted))
        if np.any(off):
            place = np.argmax(off)
            raise AssertionError(f"{found[place]!r}, not {wanted[place]!r}")


def _name(rule: Any) -> str:
    return rule.name if isinstance(rule, Primitive) else rule.__name__


def _fixed(rule: Any) -> Sequence[int]:
    """Return which arguments may not vary."""
    if isinstance(rule, Primitive):
        return [i for i, partial in enumerate(rule.partials) if partial is None]
    return rule.nondiff_argnums


def _varies(leaf: Any) -> bool:
    return getattr(getattr(leaf, "dtype", None), "kind", "O") in "fc" or isinstance(
        leaf, (float, complex)
    )


def _stated(rule: Any) -> dict[str, str]:
    """Return what the rule states itself: a name for each mode that it serves."""
    if isinstance(rule, custom_jvp):
        return {"forward": "the rule"}
    if isinstance(rule, custom_vjp):
        return {"reverse": "the backward rule"}
    if isinstance(rule, primitive):
        both = {"forward": (rule.jvp, "the jvp"), "reverse": (rule.vjp, "the vjp")}
        return {mode: name for mode, (map_, name) in both.items() if map_ is not None}
    return dict.fromkeys(MODES, "the partial derivatives")


def _stated_value(rule: Any, args: tuple[Any, ...]) -> Any:
    """Return the value that comes with a derivative."""
    if hasattr(rule, "forward"):
        return rule.forward(*args)[0]
    bound = Bound(args, rule.nondiff_argnums)
    zeros = [0 * leaf if _varies(leaf) else leaf for leaf in bound.leaves]
    primals, tangents = bound.split(bound.leaves), bound.split(zeros)
    return rule.rule(*bound.fixed, primals, tangents)[0]


def _slope_of(f: Any) -> Any:
    return lambda t: jvp(f, (t,), (1.0,))[1]


@contextlib.contextmanager
def _naming(what: str) -> Iterator[None]:
    """Say in an error what was being checked."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{what}: {error}") from None
    except Exception as error:
        error.add_note(f"check_rule was checking {what}")
        raise
