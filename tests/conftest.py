"""Settings of all tests."""

import importlib.util
import sys

import pytest
from hypothesis import settings

from diffops.tags import running

# The same examples every time, on machines of any speed.
settings.register_profile("diffops", deadline=None, derandomize=True)
settings.load_profile("diffops")


def pytest_collection_modifyitems(items):
    """Skip the examples of the symbolic operators where SymPy is missing."""
    if importlib.util.find_spec("sympy") is None:
        missing = pytest.mark.skip(reason="SymPy is not installed")
        for item in items:
            if item.nodeid.startswith("diffops/symbolic/"):
                item.add_marker(missing)


@pytest.fixture(autouse=True)
def no_kernels_for_devices_left():
    """Each test begins like a process without arrays on a GPU."""
    yield
    module = sys.modules.get("diffops.kernels.device_kernel")
    if module is not None and module.served:
        for primitive in module.served:
            if isinstance(primitive.kernel, module.DeviceKernel):
                primitive.kernel = primitive.kernel.host
        module.served.clear()


@pytest.fixture(autouse=True)
def no_level_left():
    """Close what tests of parts have opened: some functions look whether any runs."""
    yield
    running.clear()
