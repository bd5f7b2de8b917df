"""Villages side by side in one set of arrays, and the verbs by which interventions act on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.errors import InterventionError, UnknownNameError
from pd_sim.population import forming, kernels, picking, verbs
from pd_sim.population.acting import Acting
from pd_sim.population.laying import SIGHT_STREAM, Founded, lay_side_by_side, weights_of
from pd_sim.population.per_village import PerVillage
from pd_sim.population.records import COUNTERS, HOUSEHOLD, STANDING, Mark, Shown, Stage, Variant
from pd_sim.streams import Streams, stream_key

__all__ = ["Mask", "Population"]

Mask = npt.NDArray[np.bool_]
"""True for the households meant, shape ``[n]``."""

_SOURCES = ("peer", "expert")
_NO_WEIGHT = np.empty(0)
_CHANGING = ("own", "stage", "touched", "shows", "look", "copied_from", "pool_head", "pool", "pool_size", "counts")
_FIRST_FLOW = COUNTERS.index("trials")
_STANDING = [COUNTERS.index(name) for name in STANDING]
_OF_THE_MODEL = (
    *(("household", purpose) for purpose in ("decide", "outcome", "copy", "incident")),
    ("tie", "meeting"),
)
_TIE_STREAM = stream_key("tie", "", "meeting")


class Population(Acting):
    """A tile: one or more replicates side by side, each with one or more villages.

    Parameters
    ----------
    founded
        The replicates' villages as drawn.
    seeds
        Seed of each replicate's luck.
    limits
        Greatest chances by stage (``behaviour.ceilings``).
    tacitness
        Share of the know-how that words alone do not carry, in [0, 1].
    know_how_decay
        Share of know-how a lapsed household loses a step, in [0, 1).
    meeting
        Chance that two households of one session that are not tied form a tie, in [0, 1].
    sight_chances
        ``seen_practising``, ``seen_stopped`` and ``seen_never``, for ties that are formed later.
    """

    def __init__(
        self,
        founded: Sequence[Founded],
        seeds: Sequence[int],
        *,
        limits: npt.NDArray[np.float64],
        tacitness: float = 0.6,
        know_how_decay: float = 0.01,
        meeting: float = 0.0,
        sight_chances: tuple[float, float, float] = (0.7, 0.3, 0.0),
    ) -> None:
        super().__init__(lay_side_by_side(founded, seeds, limits, meeting > 0))
        self.tacitness = tacitness
        self.know_how_decay = know_how_decay
        self.meeting = meeting
        self.mutual = all(f.ties.mutual for f in founded)
        self._sight_chances = np.array(sight_chances)
        self._met: list[Mask] = []
        self._mechanic: str | None = None
        self._labels: Mapping[str, str] = {}
        self._claimed = Streams()
        for mechanic, purpose in _OF_THE_MODEL:
            self._claimed.claim(mechanic, "", purpose)
        self._streams: dict[tuple[str, str, str], np.uint64] = {}
        self._founded = tuple(founded)
        kernels.count_seen(self.arrays)

    def copy(self) -> Population:
        """Give a population of its own that starts where this one stands; what never changes is shared."""
        other = copy(self)
        other.arrays = self.arrays._replace(**{name: getattr(self.arrays, name).copy() for name in _CHANGING})
        kept: dict[str, Any] = {"_met": list(self._met), "_alterations": list(self._alterations)}
        for name in ("spent", "amounts"):
            kept[name] = {k: v.copy() for k, v in getattr(self, name).items()}
        vars(other).update(kept, _streams=dict(self._streams), _claimed=copy(self._claimed))
        return other

    # ── who and what ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def n(self) -> int:
        """Number of households, over all villages and replicates."""
        return len(self.arrays.stage)

    @property
    def village_sizes(self) -> PerVillage:
        """Households of each village."""
        return PerVillage(np.diff(self.arrays.village_start))

    def at(self, *stages: Stage) -> Mask:
        """Households at any of these stages."""
        mask = self.arrays.stage == stages[0]
        for stage in stages[1:]:
            mask |= self.arrays.stage == stage
        return mask

    @property
    def hidden(self) -> Mask:
        """Households that practise unnoticed."""
        return (self.arrays.stage == Stage.PRACTISING) & (self.arrays.shows == Shown.NOTHING)

    @property
    def in_the_open(self) -> Mask:
        """Households that practise and can be seen to."""
        return self.arrays.shows == Shown.PRACTISING

    def hosts(self, ownership: float) -> Mask:
        """Households that practise in the open and own the practice more than this."""
        out = self.nobody()
        picking.mark_owners(self.arrays, np.float32(ownership), out)  # as ownership is kept
        return out

    @property
    def sees_practice(self) -> Mask:
        """Households that see at least one tie practise."""
        return self.arrays.look["practising"] > 0

    @property
    def ties_form(self) -> bool:
        """Whether ties have been or may be formed in this run."""
        return len(self.arrays.pool_head) > 0

    def trait(self, name: str) -> npt.NDArray[Any]:
        """One field of every household's record (see ``records.HOUSEHOLD``), as a copy."""
        if name not in HOUSEHOLD.names:  # type: ignore[operator]
            raise UnknownNameError("field of a household", name, HOUSEHOLD.names or ())
        return self.arrays.own[name].copy()

    def trust(self, source: str) -> npt.NDArray[np.float32]:
        """Every household's trust in a source, ``peer`` or ``expert``, in [0, 1]."""
        return self.trait(f"trust_{_checked_source(source)}")

    def group(self, name: str) -> npt.NDArray[Any]:
        """Every household's label in one grouping."""
        known = set.intersection(*(set(f.groups) for f in self._founded))
        if name not in known:
            raise UnknownNameError("group", name, known)
        return np.concatenate([f.groups[name] for f in self._founded])

    def nobody(self) -> Mask:
        """A mask without any household."""
        return np.zeros(self.n, bool)

    # ── counting and choosing ───────────────────────────────────────────────────────────────────────────────────

    def count(self, mask: Mask) -> PerVillage:
        """Number of households in the mask, village by village."""
        return PerVillage(np.add.reduceat(self._mask(mask), self.arrays.village_start[:-1], dtype=np.int64))

    def share(self, mask: Mask) -> PerVillage:
        """Share of households in the mask, village by village."""
        return self.count(mask) / self.village_sizes

    def near(self, mask: Mask, reach: int = 1, asked: Mask | None = None) -> Mask:
        """Households within ``reach`` ties (in either direction) of one in the mask, those in the mask included.

        Parameters
        ----------
        mask
            The households from which the ties go.
        reach
            How many ties away.
        asked
            Only these are looked at in the last step, where given: faster where they are few.
        """
        out = self._mask(mask).copy()
        everyone = np.ones(self.n, bool)
        for left in range(reach, 0, -1):
            last = everyone if asked is None or left > 1 else self._mask(asked)
            picking.mark_near(self.arrays, out.copy(), self.mutual, last, out)
        return out

    def variants(self, mask: Mask) -> npt.NDArray[np.int64]:
        """How many households of the mask know each variant, ``[village, len(Variant)]``."""
        out = np.zeros((self.villages, len(Variant)), np.int64)
        picking.count_variants(self.arrays, self._mask(mask), out)
        return out

    def pick(
        self,
        eligible: Mask,
        how_many: int | PerVillage,
        purpose: str,
        weight: npt.NDArray[np.float64] | None = None,
    ) -> Mask:
        """Pick households by the smallest keyed draws, village by village.

        Parameters
        ----------
        eligible
            Those who may be picked.
        how_many
            Number to pick in each village; where fewer are eligible, all are picked.
        purpose
            What the draws are for; different purposes have draws of their own.
        weight
            Chances in proportion to these, where given; 0 is never picked.
        """
        wanted = np.asarray(how_many.values if isinstance(how_many, PerVillage) else np.full(self.villages, how_many))
        if wanted.shape != (self.villages,) or not np.isfinite(wanted).all():
            raise InterventionError(
                "pick takes how many as a whole number, or as one for each village (pop.count gives that)"
            )
        out = self.nobody()
        picking.pick_smallest(
            self.arrays,
            self._acted(eligible),
            np.minimum(wanted, np.diff(self.arrays.village_start)).astype(np.int64),
            self.stream(purpose),
            np.uint64(self.step),
            _NO_WEIGHT if weight is None else self._each(weight),
            out,
        )
        return out

    def chance(self, eligible: Mask, p: float | npt.NDArray[Any], purpose: str) -> Mask:
        """Each eligible household with its own chance, one for all or one a household."""
        out = self.nobody()
        picking.chance_rows(
            self.arrays, self._acted(eligible), self._amounts(p, 1.0), self.stream(purpose), np.uint64(self.step), out
        )
        return out

    @contextmanager
    def drawing_for(self, mechanic: str, labels: Mapping[str, str] | None = None) -> Iterator[None]:
        """Let picks and chances within this block draw from a mechanic's streams.

        Parameters
        ----------
        mechanic
            What kind of mechanism draws. Two interventions that share it share its luck, whatever they are called.
        labels
            Label of each mechanic that stands more than once in the arm; left out: as in the block around.
        """
        before = self._mechanic, self._labels
        self._mechanic, self._labels = mechanic, self._labels if labels is None else labels
        try:
            yield
        finally:
            self._mechanic, self._labels = before

    def stream(self, purpose: str) -> np.uint64:
        """Key of the stream for a purpose, for whom the present block draws (see `drawing_for`)."""
        if self._mechanic is None:
            raise InterventionError(f"the draw for {purpose!r} is outside any intervention; use pop.drawing_for(…)")
        key = (self._mechanic, self._labels.get(self._mechanic, ""), purpose)
        if key not in self._streams:
            self._streams[key] = self._claimed.claim(*key)
        return self._streams[key]

    # ── verbs ───────────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, mask: Mask) -> None:
        """Make unaware households aware."""
        verbs.tell_rows(self.arrays, self._acted(mask), self.step)

    def coach(
        self, mask: Mask, dose: float | npt.NDArray[Any], keeps: float, variant: Variant | npt.NDArray[np.uint8]
    ) -> None:
        """Raise know-how: know_how += dose · (1 − tacitness · (1 − keeps)) · (1 − know_how).

        Parameters
        ----------
        mask
            Those who are coached.
        dose
            Share of what is missing that a perfect channel would convey, in [0, 1].
        keeps
            Share of the tacit part the channel conveys: 0 a message, ½ a demonstration, 1 doing it together.
        variant
            The variant taught, one for all or one a household. A household that tries or practises keeps its own.
        """
        gain = self.altered(self.gain(self._amounts(dose, 1.0), keeps), "fidelity")
        taught = np.atleast_1d(np.asarray(variant, np.uint8))
        if len(taught) not in (1, self.n) or (taught > max(Variant)).any():
            raise InterventionError(
                f"the variant taught must be one of {[v.name for v in Variant]}, for all or for each"
            )
        verbs.coach_rows(self.arrays, self._acted(mask), gain, taught, self.know_how_decay, self.step)

    def gain(self, dose: Any, keeps: float) -> Any:
        """Share of the missing know-how that coaching conveys: dose · (1 − tacitness · (1 − keeps))."""
        return dose * (1.0 - self.tacitness * (1.0 - keeps))

    def encourage(self, mask: Mask, strength: float | npt.NDArray[Any], source: str) -> None:
        """Push towards trying this step: push += strength · trust in the source."""
        verbs.encourage_rows(
            self.arrays,
            self._acted(mask),
            self.altered(self._amounts(strength), "fidelity"),
            _checked_source(source) == "expert",
        )

    def pay(self, mask: Mask, amount: float | npt.NDArray[Any]) -> None:
        """Pay for trying or practising this step; one unit of pay weighs as much as one of caution."""
        verbs.pay_rows(self.arrays, self._acted(mask), self._amounts(amount))

    def involve(self, mask: Mask, level: float | npt.NDArray[Any], genuine: float = 1.0) -> None:
        """Involve households; ownership follows at their next success, up to level · genuine."""
        part = self._amounts(level, 1.0) * self._amounts(genuine, 1.0)
        verbs.involve_rows(self.arrays, self._acted(mask), self.altered(part, "fidelity", "genuine"))

    def affirm(self, mask: Mask, amount: float | npt.NDArray[Any]) -> None:
        """Raise confidence: confidence += amount · (1 − confidence)."""
        verbs.affirm_rows(self.arrays, self._acted(mask), self.altered(self._amounts(amount, 1.0), "fidelity"))

    def reveal(self, mask: Mask) -> None:
        """Let hidden practice be seen from now on."""
        kernels.reveal_rows(self.arrays, self._acted(mask), self.step)

    def attend(self, mask: Mask) -> None:
        """Put households into a session this step: they decide at the session's rate, and may form ties."""
        verbs.attend_rows(self.arrays, self._acted(mask))
        self.met(self._acted(mask))

    def permit(self, mask: Mask) -> None:
        """Let households try that might not so far."""
        verbs.lift_rows(self.arrays, self._acted(mask), int(Mark.NOT_PERMITTED))

    def equip(self, mask: Mask) -> None:
        """Give households the hardware without which they could not try."""
        verbs.lift_rows(self.arrays, self._acted(mask), int(Mark.NO_HARDWARE))

    def adapt(self, mask: Mask, amount: float | npt.NDArray[Any], variant: Variant) -> None:
        """Make a variant fit more households: where it fitted a share c, it then fits c / (1 − amount), at most all.

        Each household's fit is a uniform that must lie below a limit; it is brought down by the factor 1 − amount.
        """
        by = self.altered(self._amounts(amount, 1.0), "fidelity")
        verbs.adapt_rows(self.arrays, self._acted(mask), by, variant == Variant.LOCAL, variant == Variant.OUTSIDE)

    def gain_trust(self, mask: Mask, amount: float | npt.NDArray[Any], source: str) -> None:
        """Raise trust in a source: trust += amount · (1 − trust)."""
        by = self.altered(self._amounts(amount, 1.0), "fidelity")
        verbs.trust_rows(self.arrays, self._acted(mask), by, _checked_source(source) == "expert", True)

    def lose_trust(self, mask: Mask, amount: float | npt.NDArray[Any], source: str) -> None:
        """Lower trust in a source: trust −= amount · trust."""
        expert = _checked_source(source) == "expert"
        verbs.trust_rows(self.arrays, self._acted(mask), self._amounts(amount, 1.0), expert, False)

    def met(self, mask: Mask) -> None:
        """Note that the households of a village in this mask met, so that ties may form at the end of the step."""
        if self.meeting > 0:
            self._met.append(mask)

    def hold(self, sessions: PerVillage) -> None:
        """Count sessions held, village by village."""
        held = np.where(self.turn.active.values, sessions.values, 0)
        self.arrays.counts[:, COUNTERS.index("sessions")] += held.astype(np.int32)

    def connect(self, met: Mask, chance: float = 1.0) -> None:
        """Let each untied pair of a village within ``met`` form a tie with this chance."""
        if not len(self.arrays.pool_head):
            self.arrays = self.arrays._replace(pool_head=np.full(self.n, -1, np.int32))
        met = self._acted(met)
        attending = self.count(met).values
        self._amounts(chance, 1.0)
        room = int(self.arrays.pool_size[0] + (attending * (attending - 1)).sum())
        if room > len(self.arrays.pool):
            pool = np.zeros((2 * room, 4), np.int32)
            pool[: len(self.arrays.pool)] = self.arrays.pool
            self.arrays = self.arrays._replace(pool=pool)
        forming.form_ties(
            self.arrays, met, chance, self._sight_chances, _TIE_STREAM, SIGHT_STREAM, np.uint64(self.step)
        )

    # ── the step's frame, for the engines ───────────────────────────────────────────────────────────────────────

    def begin_step(self, step: int) -> None:
        """Start a step: nothing has happened in it yet."""
        self.step = step
        kept = self.arrays.counts[:, _STANDING].copy()
        self.arrays.counts[:, _FIRST_FLOW:] = 0
        self.arrays.counts[:, _STANDING] = kept
        self.forget_step()

    def form_ties(self) -> None:
        """Let those who met in this step's sessions form ties, if the scenario lets them."""
        for met in self._met:
            self.connect(met, self.meeting)
        self._met.clear()

    def neighbours(self, row: int) -> Iterable[tuple[int, int, int]]:
        """Ties by which a household sees: (row of the other, sight of it, weight in fixed point)."""
        a = self.arrays
        weights = self._weight_of_sees() if len(a.weight_by) else None
        for k in range(int(a.sees_start[row]), int(a.sees_start[row + 1])):
            yield int(a.sees[k]), int(a.sight[k]), a.scale if weights is None else int(weights[k])
        if len(a.pool_head):
            k = int(a.pool_head[row])
            while k >= 0:
                yield int(a.pool[k, 1]), int(a.pool[k, 2]), a.scale
                k = int(a.pool[k, 0])

    def _mask(self, mask: Mask) -> Mask:
        """Return what is a mask of this population; anything else would be read beyond its end."""
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (self.n,):
            raise InterventionError(
                f"a mask holds True or False for each of the {self.n} households (numpy, dtype bool); "
                "for some rows, set those of pop.nobody() to True"
            )
        return mask

    def _acted(self, mask: Mask) -> Mask:
        """Mask of those a verb reaches: only households of villages in which the intervention acts."""
        mask = self._mask(mask)
        return mask if self.turn.whole else mask & self.spread(self.turn.active)

    def _amounts(self, value: float | npt.NDArray[Any], most: float = np.inf) -> npt.NDArray[np.float64]:
        """Return an amount for all, or one for each household, as an array."""
        if isinstance(value, PerVillage):
            raise InterventionError("an amount a village must be spread over its households first: pop.spread(…)")
        amounts = np.atleast_1d(np.asarray(value, np.float64))
        if amounts.shape not in ((1,), (self.n,)) or not ((amounts >= 0) & (amounts <= most)).all():
            bound = "" if most == np.inf else f" to {most:g}"
            raise InterventionError(f"an amount must be a number from 0{bound}, one for all households or one for each")
        return amounts

    def _each(self, weight: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Return weights, one for each household."""
        weights = np.asarray(weight, np.float64)
        if weights.shape != (self.n,) or not (np.isfinite(weights) & (weights >= 0)).all():
            raise InterventionError("weights must be numbers from 0, one for each household")
        return weights

    def _weight_of_sees(self) -> npt.NDArray[np.int32]:
        return np.concatenate([weights_of(f.ties, self.arrays.scale) for f in self._founded])


def _checked_source(source: str) -> str:
    if source not in _SOURCES:
        raise UnknownNameError("source", source, _SOURCES)
    return source
