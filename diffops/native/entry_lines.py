"""Instructions of LLVM IR, added one after the other to a function."""

from __future__ import annotations

_LIKELY = '!{!"branch_weights", i32 2000, i32 1}'


class Lines:
    """The lines of a function, and names for its values."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names = 0

    def line(self, text: str) -> None:
        """Add an instruction."""
        self.lines.append(f"  {text}")

    def value(self, text: str) -> str:
        """Add an instruction and return the name of its value."""
        self.names += 1
        name = f"%v{self.names}"
        self.line(f"{name} = {text}")
        return name

    def block(self, label: str) -> None:
        """Begin a block."""
        self.lines.append(f"{label}:")

    def require(self, condition: str, otherwise: str) -> None:
        """Go on where the condition holds, else elsewhere."""
        self.names += 1
        label = f"go{self.names}"
        branch = f"br i1 {condition}, label %{label}, label %{otherwise}"
        self.line(f"{branch}, !prof {_LIKELY}")
        self.block(label)

    def at(self, base: str, offset: int) -> str:
        """Return the address so many bytes further."""
        return self.value(f"getelementptr i8, ptr {base}, i64 {offset}")

    def load(self, kind: str, base: str, offset: int) -> str:
        """Return what is so many bytes further."""
        return self.value(f"load {kind}, ptr {self.at(base, offset)}")

    def all_of(self, conditions: list[str]) -> str:
        """Return whether all conditions hold."""
        whole, *rest = conditions
        for condition in rest:
            whole = self.value(f"and i1 {whole}, {condition}")
        return whole

    def equal(self, kind: str, left: str, right: str | int) -> str:
        """Return whether two values are the same."""
        return self.value(f"icmp eq {kind} {left}, {right}")
