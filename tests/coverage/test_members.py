"""Every method and attribute of ndarray: there, and as ndarray's, or refused."""

import numpy as np
import pytest
from points import POINTS, function_of
from truth import check

from diffops import NoDerivativeError, grad, jvp
from diffops.coverage.classes import Kind
from diffops.coverage.members import ABSENT, kind_of_member, public_members

#: Calls of what has a derivative: M and C are arrays, x a vector.
CALLS = {
    "T": ["C.T"],
    "astype": ["M.astype(float, order='C', casting='safe', subok=True, copy=False)"],
    "base": ["np.copy(C).ravel().base * 2"],
    "choose": ["np.array([1, 0, 1, 1]).choose([x, y])"],
    "clip": ["M.clip(-0.2, 0.7)", "M.clip(max=0.7)", "M.clip(min=-0.2, dtype=float)"],
    "compress": ["M.compress([True, False, True], axis=1)"],
    "conj": ["z.conj()", "x.conj()"],
    "conjugate": ["z.conjugate()"],
    "copy": ["M.copy(order='F')", "M.copy('C')"],
    "cumprod": ["C.cumprod(1, float)", "M.cumprod()"],
    "cumsum": ["C.cumsum(axis=1, dtype=float)", "M.cumsum()"],
    "diagonal": ["C.diagonal(1, 2, 1)", "A.diagonal(offset=-1)"],
    "dot": ["A.dot(M.T)", "A.dot([1.0, 2.0, 3.0])"],
    "fill": ["into(M, lambda a: a.fill(a[0, 1]))", "into(M, lambda a: a[0].fill(2))"],
    "flat": ["C.flat[3:]", "C.flat[[1, 1]]", "[e * e for e in M.flat]"],
    "flatten": ["C.flatten()", "C.flatten('F')"],
    "imag": ["z.imag", "x.imag + x"],
    "item": ["M.item(4)", "M.item(1, 2)", "M.item((0, 1))", "M[:1, :1].item()"],
    "mT": ["C.mT"],
    "max": ["C.max()", "C.max(1, keepdims=True, initial=0.8, where=C > 0.5)"],
    "mean": ["C.mean((0, 2), float, keepdims=True, where=C > 0.5)"],
    "min": ["C.min()", "C.min(1, keepdims=True, initial=0.8, where=C > 0.5)"],
    "partition": ["into(x, lambda a: a.partition(1))"]
    + ["into(M, lambda a: a.partition((0, 1), axis=1, kind='introselect'))"],
    "prod": ["C.prod()", "C.prod(1, float, None, True, 2.0, C > 0.5)"],
    "put": ["into(M, lambda a: a.put([0, 7], a[0, 1:], mode='wrap'))"],
    "ravel": ["C.ravel()", "C.T.ravel(order='K')"],
    "real": ["z.real", "x.real"],
    "repeat": ["M.repeat(2, axis=0)", "M.repeat([1, 2, 0], 1)"],
    "reshape": ["C.reshape(3, -1)", "C.reshape((6, 2), order='F', copy=True)"],
    "resize": [
        "into(x, lambda a: a.resize(2, 3, refcheck=False))",
        "into(x, lambda a: a.resize((3,), refcheck=False))",
        "into(M, lambda a: a.resize(6, refcheck=False))",
    ],
    "sort": [
        "into(M, lambda a: a.sort())",
        "into(M, lambda a: a.sort(0, kind='stable'))",
        "into(x, lambda a: a.sort(stable=True))",
    ],
    "squeeze": ["M[None].squeeze(axis=0)", "M[:, None].squeeze()"],
    "std": ["C.std((0, 1), ddof=1, keepdims=True)", "C.std(mean=C.mean())"],
    "sum": ["C.sum()", "C.sum(1, float, None, True, 2.0, C > 0.5)"],
    "swapaxes": ["C.swapaxes(0, -1)"],
    "take": ["C.take([0, 1], axis=1)", "M.take([5, 8], mode='wrap')"],
    "tolist": ["M.tolist()[1][2]", "x.tolist()"],
    "trace": ["C.trace(1, 1, 2)", "A.trace(dtype=float)"],
    "transpose": ["C.transpose()", "C.transpose(2, 0, 1)", "C.transpose((1, 0, 2))"],
    "var": ["C.var(1, float, ddof=1, where=C > 0.5)", "C.var(mean=C.mean())"],
    "view": [
        "M.view() * 2",
        "M.view(float)",
        "M.view(dtype=float)",
        "M.view(type=np.ndarray)",
    ],
}

