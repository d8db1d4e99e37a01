"""Native kernels of elementwise functions, for large arrays in eager mode.

Value and partial derivatives come from one pass over memory, and the backward pass
adds ``g * d`` to an adjoint in another. ``diffops.kernels.use("numpy")`` turns them off
in a ``with`` statement, the environment variable ``DIFFOPS_KERNELS=numpy`` for good.
"""

from diffops.kernels.settings import use as use
