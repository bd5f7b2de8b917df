"""What it would be worth to know a field of a scenario before choosing an arm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.cost_effectiveness import best_shares, net_benefit
from pd_sim.analysis.information import joint_information, partial_information, perfect_information
from pd_sim.errors import ResultError, ScenarioError
from pd_sim.scenario import Scenario
from pd_sim.studies.appraised import said
from pd_sim.studies.compare import compare
from pd_sim.studies.economics import economics, prices_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Information", "Prior", "value_of_information"]

Floats = npt.NDArray[np.float64]

_LEAST_DRAWS = 20
_RESAMPLED = 100
_SEED = 2014


class Prior(Protocol):
    """What is believed of a field: a distribution as SciPy makes them, such as ``scipy.stats.beta(4, 2)``."""

    def ppf(self, q: Any) -> Any:
        """Value below which a share of the belief lies."""


@dataclass(frozen=True, eq=False)
class Information:
    """Value of knowing fields of a scenario, for one choice between arms in one replicate's villages."""

    fields: tuple[str, ...]
    arms: tuple[str, ...]
    worth: float
    currency: str
    values: Floats
    """Values drawn, ``[draw, field]``."""
    benefits: Floats
    """Net benefit of each arm less that of the first, ``[draw, arm]``."""
    replicates: int
    unit: str = "household"

    @property
    def perfect(self) -> float:
        """Expected value of perfect information: of the fields and of the luck of each draw together."""
        return perfect_information(self.benefits)

    @property
    def together(self) -> float:
        """Expected value of knowing all the fields, by regression on all of them."""
        return joint_information(self.benefits, self.values)

    def partial(self, field: str) -> float:
        """Expected value of knowing one field."""
        if field not in self.fields:
            raise ResultError(f"field {field!r} was not drawn; drawn were {', '.join(self.fields)}")
        return partial_information(self.benefits, self.values[:, self.fields.index(field)])

    @property
    def choice(self) -> str:
        """Arm with the highest mean net benefit: what to choose on what is known now."""
        return self.arms[int(self.benefits.mean(axis=0).argmax())]

    def best(self) -> dict[str, float]:
        """Share of the draws in which each arm has the highest net benefit; ties are shared equally."""
        return dict(zip(self.arms, (float(share) for share in best_shares(self.benefits)), strict=True))

    def frame(self) -> pd.DataFrame:
        """Value of each field, most worth knowing first, then of all fields, then of fields and luck.

        Returns
        -------
        Columns: ``field, value, low, high``. The interval is a bootstrap over the draws (percentiles of 100); it tends
        to lie a little high, since a best arm is looked for again in every resample.
        """
        import pandas as pd

        asked: list[tuple[str, Callable[[npt.NDArray[np.int64]], float]]] = [
            (name, lambda rows, k=k: partial_information(self.benefits[rows], self.values[rows, k]))  # type: ignore[misc]
            for k, name in enumerate(self.fields)
        ]
        asked.sort(key=lambda entry: -self.partial(entry[0]))
        asked.append(("all fields", lambda rows: joint_information(self.benefits[rows], self.values[rows])))
        asked.append(("all fields and luck", lambda rows: perfect_information(self.benefits[rows])))
        draws, made = np.random.default_rng(_SEED), len(self.benefits)
        samples = [draws.integers(0, made, made) for _ in range(_RESAMPLED)]
        rows = []
        for name, value in asked:
            low, high = np.quantile([value(sample) for sample in samples], [0.025, 0.975])
            rows.append((name, value(np.arange(made)), float(low), float(high)))
        return pd.DataFrame(rows, columns=["field", "value", "low", "high"])

    def __str__(self) -> str:
        most = max(self.fields, key=self.partial)
        told = f"{most}, {self.currency} {self.partial(most):,.0f}" if self.partial(most) > 0 else "none"
        return (
            f"At {self.currency} {self.worth:,.0f} for a {self.unit}-year of practice, choose {said(self.choice)} "
            f"(best in {self.best()[self.choice]:.0%} of {len(self.benefits)} draws). Knowing all fields first would "
            f"be worth {self.currency} {self.together:,.0f}; the one most worth knowing: {told}."
        )


