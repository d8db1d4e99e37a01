"""Independent truth for rules: differences of the plain NumPy function.

`check` compares with them what diffops finds for a function at a smooth point.
"""

import numpy as np

from diffops import jvp, vjp

#: Central differences of order 1, 2, 3: weights by place, counted in steps.
_STENCILS = {
    1: {1: 0.5, -1: -0.5},
    2: {1: 1, 0: -2, -1: 1},
    3: {2: 0.5, 1: -1, -1: 1, -2: -0.5},
}


def differences(phi, order=1, step=0.016):
    """Return a derivative of φ at 0, by Richardson's table of central differences.

    Each row halves the step; the entry that best agrees with its neighbours is taken,
    since rounding spoils the late rows, and a distant singularity the early ones.
    A step of type np.longdouble makes the differences in extended precision.
    """
    best, least, above = None, np.inf, []
    for k in range(5):
        h = np.ldexp(step, -k)
        stencil = _STENCILS[order].items()
        row = [sum(weight * phi(place * h) for place, weight in stencil) / h**order]
        for j, entry in enumerate(above):
            row.append(row[j] + (row[j] - entry) / (4 ** (j + 1) - 1))
            error = max(_size(row[-1] - row[j]), _size(row[-1] - entry))
            if best is None or error < least:
                best, least = row[-1], error
        above = row
    return best


def _size(x):
    return np.max(np.abs(x), initial=0)


def line(f, xs, vs):
    """Return the function t ↦ f(x + t v)."""
    return lambda t: f(*(x + t * v for x, v in zip(xs, vs, strict=True)))


def check(f, *args, order=2):
    """Compare values, tangents, cotangents and second derivatives of f with truth.

    All arguments vary together, then each alone beside constants. Second derivatives
    come from forward over reverse and from reverse over reverse. Results and arguments
    may be numbers or arrays, real or complex; float32 widens the bounds.
    """
    random = np.random.default_rng(7)
    single = any(np.result_type(x) == np.float32 for x in args)
    same, first, second = (1e-6, 2e-4, 2e-4) if single else (1e-14, 1e-9, 1e-8)
    value = f(*args)
    u = _like(random, value)
    numbers = range(len(args))
    for chosen in {tuple(numbers), *((i,) for i in numbers)}:

        def g(*xs, chosen=chosen):
            full = list(args)
            for i, x in zip(chosen, xs, strict=True):
                full[i] = x
            return f(*full)

        xs = [args[i] for i in chosen]
        vs = [_like(random, x) for x in xs]
        truth = differences(line(lambda *xs, g=g: _vector(g(*xs)), xs, vs))
        (y, change), (z, pullback) = jvp(g, xs, vs), vjp(g, *xs)
        for found in (y, z):
            _assert_alike(found, value)
            _assert_close(_vector(found), _vector(value), same)
        _assert_alike(change, value)
        _assert_close(_vector(change), truth, first)
        cotangents = pullback(u)
        _assert_alike(cotangents, xs)
        _assert_close(_pair(cotangents, vs), _pair(_vector(u), truth), first)
    if order == 2:
        _check_second(f, args, value, u, second)


def _check_second(f, xs, value, u, bound):
    """Compare v·H·w for a quadratic function of f(x), so that linear f count too."""
    random = np.random.default_rng(8)
    vs, ws = ([_like(random, x) for x in xs] for _ in range(2))

    def phi(*xs):
        changes = [p - q for p, q in zip(_parts(f(*xs)), _parts(value), strict=True)]
        return _pair(u, [d + d * d / 2 for d in changes])

    def gradient(*xs):
        return vjp(phi, *xs)[1](1.0)

    def curvature(sign):
        sums = [v + sign * w for v, w in zip(vs, ws, strict=True)]
        return differences(line(phi, xs, sums), 2)

    truth = (curvature(1) - curvature(-1)) / 4
    _, changes = jvp(gradient, xs, vs)
    _assert_close(_pair(changes, ws), truth, bound)
    _, pullback = vjp(lambda *xs: _pair(gradient(*xs), ws), *xs)
    _assert_close(_pair(pullback(1.0), vs), truth, bound)


def check_single(f, *args):
    """Check that float32 arguments give float32 values, tangents and cotangents."""
    args = [np.float32(x) for x in args]
    assert f(*args).dtype == np.float32
    check(f, *args, order=1)


def entries(*shape, dtype=float):
    """Return an array of distinct entries between 0.3 and 1.7, fixed by its shape."""
    random = np.random.default_rng(len(shape) + 7 * sum(shape))
    return random.uniform(0.3, 1.7, shape).astype(dtype)


def sampler(seed):
    """Return ``array(shape, kind=float)``, which draws normal entries, also complex."""
    random = np.random.default_rng(seed)

    def array(shape, kind=float):
        x = random.normal(size=shape)
        return x + 1j * random.normal(size=shape) if kind is complex else x

    return array


def _like(random, x):
    """Return random values of the shape, dtype and container of x."""
    if isinstance(x, (list, tuple)):
        return type(x)(_like(random, part) for part in x)
    v = random.choice([-1.0, 1.0], np.shape(x)) * random.uniform(0.5, 1.5, np.shape(x))
    if np.iscomplexobj(x):
        v = v + 1j * random.uniform(-1, 1, np.shape(x))
    return np.asarray(v).astype(np.result_type(x))[()]


def _parts(y):
    return y if isinstance(y, (list, tuple)) else [y]


def _vector(y):
    """Return all entries of a value, or of several, in one vector."""
    return np.concatenate([np.ravel(part) for part in _parts(y)])


def _pair(a, b):
    """Pair cotangents with tangents: Re(g dx), without conjugation."""
    pairs = zip(_parts(a), _parts(b), strict=True)
    return sum(np.sum(np.real(p * q)) for p, q in pairs)


def _assert_alike(found, wanted):
    """Compare shapes and dtypes; where NumPy has a number, so must diffops."""
    for p, q in zip(_parts(found), _parts(wanted), strict=True):
        assert np.shape(p) == np.shape(q)
        assert np.result_type(p) == np.result_type(q)
        assert isinstance(q, np.ndarray) or not isinstance(p, np.ndarray)


def _assert_close(found, wanted, bound):
    np.testing.assert_allclose(found, wanted, rtol=bound, atol=bound)
