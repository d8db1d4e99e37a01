"""Loops of LLVM IR: opened, and closed."""

from diffops.jit.arrays.loop_lines import LoopLines


def test_a_loop_goes_from_a_number_to_below_another():
    lines = LoopLines()
    turn = lines._open(2)
    lines._close(turn, "%n")
    text = "\n".join(lines._lines)
    assert "%k1 = phi i64 [2, %before1], [%k1.next, %end1]" in text
    assert "%k1.more = icmp ult i64 %k1.next, %n" in text
    assert lines._open() == "%k2"
