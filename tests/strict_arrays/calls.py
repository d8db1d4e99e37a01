"""Calls of NumPy on what device arrays hold, refused where CuPy refuses them."""

import inspect

import numpy as np

from strict_arrays import array as arrays
from strict_arrays.counting import uploaded
from strict_arrays.coverage import (
    ADDABLE,
    GUFUNC_OPTIONS,
    JOINING,
    ON_THE_HOST,
    PARAMETERS_LACKING,
    PARAMETERS_RENAMED,
    PRODUCTS,
    UFUNC_METHODS,
    UFUNC_OPTIONS,
    UPLOADING,
    WITHOUT_LISTS,
    full_name,
)


def unwrapped(value):
    """Return what NumPy computes with; its own arrays may not come from outside."""
    if isinstance(value, arrays.StrictArray):
        return value._held
    if isinstance(value, np.ndarray):
        raise TypeError(f"Unsupported type {type(value)}")
    if isinstance(value, (list, tuple)):
        return type(value)(map(unwrapped, value))
    if isinstance(value, dict):
        return {name: unwrapped(item) for name, item in value.items()}
    return value


def wrapped(result):
    """Return a result as it lies on the device: numbers too."""
    if isinstance(result, (np.ndarray, np.generic, bool, int, float, complex)):
        return arrays.holding(result)
    if isinstance(result, (list, tuple)):
        return (list if isinstance(result, list) else tuple)(map(wrapped, result))
    return result


def run_ufunc(ufunc, method, inputs, options):
    """Run a ufunc or a method of it."""
    known = GUFUNC_OPTIONS if ufunc.signature else UFUNC_OPTIONS
    if method == "__call__" and not options.keys() <= known:
        raise TypeError(f"Wrong arguments {options}")
    if ufunc.__name__ not in UFUNC_METHODS.get(method, (ufunc.__name__,)):
        raise NotImplementedError(
            f"`cupy_{ufunc.__name__}.{method}` is not supported yet"
        )
    out = options.pop("out", ())
    if len(out) > 1:
        raise ValueError("The 'out' parameter must have exactly one array value")
    if method == "at":
        target, key, *values = inputs
        if target.dtype.char not in ADDABLE:
            raise TypeError(f"cupy.{ufunc.__name__}.at does not take {target.dtype}")
        return ufunc.at(unwrapped(target), index(key), *map(unwrapped, values))
    options = unwrapped(options)
    if out:
        options["out"] = unwrapped(out)
    if ufunc.signature and any(np.ndim(value) == 0 for value in inputs):
        raise TypeError("Argument has incorrect type (expected ndarray, got a number)")
    if method in ("accumulate", "reduceat", "reduce"):
        result = getattr(ufunc, method)(*map(_lenient, inputs), **options)
    else:
        result = getattr(ufunc, method)(*map(unwrapped, inputs), **options)
    return out[0] if out else wrapped(result)


def _lenient(value):
    """Return what NumPy computes with; places may be a list or an array of NumPy's."""
    return value if isinstance(value, (np.ndarray, list)) else unwrapped(value)


def run_function(function, args, kwargs):
    """Run a function, with the parameters that CuPy's has."""
    name = full_name(function)
    _refuse_parameters(function, name, args, kwargs)
    if name in UPLOADING:
        return _uploaded(function, args, kwargs)
    _refuse_operands(name, args, kwargs)
    try:
        result = function(*unwrapped(args), **unwrapped(kwargs))
    except np.linalg.LinAlgError:
        # The device says nothing of singular matrices: the results are not finite.
        result = np.full_like(unwrapped(args[-1]), np.nan)
    for value in (kwargs.get("out"), *args[:1]):
        if isinstance(value, arrays.StrictArray) and result is value._held:
            return value
    return result if name in ON_THE_HOST else wrapped(result)


