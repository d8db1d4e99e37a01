"""Compare derivatives with differences of the plain NumPy function."""

import itertools

import numpy as np

from diffops import jvp, vjp


def slope(f, h=6e-3):
    """Return f′(0) of a plain function of one number: Richardson's table, error h⁸."""
    row = [(f(h / 2**k) - f(-h / 2**k)) * 2**k / (2 * h) for k in range(4)]
    for order in (4, 16, 64):
        row = [(order * b - a) / (order - 1) for a, b in itertools.pairwise(row)]
    return row[0]


def dual(a, b):
    """Pair cotangents with changes: the convention is Re(g dx), without conjugation."""
    return sum(np.sum(np.real(np.multiply(p, q))) for p, q in zip(a, b, strict=True))


def like(rng, x):
    """Return a random array, or number, of the shape and kind of x."""
    v = rng.normal(size=np.shape(x))
    return v + 1j * rng.normal(size=np.shape(x)) if np.iscomplexobj(x) else v + 0.0


def along(f, xs, vs):
    return lambda t: f(*(x + t * v for x, v in zip(xs, vs, strict=True)))


def check(f, *xs, seed=0, order=2, rtol=1e-6):
    """Check value, forward, reverse (jointly and each argument alone), second order."""
    rng = np.random.default_rng(seed)
    y = f(*xs)
    for chosen in {tuple(range(len(xs))), *((i,) for i in range(len(xs)))}:
        part = [xs[i] for i in chosen]
        vs = [like(rng, x) for x in part]

        def g(*part, chosen=chosen):
            full = list(xs)
            for i, x in zip(chosen, part, strict=True):
                full[i] = x
            return f(*full)

        truth = slope(along(g, part, vs))
        scale = 1 + np.max(np.abs(truth), initial=0)
        value, change = jvp(g, part, vs)
        np.testing.assert_allclose(value, y, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(change, truth, rtol=rtol, atol=rtol * scale)
        assert np.shape(value) == np.shape(change) == np.shape(y)
        value, pull = vjp(g, *part)
        u = like(rng, y)
        back = pull(u)
        np.testing.assert_allclose(value, y, rtol=1e-12, atol=1e-12)
        expected = dual([u], [truth])
        size = 1 + sum(np.sum(np.abs(b * v)) for b, v in zip(back, vs, strict=True))
        assert abs(dual(back, vs) - expected) < rtol * size
        for x, b in zip(part, back, strict=True):
            assert np.shape(b) == np.shape(x)
            assert np.iscomplexobj(b) == np.iscomplexobj(x)
    if order == 2:
        check_second(f, xs, like(rng, y), rng, rtol)


def check_second(f, xs, u, rng, rtol):
    """Check v·H·w of Re(u f), H by forward over reverse and by reverse over reverse."""
    vs, ws = [like(rng, x) for x in xs], [like(rng, x) for x in xs]

    def phi(*xs):
        return np.real(np.sum(u * f(*xs)))

    def slope_along_w(*xs):
        return slope(along(phi, xs, ws))

    truth = slope(along(slope_along_w, xs, vs))

    def gradient(*xs):
        return vjp(phi, *xs)[1](1.0)

    def product(*xs):
        return dual_tracked(gradient(*xs), ws)

    _, change = jvp(gradient, xs, vs)
    size = 1 + sum(np.sum(np.abs(c * w)) for c, w in zip(change, ws, strict=True))
    assert abs(dual(change, ws) - truth) < 100 * rtol * size
    _, pull = vjp(product, *xs)
    assert abs(dual(pull(1.0), vs) - truth) < 100 * rtol * size


def dual_tracked(a, b):
    return sum(np.sum(np.real(p * q)) for p, q in zip(a, b, strict=True))


def check_single(f, *xs):
    """Check that float32 arguments give float32 values, tangents and cotangents."""
    xs = [np.float32(x) for x in xs]
    y, change = jvp(f, xs, xs)
    assert y.dtype == change.dtype == np.float32 == f(*xs).dtype
    _, pull = vjp(f, *xs)
    assert all(b.dtype == np.float32 for b in pull(np.ones_like(y)))
