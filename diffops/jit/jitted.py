"""``jit``: the callable that records, replays, and falls back to f itself."""

from __future__ import annotations

import functools
import threading
import warnings
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from diffops.jit.checking import ANOTHER, agree, compare
from diffops.jit.collector import at_rest
from diffops.jit.differentiable import SmoothCall, smooth_call
from diffops.jit.known import Ways, kept
from diffops.jit.locks import lock
from diffops.jit.path import Path
from diffops.jit.program import Program
from diffops.jit.recorder import NotRecordable
from diffops.jit.recording import record
from diffops.jit.replay import MISMATCH
from diffops.jit.signature import Arguments, NoSignature
from diffops.jit.surroundings import sees_tracked
from diffops.native.entry import or_else
from diffops.native.thread_count import DEFAULT, checked
from diffops.primitive import tracked_in
from diffops.tags import running

if TYPE_CHECKING:
    from diffops.jit.cuda.device_plan import CudaPlan

F = Callable[..., Any]

#: So many ways through f are recorded for one signature before it runs as it is.
MOST_PATHS = 8
#: So many native programs are asked one after the other, the newest first.
MOST_NATIVES = 16


def jit(
    f: F, *, check: bool = False, exact: bool = False, threads: int | None = None
) -> Jitted:
    """Return f, recorded on its second call and replayed on later ones.

    ``jit(f)(x)`` = f(x). A program is recorded for every structure, dtype and shape of
    the arguments; floats and arrays vary from call to call, all other arguments (ints,
    strings, flags) stand by value, objects by identity. Python control flow works: each
    decision becomes a guard of the program, and where one comes out differently another
    way through f is recorded, up to eight; then f runs as it is, with one warning that
    names the line.

    Composes with every operator: ``jit(grad(f))`` replays the gradient, and
    ``grad(jit(f))`` runs replayed pushforwards and pullbacks.

    Where f writes into its arguments, asks for their types, or draws random numbers,
    it runs as it is, with a warning. Limits: side effects happen in the first two calls
    and not again; what f reads besides its arguments, or in objects, is taken as it is
    then; `numpy.errstate` inside f has no effect. Arrays to write into are made with
    ``np.zeros(n, like=x)``. Raises TypeError where f is no function, and with
    ``check=True`` StaleProgramError where f, run beside its program, differs. To record
    costs a few calls of f. Programs in use become native code, whose results differ by
    rounding; with ``exact=True`` they keep NumPy's bits. So many ``threads`` share
    native loops over large arrays (without it, as ``DIFFOPS_NUM_THREADS`` says, or 1);
    how many does not change a bit. See docs/jit.md.

    >>> import numpy as np
    >>> from diffops import grad, jit
    >>> slope = jit(grad(lambda x: np.sum(np.sin(x) * x)))
    >>> [slope(np.array([0.0, t])) for t in (1.0, 2.0, 3.0)][2]
    array([ 0.        , -2.82885748])
    """
    if not callable(f):
        raise TypeError(f"jit takes a function, not a {type(f).__name__}")
    return Jitted(f, check, exact, threads)


