"""What differs between the array libraries that rules run on.

`arrays` knows NumPy's arrays, `cupy` those on a GPU, `scipy_sparse` SciPy's matrices
and `dask` arrays of blocks, which is loaded when the first of them is met (`loading`):
who has none pays neither an import nor a check. What all of them need done has a file
for each concern: `creating`, `keeping`, `copying`, `overwriting`, `solving`, `adoption`
of lists, and `mixing`, which says what met.

The way to a cluster is Dask's: the same program, with a client of dask.distributed.

    from dask.distributed import Client

    client = Client("tcp://scheduler:8786")  # or Client(): processes of this machine
    X = dask.array.from_zarr("X.zarr")       # blocks, wherever they are
    value, gradient = dask.compute(*fgrad(loss)(w))  # one graph, run by the workers

``docs/engines.md`` has the whole of it.
"""
