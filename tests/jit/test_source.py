"""Sources of both kinds keep one contract."""

import numpy as np
import pytest

from diffops import grad, jit
from diffops.jit.arrays.plan_source import array_source
from diffops.jit.numbers.emission import number_source


@pytest.mark.parametrize("kind", [array_source, lambda p: number_source(p, False)])
def test_the_contract(kind):
    program = jit(grad(lambda x: np.sum(np.logaddexp(x, 0.5)))).program(np.ones(40))
    source = kind(program)
    assert source.text.count("define internal i64 @core(") == 1
    assert 0 < source.length <= source.operations
    for name in source.symbols:
        assert f"@{name}" in source.text
