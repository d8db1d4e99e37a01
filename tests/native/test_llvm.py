"""LLVM is loaded when it is needed, in whatever version there is."""

from __future__ import annotations

import math

import pytest
from assembled import function, runs, times

from diffops.native import llvm, machine
from diffops.native.machine import assemble


def test_python_without_llvm_raises_and_says_so():
    printed = runs(
        "import sys; sys.modules['llvmlite'] = None\n"
        "from diffops.native.machine import AssemblyError, assemble\n"
        "try: assemble('')\n"
        "except AssemblyError as error: print(error)"
    )
    assert "llvmlite" in printed


def test_llvm_is_not_loaded_before_it_is_needed():
    printed = runs(
        "import sys, diffops.native.machine, diffops.native.cache\n"
        "print([name for name in ('llvmlite', 'numba', 'platformdirs')"
        " if name in sys.modules])\n"
        "diffops.native.machine.assemble('')\n"
        "print([name for name in ('llvmlite', 'numba') if name in sys.modules])"
    )
    assert printed.split("\n")[:2] == ["[]", "['llvmlite']"]


def test_pointers_are_opaque_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv("LLVMLITE_ENABLE_OPAQUE_POINTERS", "0")
    printed = runs(
        """
        from diffops.native.llvm import parsed
        with parsed("define ptr @f(ptr %x) {\\n ret ptr %x }") as module:
            print(module.get_function("f").name)
        """
    )
    assert printed == "f\n"


@pytest.mark.parametrize(
    "name", ["sin", "cos", "tan", "exp", "log", "log1p", "expm1", "tanh", "erf"]
)
def test_libm_is_there(name):
    source = f"""
        declare double @{name}(double)
        define double @f(double %x) {{
          %y = call double @{name}(double %x)
          ret double %y
        }}
    """
    assert function(assemble(source), "f")(0.75) == getattr(math, name)(0.75)


def test_names_are_exported_or_private_known_or_unknown():
    source = """
        @number = global i64 7
        @own = private global i64 8
        @outside = external global i64
        declare double @sin(double)
        declare double @llvm.sqrt.f64(double)
        declare void @diffops_nowhere()
        define internal void @within() {
          ret void
        }
    """
    with llvm.parsed(source + times(3)) as module:
        assert llvm.exported(module) == ["times", "number"]
        assert llvm.unknown(module) == ["diffops_nowhere", "outside"]


def test_cpus_that_llvm_cannot_ask_have_no_features(monkeypatch):
    def refuses():
        raise RuntimeError("not on this system")

    monkeypatch.setattr(llvm.binding(), "get_host_cpu_features", refuses)
    name, features = llvm._host.__wrapped__()
    assert name
    assert features == ""


@pytest.mark.parametrize("closely", [True, False])
def test_both_linkers(closely, monkeypatch):
    """What Windows and llvmlite 0.44 link with is there everywhere."""
    if closely and not llvm.links_closely():
        pytest.skip("this LLVM has no JITLink")
    monkeypatch.setattr(llvm, "links_closely", lambda: closely)
    monkeypatch.setattr(machine, "links_closely", lambda: closely)
    monkeypatch.setattr(machine._Engine, "current", None)
    source = """
        @table = private constant [2 x double] [double 2.0, double 3.0]
        declare double @sin(double)
        define double @f(double %x) {
          %i = fptosi double %x to i64
          %p = getelementptr [2 x double], ptr @table, i64 0, i64 %i
          %v = load double, ptr %p
          %y = call double @sin(double %v)
          ret double %y
        }
    """
    f = function(assemble(source), "f")
    assert (f(0.0), f(1.0)) == (math.sin(2.0), math.sin(3.0))
