"""Where the money goes and what comes back: cash by year and payer, and the waterfall of a social return."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pd_sim.errors import ResultError
from pd_sim.figures.economics import money_tick
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, text_width
from pd_sim.figures.style import GRID, INK, MUTED, arm_styles, shown, styled
from pd_sim.studies.appraised import money

if TYPE_CHECKING:
    import pandas as pd

    from pd_sim.studies import Appraisal
    from pd_sim.studies.appraised import Return

__all__ = ["cash_by_year", "social_return_waterfall"]

_PAYERS = (
    ("#44709d", ""),
    ("#d2a13b", "///"),
    ("#7d4f73", "..."),
    ("#5c8f6a", "\\\\\\"),
    ("#b5655a", "xxx"),
    ("#6b6f76", "---"),
)
"""Colours and hatches of payers: a grey copy can be read too."""

_KEY = 0.24
_WHOLE, _TAKEN, _COST = "#0072b2", "#b9c0c8", "#d55e00"

_WORDS = {
    "gross": "gross benefit",
    "anyway": "comes anyway",
    "deadweight": "deadweight",
    "displacement": "displacement",
    "attribution": "attribution",
    "drop-off": "drop-off",
    "discounting": "discounting",
    "net": "net benefit",
    "cost": "money spent",
}


def cash_by_year(appraisal: Appraisal, arms: Sequence[str] | None = None, *, width: float = 8.6) -> Figure:
    """Money by year and payer: what is spent below the line, what is avoided above it, the balance as a mark.

    Parameters
    ----------
    appraisal
        From ``studies.economics``.
    arms
        Names of arms; none: all in which money moves.
    width
        Inches.

    Returns
    -------
    One row an arm on the same scale; means over replicates, undiscounted.
    """
    frame = appraisal.cash()
    moved = frame[(frame["spent"] != 0) | (frame["avoided"] != 0)]
    named = [arm for arm in appraisal.arms if (moved["arm"] == arm).any()] if arms is None else list(arms)
    for arm in named:
        appraisal.known(arm)
    if not named:
        raise ResultError(
            "cash by year: no money moves in any arm; give the interventions prices, such as cost_session"
        )
    payers = [payer for payer in dict.fromkeys(frame["payer"]) if (moved["payer"] == payer).any()]
    looks = {payer: _PAYERS[place % len(_PAYERS)] for place, payer in enumerate(payers)}
    years = int(frame["year"].max()) + 1
    narrow = width < NARROW
    row = 1.35 if narrow else 1.2
    sheet = Sheet(width, 1.75 + row * len(named) + _KEY * len(payers))
    currency = appraisal.prices.currency
    sheet.title(
        "Money by year and payer",
        f"{currency}, mean of the replicates, not discounted. Below the line: spent; above it: costs avoided.",
    )
    notes = ["White mark: balance of the year, all payers together."]
    if appraisal.steps % appraisal.prices.steps_a_year:
        notes.append(f"The last year is a part of one: the run has {appraisal.steps:,} {appraisal.step}s.")
    sheet.notes(*notes)
    _payer_key(sheet, looks)
    stacks = {arm: _stacks(frame[frame["arm"] == arm], payers, years) for arm in named}
    # an arm with more incidents than the baseline has costs below the line too
    low = min(float(sum(flow.clip(None, 0).sum(axis=0) for flow in both).min()) for both in stacks.values())
    high = max(float(avoided.clip(0).sum(axis=0).max()) for _, avoided in stacks.values())
    room = 0.08 * ((high - low) or 1.0)
    ends = low - room, high + room
    ticks = [tick for tick in MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(*ends) if ends[0] <= tick <= ends[1]]
    names = 0.0 if narrow else max(text_width(shown(arm), 10, "bold") for arm in named) + 0.2
    left = MARGIN + names + 0.16 + max(text_width(money_tick(tick), 9) for tick in ticks)
    bottom = sheet.bottom + 0.44
    row = (sheet.top - bottom) / len(named)
    styles = arm_styles(appraisal.arms)
    for place, arm in enumerate(named):
        base = sheet.top - (place + 1) * row
        roof = 0.28 if narrow else 0.12
        axes = sheet.axes(left, base, width - MARGIN - 0.12, base + row - roof)
        with styled():
            _bars(axes, stacks[arm], looks)
            axes.set_ylim(*ends)
            axes.set_yticks(ticks, [money_tick(tick) for tick in ticks])
            axes.set_xlim(-0.6, years - 0.4)
            every = max(1, -(-years // 12))
            axes.set_xticks(range(0, years, every), [str(year + 1) for year in range(0, years, every)])
            last = place == len(named) - 1
            axes.tick_params(axis="x", labelbottom=last, length=0)
            axes.spines["bottom"].set_visible(False)
            axes.grid(visible=True, axis="y", color=GRID)
            if last:
                axes.set_xlabel("year")
        at = (MARGIN, base + row - 0.14) if narrow else (MARGIN, base + (row - roof) / 2)
        sheet.text(*at, shown(arm), size=10, weight="bold", colour=styles[arm].colour)
    return sheet.figure


def _stacks(frame: pd.DataFrame, payers: Sequence[str], years: int) -> tuple[np.ndarray, np.ndarray]:
    """Money spent (as negative amounts) and avoided, ``[payer, year]`` each."""
    both = np.zeros((2, len(payers), years))
    for payer, year, spent, avoided in frame[["payer", "year", "spent", "avoided"]].itertuples(index=False):
        if payer in payers:
            both[:, payers.index(payer), year] = -spent, avoided
    return both[0], both[1]


def _bars(axes: Axes, stacks: tuple[np.ndarray, np.ndarray], looks: dict[str, tuple[str, str]]) -> None:
    years = np.arange(stacks[0].shape[1])
    above, below = np.zeros(len(years)), np.zeros(len(years))
    for flow in stacks:
        for (payer, (colour, hatch)), amounts in zip(looks.items(), flow, strict=True):
            base = np.where(amounts >= 0, above, below)
            axes.bar(
                years,
                amounts,
                0.62,
                bottom=base,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=0.6,
                zorder=2,
                label=payer,
            )
            above += amounts.clip(0)
            below += amounts.clip(None, 0)
    axes.axhline(0, color=INK, linewidth=1, zorder=3)
    axes.plot(
        years,
        above + below,
        linestyle="none",
        marker="D",
        markersize=5.5,
        color="white",
        markeredgecolor=INK,
        zorder=5,
        label="balance",
    )


def _payer_key(sheet: Sheet, looks: dict[str, tuple[str, str]]) -> None:
    from matplotlib.patches import Rectangle

    sheet.bottom += 0.02
    for payer, (colour, hatch) in reversed(looks.items()):
        at = sheet.bottom + _KEY / 2
        with styled():
            sheet.figure.add_artist(
                Rectangle(
                    (MARGIN / sheet.width, (at - 0.06) / sheet.height),
                    0.3 / sheet.width,
                    0.12 / sheet.height,
                    facecolor=colour,
                    hatch=hatch,
                    edgecolor="white",
                    linewidth=0.6,
                )
            )
        sheet.text(MARGIN + 0.4, at, payer, size=9)
        sheet.bottom += _KEY
    sheet.bottom += 0.04


def social_return_waterfall(found: Return, *, width: float = 8.6) -> Figure:
    """From the gross benefit of an arm, deduction by deduction, to the net benefit, beside what was spent.

    Parameters
    ----------
    found
        From ``Appraisal.social_return``.
    width
        Inches. Below 5 the names stand above the bars.

    Returns
    -------
    Bars are means over the replicates; a deduction that was not stated is shown as 0, and named so.
    """
    frame = found.frame()
    narrow = width < NARROW
    rows = frame[["line", "mean", "low", "high"]].itertuples(index=False, name=None)
    lines = [(str(line), float(mean), float(low), float(high)) for line, mean, low, high in rows]
    tall = 0.54 if narrow else 0.4
    sheet = Sheet(width, 2.1 + tall * len(lines) + (0.5 if narrow else 0.0))
    known = np.isfinite(found.ratio.ratio)
    ratio = f"{found.currency} {found.ratio.ratio:,.2f} for each {found.currency} 1 spent" if known else "no ratio"
    ends = f"95% interval {found.ratio.low:,.2f} to {found.ratio.high:,.2f}. " if np.isfinite(found.ratio.low) else ""
    sheet.title(
        f"Social return of {shown(found.arm)}: {ratio}",
        f"{ends}A claim, not an audited figure: the worth of practice is stated, not measured.",
    )
    unstated = [name for name, share in found.stated.items() if share == 0]
    sheet.notes(
        f"Mean of the replicates ({len(found.cost):,}); lines on net and spent: 95% interval."
        + (f" Before any deduction: {found.claimed.ratio:,.2f} for each 1 spent." if known else ""),
        f"Comes anyway: what the arm “{shown(found.versus)}” shows in the same replicates.",
        *([f"Nothing was stated, so nothing is deducted, for: {', '.join(unstated)}."] if unstated else []),
    )
    names = 0.0 if narrow else max(text_width(_WORDS[line], 10, "bold") for line, *_ in lines) + 0.2
    values = max(text_width(_amount(line, mean), 9, "bold") for line, mean, *_ in lines) + 0.16
    left, right = MARGIN + names + (0.05 if narrow else 0.0), width - MARGIN - values
    bottom = sheet.bottom + 0.44
    axes = sheet.axes(left, bottom, right, sheet.top)
    scale = (sheet.top - bottom) / len(lines)
    reach = [0.0]
    with styled():
        at_money = 0.0
        for place, (line, mean, low, high) in enumerate(lines):
            at = len(lines) - 1 - place - (0.14 if narrow else 0.0)
            whole = line in ("gross", "net", "cost")
            start, end = (0.0, mean) if whole else (at_money, at_money + mean)
            colour = _COST if line == "cost" else _WHOLE if whole else _TAKEN
            bar = axes.barh(at, end - start, left=start, height=0.4 if narrow else 0.58, color=colour, zorder=2)
            bar.set_label(line)
            if line in ("net", "cost") and np.isfinite([low, high]).all():
                axes.plot([low, high], [at, at], color=INK, linewidth=1.4, marker="|", markersize=7, zorder=3)
                reach += [low, high]
            reach += [start, end]
            axes.annotate(
                _amount(line, mean),
                (max(start, end, high if line in ("net", "cost") and np.isfinite(high) else start), at),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontweight="bold",
            )
            at_money = end
        span = max(reach) - min(reach) or 1.0
        axes.set_xlim(min(reach) - (0.02 * span if min(reach) < 0 else 0.0), max(reach) + 0.02 * span)
        axes.set_ylim(-0.5, len(lines) - 0.5)
        axes.axvline(0, color=INK, linewidth=1, zorder=4)
        axes.axhline(0.57 if narrow else 0.5, color=MUTED, linewidth=0.8)
        axes.spines["left"].set_visible(False)
        axes.set_yticks([])
        axes.grid(visible=True, axis="x", color=GRID)
        axes.xaxis.set_major_locator(MaxNLocator(4 if narrow else 6, steps=[1, 2, 2.5, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: money_tick(value)))
        axes.set_xlabel(found.currency)
    for place, (line, *_) in enumerate(lines):
        middle = sheet.top - (place + 0.5) * scale
        if narrow:
            sheet.text(left + 0.06, middle + 0.165, _WORDS[line], size=9, weight="bold")
        else:
            sheet.text(left - 0.12, middle, _WORDS[line], size=10, weight="bold", horizontal="right")
    return sheet.figure


def _amount(line: str, mean: float) -> str:
    text = money(mean)
    return text if line in ("gross", "net", "cost") or mean <= 0 else f"+{text}"
