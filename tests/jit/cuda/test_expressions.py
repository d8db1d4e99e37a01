"""What CUDA C computes for each code, at special values too."""

import numpy as np
import pytest
import scipy.special
from cuda_on_cpu import needs_compiler, plan_of
from cuda_tables import (
    COMPILED_ONLY,
    DEFINED,
    UFUNCS,
    operands_of,
    run_codes,
    wanted_of,
)

from diffops import jit
from diffops.jit.cuda.expressions import EXPRESSIONS, NotForCuda, expression
from diffops.jit.numbers.functions import code_of
from diffops.native import codes
from diffops.native.codes import Code
from diffops.native.cuda_text import LOOPED


def test_every_code_has_an_expression():
    known = [code for code in vars(codes).values() if isinstance(code, Code)]
    assert len(known) > 35
    for code in known:
        text = expression(code)
        assert all(f"{{{i}}}" in text for i in range(code.arity))
        assert f"{{{code.arity}}}" not in text


def test_every_ufunc_has_an_expression_or_is_refused_by_name():
    refused = set()
    for home in (np, scipy.special):
        for name, ufunc in vars(home).items():
            code = code_of(ufunc, exact=False) if isinstance(ufunc, np.ufunc) else None
            if code is None:
                continue
            if code.name in LOOPED or code in EXPRESSIONS:
                assert f"{{{code.arity}}}" not in expression(code)
                continue
            with pytest.raises(NotForCuda, match=f"computes {code.name}$"):
                expression(code)
            refused.add(name)
    assert {"psi", "spence", "spacing"} <= refused
    assert not refused & {*LOOPED, "sin", "add", "arctan2"}


def test_namesakes_of_known_functions_are_refused():
    code = code_of(scipy.special.psi, exact=False)
    namesake = Code("erf", 1, code.template, code.declares, symbols=code.symbols)
    with pytest.raises(NotForCuda, match="erf"):
        expression(namesake)
    unknown = Code("erf", 1, "{y} = call double @ufunc.mine(double {0})")
    with pytest.raises(NotForCuda, match="erf"):
        expression(unknown)


def test_programs_with_unknown_functions_are_refused():
    with pytest.raises(NotImplementedError, match="computes psi"):
        jit(lambda x: scipy.special.psi(x) * x).cuda_plan(np.ones(50))


@needs_compiler
def test_values():
    """They are NumPy's and SciPy's, within the last bits."""
    table = {**DEFINED, **UFUNCS}
    names = [name for name in table if name not in COMPILED_ONLY]
    found = run_codes([table[name][0] for name in names])
    wrong = {}
    for name, y in zip(names, found, strict=True):
        operands, wanted = operands_of(table[name][0]), wanted_of(*table[name])
        close = np.isclose(y, wanted, rtol=1e-13, atol=0, equal_nan=True)
        close |= (np.abs(wanted) < 1e-300) & (np.abs(y) < 1e-300)  # subnormal
        if name in ("j0", "j1", "y0", "y1"):  # SciPy's are not as exact far out
            close |= np.abs(operands[0]) > 1000
        if name == "gammaln":  # SciPy's overflows; it is -log|x| there
            close |= (np.abs(operands[0]) == 5e-324) & np.isclose(y, 744.4400719213812)
        if not close.all():
            bad = [float(x[~close][0]) for x in operands]
            wrong[name] = (bad, float(y[~close][0]), float(wanted[~close][0]))
    assert wrong == {}


@needs_compiler
def test_signs_of_zeros():
    same = (np.negative, np.copysign, np.multiply, np.rint, np.trunc, np.floor, np.sin)
    same += (np.remainder, np.floor_divide, np.fmod, np.sqrt, np.cbrt, np.arctan2)
    operands = np.array([[0.0, -0.0, 0.0, -0.0], [1.0, 1.0, -1.0, -1.0]])
    found = run_codes([code_of(ufunc, exact=False) for ufunc in same], operands)
    for ufunc, y in zip(same, found, strict=True):
        wanted = ufunc(*operands[: ufunc.nin])
        np.testing.assert_array_equal(np.signbit(y), np.signbit(wanted), ufunc.__name__)


def test_powers_of_numbers():
    source = plan_of(lambda x: x**2.5 + x**3 + x**2, np.ones(50)).source
    assert "pow(x0, (double)2.5)" in source
    assert "x0 * x0 * x0" in source