class Jitted:
    """What `jit` returns: a picklable callable with the metadata of f.

    Its ``__call__`` is its own, not its class's: native code, once there is some, that
    is called without a detour through Python and hands over what it does not take.
    """

    __slots__ = ("__call__", "__dict__", "__weakref__")

    __call__: F
    _lock: threading.RLock

    def __init__(
        self,
        f: F,
        check: bool = False,
        exact: bool = False,
        threads: int | None = None,
    ) -> None:
        self.f = f
        self.check = check
        self.exact = exact
        self.threads = None if threads is None else checked(threads)
        self._start()
        functools.update_wrapper(self, f, updated=())
        self.__name__ = f"jit({getattr(f, '__name__', repr(f))})"

    def _start(self) -> None:
        self._ways: dict[Any, Ways] = {}
        self._smooth: dict[Any, SmoothCall] = {}
        self._natives: deque[Any] = deque(maxlen=MOST_NATIVES)
        lock(self)
        self.__call__ = self._general

    def _general(self, *args: Any, **kwargs: Any) -> Any:
        """Find the program for these arguments, or make it, or run f itself."""
        if tracked_in(args) or tracked_in(kwargs.values()):
            return self._differentiated(args, kwargs)
        if running and sees_tracked(self.f):
            return self.f(*args, **kwargs)
        try:
            arguments = Arguments(args, kwargs)
        except NoSignature as refusal:
            if str(refusal):
                unknown = self._ways.setdefault(None, Ways())
                self._give_up(unknown, str(refusal), stacklevel=4)
            return self.f(*args, **kwargs)
        ways = self._ways.get(arguments.key)
        if ways is None:
            with self._lock:
                ways = kept(self._ways, arguments.key, Ways())
        if ways.plain:
            return self.f(*args, **kwargs)
        if not ways.called:
            returned = self.f(*args, **kwargs)
            ways.called = True
            return returned
        for path in ways.paths:
            try:
                y = path(arguments)
            except Exception:
                # f may catch it and go another way, or raise an error of its own.
                return self.f(*args, **kwargs)
            if y is not MISMATCH:
                if path.is_due():
                    self._compile(path, arguments)
                if self.check:
                    compare(self, y, arguments)
                return y
        return self._another_way(ways, arguments)

    def _compile(self, path: Path, arguments: Arguments) -> None:
        with self._lock:
            if path.compilable:
                with at_rest():
                    self._try_to_compile(path, arguments)
                if path.native is not None and arguments.flat and not self.check:
                    self._natives.append(path.native)
                    call: F = self._general
                    for native in self._natives:
                        call = or_else(native, call, running)
                    self.__call__ = call

    def _try_to_compile(self, path: Path, arguments: Arguments) -> None:
        """Make native code; where that breaks, plain replay goes on."""
        try:
            path.compile(arguments, self.__name__, self.threads or DEFAULT)
        except Exception as error:
            path.compilable = False
            warnings.warn(
                f"{self.__name__} could not be compiled, which is a mistake of "
                f"diffops ({type(error).__name__}: {error}); it is replayed without",
                RuntimeWarning,
                stacklevel=5,
            )

    def _differentiated(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run on tracked values: as one primitive, whose derivatives are replayed."""
        try:
            arguments = Arguments(args, kwargs)
        except NoSignature:
            return self.f(*args, **kwargs)
        if arguments.is_kept() or sees_tracked(self.f):
            return self.f(*args, **kwargs)
        smooth = self._smooth.get(arguments.key)
        if smooth is None:
            likewise = partial(jit, exact=self.exact, threads=self.threads)
            smooth = smooth_call(self.f, arguments, likewise)
            with self._lock:
                smooth = kept(self._smooth, arguments.key, smooth)
        return smooth(arguments)

    def program(self, *args: Any, **kwargs: Any) -> Program:
        """Return what runs for these arguments; it prints as a Wengert list."""
        return record(self.f, Arguments(args, kwargs), lines=True)[0].program

    def cuda_plan(self, *args: Any, **kwargs: Any) -> CudaPlan:
        """Return what a GPU would run for these arguments; it prints as its launches.

        Its ``source`` is CUDA C: kernels, one for each distinct nest of loops, value
        and gradient together. Raises NotImplementedError, with the reason, where the
        program does what no kernel does. See docs/jit.md.

        >>> import numpy as np
        >>> plan = jit(lambda x: np.sum(np.sin(x) * x)).cuda_plan(np.ones(1000))
        >>> print(plan)
        i0: double[1000]
        o0: double[]
        workspace: double[0]
        kernel0<<<1, 256>>>(i0, o0)
        return o0
        """
        from diffops.jit.cuda.launches import cuda_plan

        return cuda_plan(self.program(*args, **kwargs))

    def _another_way(self, ways: Ways, arguments: Arguments) -> Any:
        if len(ways.paths) >= MOST_PATHS:
            with self._lock:
                first, ways.plain = not ways.plain, True
            if first:
                self._warn(ways.paths[-1].program, arguments)
            return arguments.run(self.f)
        failure = None
        try:
            path, results = record(self.f, arguments, self.exact)
        except Exception as error:
            failure = error
        if failure is not None:
            return self._unrecorded(ways, arguments, failure)
        y = path.rebuild(results)
        if self.check:
            compare(self, y, arguments)
        else:
            run = partial(arguments.run, self.f)
            wanted = run()
            if not agree(y, wanted, run):
                self._give_up(ways, ANOTHER, stacklevel=4)
                return wanted
        with self._lock:
            ways.paths.append(path)
        if path.is_due():
            self._compile(path, arguments)
        return y

    def _unrecorded(self, ways: Ways, arguments: Arguments, error: Exception) -> Any:
        """Run f as it is, and always where that will not change.

        What f caught may be another matter next time: that is tried some times again.
        """
        returned = arguments.run(self.f)  # or else it raises an error of its own
        ways.failures += 1
        if not isinstance(error, NotRecordable):
            self._give_up(ways, str(error), stacklevel=5)
        elif ways.failures >= MOST_PATHS:
            reason = "it catches errors, or Python raises them"
            self._give_up(ways, reason, stacklevel=5)
        return returned

    def _give_up(self, ways: Ways, reason: str, stacklevel: int) -> None:
        """Run f as it is from now on, and say why."""
        with self._lock:
            first, ways.plain = not ways.plain, True
        if first:
            warnings.warn(
                f"{self.__name__} cannot be recorded ({reason}); it runs without jit "
                "for such arguments from now on",
                RuntimeWarning,
                stacklevel=stacklevel,
            )

    def _warn(self, program: Program, arguments: Arguments) -> None:
        """Say at which line this call went another way than the last recorded one."""
        line = ""
        with suppress(Exception):  # f raises, or cannot be recorded, on this way
            guards = record(self.f, arguments, lines=True)[0].program.guards
            for before, now in zip(program.guards, guards, strict=False):
                if before.expected != now.expected:
                    line = now.line
                    break
        warnings.warn(
            f"{self.__name__} took more than {MOST_PATHS} ways through the function, "
            f"which goes by its values{line}; it runs without jit for such arguments "
            "from now on",
            RuntimeWarning,
            stacklevel=4,
        )

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else partial(self, instance)

    def __getstate__(self) -> dict[str, Any]:
        hidden = ("_lock", "_natives", "_smooth", "_ways")
        return {k: v for k, v in self.__dict__.items() if k not in hidden}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._start()

    def __repr__(self) -> str:
        return f"<{self.__name__}>"
