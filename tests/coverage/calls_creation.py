"""Example calls of functions that make arrays."""

from __future__ import annotations

_LIKE = {
    "np.zeros": "3, order='C', device='cpu'",
    "np.ones": "(2, 2), order='C', device='cpu'",
    "np.empty": "0, order='C', device='cpu'",
    "np.identity": "3",
    "np.tri": "3, 2, k=1",
    "np.eye": "3, M=4, k=-1, order='C', device='cpu'",
}

CALLS = {
    **{
        name: [f"{name}({args}, dtype=np.float64, like=x) * s"]
        for name, args in _LIKE.items()
    },
    "np.frombuffer": [
        "np.frombuffer(b'12345678' * 2, float, count=1, offset=8, like=x) * s"
    ],
    "np.fromfunction": [
        "np.fromfunction(lambda n, m: n + 2 * m, (2, 2), dtype=float, like=x) * s"
    ],
    "np.fromiter": ["np.fromiter(range(4), dtype=float, count=3, like=x) * s"],
    "np.fromstring": [
        "np.fromstring('1 2', dtype=float, count=2, sep=' ', like=x) * s"
    ],
    "np.loadtxt": ["np.loadtxt(['1 2', '3 4'], like=x) * s"],
    "np.genfromtxt": ["np.genfromtxt(['1 2', '3 4'], like=x) * s"],
    "np.fromfile": ["np.fromfile(here, dtype=np.uint8, count=4, like=x) * x"],
    "np.array": [
        "np.array([s, t * s], like=x)",
        "np.array(x, dtype=np.float64, ndmin=2, copy=True, like=x)",
        "np.array(M, order='F', subok=True, ndmax=3, like=M)",
    ],
    "np.asarray": ["np.asarray([x, x * x], like=x)"]
    + ["np.asarray(M, np.float64, order='K', device='cpu', copy=True, like=M)"],
    "np.asanyarray": ["np.asanyarray(x, dtype=np.float64, like=x)"]
    + ["np.asanyarray(M, order='F', device='cpu', copy=None, like=M)"],
    "np.asarray_chkfinite": ["np.asarray_chkfinite(x, dtype=None, order='C') * y"],
    "np.ascontiguousarray": ["np.ascontiguousarray(M.T, np.float64, like=M)"],
    "np.asfortranarray": ["np.asfortranarray(M, dtype=np.float64, like=M)"],
    "np.require": ["np.require(x, dtype=np.float64, requirements=['C'], like=x)"],
    "np.full": [
        "np.full((2, 2), s, like=x)",
        "np.full(3, x[:3], float, order='C', device='cpu', like=x)",
    ],
    "np.full_like": [
        "np.full_like(M, M[0, 1])",
        "np.full_like(x, 2.0, order='C', subok=True, device='cpu') * y",
        "np.full_like(x, x[1], dtype=np.float64, shape=(2,))",
    ],
    "np.zeros_like": [
        "np.zeros_like(x) + y",
        "np.zeros_like(x, float, shape=4) + y",
        "np.zeros_like(x, order='C', subok=True, device='cpu') + y",
    ],
    "np.ones_like": ["np.ones_like(M, dtype=np.float64, shape=(2, 3)) * v"]
    + ["np.ones_like(x, order='C', subok=True, device='cpu') * y"],
    "np.empty_like": ["np.empty_like(x, float, shape=0)"]
    + ["np.empty_like(x[:0], order='C', subok=True, device='cpu')"],
    "np.arange": ["np.arange(x[3], 3.0, x[2], like=x)"]
    + ["np.arange(2 * x[2], dtype=float, device='cpu', like=x)"],
    "np.linspace": [
        "np.linspace(s, t, 5)",
        "np.linspace(v, 2.0, num=3, endpoint=False, retstep=True, axis=-1)",
        "np.linspace(s, v, 3, dtype=np.float64, device='cpu')",
    ],
    "np.logspace": [
        "np.logspace(s, t, 4)",
        "np.logspace(v, 2.0, num=3, endpoint=False, base=s, axis=1)",
        "np.logspace(s, t, 3, dtype=np.float64)",
    ],
    "np.geomspace": [
        "np.geomspace(s, t, 4)",
        "np.geomspace(p, 2.0, num=3, endpoint=False, axis=1)",
        "np.geomspace(s, t, 3, dtype=np.float64)",
    ],
    "np.vander": ["np.vander(v)", "np.vander(v, N=2, increasing=True)"],
    "np.copy": ["np.copy(x)", "np.copy(M, order='F', subok=True)"],
    "np.astype": [
        "np.astype(x, np.float64)",
        "np.astype(x, np.complex128, copy=False)",
        "np.astype(x, np.float64, device='cpu')",
    ],
    "np.matrix": ["np.sum(np.matrix(A, dtype=None, copy=True) ** 2)"],
    "np.asmatrix": ["np.sum(np.asmatrix(A, dtype=None) * np.asmatrix(A).T)"],
    "np.bmat": ["np.sum(np.bmat('A, A', ldict={'A': A}, gdict={}) * 2.0)"],
    "np.r_": ["np.r_[x, s, 1.0, y]"],
    "np.c_": ["np.c_[x, y]"],
    "np.row_stack": ["np.row_stack([x, y], dtype=np.float64, casting='same_kind')"],
    "np.mgrid": ["np.mgrid[0:s:3j]"],
    "np.ogrid": ["np.ogrid[s : 2 * t : 3j]"],
    "np.kaiser": ["np.kaiser(5, t)"],
    "np.fft.fftfreq": ["np.fft.fftfreq(5, d=s, device='cpu')"],
    "np.fft.rfftfreq": ["np.fft.rfftfreq(5, s, device='cpu')"],
}
