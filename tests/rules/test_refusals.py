"""What NumPy's own functions refuse, and what they still do for plain values."""

import numpy as np
import pytest

from diffops import NoDerivativeError, grad, stop_gradient
from diffops.primitive import table
from diffops.rules._refused import Refused

ALL = [entry for entry in table.values() if isinstance(entry, Refused)]


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.name)
def test_reasons_read_as_part_of_a_sentence(entry):
    assert entry.reason[0].islower()
    assert not entry.reason.endswith(".")
    assert not entry.advice.endswith(".")


def test_the_way_out_works(tmp_path):
    def f(x):
        np.save(tmp_path / "x", stop_gradient(x))
        places = np.unravel_index(np.astype(np.rint(x), int), (4, 4))
        assert places[1].dtype.kind == "i"
        return np.sum(x**2)

    x = np.array([1.2, 2.9])
    np.testing.assert_array_equal(grad(f)(x), 2 * x)
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy"), x)


def test_files_are_not_written(tmp_path):
    for write in (np.save, np.savetxt):
        with pytest.raises(NoDerivativeError, match="numbers alone"):
            grad(lambda x, write=write: write(tmp_path / "x", x))(np.ones(2))
    assert not list(tmp_path.iterdir())
