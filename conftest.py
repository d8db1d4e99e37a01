"""What all tests and doctests want of their surroundings.

They compile native code afresh, whatever this user's cache holds. Processes share the
cores, so each keeps BLAS to one thread: several on a busy core wait for each other.
Dask looks for a package named sparse: it must not take the folder tests/sparse for it.
"""

import importlib.util
import os
import sys

os.environ["DIFFOPS_CACHE"] = "off"
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # before NumPy is imported

collect_ignore = []
if importlib.util.find_spec("dask") is None:
    collect_ignore += ["diffops/engines/dask.py"]
if importlib.util.find_spec("distributed") is None:
    collect_ignore += ["tests/engines/cluster_program.py"]


class NoSparse:
    """Says to those who import sparse that there is no such package."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Raise for that one name."""
        if name == "sparse":
            raise ModuleNotFoundError("sparse is a folder of tests here", name=name)


sys.meta_path.insert(0, NoSparse)
