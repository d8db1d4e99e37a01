"""Constants of the own functions, for doubles and for singles."""

from __future__ import annotations

from typing import NamedTuple


class Constants(NamedTuple):
    """What a function of numbers of a type computes with."""

    #: Adding it to a number rounds that to a whole one, which its last bits then hold.
    rounding: float
    #: π/2 and log 2, as sums of numbers.
    half_pi: tuple[float, float, float]
    log_2: tuple[float, float]
    #: (sin r − r) / r³ and (cos r − 1 + r²/2) / r⁴ in r², for |r| ≤ π/4.
    sine: tuple[float, ...]
    cosine: tuple[float, ...]
    #: (exp r − 1 − r) / r² for |r| ≤ log(2) / 2.
    exponential: tuple[float, ...]
    #: Beyond, the last digits of the multiple of π/2 would be felt.
    largest_angle: float
    #: Below and beyond, exp is 0 and infinite.
    least_power: float
    largest_power: float
    #: The bits of the mantissa and of the rest, and what is added to the exponent.
    mantissa: int
    rest: int
    bias: int


CONSTANTS = {
    "double": Constants(
        rounding=1.5 * 2.0**52,
        half_pi=(1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33),
        log_2=(0.6931471805599453, 2.3190468138462996e-17),
        sine=(
            -0.16666666666666666,
            0.008333333333330925,
            -0.00019841269836722418,
            2.755731608381636e-06,
            -2.5051127944014188e-08,
            1.5917848524808262e-10,
        ),
        cosine=(
            0.041666666666666664,
            -0.0013888888888887382,
            2.480158729874307e-05,
            -2.7557317260008837e-07,
            2.0876143827993133e-09,
            -1.1382456778061306e-11,
        ),
        exponential=(
            0.5,
            0.1666666666666667,
            0.04166666666666667,
            0.008333333333326084,
            0.0013888888888883711,
            0.0001984126987500228,
            2.480158732567746e-05,
            2.755725517000089e-06,
            2.755727347871858e-07,
            2.5105312729622103e-08,
            2.09147553258932e-09,
        ),
        largest_angle=1e6,
        least_power=-746.0,
        largest_power=710.0,
        mantissa=52,
        rest=12,
        bias=1023,
    ),
    "float": Constants(
        rounding=1.5 * 2.0**23,
        half_pi=(1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15),
        log_2=(0.6931471824645996, -1.9046542121259336e-09),
        sine=(-0.166666641831398, 0.008332746103405952, -0.00019587387214414775),
        cosine=(0.0416666641831398, -0.0013888300163671374, 2.4547436623834074e-05),
        exponential=(
            0.5,
            0.16666576266288757,
            0.04166655242443085,
            0.008363292552530766,
            0.0013926326064392924,
        ),
        largest_angle=1e4,
        least_power=-105.0,
        largest_power=89.0,
        mantissa=23,
        rest=9,
        bias=127,
    ),
}
