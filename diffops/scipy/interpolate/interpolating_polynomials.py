"""One polynomial through all values: Lagrange's, by products of differences."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from scipy import interpolate as original

from diffops.primitive import adopt, tracked_in
from diffops.rules._arguments import known
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.scipy.interpolate.hermite import moved_values
from diffops.scipy.interpolate.piecewise import NAMES, Curve, placed

_ANEW = "make another one"


class _Polynomial(Curve):
    """A polynomial of which the samples are kept: ``tracked`` is (xi, yi)."""

    xi: Any
    yi: Any
    _samples: Any

    def _keep(self, xi: Any, yi: Any) -> None:
        """Keep the samples, with the axis of interpolation first."""
        xi, yi = adopt(xi), moved_values(yi, 0)
        self._samples = xi, yi
        if tracked_in([xi, yi]):
            self.twin = copy.copy(self)
            self.xi, self.yi = xi, np.reshape(yi, (shape_of(xi)[0], -1))
            self.tracked = self._samples

    def __call__(self, x: Any) -> Any:
        """Return the polynomial at any places."""
        if self.is_plain(x):
            return super().__call__(x)  # type: ignore[misc]
        x = adopt(x)
        here = known(x)
        plain = self.twin(here) if self.twin else super().__call__(here)  # type: ignore[misc]
        xi, yi = self._samples
        if len(np.unique(known(xi))) < shape_of(xi)[0]:
            self.refuse("repeated xi", x, advice="use CubicHermiteSpline")
        places = np.reshape(x, (-1,)) * 1.0
        y = np.tensordot(_lagrange(xi, places), yi, axes=1)
        y = np.reshape(y, shape_of(x) + shape_of(yi)[1:])
        y = placed(y, np.ndim(x), self._y_axis)  # type: ignore[attr-defined]
        return y + (plain - known(y))

    def derivative(self, x: Any, der: int = 1) -> Any:
        """Return a derivative at places; of plain samples, at plain places."""
        return self._plain_only("derivative()", x, der)

    def derivatives(self, x: Any, der: Any = None) -> Any:
        """Return all derivatives at places; of plain samples, at plain places."""
        return self._plain_only("derivatives()", x, der)

    def _plain_only(self, what: str, *args: Any) -> Any:
        self.refuse(what, *args, advice="use the operators of diffops")
        return getattr(super(), what[:-2])(*args)


def _lagrange(xi: Any, places: Any) -> Any:
    """Return Lagrange's polynomials at places: a row per place.

    ∏ (x − xₖ) / (xⱼ − xₖ) over k ≠ j, which is smooth at the samples too.
    """
    own = np.eye(shape_of(xi)[0])
    above = places[:, None, None] - xi[None, None, :]
    below = xi[:, None] - xi[None, :] + own
    return np.prod(above / below * (1 - own) + own, axis=-1)


class BarycentricInterpolator(_Polynomial, original.BarycentricInterpolator):
    """The polynomial through values, as `scipy.interpolate.BarycentricInterpolator`.

    p(x) = Σⱼ yⱼ ∏ (x − xₖ) / (xⱼ − xₖ). Differentiable in xi, yi, and where it is
    called, to any order: n² products for each place. The value is SciPy's.

    Raises NoDerivativeError for ``wi`` and the methods that change samples.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import interpolate
    >>> x = np.array([0.0, 1.0, 2.0])
    >>> middle = lambda y: interpolate.BarycentricInterpolator(x, y)(0.5)
    >>> np.round(8 * grad(middle)(x), 12)
    array([ 3.,  6., -1.])
    """

    def __init__(self, xi: Any, yi: Any = None, axis: int = 0, **options: Any) -> None:
        wi = options.get("wi")
        if yi is None or wi is not None:
            self.refuse("wi=, or without yi", xi, yi, wi, advice="pass xi and yi")
        super().__init__(
            _plain(xi), None if yi is None else _plain(yi), axis, **options
        )
        if yi is not None:
            self._keep(xi, np.moveaxis(adopt(yi), axis, 0))

    def set_yi(self, yi: Any, axis: Any = None) -> None:
        """Set the values; plain ones only, but in the constructor."""
        self.refuse("set_yi()", yi, advice=_ANEW)
        self._samples = None
        super().set_yi(yi, axis)
        if yi is not None:
            self._keep(self.xi, self.yi)

    def add_xi(self, xi: Any, yi: Any = None) -> None:
        """Add samples; plain ones only."""
        self.refuse("add_xi()", xi, yi, advice=_ANEW)
        super().add_xi(xi, yi)
        self._keep(self.xi, self.yi)


class KroghInterpolator(_Polynomial, original.KroghInterpolator):
    """The polynomial through values, as `scipy.interpolate.KroghInterpolator`.

    Differentiable as `BarycentricInterpolator` is, where no xi is repeated.
    """

    def __init__(self, xi: Any, yi: Any, axis: int = 0) -> None:
        super().__init__(_plain(xi), _plain(yi), axis)
        self._keep(xi, np.moveaxis(adopt(yi), axis, 0))


def _plain(value: Any) -> Any:
    return known(adopt(value)) if tracked_in([value]) else value


@mirrors(original.barycentric_interpolate)
def barycentric_interpolate(
    xi: Any, yi: Any, x: Any, axis: int = 0, *, der: Any = 0, rng: Any = None
) -> Any:
    """Interpolate by a polynomial, as `scipy.interpolate.barycentric_interpolate`."""
    if np.ndim(der) or der:
        refuse_option(
            NAMES + "barycentric_interpolate", "der", "use the operators of diffops"
        )
    return BarycentricInterpolator(xi, yi, axis, rng=rng)(x)


@mirrors(original.krogh_interpolate)
def krogh_interpolate(xi: Any, yi: Any, x: Any, der: Any = 0, axis: int = 0) -> Any:
    """Interpolate by a polynomial, as `scipy.interpolate.krogh_interpolate`."""
    if np.ndim(der) or der:
        refuse_option(
            NAMES + "krogh_interpolate", "der", "use the operators of diffops"
        )
    return KroghInterpolator(xi, yi, axis)(x)
