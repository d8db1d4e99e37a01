"""A function along a line: derivatives in every mix of modes up to third order.

φ(t) = Σ Re(w f(x + t v)), with fixed weights w and directions v. Beside that, f for a
whole batch of arguments at once.
"""

import itertools
import os
import zlib

import numpy as np
from truth import check, differences, line

from diffops import diff, grad, vjp, vmap


def drawing(seed):
    """Return ``array(shape, kind=float)``, which draws alike whenever a test is run.

    What it draws in a test depends on the name of that alone, and not on those before.
    """
    last = ["", np.random.default_rng(seed)]

    def array(shape, kind=float):
        test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" (")[0]
        if test != last[0]:
            entropy = zlib.crc32(test.partition("::")[2].encode())
            last[:] = test, np.random.default_rng([seed, entropy])
        x = last[1].normal(size=shape)
        return x + 1j * last[1].normal(size=shape) if kind is complex else x

    return array


MODES = {"F": diff, "R": grad}
MIXES = ["".join(mix) for n in (1, 2, 3) for mix in itertools.product("FR", repeat=n)]


def check_orders(f, *args, bounds=(1e-8, 1e-7, 2e-5)):
    """Compare all sequences of forward and reverse mode with differences."""
    directions = [_waves(x) for x in args]

    def total(*xs):
        parts = _parts(f(*xs))
        return sum(np.sum(np.real(_waves(part, 1.0) * part)) for part in parts)

    phi = line(total, args, directions)
    truth = [float(differences(phi, order, np.float64(0.02))) for order in (1, 2, 3)]
    for mix in MIXES:
        derivative = phi
        for mode in mix:
            derivative = MODES[mode](derivative)
        wanted, bound = truth[len(mix) - 1], bounds[len(mix) - 1]
        assert abs(derivative(0.0) - wanted) < bound * (1 + abs(wanted)), mix


def check_batch(f, *args):
    """Compare f, and its pullback, of three members with f of one after the other."""
    members = [np.stack([x * (1 + 0.01 * k) for k in range(3)]) for x in args]

    def pulled(*xs):
        y, pullback = vjp(lambda *xs: _parts(f(*xs)), *xs)
        return pullback([_waves(part, 1.0) for part in y])

    for g in (lambda *xs: tuple(_parts(f(*xs))), pulled):
        found = vmap(g)(*members)
        single = [g(*(x[k] for x in members)) for k in range(3)]
        for together, *apart in zip(found, *single, strict=True):
            np.testing.assert_allclose(together, np.stack(apart), 1e-10, 1e-10)


def thorough(f, *args):
    """Compare with differences in all modes and orders, together and in a batch."""
    check(f, *args)
    check_orders(f, *args)
    check_batch(f, *args)


def _waves(x, shift=0.0):
    """Return fixed numbers of the shape and kind of x."""
    angle = shift + np.arange(np.size(x)).reshape(np.shape(x))
    waves = np.cos(angle) + (1j * np.sin(2 * angle) if np.iscomplexobj(x) else 0)
    return waves.astype(np.result_type(x))


def _parts(y):
    return list(y) if isinstance(y, (tuple, list)) else [y]