def value_of_information(
    scenario: Scenario,
    priors: Mapping[str, tuple[float, float] | Prior],
    *,
    worth: float | None = None,
    arms: Sequence[str] | None = None,
    draws: int = 200,
    replicates: int = 4,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Information:
    """Draw what is not known, run all arms on the same draws, and value knowing it before choosing an arm.

    Each field's range of belief is cut into as many equal parts as there are draws, and each part is drawn from once
    (Latin hypercube), the fields independently. Every draw has villages and luck of its own, the same for all arms.
    The value of a field comes from the regression of net benefit on it; see `analysis.partial_information`.

    Parameters
    ----------
    scenario
        The scenario; ``economics`` holds its prices.
    priors
        By full name of a field, such as ``practice.certainty``: lowest and highest value, all between equally likely,
        or a distribution with ``ppf``. Values of fields that hold whole numbers are rounded.
    worth
        What a household-year of practice may cost (λ); none: ``economics.worth_of_adopter_year``.
    arms
        Arms to choose from, two at least; none: all.
    draws
        20 at least; some hundreds are needed to tell small values from 0.
    replicates
        Replicates of each draw, averaged; more of them leave less luck in the value of all fields and luck.
    seed, threads
        As in ``compare``.
    progress
        Called with the draws done and to do.

    Raises
    ------
    ScenarioError
        An unknown field, a prior that leaves its bounds, no worth, fewer than two arms or too few draws.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 40).set("steps", 20)
    >>> found = value_of_information(
    ...     town, {"practice.tacitness": (0.2, 0.9)}, arms=["nothing", "hybrid"], worth=100.0, draws=20, replicates=1
    ... )
    >>> found.choice, found.partial("practice.tacitness")  # it costs nothing here, so it is always right
    ('hybrid', 0.0)
    """
    prices = prices_of(scenario.record())
    worth = prices.worth_of_adopter_year if worth is None else worth
    if worth is None or not np.isfinite(worth) or worth < 0:
        raise ScenarioError("worth: say what a household-year of practice may cost, or economics.worth_of_adopter_year")
    named = list(scenario.arms) if arms is None else list(dict.fromkeys(arms))
    for name in named:
        scenario.arm(name)
    if len(named) < 2:
        raise ScenarioError("arms: there is nothing to choose; name two arms at least")
    if draws < _LEAST_DRAWS:
        raise ScenarioError(f"draws: {draws} are too few to regress on; give {_LEAST_DRAWS} at least")
    if not priors:
        raise ScenarioError("priors: name a field at least, such as practice.certainty: (0.3, 0.9)")
    whole = {field: _holds_whole_number(scenario, field) for field in priors}
    values = _drawn(priors, draws, seed)
    for place, field in enumerate(priors):
        if whole[field]:
            values[:, place] = np.round(values[:, place])
        for end in (values[:, place].min(), values[:, place].max()):
            _placed(scenario, field, float(end), whole[field])  # so that a bad prior is refused at once
    benefits = np.empty((draws, len(named)))
    for draw, point in enumerate(values):
        drawn = scenario
        for field, value in zip(priors, point, strict=True):
            drawn = _placed(drawn, field, float(value), whole[field])
        result = compare(drawn, named, replicates=replicates, seed=seed + 1 + draw, threads=threads)
        found = economics(result, baseline=named[0])
        first = found.effect(named[0])
        for place, arm in enumerate(named):
            net = net_benefit(found.effect(arm) - first, found.extra_cost(arm, named[0]), worth)
            benefits[draw, place] = net.mean()
        if progress is not None:
            progress(draw + 1, draws)
    return Information(
        tuple(priors), tuple(named), float(worth), prices.currency, values, benefits, replicates, scenario.unit
    )


def _drawn(priors: Mapping[str, tuple[float, float] | Prior], draws: int, seed: int) -> Floats:
    """Draw a Latin hypercube: ``[draw, field]``."""
    values = np.empty((draws, len(priors)))
    for place, (field, prior) in enumerate(priors.items()):
        # a field's draws depend on its name alone, so that another field changes nothing of them
        stream = np.random.default_rng([seed, _SEED, *field.encode()])
        shares = (stream.permutation(draws) + stream.random(draws)) / draws
        if isinstance(prior, tuple | list):
            if len(prior) != 2 or not prior[0] <= prior[1]:
                raise ScenarioError(f"priors: {field} needs (lowest, highest), not {prior!r}")
            found = prior[0] + shares * (prior[1] - prior[0])
        elif hasattr(prior, "ppf"):
            found = np.asarray(prior.ppf(shares), dtype=np.float64)
        else:
            raise ScenarioError(f"priors: {field} needs (lowest, highest) or a distribution, not {prior!r}")
        if found.shape != (draws,) or not np.isfinite(found).all():
            raise ScenarioError(f"priors: {field} gives values that are no plain numbers")
        values[:, place] = found
    return values


def _holds_whole_number(scenario: Scenario, field: str) -> bool:
    at: Any = scenario.resolved()
    for part in field.split("."):
        if isinstance(at, list):
            matching = [entry[part] for entry in at if part in entry]
            at = at[int(part)] if part.isdigit() and int(part) < len(at) else matching[0] if matching else None
        else:
            at = at.get(part) if isinstance(at, dict) else None
    return isinstance(at, int) and not isinstance(at, bool)


def _placed(scenario: Scenario, field: str, value: float, whole: bool) -> Scenario:
    """The scenario with one field at a value."""
    given = int(value) if whole else value
    block, _, rest = field.partition(".")
    trait, _, part = rest.partition(".")
    known = scenario.resolved().get(block, {})
    # a part of a trait that the scenario leaves at its default: say all of it
    if part and block != "arms" and isinstance(known, dict) and isinstance(known.get(trait), dict):
        return scenario.set(f"{block}.{trait}", {**known[trait], part: given})
    return scenario.set(field, given)
