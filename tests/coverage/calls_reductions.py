"""Example calls of reductions, statistics, running sums and orders."""

from __future__ import annotations

_SUM = """
    ({a}) ({a}, axis=(0, -1), keepdims=True) ({a}, 1, dtype=np.float64)
    ({a}, axis=0, initial=C[1,1,1]) ({a}, axis=-1, where={a}>0.7, initial=2.0)
"""

_MOMENTS = """
    ({a}) ({a}, axis=(0, -1), keepdims=True) ({a}, 1, dtype=np.float64, ddof=1)
    ({a}, axis=1, where={a}>0.5) ({a}, axis=0, mean={a}[:1]) ({a}, correction=0.5)
"""

_NAN = "np.where(C<0.6,np.nan,C)"


def _listed(name: str, forms: str, a: str = "C") -> list[str]:
    """Return a call for each form of arguments."""
    pieces = forms.format(a=a).replace("\n", " ").split(f" ({a}")
    return [f"{name}({a}{piece.strip()}" for piece in pieces if piece.strip()]


_QUANTILES = (
    "({a}, {q})",
    "({a}, {q}, axis=(0, 2), keepdims=True)",
    "({a}, {qs}, axis=1, method='weibull')",
    "({a}, 0.4, overwrite_input=False, weights=C**2, method='inverted_cdf')",
)

