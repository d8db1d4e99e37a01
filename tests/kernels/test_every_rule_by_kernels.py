"""The whole table of rules once more, with kernels for arrays of any size."""

import numpy as np
import pytest
import test_every_rule
from test_every_rule import ALL

from diffops.primitive import primitives

pytestmark = pytest.mark.usefixtures("always")

#: Those that have kernels, and what is made of them.
NAMES = sorted({p.name for p in primitives if p.kernel is not None} & set(ALL))


@pytest.mark.parametrize("name", NAMES)
def test_all_mixes_of_modes(name):
    test_every_rule.test_all_mixes_of_modes_agree_with_differences(name)


@pytest.mark.parametrize("name", NAMES)
def test_each_argument(name):
    test_every_rule.test_each_argument_alone_and_all_together(name, np.float64)
