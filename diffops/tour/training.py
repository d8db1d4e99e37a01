"""A gradient through a training run whose own steps are gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from diffops import fgrad, grad
from diffops.data import longley
from diffops.tour.page import Check, Page

TITLE = "Nested: the gradient of a training run, in its own settings"


def standardised() -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and employment, in units of their spread in the first 12 years."""
    table = longley()
    past = table[:12]
    table = (table - past.mean(axis=0)) / past.std(axis=0)
    return table[:, 1:], table[:, 0]


X, Y = standardised()
SETTINGS = np.log([0.1, 0.1])  # learning rate and weight decay


def loss(w, decay):
    """Mean squared error in the years 1947 to 1958, and the weight decay."""
    return np.mean((X[:12] @ w - Y[:12]) ** 2) + decay * (w @ w)


def train(settings):
    """Take 50 steps of gradient descent."""
    rate, decay = np.exp(settings)
    w = np.zeros(6)
    for _ in range(50):
        w = w - rate * grad(loss)(w, decay)
    return w


def validation(settings):
    """Mean squared error in the years 1959 to 1962, which training does not see."""
    return np.mean((X[12:] @ train(settings) - Y[12:]) ** 2)


def hypergradient():
    """The validation error, and which way to turn learning rate and decay."""
    return fgrad(validation)(SETTINGS)


def validation_by_hand(settings: np.ndarray) -> float:
    """Return the same error in plain NumPy, the gradient of the loss written out."""
    rate, decay = np.exp(settings)
    w = np.zeros(6)
    for _ in range(50):
        residual = X[:12] @ w - Y[:12]
        w = w - rate * (residual @ X[:12] / 6 + 2 * decay * w)
    return float(np.mean((X[12:] @ w - Y[12:]) ** 2))


def differences(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Return central differences of f, extrapolated twice (Richardson)."""

    def central(direction: np.ndarray, h: float) -> float:
        return (f(x + h * direction) - f(x - h * direction)) / (2 * h)

    def entry(e: np.ndarray) -> float:
        coarse, middle, fine = (central(e, h) for h in (8e-3, 4e-3, 2e-3))
        once, again = (4 * middle - coarse) / 3, (4 * fine - middle) / 3
        return (16 * again - once) / 15

    return np.array([entry(e) for e in np.eye(len(x))])


def show(page: Page) -> None:
    """Check the hypergradient against differences of training written by hand."""
    page.text("""Employment in the United States, 1947 to 1962, from six indicators
        (Longley 1967, a file in diffops/data). Each step of training calls grad, and
        grad goes through all 50 of them. The check differences the validation error of
        plain NumPy code in which the steps' gradient is written out.""")
    page.code(loss, train, validation, hypergradient)
    error, slopes = hypergradient()
    want = differences(validation_by_hand, SETTINGS)
    page.compare(
        "plain NumPy",
        [Check("validation error", error, validation_by_hand(SETTINGS), 1e-13)],
    )
    page.compare(
        "Richardson",
        [
            Check("slope, log learning rate", slopes[0], want[0], 1e-10),
            Check("slope, log weight decay", slopes[1], want[1], 1e-10),
        ],
    )
