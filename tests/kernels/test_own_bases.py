"""Powers and logarithms of base 2 and 10: what is exact. Accuracy: tests of jit."""

import math

from own_bodies import of_numbers

from diffops.kernels import own_bases

EXP2 = of_numbers(own_bases.power_of_two)
LOG2 = of_numbers(own_bases.logarithm_of_two)
LOG10 = of_numbers(own_bases.logarithm_of_ten)


def test_whole_powers_of_two():
    for k in range(-1074, 1024):
        assert EXP2(float(k)) == math.ldexp(1.0, k)
        assert LOG2(math.ldexp(1.0, k)) == k


def test_whole_powers_of_ten():
    for k in range(23):
        assert LOG10(10.0**k) == k


def test_the_ends():
    assert EXP2(1024.0) == EXP2(math.inf) == math.inf
    assert EXP2(-1075.0) == EXP2(-math.inf) == 0.0
    for log in (LOG2, LOG10):
        assert log(0.0) == log(-0.0) == -math.inf
        assert math.isnan(log(-5e-324))
        assert log(math.inf) == math.inf
