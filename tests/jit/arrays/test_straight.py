"""Modules of short plans: what is in place, what is a function."""

import re

import numpy as np
from natively import array_text

from diffops.native.llvm import parsed, run_passes, target_machine


def test_results_are_computed_where_they_are_returned():
    text = array_text(lambda x: (np.sin(x), np.sum(x * x)), np.ones(50))
    assert "%work, i64" not in text


def test_nests_are_not_inlined():
    """Else LLVM would compile them as often as they are called."""
    text = array_text(lambda x: np.sin(x - np.sum(x)) * 2, np.ones(50))
    assert len(re.findall(r"define internal void @nest\d+\(.*\) #2 {", text)) == 2
    assert "attributes #2 = { nounwind noinline alignstack=64 }" in text


def test_vectors_wait_on_the_stack_within_a_line_of_the_cache():
    """Where they straddle two lines a call of libmvec costs half as much again."""
    text = array_text(lambda x: np.tanh(x) * np.sin(x) * x, np.ones(640))
    text = text.replace("define internal i64 @core", "define i64 @core")
    with parsed(text) as module, target_machine(2) as machine:
        module.triple = machine.triple
        module.data_layout = str(machine.target_data)
        run_passes(module, machine, 2)
        assembly = machine.emit_assembly(module)
    if "zmm" in assembly:
        assert "$-64, %rsp" in assembly
    assert "core:" in assembly
