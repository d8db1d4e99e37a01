"""A program on a cluster of two worker processes: fits, and loses a worker on the way.

It is run by `test_dask_cluster` and prints what it found. What makes it one for a
cluster is the client: the loss and its derivatives are those of any other program.
"""

import json
import os
import signal
import sys
import threading
import time

import dask
import dask.array as da
import numpy as np
from dask.distributed import Client, LocalCluster
from scipy.optimize import minimize

from diffops import fgrad, grad, hessianv


def data(rows, columns):
    """Return features, and labels of which the features say something."""
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, columns))
    chances = X @ np.arange(1.0, columns + 1) / columns + random.normal(size=rows)
    return X, np.sign(chances)


def loss(w, X, y):
    """Return the penalised loss of logistic regression."""
    return np.sum(np.logaddexp(0, -y * (X @ w))) + 0.5 * w @ w


def fitted(X, y, w):
    """Minimise by Newton's method, with gradients and H v from the cluster."""
    return minimize(
        lambda w: dask.compute(*fgrad(loss)(w, X, y)),
        w,
        jac=True,
        hessp=lambda w, v: hessianv(loss)(w, v, X, y).compute(),
        method="Newton-CG",
        options={"xtol": 1e-9},
    ).x


def slowly(block):
    """Return a block after a while, in which a worker can be killed."""
    time.sleep(0.1)
    return block


def gradient_without_a_worker(client, X, y, w):
    """Return the gradient, and how many workers were killed while it was computed."""
    future = client.compute(grad(loss)(w, X.map_blocks(slowly), y))
    victim, *_ = client.run(os.getpid).values()
    killed = []

    def kill():
        if not future.done():
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    timer = threading.Timer(0.3, kill)
    timer.start()
    gradient = future.result()
    timer.join()
    processes = client.run(os.getpid).values()
    return gradient, len(set(killed) - set(processes))


def main():
    rows, columns, length = map(int, sys.argv[1:])
    X, y = data(rows, columns)
    blocks = da.from_array(X, chunks=(length, columns)), da.from_array(y, chunks=length)
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 10}),
        LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        blocks = client.persist(blocks[0]), client.persist(blocks[1])
        w = fitted(*blocks, np.zeros(columns))
        workers = len({worker for held in client.who_has().values() for worker in held})
        gradient, killed = gradient_without_a_worker(client, *blocks, w + 0.1)
    found = {"w": w.tolist(), "gradient": gradient.tolist()}
    print(json.dumps({**found, "workers": workers, "killed": killed}))


if __name__ == "__main__":
    main()
