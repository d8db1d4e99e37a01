"""Where the example calls of the tables beside this file are evaluated."""

from __future__ import annotations

import ast
import types

import numpy as np

_random = np.random.default_rng(3)

#: What may vary: the arguments of an example are those of these that it names.
POINTS = {
    "s": 0.7,
    "t": 1.6,
    "x": np.array([0.9, -0.4, 1.7, 0.3]),
    "y": np.array([1.3, 0.8, -0.6, 2.1]),
    "p": np.array([0.6, 1.4, 1.1, 2.2]),
    "q": np.array([0.21, 0.67]),
    "u": np.array([0.5, -0.8, 0.1, 0.93]),
    "v": np.array([0.4, 1.1, -0.7]),
    "w": np.array([1.2, -0.5, 0.8]),
    "A": _random.normal(size=(3, 3)) + 2 * np.eye(3),
    "B": _random.normal(size=(3, 3)),
    "M": _random.permutation(np.linspace(-1.1, 1.4, 6)).reshape(2, 3),
    "C": _random.permutation(np.linspace(0.3, 1.9, 12)).reshape(2, 3, 2),
    "z": _random.normal(size=3) + 1j * _random.normal(size=3),
    "Z": _random.normal(size=(3, 3)) + 1j * _random.normal(size=(3, 3)),
}


def into(array, write):
    """Return a copy of an array, written into."""
    copied = np.copy(array)
    write(copied)
    return copied


#: What stays as it is.
CONSTANTS = {
    "np": np,
    "into": into,
    "here": __file__,
    "P": np.polynomial.polynomial,
    "i": np.array([2, 0, 1, 2]),
    "k": np.array([3, 2, 4, 2]),
    "mask": np.array([True, False, True, True]),
    "mask2": np.array([[True, False, True], [False, True, True]]),
    "grid": np.array([-1.0, 0.0, 0.5, 1.1, 2.0]),
}


def function_of(call: str) -> tuple[types.FunctionType, list[np.ndarray]]:
    """Return the function that an example is of what varies in it, and where."""
    names = {
        node.id for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Name)
    }
    bound = {
        node.arg for node in ast.walk(ast.parse(call)) if isinstance(node, ast.arg)
    }
    varying = [name for name in POINTS if name in names - bound]
    made = eval(f"lambda {', '.join(varying)}: {call}", dict(CONSTANTS))
    return made, [POINTS[name] for name in varying]