def run_method(name, array, args, kwargs):
    """Run a method of ndarray, with the parameters that CuPy's has."""
    lacking = PARAMETERS_LACKING.get(name, frozenset()) & kwargs.keys()
    if lacking:
        raise TypeError(f"{name}() got an unexpected keyword argument {lacking}")
    if name == "dot" and not isinstance(args[0], arrays.StrictArray):
        raise TypeError(f"Argument 'b' has incorrect type (got {type(args[0])})")
    result = getattr(array._held, name)(*unwrapped(args), **unwrapped(kwargs))
    return array if result is array._held else wrapped(result)


def _refuse_parameters(function, name, args, kwargs):
    """Raise where CuPy's function has no such parameter."""
    unknown = PARAMETERS_RENAMED.get(name, set()) & kwargs.keys()
    lacking = PARAMETERS_LACKING.get(name, frozenset())
    unknown |= lacking & kwargs.keys()
    if lacking and not unknown:
        try:
            named = inspect.signature(function).bind(*args, **kwargs).arguments
        except (TypeError, ValueError):
            named = {}
        unknown = lacking & named.keys()
    if unknown:
        raise TypeError(f"{name}() got an unexpected keyword argument {unknown}")


def _refuse_operands(name, args, kwargs):
    """Raise where CuPy's function converts no number or list."""
    kinds = (arrays.StrictArray,)
    if name in JOINING:
        for item in args[0] if isinstance(args[0], (list, tuple)) else ():
            if not isinstance(item, kinds):
                raise TypeError(f"Only cupy arrays can be joined, not {type(item)}")
    if name in PRODUCTS:
        for item in args[:2]:
            if not isinstance(item, kinds):
                raise TypeError(f"Argument has incorrect type (got {type(item)})")
    if name in WITHOUT_LISTS and any(isinstance(a, (list, tuple)) for a in args):
        raise TypeError(f"{name}: Unsupported type <class 'list'>")
    if name == "where" and not isinstance(args[0], kinds):
        raise AttributeError(f"{type(args[0]).__name__!r} object has no 'astype'")
    if name == "repeat" and any(isinstance(a, kinds) for a in args[1:2]):
        raise ValueError("cupy.ndaray cannot be specified as `repeats` argument.")
    if name == "linalg.solve":
        a, b = (np.shape(unwrapped(item)) for item in args)
        if len(a) - len(b) not in (0, 1) or a[:-1] != b[: len(a) - 1]:
            raise ValueError(
                "a must have (..., M, M) shape and b must have (..., M) or (..., M, K)"
            )


def _uploaded(function, args, kwargs):
    """Make a device array of the host's, of numbers or of device arrays."""
    source = args[0]
    if isinstance(source, arrays.StrictArray):
        result = function(source._held, *args[1:], **kwargs)
        return source if result is source._held else wrapped(result)
    uploaded()
    held = source if isinstance(source, np.ndarray) else unwrapped(source)
    return wrapped(function(held, *args[1:], **kwargs).copy())


def index(key):
    """Return an index as NumPy takes it; arrays of the host's are uploaded."""
    if isinstance(key, tuple):
        return tuple(map(index, key))
    if isinstance(key, (list, np.ndarray)):
        uploaded()
        return np.asarray(unwrapped(key) if isinstance(key, list) else key)[()]
    return unwrapped(key)


def view(held, key):
    """Return ``held[key]``, as an array also where it is one entry."""
    parts = key if isinstance(key, tuple) else (key,)
    if any(part is Ellipsis for part in parts):
        return held[key]
    return held[(*parts, Ellipsis)]


def refuse_duplicates(held, key, value):
    """Raise where an index names an entry twice, and different values go there."""
    parts = key if isinstance(key, tuple) else (key,)
    if not any(getattr(part, "ndim", 0) and part.dtype.kind in "iu" for part in parts):
        return
    places = view(np.arange(held.size).reshape(held.shape), key)
    values = np.broadcast_to(value, places.shape)
    written = held.ravel().copy()
    written[places.ravel()] = values.ravel()
    if not np.array_equal(written[places], values.astype(held.dtype), equal_nan=True):
        raise RuntimeError("x[i] = v is undefined where i names an entry twice")
