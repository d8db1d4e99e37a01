"""Signatures of programs, and the two answers that are no results."""

import copy
import pickle

import numpy as np
import pytest

from diffops.native.interface import (
    MISMATCH,
    MISS,
    Array,
    Float,
    Float32,
    Float64,
    Signature,
    Static,
)


@pytest.mark.parametrize("answer", [MISS, MISMATCH])
def test_there_is_one_of_each_answer(answer):
    assert pickle.loads(pickle.dumps(answer)) is answer
    assert copy.deepcopy(answer) is answer
    assert repr(answer) in ("MISS", "MISMATCH")


def test_numbers_fit_by_their_exact_type():
    class Number(float):
        pass

    assert Float().fits(1.0)
    assert Float64().fits(np.float64(1))
    assert not any(map(Float().fits, (1, True, np.float64(1), Number(1), None)))
    assert Float32().fits(np.float32(1))
    assert not any(map(Float64().fits, (1, 1.0, np.float32(1), np.array(1.0))))
    assert not any(map(Float32().fits, (1.0, np.float64(1), np.float16(1))))


def test_arrays_fit_by_shape_dtype_and_layout():
    kind = Array((2, 3))
    fitting = np.zeros((2, 3))
    fixed = fitting.copy()
    fixed.flags.writeable = False
    assert all(map(kind.fits, (fitting, fixed, np.zeros((4, 3))[1:3])))
    unfit = [
        np.zeros((3, 2)),
        np.zeros((3, 2)).T,
        np.zeros((2, 6))[:, ::2],
        np.zeros((2, 3), np.float32),
        np.zeros((2, 3), np.dtype(float).newbyteorder()),
        np.zeros((2, 3)).view(np.recarray),
        np.zeros(49, np.uint8)[1:].view(float).reshape(2, 3),
        1.0,
    ]
    assert not any(map(kind.fits, unfit))
    single = Array((2, 3), np.float32)
    assert single.fits(fitting.astype(np.float32))
    assert not any(map(single.fits, (fitting, fitting.astype(np.float16))))


def test_statics_fit_by_identity():
    thing = [1]
    assert Static(thing).fits(thing)
    assert not Static(thing).fits([1])
    signature = Signature((Float(), Static(thing), Static(None)), (Float(),))
    assert signature.statics == (thing, None)


def test_results_come_alone_or_in_a_container():
    Signature((), (), tuple)
    Signature((), (Float(), Float()), list)
    for outputs in ((), (Float(), Float())):
        with pytest.raises(ValueError, match="need a container"):
            Signature((), outputs)
    with pytest.raises(ValueError, match="no container"):
        Signature((), (Float(),), dict)
