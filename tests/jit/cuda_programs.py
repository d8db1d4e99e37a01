"""Programs whose gradients a GPU should compute, with points; compared with eager."""

import numpy as np

from diffops import grad, hessianv, value_and_grad

RANDOM = np.random.default_rng(0)
DATA = RANDOM.standard_normal((300, 12))
LABELS = np.sign(RANDOM.standard_normal(300))
LAYERS = [RANDOM.standard_normal(size) / 3 for size in ((12, 16), (16,), (16, 1), (1,))]
MEANS = RANDOM.standard_normal((5, 12))


def elementwise(x):
    return np.sum(np.sin(x) * np.exp(-(x**2)) + np.sqrt(1 + x * x) * np.tanh(x))


def logistic(w):
    return np.sum(np.logaddexp(0, -LABELS * (DATA @ w))) + 0.5 * w @ w


def logsumexp(w):
    z = DATA @ w
    m = np.max(z)
    return m + np.log(np.sum(np.exp(z - m)))


def perceptron(weights, bias, last, offset):
    hidden = np.tanh(DATA @ weights + bias)
    return np.mean(((hidden @ last + offset)[:, 0] - LABELS) ** 2)


def mixture(means, scales, weights):
    """Return the log-likelihood of Gaussians with diagonal covariances."""
    distances = (DATA[:, None] - means) * np.exp(scales)
    inside = np.sum(scales, axis=1) - 0.5 * np.sum(distances**2, axis=2)
    logs = weights - np.log(np.sum(np.exp(weights))) + inside
    m = np.max(logs, axis=1, keepdims=True)
    return np.sum(m[:, 0] + np.log(np.sum(np.exp(logs - m), axis=1)))


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def softmax(x):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2)


def descent(x):
    """Return steps whose lengths are numbers on the device."""
    for _ in range(4):
        x = x - 0.1 * np.sin(x) / np.sqrt(np.sum(x * x) + 1)
    return np.sum(x**2)


def _every(f):
    return grad(f, tuple(range(f.__code__.co_argcount)))


_LONG = RANDOM.standard_normal(3000)

#: Name: function, arguments.
PROGRAMS = {
    "elementwise": (value_and_grad(elementwise), (_LONG,)),
    "logistic": (value_and_grad(logistic), (DATA[0],)),
    "logsumexp": (value_and_grad(logsumexp), (DATA[1],)),
    "perceptron": (_every(perceptron), tuple(LAYERS)),
    "mixture": (_every(mixture), (MEANS, 0.1 * MEANS, MEANS[:, 0])),
    "rosenbrock": (value_and_grad(rosenbrock), (_LONG,)),
    "rosenbrock, second order": (hessianv(rosenbrock), (_LONG, _LONG[::-1].copy())),
    "softmax": (grad(softmax), (DATA,)),
    "descent": (value_and_grad(descent), (DATA[2],)),
}
