"""The functions of NumPy that no derivative passes through, with their reasons."""

from __future__ import annotations

import numpy as np

from diffops.rules._refused import refused

refused(
    np.busday_count,
    np.busday_offset,
    np.is_busday,
    np.datetime_as_string,
    np.isnat,
    reason="it is about dates, which no tracked value can be",
)

refused(
    np.packbits,
    np.unpackbits,
    np.ravel_multi_index,
    np.unravel_index,
    reason="it takes whole numbers",
    advice="round first: np.astype(np.rint(x), int) is a constant",
)

refused(
    np.save,
    np.savetxt,
    np.savez,
    np.savez_compressed,
    reason="a file holds numbers alone",
    advice="write diffops.stop_gradient(x)",
)

refused(
    np.intersect1d,
    reason="what two arrays share is lost as soon as an entry of one moves",
    advice="pick the entries of one of them: a[np.isin(a, b)]",
)