CALLS = {
    "np.sum": _listed("np.sum", _SUM),
    "np.prod": _listed("np.prod", _SUM),
    "np.nansum": _listed("np.nansum", _SUM, _NAN),
    "np.nanprod": _listed("np.nanprod", _SUM, _NAN),
    "np.mean": [
        "np.mean(C)",
        "np.mean(C, axis=(0, -1), keepdims=True)",
        "np.mean(C, 1, dtype=np.float64, where=C > 0.6)",
    ],
    "np.nanmean": [
        f"np.nanmean({_NAN}, axis=2)",
        f"np.nanmean({_NAN}, 1, dtype=np.float64, where=C > 0.3, keepdims=True)",
    ],
    "np.var": _listed("np.var", _MOMENTS) + ["np.var(z)"],
    "np.std": _listed("np.std", _MOMENTS) + ["np.std(Z, axis=0)"],
    "np.nanvar": _listed("np.nanvar", _MOMENTS, _NAN),
    "np.nanstd": _listed("np.nanstd", _MOMENTS, _NAN),
    **{
        f"np.{name}": [
            f"np.{name}(C)",
            f"np.{name}(C, axis=(0, 2), keepdims=True)",
            f"np.{name}(C, 1, initial=1.0)",
            f"np.{name}(C, axis=0, where=C > 0.9, initial=C[0, 0, 0])",
        ]
        for name in ("max", "min", "amax", "amin", "nanmax", "nanmin")
    },
    "np.ptp": ["np.ptp(C)", "np.ptp(C, axis=1, keepdims=True)"],
    "np.median": ["np.median(C)", "np.median(C, axis=(0, 1), keepdims=True)"]
    + ["np.median(C, axis=1, overwrite_input=False)"],
    "np.nanmedian": [f"np.nanmedian({_NAN}, axis=1, keepdims=True)"]
    + [f"np.nanmedian({_NAN}, overwrite_input=False)"],
    **{
        f"np.{name}": [
            f"np.{name}" + form.format(a=a, q=q, qs=qs) for form in _QUANTILES
        ]
        for name, a, q, qs in (
            ("quantile", "C", "s", "q"),
            ("nanquantile", _NAN, "s", "q"),
            ("percentile", "C", "40*s", "90*q"),
            ("nanpercentile", _NAN, "40*s", "90*q"),
        )
    },
    "np.average": [
        "np.average(C)",
        "np.average(C, axis=1, weights=v**2)",
        "np.average(C, 0, C**2, returned=True, keepdims=True)",
    ],
    "np.cov": [
        "np.cov(M)",
        "np.cov(M, x[:3] * v, rowvar=True, bias=True)",
        "np.cov(A, rowvar=False, ddof=0, dtype=np.float64)",
        "np.cov(M, fweights=[1, 2, 1], aweights=v**2)",
        "np.cov(z, z * v)",
    ],
    "np.corrcoef": [
        "np.corrcoef(A)",
        "np.corrcoef(M, v, rowvar=True)",
        "np.corrcoef(A, rowvar=False, dtype=np.float64)",
    ],
    "np.cumsum": ["np.cumsum(M)", "np.cumsum(C, axis=1, dtype=np.float64)"],
    "np.cumprod": ["np.cumprod(M)", "np.cumprod(C, axis=-1, dtype=np.float64)"],
    "np.nancumsum": [f"np.nancumsum({_NAN}, axis=1, dtype=np.float64)"],
    "np.nancumprod": [f"np.nancumprod({_NAN}, axis=1, dtype=np.float64)"],
    **{
        f"np.{name}": [
            f"np.{name}(x)",
            f"np.{name}(C, axis=-2, dtype=np.float64, include_initial=True)",
        ]
        for name in ("cumulative_sum", "cumulative_prod")
    },
    "np.sort": [
        "np.sort(M)",
        "np.sort(C, axis=None)",
        "np.sort(M, axis=0, kind='heapsort')",
        "np.sort(x, stable=True, order=None)",
    ],
    "np.sort_complex": ["np.sort_complex(x)", "np.sort_complex(z)"],
    "np.partition": [
        "np.partition(x, 2)",
        "np.partition(C, (0, 1), axis=1, kind='introselect', order=None)",
    ],
    "np.unique": [
        "np.unique(np.concatenate([x, x]))",
        "np.unique(x, return_index=True, return_inverse=True, return_counts=True)[0]",
        "np.unique(M, axis=1)",
        "np.unique(x, equal_nan=False, sorted=True)",
    ],
    "np.unique_values": ["np.sort(np.unique_values(np.tile(x, 2)))"],
    "np.unique_all": ["np.unique_all(np.tile(x, 2)).values"],
    "np.unique_counts": ["np.unique_counts(np.tile(x, 2)).values"],
    "np.unique_inverse": ["np.unique_inverse(np.tile(x, 2)).values"],
    "np.union1d": ["np.union1d(x, y)"],
    "np.setdiff1d": ["np.setdiff1d(x, x[:2])"]
    + ["np.setdiff1d(x, [0.5, 7.0], assume_unique=True)"],
    "np.setxor1d": ["np.setxor1d(x, y)", "np.setxor1d(x, v, assume_unique=True)"],
    "np.bincount": ["np.bincount(i, weights=x)", "np.bincount(i, x, minlength=6)"],
    "np.histogram": [
        "np.histogram(x, bins=3)[1]",
        "np.histogram(p, bins=3, range=(0.7, p[3] + 1.0), density=True)",
        "np.histogram(x, bins=grid + s, weights=y, density=True)",
        "np.histogram(x, weights=z[[0, 1, 2, 0]], bins=2)",
    ],
    "np.histogram_bin_edges": [
        "np.histogram_bin_edges(x)",
        "np.histogram_bin_edges(x, bins='sturges', range=(s, t))",
        "np.histogram_bin_edges(x, bins=4, weights=None)",
    ],
    "np.histogramdd": [
        "np.histogramdd(C[0], bins=(2, 3))[1]",
        "np.histogramdd((x, p), bins=2, range=[(-s, t), (0, 4)], density=True)[0]",
        "np.histogramdd(C[0], bins=2, range=[(0, 2), (0, 2)], weights=v)[0]",
    ],
    "np.histogram2d": [
        "np.histogram2d(x, p, bins=[2, 3])[1:]",
        "np.histogram2d(x, p, 2, [(-s, t), (0, 4)], density=True, weights=y)[0]",
    ],
}
