"""Example calls of products, linear algebra, Fourier transforms and polynomials."""

from __future__ import annotations

_AXES = "axes=[(0, 1), (0, 1), (0, 1)]"
_FFT = "n=5, axis=0, norm='ortho'"
_FFTN = "s=(3, 2), axes=(0, 1), norm='forward'"

CALLS = {
    "np.dot": ["np.dot(A, v)", "np.dot(M, s)", "np.dot(B, C)"],
    "np.vdot": ["np.vdot(z, z * s)"],
    "np.inner": ["np.inner(M, B)"],
    "np.outer": ["np.outer(M, x)"],
    "np.matmul": ["np.matmul(A, M.T)", f"np.matmul(A, B, {_AXES})"]
    + ["np.matmul(A, C, axes=[(0, 1), (1, 2), (2, 1)])"],
    "np.vecdot": ["np.vecdot(z, Z)", "np.vecdot(A, B, axis=0)"]
    + ["np.vecdot(A, B, axes=[0, 1, ()])", "np.vecdot(A, B, keepdims=True)"],
    "np.matvec": ["np.matvec(C.mT, v)", "np.matvec(A, B, axes=[(0, 1), 0, 0])"],
    "np.vecmat": ["np.vecmat(z, Z)", "np.vecmat(A, B, axes=[0, (0, 1), 1])"],
    "np.tensordot": ["np.tensordot(C, B, ([1], [0]))", "np.tensordot(M, B, axes=1)"],
    "np.kron": ["np.kron(M, v)"],
    "np.cross": ["np.cross(v, w)", "np.cross(A, B, axisa=0, axisb=1, axisc=0)"]
    + ["np.cross(A, B, axis=0)"],
    "np.einsum": [
        "np.einsum('ij,jk->ki', M, A)",
        "np.einsum(A, [0, 0], [0])",
        "np.einsum('...j,j', M, v, optimize=True, dtype=np.float64, order='K')",
    ],
    "np.linalg.matmul": ["np.linalg.matmul(A, B)"],
    "np.linalg.vecdot": ["np.linalg.vecdot(A, B, axis=0)"],
    "np.linalg.tensordot": ["np.linalg.tensordot(M, A, axes=1)"],
    "np.linalg.outer": ["np.linalg.outer(v, w)"],
    "np.linalg.cross": ["np.linalg.cross(A, B, axis=0)"],
    "np.linalg.diagonal": ["np.linalg.diagonal(A)", "np.linalg.diagonal(A, offset=1)"],
    "np.linalg.trace": ["np.linalg.trace(A, offset=1, dtype=np.float64)"],
    "np.linalg.matrix_transpose": ["np.linalg.matrix_transpose(M)"],
    "np.linalg.inv": ["np.linalg.inv(A)"],
    "np.linalg.solve": ["np.linalg.solve(A, v)"],
    "np.linalg.det": ["np.linalg.det(A)"],
    "np.linalg.slogdet": ["np.linalg.slogdet(A)[1]", "tuple(np.linalg.slogdet(Z))"],
    "np.linalg.cholesky": [
        "np.linalg.cholesky(A @ A.T)",
        "np.linalg.cholesky(A @ A.T, upper=True)",
    ],
    "np.linalg.eig": ["np.abs(np.linalg.eig(A)[0])"],
    "np.linalg.eigvals": ["np.abs(np.linalg.eigvals(A))"],
    "np.linalg.eigh": ["np.linalg.eigh(A + A.T, UPLO='U')[0]"],
    "np.linalg.eigvalsh": ["np.linalg.eigvalsh(A + A.T, UPLO='U')"],
    "np.linalg.svd": [
        "np.linalg.svd(M, full_matrices=False)[1]",
        "np.linalg.svd(A, compute_uv=False)",
        "np.linalg.svd(A + A.T, hermitian=True)[1]",
    ],
    "np.linalg.svdvals": ["np.linalg.svdvals(M)"],
    "np.linalg.qr": ["tuple(np.linalg.qr(A))", "np.linalg.qr(A, mode='r')"],
    "np.linalg.pinv": [
        "np.linalg.pinv(M)",
        "np.linalg.pinv(A + A.T, hermitian=True, rtol=1e-9)",
        "np.linalg.pinv(M, rcond=1e-9)",
    ],
    "np.linalg.lstsq": ["np.linalg.lstsq(B[:, :2], v, rcond=None)[0]"],
    "np.linalg.norm": [
        "np.linalg.norm(M)",
        "np.linalg.norm(A, ord=2)",
        "np.linalg.norm(C, 1, axis=(0, 1), keepdims=True)",
    ],
    "np.linalg.vector_norm": [
        "np.linalg.vector_norm(C, axis=(0, 2), keepdims=True, ord=3)"
    ],
    "np.linalg.matrix_norm": ["np.linalg.matrix_norm(C, keepdims=True, ord='nuc')"],
    "np.linalg.cond": [
        f"np.linalg.cond(A, p={p})"
        for p in ("None", "2", "-2", "1", "-1", "np.inf", "-np.inf", "'fro'", "'nuc'")
    ],
    "np.linalg.matrix_power": ["np.linalg.matrix_power(A, -2)"],
    "np.linalg.multi_dot": ["np.linalg.multi_dot([v, A, B, M.T])"],
    "np.linalg.tensorinv": ["np.linalg.tensorinv(A[:, :, None], ind=1)"],
    "np.linalg.tensorsolve": [
        "np.linalg.tensorsolve(A[:, None], v[None], axes=(0,))",
        "np.linalg.tensorsolve(A.reshape(3, 3, 1), v)",
    ],
    **{
        f"np.fft.{name}": [f"np.fft.{name}(z)", f"np.fft.{name}(Z, {_FFT})"]
        for name in ("fft", "ifft", "hfft", "irfft")
    },
    **{
        f"np.fft.{name}": [f"np.fft.{name}(x)", f"np.fft.{name}(M.T, {_FFT})"]
        for name in ("rfft", "ihfft")
    },
    **{
        f"np.fft.{name}": [f"np.fft.{name}(Z)", f"np.fft.{name}(Z, {_FFTN})"]
        for name in ("fft2", "ifft2", "fftn", "ifftn", "irfft2", "irfftn")
    },
    **{
        f"np.fft.{name}": [f"np.fft.{name}(A)", f"np.fft.{name}(A, {_FFTN})"]
        for name in ("rfft2", "rfftn")
    },
    "np.fft.fftshift": ["np.fft.fftshift(M, axes=1)"],
    "np.fft.ifftshift": ["np.fft.ifftshift(x)", "np.fft.ifftshift(M, axes=(0, 1))"],
    "np.polyval": ["np.polyval(x, v)", "np.polyval(x, s)"],
    "np.polyadd": ["np.polyadd(x, v)"],
    "np.polysub": ["np.polysub(v, x)"],
    "np.polymul": ["np.polymul(x, v)"],
    "np.polydiv": ["np.polydiv(x, v)", "np.polydiv(v, x)"],
    "np.polyder": ["np.polyder(x)", "np.polyder(x, m=2)"],
    "np.polyint": ["np.polyint(x)", "np.polyint(x, m=2, k=[s, t])"],
    "np.polyfit": [
        "np.polyfit(x, y, 1)",
        "np.polyfit(x, y, deg=2, rcond=1e-9, w=p)",
        "np.polyfit(x, y, 1, full=True)[:2]",
        "np.polyfit(x, y, 1, cov=True)",
        "np.polyfit(x, y, 1, cov='unscaled')[1]",
    ],
    "np.poly": ["np.poly(x)", "np.poly(A)"],
    "np.roots": ["np.roots(x)", "np.roots(z)"],
    "np.poly1d": [
        "np.poly1d(x)(s)",
        "(np.poly1d(x) * np.poly1d(v) - 2.0).deriv().integ(k=s).coeffs",
        "np.poly1d(v, r=True).c",
        "np.poly1d(x, variable='t')[2]",
        "(np.poly1d(v) * np.poly1d(w)).r",
    ],
    **{
        f"np.polynomial.polynomial.{name}": [f"P.{name}({args})"]
        for name, args in {
            "polyadd": "x, v",
            "polycompanion": "x",
            "polyder": "M, m=2, scl=2.0, axis=1",
            "polydiv": "x, v",
            "polyfromroots": "v",
            "polygrid2d": "s, t, A",
            "polygrid3d": "s, t, s, C",
            "polyint": "M, m=1, k=[M[0]], lbnd=0.5, scl=2.0, axis=0",
            "polyline": "s, t",
            "polymul": "x, v",
            "polymulx": "x",
            "polypow": "v, 3, maxpower=5",
            "polysub": "x, v",
            "polytrim": "x, tol=0.35",
            "polyval": "x, M[:, :1], tensor=False",
            "polyval2d": "v, w, A",
            "polyval3d": "s, t, s, C",
            "polyvalnd": "(v, w, v), C",
            "polyvalfromroots": "s, v, tensor=True",
            "polyvander": "x, 2",
            "polyvander2d": "v, w, [1, 2]",
            "polyvander3d": "v, w, v, [1, 2, 1]",
        }.items()
    },
    "np.polynomial.polynomial.Polynomial": [
        "P.Polynomial(x, domain=[0, 2], window=[-1, 1], symbol='t')(s)"
    ],
}
