"""Settings of all tests."""

from hypothesis import settings

# The same examples every time, on machines of any speed.
settings.register_profile("diffops", deadline=None, derandomize=True)
settings.load_profile("diffops")
