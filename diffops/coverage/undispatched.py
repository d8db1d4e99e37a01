"""What NumPy does not ask about: it runs these functions without telling a soul.

Their own code then meets tracked values, or arrays of tracked numbers; what comes of
that is written here, and the tests see to it that it is true.
"""

from __future__ import annotations

from diffops.coverage.classes import Kind


def _listed(names: str, place: str = "np.") -> list[str]:
    return [place + name for name in names.split()]


#: Their code is a composition of functions that have derivatives.
COMPOSITIONS = [
    *_listed(
        """
        asarray_chkfinite asmatrix bmat broadcast c_ fft.fftfreq fft.rfftfreq
        frompyfunc kaiser matrix mgrid ndenumerate nditer ogrid poly1d r_ row_stack
        vectorize
        """
    ),
    *_listed(
        """
        Polynomial polyadd polycompanion polyder polydiv polyfromroots polygrid3d
        polyint polyline polymul polymulx polypow polysub polytrim polyval polyval3d
        polyvalfromroots polyvander polyvander2d polyvander3d
        """,
        "np.polynomial.polynomial.",
    ),
]

#: They look at types and shapes alone.
CONSTANTS = _listed("isfortran isscalar iterable")

_COUNT = "it takes a count"
_WHOLE = "it takes a whole number"
_TEXT = "it makes text"

#: They raise by what they do to a tracked value, with the line and the way out.
REFUSALS = {
    "np.bartlett": _COUNT,
    "np.base_repr": _WHOLE,
    "np.binary_repr": _WHOLE,
    "np.blackman": _COUNT,
    "np.diag_indices": _COUNT,
    "np.format_float_positional": _TEXT,
    "np.format_float_scientific": _TEXT,
    "np.from_dlpack": "it reads memory, which knows nothing of the derivative",
    "np.hamming": _COUNT,
    "np.hanning": _COUNT,
    "np.indices": _COUNT,
    "np.lib.stride_tricks.as_strided": "it reads memory by addresses",
    "np.mask_indices": _COUNT,
    "np.ndindex": _COUNT,
    "np.tril_indices": _COUNT,
    "np.triu_indices": _COUNT,
    "np.polynomial.polynomial.polyfit": "its arrays are plain; use `np.polyfit`",
    "np.polynomial.polynomial.polyroots": "its arrays are plain; use `np.roots`",
}

#: Settings, types, files, text.
APART = _listed(
    """
    __array_namespace_info__ busdaycalendar datetime_data dtype errstate finfo flatiter
    fromregex get_include get_printoptions getbufsize geterr geterrcall iinfo index_exp
    info isdtype issubdtype lib.array_utils.byte_bounds
    lib.array_utils.normalize_axis_index lib.array_utils.normalize_axis_tuple
    linalg.LinAlgError load memmap mintypecode ndarray nested_iters printoptions
    promote_types recarray s_ set_printoptions setbufsize seterr seterrcall
    show_config show_runtime test typename ufunc
    """
)

KINDS: dict[str, Kind] = {
    **dict.fromkeys(COMPOSITIONS, Kind.COMPOSITION),
    **dict.fromkeys(CONSTANTS, Kind.CONSTANT),
    **dict.fromkeys(REFUSALS, Kind.REFUSED),
    **dict.fromkeys(APART, Kind.APART),
}