#: Calls of what has none.
PLAIN = {
    "all": "M.all(axis=0, keepdims=True, where=mask2)",
    "any": "(M > 1).any(0) | M.any(0)",
    "argmax": "M.argmax(axis=1, keepdims=True)",
    "argmin": "M.argmin()",
    "argpartition": "x.argpartition(1, axis=0, kind='introselect')",
    "argsort": "M.argsort(0, kind='stable')",
    "device": "x.device",
    "dtype": "x.dtype",
    "flags": "M.T.flags.f_contiguous",
    "itemsize": "x.itemsize",
    "nbytes": "M.nbytes",
    "ndim": "C.ndim",
    "nonzero": "M.nonzero()",
    "round": "M.round(decimals=1)",
    "searchsorted": "np.sort(x).searchsorted([0.2, 1.0], side='right')",
    "setflags": "x.setflags(write=True, align=True)",
    "shape": "C.shape",
    "size": "C.size",
    "strides": "C.T.strides",
}

REFUSED = {
    "byteswap": "x.byteswap(inplace=True)",
    "ctypes": "x.ctypes",
    "data": "x.data",
    "dump": "x.dump('never')",
    "dumps": "x.dumps()",
    "getfield": "x.getfield(np.float32, 4)",
    "setfield": "x.setfield(1.0, np.float32)",
    "tobytes": "x.tobytes('F')",
    "tofile": "x.tofile('never')",
    "view": "x.view(np.int64)",
    "setflags": "x.setflags(write=False)",
}


def test_every_member_has_a_kind_and_an_example():
    kinds = {name: kind_of_member(name) for name in public_members()}
    assert None not in kinds.values()
    derived = {n for n, k in kinds.items() if k in (Kind.RULE, Kind.COMPOSITION)}
    assert CALLS.keys() - {"resize"} == derived - {"resize"}
    plain = {n for n, k in kinds.items() if k is Kind.CONSTANT}
    assert PLAIN.keys() == plain - {"to_device"}
    assert {n for n, k in kinds.items() if k is Kind.REFUSED} <= REFUSED.keys()


@pytest.mark.parametrize("x", [np.ones(3), np.ones((2, 2)), np.array(1.0)])
def test_tracked_arrays_have_all_members_but_the_listed_ones(x):
    def f(x):
        missing = set(dir(np.ndarray)) - set(dir(x)) - {"_set_dtype"}
        assert missing == ABSENT.keys() & set(dir(np.ndarray))
        return np.sum(x)

    for transform in (grad(f), lambda x: jvp(f, (x,), (x,))):
        transform(x)


@pytest.mark.parametrize("call", [call for calls in CALLS.values() for call in calls])
def test_derivatives_match_differences(call):
    f, args = function_of(call)
    check(f, *args)


@pytest.mark.parametrize("name", PLAIN)
def test_the_others_are_plain(name):
    f, args = function_of(PLAIN[name])
    found = jvp(lambda *xs: (xs[0], f(*xs)), args, args, has_aux=True)[-1]
    assert type(found) is type(f(*args))
    np.testing.assert_equal(found, f(*args))


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name):
    f, args = function_of(REFUSED[name])
    with pytest.raises(NoDerivativeError, match=r"\(.*:\d+\)"):
        jvp(f, args, args)


def test_errors_are_numpys():
    for run, error in (
        (lambda a: a.__delitem__(0), ValueError),
        (lambda a: a.astype(np.float32, casting="equiv"), TypeError),
        (lambda a: a & a, TypeError),
        (lambda a: 1 << a, TypeError),
        (lambda a: ~a, TypeError),
        (lambda a: a.item(), ValueError),
        (lambda a: a[:2].resize(3), ValueError),
    ):
        for x in (POINTS["M"].copy(), None):
            with pytest.raises(error):
                run(x) if x is not None else grad(lambda a, r=run: r(a * 1))(
                    POINTS["M"]
                )
