"""Mirrors of SciPy's distribution objects: methods by name, and frozen parameters."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from diffops.primitive import tracked_in
from diffops.scipy._mirror import mirrors, refusing

Method = Callable[..., Any]


class Distribution:
    """One of SciPy's distributions, some of whose methods take tracked values.

    ``methods`` are called for tracked arguments, SciPy's of that name for plain ones;
    the attribute of that name lists them. All other methods refuse tracked arguments,
    and calling the distribution fixes its parameters.

    >>> from scipy import stats
    >>> from diffops import grad
    >>> doubled = Distribution(stats.norm, {"pdf": lambda x: 2 * x})
    >>> grad(doubled.pdf)(1.0), float(doubled.mean(loc=3.0))
    (2.0, 3.0)
    """

    def __init__(self, original: Any, methods: Mapping[str, Method]) -> None:
        self.original = original
        self.__doc__ = original.__doc__
        self._name = f"scipy.stats.{_name_of(original)}"
        self.methods = tuple(methods)
        for name, method in methods.items():
            setattr(self, name, mirrors(getattr(original, name))(method))

    def __call__(self, *args: Any, **kwargs: Any) -> Frozen:
        """Return the distribution with these parameters."""
        return Frozen(self, args, kwargs)

    freeze = __call__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(self.original, name)
        return refusing(value, f"{self._name}.{name}") if callable(value) else value

    def __repr__(self) -> str:
        return f"<mirror of {self._name}>"


def _name_of(original: Any) -> str:
    """Return how SciPy calls a distribution; those of several variables do not say."""
    return getattr(original, "name", None) or type(original).__name__.replace(
        "_gen", ""
    )


class Frozen:
    """A distribution with its parameters, which may be tracked."""

    def __init__(
        self,
        distribution: Distribution,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        self.dist = distribution
        self.args = args
        self.kwds = dict(kwargs)
        if not tracked_in([*args, *kwargs.values()]):
            self._plain = distribution.original(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "_plain":  # there is none: parameters are tracked
            return None
        if self._plain is not None and name not in vars(self.dist):
            value = getattr(self._plain, name)
            if not callable(value):
                return value
            return refusing(value, f"{self.dist._name}.{name}")
        method = getattr(self.dist, name)
        if not callable(method):
            return method
        if self._plain is None:
            return functools.partial(self._call, method)
        plain = getattr(self._plain, name)
        return mirrors(plain)(functools.partial(self._call, method))

    def _call(self, method: Method, *args: Any, **kwargs: Any) -> Any:
        # SciPy's methods take the point first, and then the parameters.
        return method(*args, *self.args, **{**self.kwds, **kwargs})

    def __repr__(self) -> str:
        return f"<frozen {self.dist._name}>"
