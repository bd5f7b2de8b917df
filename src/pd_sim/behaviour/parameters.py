"""The numbers of the behaviour rules: bounded, explained and cited once, here.

How sure a default is: V read in the source, C computed, K well known in the field, A an assumption of ours.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from pd_sim.behaviour import rules
from pd_sim.population import kernels

__all__ = ["LAPSE_PRESETS", "PARAMETERS", "Behaviour", "Chance", "Initial", "Practice", "ceilings", "parameter_record"]

Chance = Annotated[float, Field(ge=0, le=1)]
"""A probability or share."""

LAPSE_PRESETS: dict[str, tuple[float, float, float]] = {
    "daily": (0.06, 0.004, 0.10),
    "contraception": (0.175, 0.0064, 0.37),
    "hardware": (0.01, 0.0012, 0.61),
    "none": (0.0, 0.0, 0.10),
}
"""(fresh, settled, habit_rate) by kind of practice, a step being a week. The three lie on a ridge: other triples give
the same survival. ``contraception`` gives .51, .39 and .30 after 12, 24 and 36 months where 35% of ties are seen
practising (Korea 1973), ``hardware`` .87 after two years without proof."""

_DECISIONS = {
    "logistic": rules.LOGISTIC,
    "threshold": rules.THRESHOLD,
    "simple": rules.SIMPLE,
    "external": rules.EXTERNAL,
}


def _f(default: Any, description: str, sure: str, source: str, **bounds: Any) -> Any:
    return Field(default, description=description, json_schema_extra={"sure": sure, "source": source}, **bounds)


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)


class Behaviour(_Block):
    """How households hear, try, learn, go on and stop. Chances are per step."""

    decision: str = _f(
        "logistic", "decision rule: logistic, threshold, simple, external, or an own one", "A", "assumption"
    )
    talk_practising: Chance = _f(0.095, "chance of hearing from a tie seen practising", "K", "Banerjee et al. 2013")
    talk_heard: Chance = _f(0.012, "chance of hearing from a tie that only knows of it", "K", "Banerjee et al. 2013")
    try_rate: Chance = _f(0.05, "greatest chance of starting to try", "A", "assumption")
    session_rate: Chance = _f(0.35, "the same in a step with a session", "A", "assumption")
    epsilon: Chance = _f(
        0.001, "chance of trying below the threshold, with a tie seen practising", "V", "Eckles et al. 2024"
    )
    spontaneous: Chance = _f(0.0, "chance of trying with no tie seen practising, push or pay", "A", "assumption")
    conviction: Chance = _f(
        0.0, "confidence below which nobody tries; 0: people may act before they believe", "A", "off by default"
    )
    endorsement: float = _f(
        1.0,
        "weight of ties seen practising in the decision",
        "A",
        "Banerjee 2013 and Beaman 2021 disagree",
        ge=0,
        le=10,
    )
    confidence_weight: float = _f(0.4, "weight of confidence in the decision", "V", "Sheeran et al. 2016", ge=0, le=10)
    temperature: float = _f(0.06, "softness of the threshold; 0: sharp", "A", "assumption", ge=0, le=10)
    threshold_counts: bool = _f(False, "caution is a number of ties, not a share (threshold rule)", "K", "Centola 2007")
    outside: Chance = _f(0.0, "outside influence p (simple rule)", "K", "Bass 1969")
    per_tie: Chance = _f(0.01, "influence q of each tie seen practising (simple rule)", "K", "Bass 1969; Newman 2002")
    trial: int = _f(4, "steps a trial takes; 0: adopts at once", "A", "assumption", ge=0, le=520)
    floor: Chance = _f(0.15, "chance of success without know-how", "A", "assumption")
    learn_near: Chance = _f(0.08, "know-how gained a step of trying, with a tie seen practising", "A", "assumption")
    learn_alone: Chance = _f(0.03, "the same without one", "A", "assumption")
    gain: Chance = _f(0.3, "confidence gained by success", "V", "Sheeran et al. 2016 (sign), assumption (size)")
    loss: Chance = _f(0.25, "confidence lost by failure", "A", "assumption")
    disappointment: Chance = _f(0.0, "trust in the source lost by failure", "A", "assumption")
    lapse: Literal["daily", "contraception", "hardware", "none"] = _f(
        "daily",
        "kind of practice, sets fresh, settled and habit_rate",
        "V",
        "Lally 2010; Korea 1973; sanitation studies",
    )
    fresh: Chance | None = _f(None, "chance of lapsing in the first step, by default as `lapse` says", "V", "see lapse")
    settled: Chance | None = _f(None, "chance of lapsing once a habit, by default as `lapse` says", "V", "see lapse")
    habit_rate: Chance | None = _f(
        None,
        "κ: share of the way to habit gone in a step, by default as `lapse` says (daily: 0.1)",
        "V",
        "Lally et al. 2010",
    )
    ownership_weight: Chance = _f(0.5, "share of lapses that full ownership prevents", "A", "Norton et al. 2012 (sign)")
    proof_weight: Chance = _f(0.5, "share of lapses prevented where all ties are seen practising", "A", "assumption")
    crowding: Chance = _f(0.5, "share of paid steps that build no habit", "V", "Deci et al. 1999 (sign)")
    pay_full: float = _f(0.2, "pay at which nobody lapses", "A", "assumption", gt=0, le=100)
    rest: Annotated[int, Field(ge=1, le=5200)] | Literal["never"] = _f(
        26, "steps until a lapsed or rejecting household may try again; or never", "A", "assumption"
    )
    know_how_decay: float = _f(0.01, "share of know-how lost in a step after lapsing", "A", "assumption", ge=0, le=0.99)
    meeting: Chance = _f(0.0, "chance that two households of one session form a tie", "A", "off by default")

    @model_validator(mode="after")
    def _habit_helps(self) -> Behaviour:
        if self.fresh_chance < self.settled_chance:
            raise ValueError(
                f"fresh ({self.fresh_chance}) is below settled ({self.settled_chance}); habit makes lapsing less likely"
            )
        return self

    @property
    def fresh_chance(self) -> float:
        """Chance of lapsing in the first step of practice."""
        return LAPSE_PRESETS[self.lapse][0] if self.fresh is None else self.fresh

    @property
    def habit(self) -> float:
        """Share of the way to habit gone in a step, κ."""
        return LAPSE_PRESETS[self.lapse][2] if self.habit_rate is None else self.habit_rate

    @property
    def settled_chance(self) -> float:
        """Chance of lapsing in a step once the practice is a habit."""
        return LAPSE_PRESETS[self.lapse][1] if self.settled is None else self.settled


class Practice(_Block):
    """What is to spread: how many do it already, how well it fits and can be told, how well it is seen."""

    positive_deviants: Chance | Annotated[int, Field(ge=0)] = _f(
        0.02, "households that practise hidden at step 0: a share, or a whole number", "A", "no published prevalence"
    )
    false_leads: Chance | Annotated[int, Field(ge=0)] = _f(
        0.0, "households that only look like exceptions: a share, or a whole number", "A", "no published prevalence"
    )
    permission: Chance = _f(1.0, "share of households that may try from the start", "A", "off by default")
    hardware: Chance = _f(1.0, "share of households that have the hardware it takes", "A", "off by default")
    tacitness: Chance = _f(0.6, "share of the know-how that words alone do not carry", "A", "assumption")
    portability: Chance = _f(0.85, "share of households that the local solution fits", "A", "carries bottom-up's lead")
    certainty: Chance = _f(0.65, "share of households that the outside solution fits", "A", "carries bottom-up's lead")
    fit_overlap: Chance = _f(0.5, "chance that both fit the same households", "A", "assumption")
    seen_practising: Chance = _f(0.7, "chance that a tie sees practice in the open", "V", "Korea 1973: .69")
    seen_stopped: Chance = _f(0.3, "chance that a tie takes one who stopped for practising", "V", "Korea 1973")
    seen_never: Chance = _f(0.0, "chance that a tie takes one who never did for practising", "V", "Korea 1973: .20")


class Initial(_Block):
    """The state of the households at step 0, beside positive deviants; shares, whole numbers, or names."""

    aware: Chance | Annotated[int, Field(ge=0)] | tuple[str, ...] = Field(
        0,
        description="households that know of the practice: a share, a whole number, or their names",
        json_schema_extra={"sure": "A", "source": "by case"},
    )
    practising: Chance | Annotated[int, Field(ge=0)] | tuple[str, ...] = Field(
        0,
        description="households that practise: a share, a whole number, or their names",
        json_schema_extra={"sure": "A", "source": "by case"},
    )
    seen: bool = _f(True, "whether those who practise do so in the open", "A", "by case")


_NUMBERS = [
    name
    for name, field in (Behaviour.model_fields | Practice.model_fields).items()
    if name not in ("decision", "lapse", "positive_deviants", "false_leads")
]
PARAMETERS = np.dtype([("decision", "<i8"), *((name, "<f8") for name in _NUMBERS)])
"""Record of every number the rules read: the fields of `Behaviour` and `Practice` by their names."""


def parameter_record(behaviour: Behaviour, practice: Practice) -> npt.NDArray[Any]:
    """Lay the parameters out as one record, ``PARAMETERS[1]``; ``rest`` is −1 for never."""
    record = np.zeros(1, PARAMETERS)
    for block in (behaviour, practice):
        for name in type(block).model_fields:
            if name in _NUMBERS:
                value = getattr(block, name)
                record[name] = -1 if value == "never" else (np.nan if value is None else value)
    record["fresh"], record["settled"] = behaviour.fresh_chance, behaviour.settled_chance
    record["habit_rate"] = behaviour.habit
    record["decision"] = _DECISIONS.get(behaviour.decision, rules.OWN)
    return record


def ceilings(parameters: npt.NDArray[Any], scale: int = 1) -> npt.NDArray[np.float64]:
    """Greatest chance of each stage in a step without intervention (``population.kernels`` reads them).

    Hearing: the chance is at most m · −ln(1 − talk_practising) + a · −ln(1 − talk_heard), with
    m and a in fixed point of this ``scale``. Trying: the rate, ε or
    ``spontaneous``, whichever applies; an own rule may give any chance. For resting, the number of steps.
    """
    p = parameters[0]
    limits = np.zeros(6)
    with np.errstate(divide="ignore"):
        limits[kernels.TALK_PRACTISING_LIMIT] = min(-np.log1p(-p["talk_practising"]), 1e6) / scale
        limits[kernels.TALK_HEARD_LIMIT] = min(-np.log1p(-p["talk_heard"]), 1e6) / scale
    most = max(p["try_rate"], p["spontaneous"])
    seeing, alone = {
        rules.LOGISTIC: (p["try_rate"], p["spontaneous"]),
        rules.THRESHOLD: (max(p["try_rate"], p["epsilon"]), most),
        rules.SIMPLE: (1.0, p["outside"]),
        rules.EXTERNAL: (p["spontaneous"], p["spontaneous"]),
        rules.OWN: (1.0, 1.0),
    }[int(p["decision"])]
    limits[kernels.TRY_LIMIT], limits[kernels.TRY_ALONE_LIMIT] = seeing, alone
    limits[kernels.LAPSE_LIMIT] = p["fresh"]
    limits[kernels.REST_LIMIT] = max(p["rest"], 0.0)
    return limits
