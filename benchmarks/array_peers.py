"""How each library builds the gradients of the programs of arrays."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import array_programs
import numpy as np
from array_programs import ArrayProgram, Library, in_python

Run = Callable[[Any], Any]
Builder = Callable[[ArrayProgram], Run]


def diffops(compiled: bool) -> Builder:
    """Return our gradients, compiled or eager; the data are arguments."""
    import diffops as own

    library = Library(np, own.grad, in_python)

    def build(program: ArrayProgram) -> Run:
        gradient = own.grad(lambda x: program.function(library, x, *program.data))
        return own.jit(gradient) if compiled else gradient

    return build


def jax() -> Builder:
    """Return JAX's, which scans instead of looping."""
    import jax as own
    import jax.numpy as jnp

    own.config.update("jax_enable_x64", True)

    def repeat(step: Any, state: Any, items: Any) -> Any:
        return own.lax.scan(lambda s, item: (step(s, item), None), state, items)[0]

    library = Library(jnp, own.grad, repeat)

    def build(program: ArrayProgram) -> Run:
        # The data are arguments: as constants they would be folded for minutes.
        arrays = [own.device_put(x) for x in program.data if _is_array(x)]

        def f(x: Any, *given: Any) -> Any:
            return program.function(library, x, *_filled(program.data, given))

        gradient = own.jit(own.grad(f))
        return lambda x: gradient(x, *arrays).block_until_ready()

    return build


def _is_array(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype != np.int64


def _filled(data: Any, given: Any) -> list[Any]:
    """Return the data with other arrays in the place of its own."""
    rest = iter(given)
    return [next(rest) if _is_array(x) else x for x in data]


def torch() -> Builder:
    """Return eager PyTorch."""
    import torch as own

    own.set_num_threads(1)

    def gradient(f: Any) -> Any:
        def run(x: Any) -> Any:
            x = x if x.requires_grad else x.detach().requires_grad_()
            return own.autograd.grad(f(x), x, create_graph=True)[0]

        return run

    library = Library(_torch_as_numpy(own), gradient, in_python)

    def build(program: ArrayProgram) -> Run:
        data = [own.tensor(x) if isinstance(x, np.ndarray) else x for x in program.data]

        def run(point: Any) -> Any:
            x = own.tensor(point, requires_grad=True)
            program.function(library, x, *data).backward()
            return x.grad.detach()

        return run

    return build


def _torch_as_numpy(own: Any) -> Any:
    """Return PyTorch's functions under NumPy's names."""
    names = {"max": "amax", "concatenate": "cat", "swapaxes": "swapaxes"}
    plain = ("sum", "sin", "tanh", "exp", "log", "logaddexp")
    return SimpleNamespace(
        **{name: getattr(own, name) for name in plain},
        **{name: getattr(own, other) for name, other in names.items()},
    )


#: What torch.compile unrolls and then takes minutes for: 395 s when it was tried.
UNROLLED = (array_programs.trained,)


def torch_compiled() -> Builder:
    """Return compiled PyTorch: the gradient as a transformation, then Inductor."""
    import torch as own

    own.set_num_threads(1)
    library = Library(_torch_as_numpy(own), own.func.grad, in_python)

    def build(program: ArrayProgram) -> Run:
        if program.function in UNROLLED:
            raise NotImplementedError
        data = [own.tensor(x) if isinstance(x, np.ndarray) else x for x in program.data]
        gradient = own.func.grad(lambda x: program.function(library, x, *data))
        own._dynamo.reset()  # all programs count as one function, compiled too often
        compiled = own.compile(gradient, fullgraph=True, dynamic=False)
        return lambda x: compiled(own.tensor(x))

    return build


def autograd() -> Builder:
    """Return HIPS autograd."""
    import autograd as own
    import autograd.numpy as anp

    library = Library(anp, own.grad, in_python)
    return lambda program: own.grad(
        lambda x: program.function(library, x, *program.data)
    )


def numba() -> Builder:
    """Return what is written by hand, where it is."""
    import arrays_by_hand

    hands = {
        array_programs.elementwise: arrays_by_hand.elementwise,
        array_programs.logistic: arrays_by_hand.logistic,
        array_programs.mixture_model: arrays_by_hand.mixture_model,
    }

    def build(program: ArrayProgram) -> Run:
        hand = hands.get(program.function)
        if hand is None:
            raise NotImplementedError
        return hand(*program.data)

    return build


def c() -> Builder:
    """Return what is written by hand in C, compiled for this processor."""
    import arrays_in_c

    if not arrays_in_c.is_there():
        raise NotImplementedError
    return arrays_in_c.build


#: How each library is called in the table, the module that it needs, its builder.
LIBRARIES: dict[str, tuple[str, Callable[[], Builder]]] = {
    "diffops jit": ("diffops", lambda: diffops(True)),
    "C, by hand": ("numpy", c),
    "Numba, by hand": ("numba", numba),
    "jax.jit": ("jax", jax),
    "torch.compile": ("torch", torch_compiled),
    "PyTorch": ("torch", torch),
    "autograd": ("autograd", autograd),
    "diffops eager": ("diffops", lambda: diffops(False)),
}
