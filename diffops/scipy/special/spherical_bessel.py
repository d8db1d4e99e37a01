"""Spherical Bessel functions, and Riccati's, which are x times those."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import adopt
from diffops.rules.special_bessel import spherical
from diffops.scipy._mirror import mirrors


def _evaluate(name: str, n: Any, z: Any, derivative: Any) -> Any:
    return spherical[name, bool(derivative)](n, adopt(z))


@mirrors(special.spherical_jn)
def spherical_jn(n: Any, z: Any, derivative: bool = False) -> Any:
    """Return the spherical Bessel function jₙ(z) or its derivative; n is constant.

    >>> from diffops import grad
    >>> from diffops.scipy.special import spherical_jn
    >>> float(grad(lambda z: spherical_jn(1, z))(0.0))
    0.3333333333333333
    """
    return _evaluate("spherical_jn", n, z, derivative)


@mirrors(special.spherical_yn)
def spherical_yn(n: Any, z: Any, derivative: bool = False) -> Any:
    """Return the spherical Bessel function yₙ(z) or its derivative; n is constant.

    >>> from diffops import grad
    >>> from diffops.scipy.special import spherical_yn
    >>> bool(grad(lambda z: spherical_yn(0, z))(1.5) == -spherical_yn(1, 1.5))
    True
    """
    return _evaluate("spherical_yn", n, z, derivative)


@mirrors(special.spherical_in)
def spherical_in(n: Any, z: Any, derivative: bool = False) -> Any:
    """Return the modified spherical Bessel function iₙ(z) or its derivative.

    >>> from diffops import grad
    >>> from diffops.scipy.special import spherical_in
    >>> bool(grad(lambda z: spherical_in(0, z))(1.5) == spherical_in(1, 1.5))
    True
    """
    return _evaluate("spherical_in", n, z, derivative)


@mirrors(special.spherical_kn)
def spherical_kn(n: Any, z: Any, derivative: bool = False) -> Any:
    """Return the modified spherical Bessel function kₙ(z) or its derivative.

    >>> from diffops import grad
    >>> from diffops.scipy.special import spherical_kn
    >>> bool(grad(lambda z: spherical_kn(0, z))(1.5) == -spherical_kn(1, 1.5))
    True
    """
    return _evaluate("spherical_kn", n, z, derivative)


def _riccati(name: str, n: Any, x: Any) -> tuple[Any, Any]:
    x = adopt(x)
    if np.ndim(x):
        raise ValueError("arguments must be scalars.")
    values = [_evaluate(name, k, x, False) for k in range(n + 1)]
    slopes = [_evaluate(name, k, x, True) for k in range(n + 1)]
    y = np.stack(values)
    return x * y, y + x * np.stack(slopes)


@mirrors(special.riccati_jn)
def riccati_jn(n: int, x: Any) -> tuple[Any, Any]:
    """Return x jₖ(x) for k = 0 … n, and the derivatives of these.

    >>> from diffops import diff
    >>> from diffops.scipy.special import riccati_jn
    >>> f, df = diff(lambda x: riccati_jn(1, x))(1.5)
    >>> bool(np.allclose(f, riccati_jn(1, 1.5)[1]))
    True
    """
    return _riccati("spherical_jn", n, x)


@mirrors(special.riccati_yn)
def riccati_yn(n: int, x: Any) -> tuple[Any, Any]:
    """Return x yₖ(x) for k = 0 … n, and the derivatives of these.

    >>> from diffops import diff
    >>> from diffops.scipy.special import riccati_yn
    >>> f, df = diff(lambda x: riccati_yn(1, x))(1.5)
    >>> bool(np.allclose(f, riccati_yn(1, 1.5)[1]))
    True
    """
    return _riccati("spherical_yn", n, x)
