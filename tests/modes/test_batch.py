"""Batch mode: one run serves all members, and Python's own control flow still works."""

from __future__ import annotations

import math

import numpy as np
import pytest

from diffops import EscapedValueError, diff, grad, hessian, jacobian, vmap
from diffops.modes import batch
from diffops.modes.batch import Batching, loops
from diffops.primitive import Primitive

X = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0], [-0.5, 0.2, 0.9], [2.0, 2.0, 2.0]])
V = np.array([1.0, -2.0, 3.0, 0.5])


def leaves(result):
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)):
        return [leaf for part in result for leaf in leaves(part)]
    return [result]


def same_as_a_loop(f, stacks):
    """Compare with a loop over the members, dtypes included."""
    found = leaves(vmap(f)(*stacks))
    members = [leaves(f(*(s[i] for s in stacks))) for i in range(len(stacks[0]))]
    for a, parts in zip(found, zip(*members, strict=True), strict=True):
        wanted = np.stack(parts)
        np.testing.assert_allclose(a, wanted, rtol=1e-12, atol=1e-13)
        assert a.dtype == wanted.dtype


def branch(x):
    return np.sqrt(x) if x > 0 else -2 * x


def halved(x):
    n = 0
    while abs(x) > 0.3:
        x = x / 2
        n += 1
    return x * n


def written(x):
    y = np.zeros_like(x)
    y[np.argmax(x)] = x[0]
    y[1] += 3
    y[y < 0] = -1
    return y


def fresh(x):
    y = np.zeros(5, like=x)
    y[1:4] = x
    y[::4] = x[:2] ** 2
    y *= 2
    return y


def viewed(x):
    y = np.copy(x)
    head, flat = y[:2], y.reshape(3, 1)
    head[0] = 7 * x[2]
    flat[2, 0] = x[0]
    return y + head.sum()


def cube(x):
    return np.multiply.outer(np.outer(x, x), x + 1)


def accumulated(x):
    y = np.zeros(3, like=x)
    np.add.at(y, [0, 0, 2], x)
    return y


