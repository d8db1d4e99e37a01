"""What CuPy 13.6 covers of NumPy and SciPy: read off its namespaces and signatures.

Where a later CuPy has more, code that keeps to this runs there too.
"""

import numpy as np


def _names(text):
    return frozenset(text.split())


#: The modules of NumPy whose functions CuPy looks up by name in its own.
MODULES = {
    "numpy": "",
    "numpy.linalg": "linalg.",
    "numpy.fft": "fft.",
    "numpy.lib.stride_tricks": "stride_tricks.",
}

#: Functions of NumPy that CuPy has not.
LACKING = _names(
    """
    apply_over_axes astype bitwise_count block busday_count busday_offset
    cumulative_prod cumulative_sum datetime_as_string einsum_path geomspace
    histogram_bin_edges insert is_busday isnat matrix_transpose matvec nanpercentile
    nanquantile polyder polydiv polyint put_along_axis spacing trapezoid unique_all
    unique_counts unique_inverse unique_values unstack vecdot vecmat
    linalg.cond linalg.cross linalg.diagonal linalg.eig linalg.eigvals linalg.matmul
    linalg.matrix_norm linalg.matrix_transpose linalg.multi_dot linalg.outer
    linalg.svdvals linalg.tensordot linalg.trace linalg.vecdot linalg.vector_norm
    stride_tricks.broadcast_to stride_tricks.broadcast_arrays
    """
)

#: The ufuncs of scipy.special that cupyx.scipy.special has.
SPECIAL = _names(
    """
    bdtr bdtrc bdtri beta betainc betaincinv betaln binom boxcox boxcox1p cbrt chdtr
    chdtrc chdtri cosdg cosm1 cotdg ellipj ellipk ellipkm1 entr erf erfc erfcinv erfcx
    erfinv exp1 exp10 exp2 expi expit expm1 expn exprel fdtr fdtrc fdtri gamma gammainc
    gammaincc gammainccinv gammaincinv gammaln gammasgn gdtr gdtrc huber i0 i0e i1 i1e
    inv_boxcox inv_boxcox1p j0 j1 k0 k0e k1 k1e kl_div log1p log_expit log_ndtr loggamma
    logit lpmv nbdtr nbdtrc nbdtri ndtr ndtri pdtr pdtrc pdtri poch pseudo_huber psi
    radian rel_entr rgamma round sindg tandg xlog1py xlogy y0 y1 yn zetac
    """
)

#: Methods of ufuncs that CuPy has for some alone; outer and __call__ are for all.
UFUNC_METHODS = {
    "reduce": ("add", "multiply"),
    "accumulate": ("add", "multiply"),
    "reduceat": ("add",),
    "at": ("add", "maximum", "minimum", "bitwise_and", "bitwise_or", "bitwise_xor"),
}

#: The dtypes of which ufunc.at can add.
ADDABLE = "iILQefdFD"

#: The dtypes that there are.
DTYPES = "?bhilqBHILQefdFD"

#: The options of a ufunc that CuPy knows.
UFUNC_OPTIONS = frozenset(("out", "where", "casting", "dtype"))
GUFUNC_OPTIONS = frozenset(("out", "axes", "axis", "keepdims", "casting", "dtype"))

_REDUCTION = "initial where"
_MOMENT = "where mean correction"

#: Parameters of NumPy's functions that CuPy's have not.
PARAMETERS_LACKING = {
    name: _names(parameters)
    for names, parameters in {
        "all any mean nanmean": "where",
        "amax amin max min nanmax nanmin nanprod nansum prod sum": _REDUCTION,
        "nanstd nanvar std var": _MOMENT,
        "arange empty empty_like eye full full_like linspace ones ones_like zeros": (
            "device"
        ),
        "zeros_like fft.fftfreq fft.rfftfreq": "device",
        "array": "ndmax",
        "asanyarray asarray": "device copy",
        "argpartition partition": "kind order",
        "argsort sort": "order stable",
        "broadcast_to copy": "subok",
        "count_nonzero": "keepdims",
        "indices": "sparse",
        "isin": "kind",
        "lexsort": "axis",
        "percentile quantile": "weights",
        "reshape": "copy",
        "take": "mode",
        "trim_zeros": "axis",
        "unique": "sorted",
        "linalg.cholesky": "upper",
        "linalg.matrix_rank": "hermitian rtol",
        "linalg.pinv": "hermitian rtol",
        "linalg.svd": "hermitian",
        "fft.fft fft.fft2 fft.fftn fft.hfft fft.ifft fft.ifft2 fft.ifftn": "out",
        "fft.ihfft fft.irfft fft.irfft2 fft.irfftn fft.rfft fft.rfft2 fft.rfftn": "out",
    }.items()
    for name in names.split()
}

#: Parameters that go by another name in CuPy, so that NumPy's name is unknown.
PARAMETERS_RENAMED = {
    "clip": {"min", "max"},
    "concatenate": {"arrays"},
    "stack": {"arrays"},
    "corrcoef": {"x"},
    "cov": {"m"},
    "delete": {"obj"},
    "extract": {"arr"},
    "flip": {"m"},
    "fliplr": {"m"},
    "flipud": {"m"},
    "rot90": {"m"},
    "histogram": {"a"},
    "reshape": {"shape"},
    "take_along_axis": {"arr"},
    "unravel_index": {"shape"},
    "linalg.matrix_power": {"a"},
}

#: Functions that answer with Python's objects, from what the host knows of an array.
ON_THE_HOST = _names(
    """
    can_cast common_type iscomplexobj isfortran isrealobj may_share_memory ndim
    result_type shape shares_memory size
    """
)

#: Functions that make device arrays of the host's.
UPLOADING = frozenset(("array", "asarray", "asanyarray", "ascontiguousarray"))

#: Functions of a sequence of arrays, which want device arrays in it.
JOINING = _names("concatenate stack hstack vstack dstack column_stack")

#: Functions of two or more arrays that convert no list, and some of them no number.
PRODUCTS = _names("dot inner kron tensordot vdot linalg.solve")
WITHOUT_LISTS = _names(
    "outer cross convolve correlate einsum interp searchsorted digitize"
)

#: Methods of ndarray that do what functions of their names do.
METHODS = _names(
    """
    all any argmax argmin argpartition argsort choose clip compress conj conjugate copy
    cumprod cumsum diagonal dot fill flatten max mean min nonzero partition prod ptp put
    ravel repeat reshape round searchsorted sort squeeze std sum swapaxes take trace
    transpose var
    """
)

#: Types of numbers that meet device arrays.
SCALARS = frozenset(
    (bool, int, float, complex, *(np.dtype(char).type for char in DTYPES))
)


def full_name(function):
    """Return how CuPy knows a function of NumPy, or None where it looks for none."""
    prefix = MODULES.get(function.__module__)
    return None if prefix is None else prefix + function.__name__


def has(function):
    """Tell whether CuPy has a function of NumPy."""
    name = full_name(function)
    return name is not None and name not in LACKING


def has_ufunc(ufunc):
    """Tell whether CuPy has a ufunc of NumPy or of SciPy."""
    name = ufunc.__name__
    if getattr(np, name, None) is not None:
        return name not in LACKING
    return name in SPECIAL
