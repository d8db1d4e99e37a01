"""The ways to a hypergradient: what reverse mode keeps of a training."""

from __future__ import annotations

from dataclasses import dataclass

WAYS = ("unrolled", "checkpointed", "reversible", "implicit")


@dataclass
class Way:
    """How `descend` is to be differentiated, and how often it asked for the loss.

    ``memory`` is how many states "checkpointed" keeps, ``tol`` the gradient up to
    which "implicit" takes weights for a minimum. ``calls`` counts the evaluations of
    the loss, those on the way back too.

    >>> from diffops import optimize
    >>> way = optimize.Way("checkpointed", memory=3)
    >>> optimize.descend(
    ...     lambda w: w**2, 1.0, optimize.GradientDescent(0.25), 2, way=way
    ... )
    np.float64(0.25)
    >>> way.calls
    2
    """

    name: str = "unrolled"
    memory: int | None = None
    tol: float = 1e-6
    linear: str = "auto"
    calls: int = 0

    def __post_init__(self) -> None:
        """Check the name."""
        if self.name not in WAYS:
            raise ValueError(f"way must be one of {', '.join(WAYS)}, not {self.name!r}")


def way_of(way: str | Way) -> Way:
    """Return a way, given by its name or as it is."""
    return way if isinstance(way, Way) else Way(way)
