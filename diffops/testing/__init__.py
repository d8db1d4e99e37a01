"""Checks of derivatives against differences: ``check_grads`` and ``check_rule``."""

from diffops.testing.gradients import check_grads as check_grads
from diffops.testing.rules import check_rule as check_rule
