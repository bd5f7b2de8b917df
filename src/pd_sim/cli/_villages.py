"""A comparison village by village: where a practice is taken up, and where there was nothing to discover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pd_sim.cli._outputs import Extra
from pd_sim.cli._text import count, paragraph, percent, table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from pd_sim.results import Comparison

__all__ = ["MOST_SHOWN", "document", "frame", "told", "written"]

MOST_SHOWN = 30
"""Villages in a printed table; all are in the document and in the written file."""


def frame(result: Comparison) -> pd.DataFrame:
    """One row a village: households, share of replicates without a positive deviant, share practising by arm.

    Shares practising are means over replicates at the last step, in a column ``practising_<arm>`` of every arm.
    """
    import pandas as pd

    columns: dict[str, Any] = {
        "village": list(result.villages),
        "households": result.sizes.mean(axis=0),
        "without_positive_deviant": _without(result),
    }
    for name, arm in result.arms.items():
        columns[f"practising_{name}"] = (arm.values("practising")[:, -1] / result.sizes).mean(axis=0)
    return pd.DataFrame(columns)


def _without(result: Comparison) -> npt.NDArray[np.float64]:
    """Share of the replicates in which nobody of a village practises in hiding at the start."""
    from pd_sim.analysis import without_positive_deviant

    first = next(iter(result.arms.values()))
    hidden = first.values("practising")[:, 0] - first.values("seen")[:, 0]
    return without_positive_deviant(hidden.T)


def document(result: Comparison) -> list[dict[str, Any]]:
    """The rows as plain values."""
    arms = list(result.arms)
    return [
        {
            "village": row["village"],
            "households": row["households"],
            "without_positive_deviant": row["without_positive_deviant"],
            "practising": {arm: row[f"practising_{arm}"] for arm in arms},
        }
        for row in frame(result).to_dict("records")
    ]


def written(result: Comparison) -> Extra:
    """Write the rows as ``villages.csv``."""

    def write(file: Path) -> None:
        frame(result).to_csv(file, index=False, lineterminator="\n")

    return write


def told(result: Comparison) -> str:
    """Say the rows as a table."""
    rows = [
        [
            row["village"],
            count(row["households"]),
            *(percent(row[f"practising_{arm}"]) for arm in result.arms),
            percent(row["without_positive_deviant"]),
        ]
        for row in frame(result).head(MOST_SHOWN).to_dict("records")
    ]
    about = (
        f"By village at step {result.steps}: mean share of its households practising; none hidden: share of the "
        "replicates in which nobody there practises in hiding at the start."
    )
    headings = ["village", "households", *result.arms, "none hidden"]
    lines = [paragraph(about), "", table(headings, rows, "l" + "r" * (len(headings) - 1))]
    if len(result.villages) > MOST_SHOWN:
        more = f"The first {MOST_SHOWN} of {len(result.villages):,} villages; --json prints all, and --out writes them."
        lines += ["", paragraph(more)]
    return "\n".join(lines)
