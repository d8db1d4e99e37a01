"""jit: a function is recorded once and replayed as a program."""

from diffops.jit import noting as _noting, raising as _raising

_noting.install()
_raising.install()
