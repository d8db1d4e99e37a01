"""The device functions that kernels call besides CUDA's own."""

from __future__ import annotations

#: How entries are reduced: the start, and a step.
REDUCTIONS = {
    "add": ("(real)0", "{0} + {1}"),
    "multiply": ("(real)1", "{0} * {1}"),
    "maximum": ("-(real)diffops_infinity()", "diffops_maximum({0}, {1})"),
    "minimum": ("(real)diffops_infinity()", "diffops_minimum({0}, {1})"),
}

_BASIC = """\
__device__ __forceinline__ double diffops_infinity()
{
    return __longlong_as_double(0x7ff0000000000000LL);
}
__device__ __forceinline__ double diffops_nan()
{
    return __longlong_as_double(0x7ff8000000000000LL);
}
template <class real>
__device__ __forceinline__ real diffops_maximum(real a, real b)
{
    return a >= b || a != a ? a : b;
}
template <class real>
__device__ __forceinline__ real diffops_minimum(real a, real b)
{
    return a <= b || a != a ? a : b;
}
template <class real>
__device__ __forceinline__ real diffops_strong_product(real a, real b)
{
    return a == 0 && !(fabs(b) < (real)diffops_infinity()) ? (real)0 : a * b;
}
template <class real>
__device__ __forceinline__ bool diffops_differ(real a, real b)
{
    return (a == a || b == b)
        && __double_as_longlong((double)a) != __double_as_longlong((double)b);
}
template <class real>
__device__ __forceinline__ real diffops_logaddexp(real a, real b)
{
    if (a == b) return a + (real)0.6931471805599453;
    const real d = a - b;
    return d > 0 ? a + log1p(exp(-d)) : d <= 0 ? b + log1p(exp(d)) : d;
}
template <class real>
__device__ __forceinline__ real diffops_logaddexp2(real a, real b)
{
    if (a == b) return a + (real)1;
    const real d = a - b, scale = (real)1.4426950408889634;
    return d > 0 ? a + scale * log1p(exp2(-d))
        : d <= 0 ? b + scale * log1p(exp2(d)) : d;
}
template <class real>
__device__ __forceinline__ real diffops_remainder(real a, real b)
{
    const real r = fmod(a, b);
    if (r == 0) return copysign((real)0, b);
    return (r < 0) != (b < 0) ? r + b : r;
}
template <class real>
__device__ __forceinline__ real diffops_floor_divide(real a, real b)
{
    if (b == 0) return a / b;
    const real r = fmod(a, b);
    real q = (a - r) / b;
    if (r != 0 && (r < 0) != (b < 0)) q -= (real)1;
    if (q == 0) return copysign((real)0, a / b);
    const real low = floor(q);
    return q - low > (real)0.5 ? low + (real)1 : low;
}
template <class real>
__device__ __forceinline__ real diffops_expit(real x)
{
    const real d = exp(-fabs(x));
    return (x >= 0 ? (real)1 : d) / ((real)1 + d);
}
template <class real>
__device__ __forceinline__ real diffops_log_expit(real x)
{
    return x < 0 ? x - log1p(exp(x)) : -log1p(exp(-x));
}
template <class real>
__device__ __forceinline__ real diffops_logit(real x)
{
    if (x < (real)0.3 || x > (real)0.65) return log(x / ((real)1 - x));
    const real s = (real)2 * (x - (real)0.5);
    return log1p(s) - log1p(-s);
}
template <class real>
__device__ __forceinline__ real diffops_xlogy(real x, real y)
{
    return x == 0 && y == y ? (real)0 : x * log(y);
}
template <class real>
__device__ __forceinline__ real diffops_xlogonepy(real x, real y)
{
    return x == 0 && y == y ? (real)0 : x * log1p(y);
}
template <class real>
__device__ __forceinline__ real diffops_entr(real x)
{
    if (x > 0) return -x * log(x);
    return x != x ? x : x == 0 ? (real)0 : -(real)diffops_infinity();
}
template <class real>
__device__ __forceinline__ real diffops_rel_entr(real x, real y)
{
    if (x != x || y != y) return (real)diffops_nan();
    if (x > 0 && y > 0) {
        const real q = x / y;  // which may overflow, or vanish
        return x * (q > 0 && q < (real)diffops_infinity() ? log(q) : log(x) - log(y));
    }
    return x == 0 && y >= 0 ? (real)0 : (real)diffops_infinity();
}
"""

#: A tree: the threads of each warp first, by shuffles, then one entry per warp. The
#: first thread has the result; the number of threads is a multiple of 32.
_TREE = """\
template <class real> __device__ real diffops_block_{kind}(real x)
{{
    __shared__ real parts[32];
    const unsigned int lane = threadIdx.x & 31u, warp = threadIdx.x >> 5;
    for (int d = 16; d; d >>= 1) {{
        const real other = __shfl_down_sync(0xffffffffu, x, d);
        x = {step};
    }}
    if (lane == 0) parts[warp] = x;
    __syncthreads();
    if (warp == 0) {{
        x = lane < blockDim.x >> 5 ? parts[lane] : {start};
        for (int d = 16; d; d >>= 1) {{
            const real other = __shfl_down_sync(0xffffffffu, x, d);
            x = {step};
        }}
    }}
    __syncthreads();
    return x;
}}
"""


def prelude(kinds: list[str]) -> str:
    """Return what stands before all kernels.

    ``kinds`` are those of the reductions that end in a tree.
    """
    trees = []
    for kind in kinds:
        start, step = REDUCTIONS[kind]
        tree = _TREE.format(kind=kind, start=start, step=step.format("x", "other"))
        trees.append(tree)
    return "\n".join([_BASIC, *trees])
