"""Places of arrays in a trace: an index that only grows, parents, and a pull."""

from __future__ import annotations

import numpy as np

from diffops import grad
from diffops.modes.place import Place, Product


def parents_of(place):
    if isinstance(place, Product):
        return [p for p in (place.parent, place.second_parent) if p is not None]
    return [p for p in place.parents if isinstance(p, Place | Product)]


def test_a_place_comes_after_its_parents():
    places = []

    def f(x):
        y = np.sin(x) * x
        z = np.concatenate([y, x])[::2] + np.sum(y)
        z[0] = y[1]
        places.extend(value.carry for value in (x, y, z))
        return np.sum(z * z)

    grad(f)(np.ones(4))
    seen = set()
    while places:
        place = places.pop()
        seen.add(place.index)
        for parent in parents_of(place):
            assert parent.index < place.index
            places.append(parent)
    assert len(seen) > 5


def test_a_shifted_array_stands_in_the_place_of_the_original():
    kept = []

    def f(x):
        shifted = x + 1.0
        kept.extend([x.carry, shifted.carry, (x * 2.0).carry, (+x).carry])
        return np.sum(shifted)

    grad(f)(np.ones(3))
    original, shifted, doubled, _ = kept
    assert shifted is original
    assert doubled is not original
    assert type(doubled) is Product
    assert doubled.factor == 2.0
    assert doubled.parent is original


def test_only_large_arrays_are_swept_in_the_memory_of_their_factors():
    def large(size):
        kept = []
        grad(lambda x: (kept.append((x * x).carry), np.sum(x))[1])(np.ones(size))
        return kept[0].large

    assert not large(2048)
    assert large(2049)
