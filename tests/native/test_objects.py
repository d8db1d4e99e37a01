"""What native code takes for granted is looked at before it is used."""

import sys

import numpy as np
import pytest

from diffops.native import objects
from diffops.native.interface import Float, Signature, Static

ordinary = pytest.mark.skipif(
    sys.implementation.name != "cpython" or "t" in getattr(sys, "abiflags", ""),
    reason="native entries are for CPython with its lock",
)

OFFSETS = [
    "TYPE",
    "VALUE",
    "SIZE_OF_SET",
    "DATA",
    "NDIM",
    "DIMS",
    "STRIDES",
    "BASE",
    "DESCR",
    "FLAGS",
    "BYTE_ORDER",
    "TYPE_NUMBER",
    "ITEMS",
]


@ordinary
def test_objects_lie_as_expected_here():
    assert objects.available()


@ordinary
@pytest.mark.parametrize("shift", [-8, 8])
@pytest.mark.parametrize("name", OFFSETS)
def test_another_layout_is_noticed(monkeypatch, name, shift):
    monkeypatch.setattr(objects, name, getattr(objects, name) + shift)
    assert not objects.available.__wrapped__()


@ordinary
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOUBLE", 11),
        ("SINGLE", 12),
        ("SWAPPED", ord("=")),
        ("_ABI_OF_NUMPY", 0x03000000),
        ("_ARRAY_TYPE", 4),
        ("_DESCR_TYPE", 5),
    ],
)
def test_another_numpy_is_noticed(monkeypatch, name, value):
    monkeypatch.setattr(objects, name, value)
    assert not objects.available.__wrapped__()


@ordinary
def test_other_pythons_are_noticed(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sys.implementation, "name", "pypy")
        assert not objects.available.__wrapped__()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "abiflags", "t")
        assert not objects.available.__wrapped__()
    with monkeypatch.context() as patch:
        patch.delattr(objects.ctypes, "pythonapi")
        assert not objects.available.__wrapped__()


@ordinary
def test_symbols_are_addresses():
    thing = object()
    signature = Signature(
        (Static(thing), Float(), Static(None), Static(thing)), (), tuple
    )
    found = objects.symbols(signature)
    assert all(found.values())
    assert found["diffops_static_0"] == id(thing)
    assert found["diffops_static_1"] == id(None)
    assert "diffops_static_2" not in found
    assert found["diffops_ndarray"] == id(np.ndarray)
