"""The solution of an initial value problem at tracked times."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.primitive import adopt, tracked_in
from diffops.scipy.integrate.steps import Field
from diffops.scipy.integrate.trajectory import Trajectory, moment, shifted
from diffops.tags import strip


class Solution:
    """The tracked solution as a function of time, as `scipy.integrate.OdeSolution`.

    Its value is that of ``plain``, SciPy's.
    """

    def __init__(self, trajectory: Trajectory, plain: Any) -> None:
        self.trajectory = trajectory
        self.plain = plain
        self.ts = plain.ts
        self.t_min, self.t_max = plain.t_min, plain.t_max

    def __call__(self, t: Any) -> Any:
        """Return y at a time, or the columns of y at several."""
        t = adopt(t)
        if np.ndim(t) == 0:
            return shifted(self.trajectory.at(t), self.plain(strip(t)))
        return np.stack([self(x) for x in t], axis=1)


def along_times(trajectory: Trajectory, times: Any, values: Any) -> Any:
    """Return the states at some times as columns; the values are known."""
    columns = []
    for k, value in enumerate(values.T):
        t: Any = times[k]
        place = float(strip(t))
        y = shifted(trajectory.at(place), value)
        if tracked_in([t]):
            y = moment(trajectory.field, place, y, t - place)
        columns.append(y)
    return np.stack(columns, axis=1) if columns else values


def moved_start(field: Field, t: Any, y: Any, start: float) -> Any:
    """Return the state at the plain beginning, given that at a tracked one."""
    return moment(field, t, y, start - t) if tracked_in([t]) else y
