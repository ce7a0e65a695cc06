"""Charts of a class, drawn by matplotlib, as SVG that a page with a strict policy may hold and its theme colours.

Matplotlib writes styles into `style` attributes, which such a policy forbids, and colours as numbers, which no theme
reaches. Both are attributes of SVG's own afterwards, and each colour of the palette is the page's variable.
"""

from __future__ import annotations

import io
import logging
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from grader.reports.class_cases import CaseRow
from grader.reports.class_view import Bar
from grader.reports.feedback_page import LIGHT_COLOURS

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_CASES = 60
"""Rows of a chart; of more there is the table."""
WIDTH = 12.0
"""Inches, of 72 pixels each."""
CHARACTER = 0.11
"""Inches that one takes, about: margins are set by hand, for to measure text takes as long as all the rest."""

COLOURS = dict(re.findall(r"--(\w+): (#\w+)", LIGHT_COLOURS))
_VARIABLES = {colour: f"var(--{name})" for name, colour in COLOURS.items()}
_SETTINGS: dict[Any, Any] = {  # keys are literals of whichever release this is
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "font.size": 13.0,
    "text.parse_math": False,  # a `$` in an id is a `$`
    "svg.fonttype": "none",  # text stays text: it is read aloud, found, and in the page's own font
    "axes.edgecolor": COLOURS["line"],
    "axes.labelcolor": COLOURS["quiet"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "axes.titlecolor": COLOURS["ink"],
    "axes.titlesize": 13.0,
    "axes.titlelocation": "left",
    "grid.color": COLOURS["line"],
    "text.color": COLOURS["ink"],
    "xtick.color": COLOURS["quiet"],
    "ytick.color": COLOURS["quiet"],
    "xtick.major.size": 0.0,
    "ytick.major.size": 0.0,
}


def distribution(bars: Sequence[Bar]) -> Markup:
    """How many have how many points."""
    counts = [bar.count for bar in bars]
    told = "; ".join(f"{bar.label}: {bar.count}" for bar in bars if bar.count)

    def draw(figure: Figure) -> None:
        from matplotlib.ticker import MaxNLocator

        figure.subplots_adjust(left=0.06, right=0.995, top=0.97, bottom=0.19)
        axes = figure.subplots()
        drawn = axes.bar(range(len(bars)), counts, width=0.86, color=COLOURS["accent"])
        axes.bar_label(drawn, [str(count) if count else "" for count in counts], padding=2)
        axes.set_xticks(range(len(bars)), [bar.label for bar in bars])
        axes.set_xlabel("points")
        axes.set_ylabel("students")
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.grid(axis="y")
        axes.margins(x=0.01, y=0.12)

    return _svg("distribution", (WIDTH, 3.4), draw, "Distribution of scores", f"Students by points. {told}.")


def cases(rows: Sequence[CaseRow]) -> Markup | None:
    """How hard and how telling each case is, side by side; None of none and of too many."""
    shown = [row for row in rows if row.difficulty.value is not None]
    if not 0 < len(shown) <= MOST_CASES:
        return None

    def draw(figure: Figure) -> None:
        places = range(len(shown))
        known = [(p, v) for p, row in zip(places, shown, strict=True) if (v := row.discrimination.value) is not None]
        height = figure.get_size_inches()[1]
        names = min(0.4, max(len(row.id) for row in shown) * CHARACTER / WIDTH)
        figure.subplots_adjust(names + 0.01, 0.4 / height, 0.98, 1 - 0.4 / height, wspace=0.1)
        panels = figure.subplots(1, 2, sharey=True, squeeze=False)[0] if known else [figure.subplots()]
        panels[0].barh(places, [row.difficulty.value or 0 for row in shown], height=0.62, color=COLOURS["accent"])
        panels[0].set(title="Share of the points earned", xlim=(0, 1), ylim=(len(shown) - 0.4, -0.6))
        panels[0].set_yticks(places, [row.id for row in shown])
        panels[0].xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        if known:
            _dots(panels[1], known)
        for axes in panels:
            axes.grid(axis="x")

    told = "; ".join(f"{row.id}: {_said(row)}" for row in shown)
    size = WIDTH, 0.9 + 0.28 * len(shown)
    return _svg("cases", size, draw, "Cases", f"Share of points earned, and discrimination. {told}.")


def _dots(axes: Axes, dots: Sequence[tuple[int, float]]) -> None:
    values = [value for _, value in dots]
    axes.hlines([place for place, _ in dots], 0, values, color=COLOURS["line"], linewidth=3)
    axes.plot(values, [place for place, _ in dots], "o", color=COLOURS["accent"], markersize=7)
    axes.axvline(0, color=COLOURS["quiet"], linewidth=0.8)
    axes.set(title="Discrimination", xlim=(min(0.0, *values) - 0.05, 1.05))


def _said(row: CaseRow) -> str:
    share = f"{100 * (row.difficulty.value or 0):.0f} %"
    telling = row.discrimination.value
    return f"{share}, " + ("no discrimination" if telling is None else f"{telling:.2f}".replace("-", "−"))


# --- from matplotlib's SVG to one for the page -------------------------------------------------


def _svg(name: str, size: tuple[float, float], draw: Callable[[Figure], None], title: str, description: str) -> Markup:
    from markupsafe import Markup

    # What it has to say of fonts and of its cache is for nobody who grades.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a person's own settings are for their own charts
        matplotlib.rcParams.update(_SETTINGS | {"svg.hashsalt": name})
        figure = Figure(figsize=size)
        draw(figure)
        drawn = io.StringIO()
        # The same chart is the same bytes: no date, and ids that follow from what is drawn.
        figure.savefig(drawn, format="svg", metadata=dict.fromkeys(["Date", "Creator", "Type", "Format"]))
    return Markup(for_page(drawn.getvalue(), title, description))


def for_page(svg: str, title: str, description: str) -> str:
    """Matplotlib's SVG as an element of HTML: no `style`, no ids but those that are used, colours from the theme."""
    root = ET.fromstring(svg)
    used = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.rpartition("}")[2] in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        own = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        style = own.pop("style", "")
        if own.get("id") not in used:
            own.pop("id", None)
        element.attrib.clear()
        element.attrib.update({name: _VARIABLES.get(value, value) for name, value in {**own, **_styles(style)}.items()})
    return _named(root, title, description)


def _styles(style: str) -> Mapping[str, str]:
    """`fill: #fff; stroke: none` as attributes. Fonts are the page's."""
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    found = {name.strip(): value.strip() for name, _, value in pairs}
    if font := found.pop("font", ""):  # `10px 'DejaVu Sans', …`, as older releases write
        size = re.search(r"([\d.]+)px", font)
        found |= {"font-size": size[1] + "px"} if size else {}
    return {name: value for name, value in found.items() if name != "font-family"}


def _named(root: ET.Element, title: str, description: str) -> str:
    x, y, width, height = root.attrib["viewBox"].split()
    root.attrib.clear()
    root.attrib |= {"viewBox": f"{x} {y} {width} {height}", "width": width, "height": height, "role": "img"}
    root.attrib |= {"class": "ag-chart", "aria-label": f"{title}. {description}", "stroke-linejoin": "round"}
    named = ET.Element("title")
    named.text = title
    root.insert(0, named)
    return ET.tostring(root, encoding="unicode")
