"""Drawings, by geometry: nothing overlaps, is cut, or leaves the picture."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree

import pytest
from graphs import GRAPHS

from diffops.look.drawing import Box, Drawing, drawn, text_width

SVG = "{http://www.w3.org/2000/svg}"


def boxes(count):
    kinds = ["input", "step", "constant", "decision", "gap", "output"]
    return [
        Box(
            kinds[i % 6],
            [f"v₁ = {'sum' * (i % 5)}", "0.5"][: 1 + i % 2],
            "v̇₁ = 2" if i % 3 else "",
            f"title {i} <&>",
        )
        for i in range(count)
    ]


def bezier(points, steps=24):
    """Yield points of a curve."""
    for i in range(0, len(points) - 1, 3):
        a, b, c, d = points[i : i + 4]
        for k in range(steps + 1):
            t = k / steps
            s = 1 - t
            yield tuple(
                s**3 * a[j] + 3 * s * s * t * b[j] + 3 * s * t * t * c[j] + t**3 * d[j]
                for j in (0, 1)
            )


@pytest.mark.parametrize(("count", "edges"), GRAPHS)
def test_boxes_are_apart_and_inside(count, edges):
    drawing = Drawing(boxes(count), edges)
    for a, b in itertools.combinations(drawing.boxes, 2):
        beside = abs(a.x - b.x) >= (a.width + b.width) / 2 + 5
        below = a.top >= b.bottom + 5 or b.top >= a.bottom + 5
        assert beside or below
    for box in drawing.boxes:
        assert box.x - box.width / 2 >= 5
        assert box.x + box.width / 2 <= drawing.width - 5
        assert box.top >= 5
        assert box.bottom <= drawing.height - 5


@pytest.mark.parametrize(("count", "edges"), GRAPHS)
def test_edges_join_their_boxes_and_pass_no_other(count, edges):
    drawing = Drawing(boxes(count), edges)
    for (a, b), points in drawing.curves.items():
        source, target = drawing.boxes[a], drawing.boxes[b]
        assert points[0] == (source.x, source.bottom)
        assert points[-1][1] == pytest.approx(target.top)
        assert abs(points[-1][0] - target.x) <= target.width / 2
        assert len(points) % 3 == 1
        for x, y in bezier(points):
            assert 0 <= x <= drawing.width
            assert 0 <= y <= drawing.height
            for node, box in enumerate(drawing.boxes):
                beside = abs(x - box.x) > box.width / 2 - 1e-9
                below = not box.top + 1e-9 < y < box.bottom - 1e-9
                assert beside or below, (a, b, node)


@pytest.mark.parametrize(("count", "edges"), GRAPHS)
def test_arrows_into_a_box_do_not_meet(count, edges):
    drawing = Drawing(boxes(count), edges)
    for node in range(count):
        ends = sorted(c[-1][0] for (_, b), c in drawing.curves.items() if b == node)
        assert all(b - a > 5 for a, b in itertools.pairwise(ends))


def test_texts_fit_into_their_boxes():
    texts = ["v₋₁₂ = matmul(v₋₂, v₀)", "float64[2, 3] [[1, 2, …], …]", "WWWMMM @ 1e−05"]
    (at,) = Drawing([Box("step", texts, "", "")], []).boxes
    assert all(text_width(text) <= at.width - 15 for text in texts)
    # Verdana's own widths, of 1000: v 592, = 818, space 352, W 989, i 274.
    assert text_width("v = Wi") >= 13 * (592 + 352 + 818 + 352 + 989 + 274) / 1000


def test_the_svg_is_well_formed():
    count, edges = GRAPHS[2]
    root = ElementTree.fromstring(drawn(boxes(count), edges))
    assert root.tag == f"{SVG}svg"
    assert len(root.findall(f".//{SVG}rect")) == count
    assert len(root.findall(f".//{SVG}path")) == 2 * len(edges)
    titles = [title.text for title in root.findall(f".//{SVG}g/{SVG}title")]
    assert titles == [f"title {i} <&>" for i in range(count)]
    width, height = float(root.get("width")), float(root.get("height"))
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    drawing = Drawing(boxes(count), edges)
    assert (width, height) == pytest.approx((drawing.width, drawing.height), abs=0.01)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_readable_on_light_and_on_dark():
    """By the contrasts that WCAG 2 asks for: 4.5 for text, 3 for lines."""
    root = ElementTree.fromstring(drawn(boxes(6), [(0, 1)]))
    for group in root.findall(f"{SVG}g"):
        fill = group.find(f"{SVG}rect").get("fill")
        for text in group.findall(f"{SVG}text"):
            assert contrast(fill, text.get("fill")) >= 4.5
    edge = root.find(f"{SVG}path").get("stroke")
    for ground in ("#ffffff", "#111111"):
        assert contrast(edge, ground) >= 3
