"""Whether an arm is worth what it costs: the cost-effectiveness plane and the acceptability curve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, text_width, wrapped
from pd_sim.figures.style import GRID, INK, MUTED, ArmStyle, arm_styles, shown, styled
from pd_sim.studies.appraised import money

if TYPE_CHECKING:
    from pd_sim.studies import Appraisal
    from pd_sim.studies.appraised import Increment

__all__ = ["acceptability_curve", "arm_key", "cost_plane", "money_tick"]

_KEY = 0.25  # height of a row of the key
_MOST_POINTS = 400


def cost_plane(appraisal: Appraisal, versus: str | None = None, *, width: float = 8.6) -> Figure:
    """Extra cost against extra household-years of practice, a small mark for each replicate and arm.

    Parameters
    ----------
    appraisal
        From ``studies.economics``.
    versus
        Arm that all others are compared with, the cross of the two lines; none: the baseline.
    width
        Inches.

    Returns
    -------
    A figure in which the means are large marks with their intervals. Of more than 400 replicates the first 400 are
    shown. A broken line marks what a household-year may cost, where that is decided: below it an arm is worth its cost.
    """
    other = appraisal.known(appraisal.baseline if versus is None else versus)
    points = appraisal.replicates(other)
    points = points[points["replicate"] < _MOST_POINTS]
    arms = [arm for arm in appraisal.arms if arm != other]
    styles = arm_styles(appraisal.arms)
    found = {arm: appraisal.incremental(arm, other) for arm in arms}
    prices = appraisal.prices
    sheet = Sheet(width, 5.4 + _KEY * len(arms))
    replicates = len(appraisal.extra_cost(other, other))
    sheet.title(
        f"Extra cost and extra practice of each arm, beyond the arm “{shown(other)}”",
        f"A small mark a replicate ({replicates:,}, the same luck in every arm); large: the mean with its 95% "
        f"intervals. Discounted, {appraisal.steps:,} {appraisal.step}s.",
    )
    notes = ["Costs are money spent less costs avoided."] if prices.avoided else []
    if prices.worth_of_adopter_year is not None:
        at = money(prices.worth_of_adopter_year, prices.currency)
        notes.append(f"Broken line: {at} for a {appraisal.unit}-year; below it an arm is worth what it costs.")
    sheet.notes(*notes)
    said = {arm: _price(found[arm]) for arm in arms}
    arm_key(sheet, arms, said, styles)
    xs = [*points["effect"], *(float(end) for one in found.values() for end in one.effect[:3])]
    ys = [*points["cost"], *(float(end) for one in found.values() for end in one.cost[:3])]
    (left_end, right_end), (low, high) = _ends(xs), _ends(ys)
    labels = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    left = MARGIN + 0.16 + max(text_width(money_tick(value), 9) for value in labels)
    sheet.text(MARGIN, sheet.top - 0.06, f"↑ extra cost, {prices.currency}", colour=MUTED)
    axes = sheet.axes(left, sheet.bottom + 0.46, width - MARGIN - 0.2, sheet.top - 0.24)
    with styled():
        axes.set_xlim(left_end, right_end)
        axes.set_ylim(low, high)
        axes.axhline(0, color=INK, linewidth=1.0, zorder=3)
        axes.axvline(0, color=INK, linewidth=1.0, zorder=3)
        if prices.worth_of_adopter_year is not None:
            reach = np.array([left_end, right_end])
            line = reach * prices.worth_of_adopter_year
            axes.plot(reach, line, color=MUTED, linewidth=1.0, linestyle=(0, (5, 3)), zorder=2, label="worth")
        for arm in arms:
            own = points[points["arm"] == arm]
            _cloud(axes, own["effect"].to_numpy(), own["cost"].to_numpy(), styles[arm])
            cost, effect = found[arm].cost, found[arm].effect
            _mean_mark(axes, arm, effect[:3], cost[:3], styles[arm])  # type: ignore[arg-type]
        axes.grid(visible=True, color=GRID)
        axes.xaxis.set_major_locator(MaxNLocator(4 if width < NARROW else 8, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: money_tick(value)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: money_tick(value)))
        axes.set_xlabel(f"extra {appraisal.unit}-years of practice →")
        _corners(axes, width)
    return sheet.figure


def acceptability_curve(appraisal: Appraisal, grid: Iterable[float] | None = None, *, width: float = 8.6) -> Figure:
    """Probability that each arm is the best buy, by what a household-year of practice is worth.

    Parameters
    ----------
    appraisal
        From ``studies.economics``.
    grid
        Worths; none: as ``Appraisal.acceptability``.
    width
        Inches.
    """
    frame = appraisal.acceptability(grid)
    currency, decided = appraisal.prices.currency, appraisal.prices.worth_of_adopter_year
    styles = arm_styles(appraisal.arms)
    sheet = Sheet(width, 4.4 + _KEY * len(appraisal.arms))
    sheet.title(
        "How likely each arm is the best buy",
        f"Share of the replicates in which its net benefit is highest, by what a {appraisal.unit}-year is worth. "
        "Ties are shared equally.",
    )
    notes = ["It tells how often luck makes an arm best, not how sure the assumptions are."]
    worths = np.unique(frame["worth"])
    marked = decided is not None and worths[0] <= decided <= worths[-1]
    if decided is not None and marked:
        notes.append(
            f"Broken line: {money(decided, currency)}, what a {appraisal.unit}-year may cost in this scenario."
        )
    sheet.notes(*notes)
    said = {}
    for arm in appraisal.arms:
        best = frame[(frame["arm"] == arm) & frame["best"]]["worth"]
        said[arm] = "never best on average" if best.empty else _stretch(best.min(), best.max(), worths, currency)
    arm_key(sheet, list(appraisal.arms), said, styles)
    left = MARGIN + 0.16 + text_width("100%", 9)
    axes = sheet.axes(left, sheet.bottom + 0.46, width - MARGIN - 0.3, sheet.top - 0.06)
    every = max(1, (len(worths) - 1) // 6)
    with styled():
        for place, (arm, own) in enumerate(frame.groupby("arm", sort=False)):
            style = styles[str(arm)]
            axes.plot(
                own["worth"],
                own["probability"],
                color=style.colour,
                linestyle=style.dash,
                linewidth=2,
                marker=style.marker,
                markersize=5,
                markevery=(every * (place + 1) // (len(appraisal.arms) + 1), every),
                markeredgecolor=style.colour if style.marker == "x" else "white",
                clip_on=False,
                zorder=4,
                label=str(arm),
            )
        if marked:
            axes.axvline(decided, color=MUTED, linewidth=1, linestyle=(0, (5, 3)), zorder=1)  # type: ignore[arg-type]
        axes.set_xlim(worths[0], worths[-1] if len(worths) > 1 else worths[0] + 1)
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.grid(visible=True, axis="y", color=GRID)
        axes.xaxis.set_major_locator(MaxNLocator(4 if width < NARROW else 8, steps=[1, 2, 2.5, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: money_tick(value)))
        axes.set_xlabel(f"worth of a {appraisal.unit}-year of practice, {currency} →")
    return sheet.figure


def money_tick(value: float) -> str:
    """An amount on an axis: all its figures, with a true minus.

    Examples
    --------
    >>> money_tick(-12500.0), money_tick(0.25), money_tick(0)
    ('−12,500', '0.25', '0')
    """
    return f"{'−' if round(value, 9) < 0 else ''}{abs(value):,.6g}"


def arm_key(sheet: Sheet, arms: Sequence[str], said: dict[str, str], styles: dict[str, ArmStyle]) -> None:
    """One row an arm above the notes: its line and marker, its name, and what is said of it."""
    column = MARGIN + 0.7 + max((text_width(shown(arm), 10, "bold") for arm in arms), default=0.0)
    sheet.bottom += 0.04
    for arm in reversed(arms):
        lines = wrapped(said[arm], 8, sheet.width - MARGIN - column)
        for place, line in enumerate(reversed(lines)):
            sheet.text(column, sheet.bottom + _KEY / 2 + 0.15 * place, line, size=8, colour=INK)
        at = sheet.bottom + _KEY / 2 + 0.15 * (len(lines) - 1)
        style = styles[arm]
        sheet.line(
            [MARGIN, MARGIN + 0.22, MARGIN + 0.44],
            [at, at, at],
            color=style.colour,
            linewidth=2,
            linestyle=style.dash,
            marker=style.marker,
            markevery=[1],
            markersize=5,
            markeredgecolor=style.colour if style.marker == "x" else "white",
        )
        sheet.text(MARGIN + 0.52, at, shown(arm), size=10, weight="bold", colour=style.colour)
        sheet.bottom = at + _KEY / 2
    sheet.bottom += 0.06


def _price(found: Increment) -> str:
    standing = found.standing
    if standing == "dominates":
        return "does more and costs no more: dominates"
    if standing == "dominated":
        return "does no more and costs more: dominated"
    if standing == "equal":
        return "costs and does the same"
    if not found.ratio.known:
        return "open: it may do more or less"
    if standing == "open":
        return "open: it may cost more or less"
    each = money(found.ratio.ratio, found.currency)
    if float(found.effect.mean) < 0:
        return f"{each} saved for each {found.unit}-year given up"
    return f"{each} for each extra {found.unit}-year"


def _stretch(low: float, high: float, worths: np.ndarray, currency: str) -> str:
    if low == worths[0] and high == worths[-1]:
        return "best on average throughout"
    if low == worths[0]:
        return f"best on average up to about {money(high, currency)}"
    if high == worths[-1]:
        return f"best on average from about {money(low, currency)}"
    return f"best on average from about {money(low, currency)} to {money(high)}"


def _ends(values: Iterable[float]) -> tuple[float, float]:
    """Ends of an axis that holds all values and 0, with room at both."""
    known = [value for value in values if np.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    room = 0.12 * (high - low) or 1.0
    return low - room, high + room


def _cloud(axes: Axes, x: np.ndarray, y: np.ndarray, style: ArmStyle) -> None:
    edge = 0.8 if style.marker == "x" else 0.0
    look = {"marker": style.marker, "markersize": 3.6, "markeredgewidth": edge, "color": style.colour, "alpha": 0.4}
    axes.plot(x, y, linestyle="none", zorder=4, **look)  # type: ignore[arg-type]


def _mean_mark(
    axes: Axes, arm: str, x: tuple[float, float, float], y: tuple[float, float, float], style: ArmStyle
) -> None:
    (at_x, *ends_x), (at_y, *ends_y) = x, y
    for path in ((ends_x, [at_y, at_y]), ([at_x, at_x], ends_y)):
        if np.isfinite(path).all():
            axes.plot(*path, color=INK, linewidth=1.2, zorder=8)
    axes.plot(
        [at_x],
        [at_y],
        marker=style.marker,
        color=style.colour,
        markersize=8,
        markeredgecolor="white" if style.marker != "x" else style.colour,
        markeredgewidth=1.2,
        linestyle="none",
        zorder=7,
        label=arm,
    )


def _corners(axes: Axes, width: float) -> None:
    """Say what lies where, in the quarters that have room for it."""
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    box = axes.get_position()
    across, along = box.width * width / (x1 - x0), 1 / (y1 - y0)
    for text, x, y, room, high in (
        ("more, for more", 1, 1, x1, y1),
        ("more, for less", 1, 0, x1, -y0),
        ("less, for less", 0, 0, -x0, -y0),
        ("less, for more", 0, 1, -x0, y1),
    ):
        if room * across > text_width(text, 8) + 0.2 and high * along > 0.11:
            axes.annotate(
                text,
                (x, y),
                xycoords="axes fraction",
                xytext=(-4 if x else 4, -4 if y else 4),
                textcoords="offset points",
                ha="right" if x else "left",
                va="top" if y else "bottom",
                fontsize=8,
                fontstyle="italic",
                color=MUTED,
                zorder=2,
            )
