"""Lines of a function with loops: where these begin and end."""

from __future__ import annotations


class LoopLines:
    """The lines of a function, and what opens and closes its loops."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._count = 0

    def _line(self, text: str) -> None:
        self._lines.append(text)

    def _fresh(self) -> int:
        self._count += 1
        return self._count

    def _open(self, first: int | str = 0) -> str:
        """Begin a loop, and return its counter."""
        u = self._fresh()
        self._lines += [
            f"br label %before{u}",
            f"before{u}:",
            f"br label %loop{u}",
            f"loop{u}:",
            f"%k{u} = phi i64 [{first}, %before{u}], [%k{u}.next, %end{u}]",
        ]
        return f"%k{u}"

    def _close(
        self, turn: str, count: int | str, step: int = 1, hint: str = ""
    ) -> None:
        """End a loop, which goes on while the counter is below a number."""
        u = turn[2:]
        self._lines += [
            f"br label %end{u}",
            f"end{u}:",
            f"{turn}.next = add nuw nsw i64 {turn}, {step}",
            f"{turn}.more = icmp ult i64 {turn}.next, {count}",
            f"br i1 {turn}.more, label %loop{u}, label %after{u}{hint}",
            f"after{u}:",
        ]
