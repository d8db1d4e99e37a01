"""What NumPy makes of a window, without the window's memory."""

import numpy as np

from diffops.jit.arrays.buffers import Buffer, View, whole
from diffops.jit.arrays.places import Places, as_window


def test_windows():
    view = View(Buffer(100), (4, 6), (12, 2), 5)
    found = as_window(view, lambda a: a[::-1, 1::2].T)
    assert found == View(view.buffer, (3, 4), (4, -12), 5 + 36 + 2)
    again = as_window(found, lambda a: a[:, ::-1])
    assert again == View(view.buffer, (3, 4), (4, 12), 5 + 2)


def test_what_must_be_copied():
    turned = View(Buffer(12), (3, 4), (1, 3))
    assert as_window(turned, lambda a: a.reshape(12)) is None
    view = whole(Buffer(12), (3, 4))
    assert as_window(view, lambda a: a.reshape(2, 6)) == whole(view.buffer, (2, 6))


def test_repeated_entries_take_no_memory():
    places = Places(View(Buffer(1), (1000, 1000), (0, 0)))
    assert places.array.shape == (1000, 1000)
    assert places.array.strides == (0, 0)
    assert np.may_share_memory(places.array[0], places.array)