PROGRAMS = {
    "if": (branch, [V]),
    "while": (halved, [V]),
    "math": (lambda x: math.exp(x) * x, [V]),
    "round": (lambda x: round(x, 1) * x, [V]),
    "floor": (lambda x: math.floor(x) + math.ceil(x) * math.trunc(x) * x, [V]),
    "is_integer": (lambda x: x * 2 if x.is_integer() else x, [V]),
    "complex()": (lambda x: complex(x) * 1j, [V]),
    "format": (lambda x: float(f"{x:.1f}") + x, [V]),
    "str": (lambda x: x + 0 * len(str(x)), [V]),
    "int as an index": (lambda x: x[int(abs(x[0])) % 3] * 2, [X]),
    "index by a batched number": (lambda x: x[np.argmax(x)] ** 2, [X]),
    "index by a batched array": (lambda x: x[np.argsort(x)[:2]], [X]),
    "index and slice": (lambda x: np.outer(x, x)[np.argmin(x), 1:], [X]),
    "slice and index": (lambda x: np.outer(x, x)[1:, np.argsort(x)], [X]),
    "indices apart": (
        lambda x: cube(x)[np.argsort(x), :, np.argmin(x)] @ cube(x)[0, :, [2, 1]].T,
        [X],
    ),
    "take": (lambda x: np.take(x, np.argsort(x)[:2]), [X]),
    "take along an axis": (
        lambda x: np.take_along_axis(np.outer(x, x), np.argsort(np.outer(x, x)), -1),
        [X],
    ),
    "plain array, batched index": (lambda x: np.arange(3.0)[np.argmax(x)] * x, [X]),
    "plain array, batched indices": (lambda x: np.arange(3.0)[np.argsort(x)] * x, [X]),
    "plain take": (lambda x: np.take(np.arange(3.0), np.argsort(x)), [X]),
    "mask": (lambda x: np.sum(x[x > 0]), [X]),
    "mask on rows": (lambda x: np.sum(np.outer(x, x)[x > 0], axis=0), [X]),
    "where": (lambda x: np.sum(x[np.where(x > 0)]), [X]),
    "writes": (written, [X]),
    "writes into a fresh array": (fresh, [X]),
    "views": (viewed, [X]),
    "add.at": (accumulated, [X]),
    "np.array": (lambda x: np.array([x[0], x[1] * 2, 3.0]), [X]),
    "np.asarray": (lambda x: np.asarray(x) * 2, [X]),
    "object array": (lambda x: np.sin(np.array([x[0], x[1]])), [X]),
    "iteration": (lambda x: sum(a * i for i, a in enumerate(x)), [X]),
    "tolist": (lambda x: sum(x.tolist()), [X]),
    "shape": (lambda x: x.reshape(len(x), 1) * x.size * x.ndim * x.shape[0], [X]),
    "transpose": (lambda x: (x[:, None] * np.arange(2.0)).T, [X]),
    "order": (lambda x: np.copy(np.outer(x, x + 1), order="F").ravel("K"), [X]),
    "constant": (lambda x: 3.0, [X]),
    "constant array": (lambda x: np.ones(2), [X]),
    "truth values": (lambda x: (x > 0) & (x < 3) | ~(x == 2) ^ (x > 1), [X]),
    "truth values, reflected": (lambda x: np.array([True, False, True]) & (x > 0), [X]),
    "in": (lambda x: x * (2.0 in x), [X]),
    "sorted": (lambda x: np.stack(sorted(x)), [X]),
    "max": (lambda x: max(x[0], x[1]), [X]),
    "whole numbers": (lambda x: x // 2 + x % 3, [np.arange(6)]),
    "whole numbers, divided": (lambda x: x / 2, [np.arange(6)]),
    "divmod": (lambda x: divmod(x, 2.0)[1], [V]),
    "containers": (lambda x: {"a": x[0], "b": (x * 2, [x.sum()])}, [X]),
    "two arguments": (lambda x, y: x * y, [X, V]),
    "float32": (lambda x: x * 2.5 + np.float32(1), [X.astype(np.float32)]),
    "float32 and float64": (lambda x: x * np.float64(2.5), [V.astype(np.float32)]),
    "complex": (lambda x: np.exp(1j * x), [X]),
    "linear algebra": (lambda x: np.linalg.inv(np.outer(x, x) + np.eye(3)) @ x, [X]),
    "eigenvalues": (lambda x: np.linalg.eigvalsh(np.outer(x, x)), [X]),
    "eigvals": (lambda x: np.linalg.eigvals(np.diag(x) + np.outer(x, x)), [X]),
    "interp": (lambda x: np.interp(x, [-3.0, 0, 3], np.array([1.0, 5, 2])), [X]),
    "quantile": (lambda x: np.quantile(x, [0.3, 0.8]) + np.median(x), [X]),
    "unique": (lambda x: np.unique(x)[:1], [X]),
    "histogram": (lambda x: np.histogram(x, 3)[0], [X]),
    "select": (lambda x: np.select([x > 2, x < 0], [x, x**2], -1.0), [X]),
    "piecewise": (lambda x: np.piecewise(x, [x > 2], [lambda t: 3 * t, 1.0]), [X]),
    "clip": (lambda x: np.clip(x, -1, x[0] ** 2), [X]),
    "pad": (lambda x: np.pad(x, 2, mode="reflect"), [X]),
    "norms": (lambda x: np.linalg.norm(x, 1) + np.linalg.norm(x, np.inf), [X]),
    "repeat by counts": (lambda x: np.repeat(x, np.argmax(x) * 0 + 2), [X]),
    "gradient": (grad(lambda x: np.sum(np.sin(x) * x[0])), [X]),
    "hessian": (hessian(lambda x: np.sum(np.sin(x) * x[0])), [X]),
    "jacobian": (jacobian(lambda x: np.sin(x) * x[0]), [X]),
    "derivative of a branch": (grad(branch), [V]),
    "derivative of a loop": (diff(halved), [V]),
    "derivative of writes": (jacobian(written), [X]),
    "derivative of views": (jacobian(viewed), [X]),
    "derivative at indices": (jacobian(lambda x: x[np.argsort(x)] ** 2), [X]),
    "derivative under a mask": (grad(lambda x: np.sum(x[x > 0] ** 2)), [X]),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_batch_is_its_members(name):
    same_as_a_loop(*PROGRAMS[name])


def test_members_that_agree_run_together():
    runs = []

    def f(x):
        runs.append(None)
        return branch(x)

    vmap(f)(np.array([1.0, 4.0, 9.0]))
    assert len(runs) == 1
    vmap(f)(np.array([1.0, -4.0, 9.0, -1.0]))
    assert len(runs) == 4  # once for all, found to differ; then once for each way


def test_derivatives_reach_through_members_that_part():
    def f(v):
        return np.sum(vmap(branch)(v) ** 2)

    np.testing.assert_allclose(grad(f)(V), [1.0, 8 * -2.0, 1.0, 1.0])
    np.testing.assert_allclose(hessian(f)(V), np.diag([0.0, 8.0, 0.0, 0.0]), atol=1e-15)


def test_what_swallows_the_question_does_not_hide_it():
    def f(x):
        try:
            return x if x > 0 else -x
        except Exception:
            return 100.0

    np.testing.assert_array_equal(vmap(f)(V), abs(V))


def test_nested_batches_part_in_either():
    table = np.outer(V, [1.0, -1.0, 2.0])
    found = vmap(vmap(branch))(table)
    np.testing.assert_allclose(found, np.vectorize(branch)(table))
    mixed = vmap(lambda a: vmap(lambda b: branch(a * b))(V))(V)
    np.testing.assert_allclose(mixed, np.vectorize(branch)(np.outer(V, V)))


def test_not_a_number_takes_its_own_way():
    values = np.array([np.nan, 1.0, np.nan])
    found = vmap(lambda x: math.sin(x))(values)
    np.testing.assert_array_equal(found, np.sin(values))


def test_members_that_return_different_shapes_are_an_error():
    with pytest.raises(ValueError, match="different shapes"):
        vmap(lambda x: x[x > 0])(X)


def test_a_value_that_escaped_is_an_error():
    kept = []
    vmap(lambda x: kept.append(x) or x)(V)
    for use in (lambda x: x + 1, np.sin, float, lambda x: x * kept[0], bool):
        with pytest.raises(EscapedValueError, match="after its vmap had ended"):
            use(kept[0])
    assert "ended" in repr(kept[0])


def test_an_empty_batch_has_the_shapes_of_a_full_one():
    assert vmap(lambda x: np.outer(x, x))(X[:0]).shape == (0, 3, 3)
    assert vmap(grad(lambda x: np.sum(x**2)))(X[:0]).shape == (0, 3)
    assert vmap(lambda x: x if x > 0 else -x)(V[:0]).shape == (0,)
    assert vmap(np.argmax)(X[:0]).shape == (0,)


def test_a_primitive_without_a_rule_is_looped_over_and_counted():
    def cube(x):
        return x**3

    primitive = Primitive(
        cube,
        lambda y, args, params, tangents: 3 * args[0] ** 2 * tangents[0],
        lambda y, args, params, wrt: lambda g: (3 * args[0] ** 2 * g,),
    )
    loops.clear()
    np.testing.assert_array_equal(vmap(primitive)(X), X**3)
    assert loops == {"cube": 1}
    np.testing.assert_allclose(vmap(grad(primitive))(V), 3 * V**2)
    loops.clear()
    assert vmap(primitive)(X[:0]).shape == (0, 3)


def test_a_loop_serves_several_results_and_batched_parameters():
    def split(x, at):
        return x[:at], x[at:]

    primitive = Primitive(split, None, None)
    level = Batching(2)
    x, at = level.batched(X[:2]), level.batched(np.array([1, 1]))
    head, tail = primitive(x, at=at)
    np.testing.assert_array_equal(head.primal, X[:2, :1])
    np.testing.assert_array_equal(tail.primal, X[:2, 1:])
    loops.clear()


def test_the_user_may_change_the_array_afterwards():
    data = X.copy()

    def f(x):
        data[:] = 0
        return x * 2

    np.testing.assert_array_equal(vmap(f)(data), 2 * X)


def test_a_batched_value_shows_itself():
    seen = []
    vmap(lambda x: seen.append(repr(x)) or x)(V)
    assert seen[0].startswith("BatchedNumber(array([ 1. , -2. ,")
    assert issubclass(batch.BatchedIndices, batch.BatchedArray)


def jittered(m):
    try:
        return np.linalg.cholesky(m)
    except np.linalg.LinAlgError:
        return np.linalg.cholesky(m + 10 * np.eye(2))


def test_what_one_member_raises_does_not_stop_the_others():
    stack = np.stack([np.eye(2), -np.eye(2), 4 * np.eye(2)])
    found = vmap(jittered)(stack)
    np.testing.assert_allclose(found[:, 0, 0], [1.0, 3.0, 2.0])
    slopes = grad(lambda q: np.sum(vmap(jittered)(q)[:, 0, 0]))(stack)
    np.testing.assert_allclose(slopes[:, 0, 0], [0.5, 1 / 6, 0.25])
    with pytest.raises(np.linalg.LinAlgError):
        vmap(np.linalg.cholesky)(stack)


def test_sets_and_dicts_go_by_the_value():
    found = vmap(lambda a: a * 10 if a in {1.0, 2.0} else a)(np.array([1.0, 3.0]))
    np.testing.assert_array_equal(found, [10.0, 3.0])
    slopes = vmap(grad(lambda a: {1.0: 3.0}.get(a, 5.0) * a))(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(slopes, [3.0, 5.0])
    with pytest.raises(TypeError, match="unhashable"):
        vmap(lambda x: len({x}) * x)(X)


def test_memory_order_is_that_of_the_members():
    stack = np.arange(12.0).reshape(3, 2, 2).transpose(0, 2, 1)
    for order in "KAFC":
        found = vmap(lambda m, order=order: m.ravel(order))(stack)
        np.testing.assert_array_equal(found, [m.ravel(order) for m in stack])


def test_the_mean_of_an_array_of_batched_numbers():
    mean = lambda t: np.mean(np.array([t, t**2]))  # noqa: E731
    slopes = grad(lambda v: np.sum(vmap(mean)(v)))(np.ones(2))
    np.testing.assert_allclose(slopes, [1.5, 1.5])
