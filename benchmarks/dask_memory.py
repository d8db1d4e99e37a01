"""Peak memory of a gradient on Dask's blocks: bounded by the blocks, not by the data.

python benchmarks/dask_memory.py

Value and gradient of logistic regression, of features that are drawn block by block.
Each line is a process of its own; its peak of resident memory is what the system says,
less what it was before the graph ran. The last line computes with NumPy, in memory.
"""

import resource
import subprocess
import sys
import time

COLUMNS = 20
MEGA = 1 << 20
#: Megabytes of data, and of a block.
CASES = [(256, 4), (1024, 4), (4096, 4), (1024, 1), (1024, 16), (1024, 64)]
THREADS = 2


def peak():
    """Return the peak of resident memory so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def loss(w, X, y):
    import numpy as np

    return np.sum(np.logaddexp(0, -y * (X @ w))) + 0.5 * w @ w


def on_blocks(size, length):
    """Compute value and gradient in one graph; return the extra memory and seconds."""
    import dask
    import dask.array as da
    import numpy as np

    from diffops import fgrad

    random = da.random.default_rng(0)
    X = random.normal(size=(size, COLUMNS), chunks=(length, COLUMNS))
    y = da.sign(random.normal(size=size, chunks=length))
    w = np.linspace(-1.0, 1.0, COLUMNS)
    dask.compute(*fgrad(loss)(w, X[:10], y[:10]))  # imports what it needs
    both = fgrad(loss)(w, X, y)
    before, start = peak(), time.perf_counter()
    dask.compute(*both, scheduler="threads", num_workers=THREADS)
    return peak() - before, time.perf_counter() - start


def in_memory(size):
    """Do the same with arrays of NumPy's."""
    import numpy as np

    from diffops import fgrad

    before = peak()
    random = np.random.default_rng(0)
    X, y = random.normal(size=(size, COLUMNS)), np.sign(random.normal(size=size))
    start = time.perf_counter()
    fgrad(loss)(np.linspace(-1.0, 1.0, COLUMNS), X, y)
    return peak() - before, time.perf_counter() - start


def main():
    if sys.argv[1:]:
        sizes = [int(mega) * MEGA // (8 * COLUMNS) for mega in sys.argv[1:]]
        extra, seconds = on_blocks(*sizes) if len(sizes) > 1 else in_memory(*sizes)
        print(extra / MEGA, seconds)
        return
    print(f"{'data, MB':>10}{'block, MB':>11}{'peak, MB':>10}{'time, s':>9}")
    for case in [*CASES, (1024,)]:
        command = [sys.executable, __file__, *map(str, case)]
        out = subprocess.run(command, capture_output=True, text=True, check=True)
        extra, seconds = map(float, out.stdout.split())
        block = case[1] if len(case) > 1 else "NumPy"
        print(f"{case[0]:>10}{block:>11}{extra:>10.0f}{seconds:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
