"""Runs of whole batches: results in order, chunks, and groups that part."""

from __future__ import annotations

import numpy as np
import pytest

from diffops.operators._batch_run import in_chunks, run_batch

X = np.array([3.0, -1.0, 2.0, -5.0, 0.0])


def test_results_come_in_the_order_of_the_members():
    def f(parts):
        (x,) = parts
        return {"a": x * 2 if x > 0 else x - 1, "b": [x, 7.0]}

    results, rebuild = run_batch(f, [X], 5)
    np.testing.assert_array_equal(results[0], np.where(X > 0, 2 * X, X - 1))
    np.testing.assert_array_equal(results[1], X)
    np.testing.assert_array_equal(results[2], np.full(5, 7.0))
    assert rebuild([1, 2, 3]) == {"a": 1, "b": [2, 3]}


def test_an_error_of_the_function_is_its_own():
    def f(parts):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run_batch(f, [X], 5)


@pytest.mark.parametrize("chunk_size", [None, 1, 2, 5, 9])
def test_chunks(chunk_size):
    seen = []

    def stacked(start, stop):
        seen.append(stop - start)
        return [X[start:stop]]

    (result,) = in_chunks(lambda parts: parts[0] ** 2, stacked, 5, chunk_size)
    np.testing.assert_array_equal(result, X**2)
    assert max(seen) == min(chunk_size or 5, 5)
    assert sum(seen) == 5


def test_no_members():
    (result,) = in_chunks(lambda parts: [np.sin(parts[0])], lambda a, b: [X[:0]], 0, 3)
    assert result.shape == (0,)
