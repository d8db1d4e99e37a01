"""Lines of a function: each value has a name, blocks begin where branches go."""

from diffops.native.entry_lines import Lines


def test_values_and_branches():
    lines = Lines()
    place = lines.at("%p", 8)
    found = lines.equal("i64", lines.load("i64", "%p", 0), 3)
    lines.require(lines.all_of([found, lines.equal("ptr", place, "null")]), "miss")
    assert lines.lines == [
        "  %v1 = getelementptr i8, ptr %p, i64 8",
        "  %v2 = getelementptr i8, ptr %p, i64 0",
        "  %v3 = load i64, ptr %v2",
        "  %v4 = icmp eq i64 %v3, 3",
        "  %v5 = icmp eq ptr %v1, null",
        "  %v6 = and i1 %v4, %v5",
        '  br i1 %v6, label %go7, label %miss, !prof !{!"branch_weights", '
        "i32 2000, i32 1}",
        "go7:",
    ]
