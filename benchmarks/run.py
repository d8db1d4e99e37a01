"""All benchmarks, one after the other: python benchmarks/run.py [--short] [--write]

Each runs in a process of its own, on one thread, with every library that is installed
(``pip install -e '.[bench]'``); what is missing is named and left out. ``--write``
keeps the tables in benchmarks/README.md and the pictures beside it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from measuring import machine

HERE = Path(__file__).parent
README = HERE / "README.md"
PICTURE = "pictures/helmholtz.png"

#: Title, script, its arguments, and whether what it prints is text, not Markdown.
SECTIONS: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    ("Every operator beside its function", "operators.py", (), False),
    ("Helmholtz energy, n = 1 to 50", "helmholtz.py", (), False),
    ("ADBench", "adbench.py", (), False),
    ("Programs of numbers under jit", "jit.py", (), False),
    ("Programs of arrays under jit", "arrays.py", (), False),
    ("float32 beside float64", "single_precision.py", (), False),
    ("Several threads", "threads.py", (), False),
    ("Eager mode", "eager.py", (), True),
    ("Many directions at once", "directions.py", (), True),
    ("Checkpoints", "checkpointing.py", (), True),
    ("Memory", "memory.py", (), False),
    ("Cold start", "cold_start.py", (), False),
)

INTRODUCTION = """\
# Benchmarks

    pip install -e '.[bench,plot]'
    python benchmarks/run.py            # all of them; --short for a smoke test
    python benchmarks/run.py --write    # and keep the tables here

Libraries take turns in one run, on one thread, after their results have been compared;
the shortest time of each is kept. Each script also runs by itself and says in its first
lines what it measures. Ratios carry over to other machines better than times. More
scripts: `calls.py` (what a call costs), `optimize.py` (evaluations of SciPy's solvers),
`jit.py --long` (10⁵ steps), `gpu.py` (on a GPU, beside what the card does).
"""


def output(script: str, arguments: tuple[str, ...], short: bool) -> str:
    """Return what a benchmark prints, as it also appears here."""
    command = [sys.executable, str(HERE / script), *arguments]
    lines = []
    with subprocess.Popen(
        [*command, *["--short"] * short], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        raise SystemExit(f"{script} failed")
    return "".join(lines).strip()


def main() -> None:
    """Run the sections that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="part of a section's title")
    parser.add_argument("--short", action="store_true", help="for a smoke test")
    parser.add_argument("--write", action="store_true", help="keep the tables")
    options = parser.parse_args()
    if options.write and (options.only or options.short):
        parser.error("what is kept is the whole of it")
    parts = [INTRODUCTION, f"Last run: {machine()}\n"]
    for title, script, arguments, is_text in SECTIONS:
        if options.only not in title:
            continue
        print(f"\n## {title}\n", flush=True)
        if options.write and script == "helmholtz.py":
            (HERE / PICTURE).parent.mkdir(exist_ok=True)
            arguments = (*arguments, "--picture", str(HERE / PICTURE))
        found = output(script, arguments, options.short)
        found = f"```text\n{found}\n```" if is_text else found
        parts.append(f"## {title}\n\n`{script}`\n\n{found}\n")
        if options.write and script == "helmholtz.py":
            parts.append(f"![times over n, logarithmic]({PICTURE})\n")
        if options.write:
            README.write_text("\n".join(parts))


if __name__ == "__main__":
    main()
