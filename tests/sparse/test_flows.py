"""Every primitive, detected at one point, against its derivatives at others."""

import importlib

import numpy as np
import pytest
import test_every_rule as rules

from diffops import NoDerivativeError, hessian, jacobian
from diffops.operators._point import Point
from diffops.primitive import Primitive, primitives
from diffops.rules._constant import Constant
from diffops.sparse import _flows, _gatherings, _moves
from diffops.sparse._detection import hessian_pattern, jacobian_pattern
from diffops.sparse._flows import flow_of, name_of

NUMPYS = [n for n, p in rules.ELEMENTWISE.items() if p.function is vars(np).get(n)]
NAMES = sorted({*NUMPYS, *rules.EXAMPLES} & set(rules.ALL))


def blocks(matrices, args, m):
    return np.concatenate([np.reshape(part, (m, -1)) for part in matrices], axis=1)


def derivative(f, args):
    """Return where the Jacobian at the point of the example is not zero."""
    numbers = tuple(range(len(args)))
    J = blocks(jacobian(f, numbers)(*args), args, np.size(f(*args)))
    return (J != 0) & ~np.isnan(J)


def curvature(f, args):
    numbers = tuple(range(len(args)))
    parts = hessian(f, numbers)(*args)
    H = np.concatenate(
        [blocks(row, args, np.size(arg)) for row, arg in zip(parts, args, strict=True)]
    )
    return (H != 0) & ~np.isnan(H)


def points(args):
    """Yield the point of the example, and degenerate ones."""
    yield args
    yield tuple(np.zeros_like(arg) for arg in args)
    yield tuple(np.ones_like(arg) for arg in args)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_no_dependence_is_missed(name, local):
    f, args = rules.example(name)
    numbers = tuple(range(len(args)))
    weights = np.sin(1.0 + np.arange(np.size(f(*args))))

    def total(*xs):
        return np.sum(weights * np.reshape(f(*xs), -1))

    J, H = derivative(f, args), curvature(total, args)
    for where in [args] if local else points(args):
        point = Point(f, numbers, where, {})
        bent = Point(total, numbers, where, {})
        try:
            found = jacobian_pattern(point, False, local).toarray()
            curved = hessian_pattern(bent, False, local).toarray()
        except (np.linalg.LinAlgError, ValueError, NoDerivativeError):
            assert where is not args  # no value, or no derivative, at zeros
            continue
        assert not (J & ~found).any()
        assert not (H & ~curved).any()


def test_what_is_known_exists():
    """A function that was renamed would be taken for one that nothing is known of."""
    importlib.import_module("diffops.scipy.signal")
    importlib.import_module("diffops.scipy.fft")
    names = {name_of(primitive.function) for primitive in primitives}
    assert set(_flows._OWN) <= names
    functions = {primitive.function for primitive in primitives}
    late = {_flows.sparse_product}  # entered when a sparse array is first multiplied
    assert set(_flows._FLOWS) - late <= functions


def test_unknown_primitives_are_dense():
    def mystery(x):
        return x

    assert flow_of(Primitive(mystery, None, None)) is _gatherings.dense


def test_constants():
    assert flow_of(Constant(np.floor)) is _moves.nothing
    assert flow_of(Constant(np.nonzero)) is _moves.shaped_by_values
    shape = next(p for p in rules.table.values() if getattr(p, "name", "") == "shape")
    assert flow_of(shape) is _moves.by_shapes_alone


def test_shapes_by_values_are_refused():
    point = Point(lambda x: x[np.flatnonzero(x)], 0, (np.ones(3),), {})
    with pytest.raises(NoDerivativeError, match="shape of the result of flatnonzero"):
        jacobian_pattern(point, False)
