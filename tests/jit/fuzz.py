"""Random programs, jitted and eager: python tests/jit/fuzz.py --count 10000 --seed 1.

Prints the programs that differ, and how many there were of each kind.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import traceback
from time import perf_counter

from against_eager import Differs, check
from random_programs import RandomProgram

from diffops.jit import path


def one(seed: int, bitwise: bool) -> str:
    """Check the program of a seed; return how it went."""
    pick = random.Random(seed).choice
    program = RandomProgram(pick, arrays=seed % 3 > 0)
    try:
        return check(program, bitwise)
    except Differs as error:
        print(f"\nprogram {seed}: {error}", flush=True)
        return "DIFFERS"
    except Exception:
        print(f"\nprogram {seed}: {program!r}", flush=True)
        traceback.print_exc()
        return "BREAKS"


def main() -> int:
    """Run as many programs as asked for; return 1 where one differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first program")
    parser.add_argument("--bitwise", action="store_true", help="no rounding is allowed")
    parser.add_argument("--native", action="store_true", help="compile at once")
    options = parser.parse_args()
    if options.native:
        path.PATIENCE = 0
    start = perf_counter()
    seeds = range(options.seed, options.seed + options.count)
    counts = collections.Counter(one(seed, options.bitwise) for seed in seeds)
    print(f"\n{options.count} programs from seed {options.seed}: {dict(counts)}")
    print(f"{perf_counter() - start:.0f} s")
    return 1 if counts["DIFFERS"] or counts["BREAKS"] else 0


if __name__ == "__main__":
    sys.exit(main())
