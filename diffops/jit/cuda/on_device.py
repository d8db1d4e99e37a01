"""Regions of a program that a GPU runs, between what only CuPy does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.jit.cuda.device_code import DeviceCode
from diffops.jit.cuda.expressions import NotForCuda
from diffops.jit.cuda.launches import cuda_plan
from diffops.jit.cuda.parting import parted
from diffops.jit.program import Program


class OnDevice:
    """Makes regions that a GPU runs, through an array module."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def takes(self, part: Program) -> bool:
        """Tell whether there are kernels for a program."""
        try:
            cuda_plan(parted(part)[1])
        except NotForCuda:
            return False
        return True

    def made(self, part: Program) -> Callable[..., Any] | None:
        """Return a program as kernels, called with the values of its inputs."""
        try:
            return DeviceCode(part, self.module)
        except NotForCuda:
            return None
