"""Linear operators, which are constants, on tracked vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import linalg

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import Primitive, adopt, tracked_in
from diffops.rules._kinds import linear
from diffops.scipy._mirror import holds, refuse


def is_operator(value: Any) -> bool:
    """Tell whether a value is one of SciPy's linear operators."""
    return isinstance(value, linalg.LinearOperator)


def adjoint_of(operator: Any) -> Any:
    """Return the adjoint of an operator or a matrix."""
    if not is_operator(operator):
        return operator.conj().T
    return _Adjoint(operator)


class _Adjoint(linalg.LinearOperator):  # type: ignore[misc]
    """The adjoint of an operator, which says so if there is none."""

    def __init__(self, operator: Any) -> None:
        super().__init__(operator.dtype, operator.shape[::-1])
        self._operator = operator

    def _matvec(self, x: Any) -> Any:
        try:
            return self._operator.rmatvec(x)
        except (NotImplementedError, TypeError) as error:
            raise NoDerivativeError(
                "reverse mode through a LinearOperator needs its adjoint"
                f"{at_user_line()}; give it rmatvec="
            ) from error

    def _rmatvec(self, x: Any) -> Any:
        return self._operator.matvec(x)


def _applied(x: Any, operator: Any, across: bool) -> Any:
    if across:
        return np.conj(adjoint_of(operator) @ np.conj(x))
    return operator @ x


#: A x, or Aᵀ x, of a constant operator.
applied: Primitive = linear(
    _applied,
    lambda g, shape, operator, across: applied(g, operator=operator, across=not across),
)


class Operator(linalg.LinearOperator):  # type: ignore[misc]
    """A linear operator whose products take tracked vectors.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy.sparse.linalg import aslinearoperator
    >>> double = aslinearoperator(2 * np.eye(2))
    >>> grad(lambda x: (double @ x) @ x)(np.array([1.0, 3.0]))
    array([ 4., 12.])
    """

    def __init__(self, plain: Any) -> None:
        super().__init__(plain.dtype, plain.shape)
        self.plain = plain

    def _matvec(self, x: Any) -> Any:
        return self.plain.matvec(x)

    def _rmatvec(self, x: Any) -> Any:
        return self.plain.rmatvec(x)

    def _matmat(self, X: Any) -> Any:
        return self.plain.matmat(X)

    def _adjoint(self) -> Any:
        return Operator(adjoint_of(self.plain))

    def _apply(self, x: Any, across: bool) -> Any:
        return applied(adopt(x), operator=self.plain, across=across)

    def dot(self, x: Any) -> Any:
        """Return the product with a vector or the columns of a matrix."""
        return self._apply(x, False) if tracked_in([x]) else super().dot(x)

    def matvec(self, x: Any) -> Any:
        """Return the product with a vector."""
        return self._apply(x, False) if tracked_in([x]) else super().matvec(x)

    def matmat(self, X: Any) -> Any:
        """Return the product with the columns of a matrix."""
        return self._apply(X, False) if tracked_in([X]) else super().matmat(X)

    def rmatvec(self, x: Any) -> Any:
        """Return the product of the adjoint with a vector."""
        return self._back(x) if tracked_in([x]) else super().rmatvec(x)

    def rmatmat(self, X: Any) -> Any:
        """Return the product of the adjoint with the columns of a matrix."""
        return self._back(X) if tracked_in([X]) else super().rmatmat(X)

    def _back(self, x: Any) -> Any:
        return np.conjugate(self._apply(np.conjugate(adopt(x)), True))


def as_operator(a: Any) -> Any:
    """Return an operator that takes tracked vectors."""
    return a if isinstance(a, Operator) else Operator(linalg.aslinearoperator(a))


def aslinearoperator(A: Any) -> Any:
    """Return a matrix, sparse or not, or a linear operator, as such an operator.

    Its transposes in reverse mode come from ``rmatvec``. A itself is a constant.
    """
    if tracked_in([A]) or holds([A]):
        refuse(
            [A],
            f"aslinearoperator(A) wants a plain A{at_user_line()}; multiply with a "
            "tracked matrix itself, or with a SparseArray of tracked entries",
        )
    return as_operator(A)
