"""Villages side by side in one set of arrays, and the verbs by which interventions act on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pd_sim.community.ties import Ties
from pd_sim.errors import InterventionError, UnknownNameError
from pd_sim.population import kernels, verbs
from pd_sim.population.per_village import PerVillage
from pd_sim.population.records import COUNTERS, HOUSEHOLD, LOOK, Arrays, Shown, Stage, Variant
from pd_sim.streams import Streams, stream_key

__all__ = ["Founded", "Mask", "Population"]

Mask = npt.NDArray[np.bool_]
"""True for the households meant, shape ``[n]``."""

_SOURCES = ("peer", "expert")
_NO_WEIGHT = np.empty(0)
_FIRST_FLOW = COUNTERS.index("trials")
_PARTICIPANTS = COUNTERS.index("participants")
_OF_THE_MODEL = (("household", "decide"), ("household", "outcome"), ("household", "copy"), ("tie", "meeting"))
_TIE_STREAM = stream_key("tie", "", "meeting")
SIGHT_STREAM = stream_key("tie", "", "sight")
"""Stream of the one uniform a direction of a tie has: whether it sees practice."""


class Founded(NamedTuple):
    """One replicate's villages as they are drawn, before anything happens; shared by all arms, never written to."""

    own: npt.NDArray[Any]
    stage: npt.NDArray[np.uint8]
    identity: npt.NDArray[np.uint64]
    village_sizes: npt.NDArray[np.int64]
    ties: Ties
    sight: npt.NDArray[np.uint8]
    village_seed: int
    groups: dict[str, npt.NDArray[Any]]


class Population:
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
        self.step = 0
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
        self.spent: dict[str, npt.NDArray[np.float64]] = {}
        self._founded = tuple(founded)
        self.arrays = _lay_side_by_side(founded, seeds, limits, meeting > 0)
        kernels.count_seen(self.arrays)

    # ── who and what ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def n(self) -> int:
        """Number of households, over all villages and replicates."""
        return len(self.arrays.stage)

    @property
    def villages(self) -> int:
        """Number of villages, over all replicates."""
        return len(self.arrays.village_start) - 1

    @property
    def replicates(self) -> int:
        """Number of replicates side by side."""
        return len(self.arrays.seed)

    @property
    def village_sizes(self) -> PerVillage:
        """Households of each village."""
        return PerVillage(np.diff(self.arrays.village_start))

    @property
    def replicate_of_village(self) -> npt.NDArray[np.int64]:
        """Replicate each village belongs to, shape ``[V]``."""
        return np.repeat(np.arange(self.replicates), np.diff(self.arrays.replicate_start))

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
        kernels.mark_owners(self.arrays, ownership, out)
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
        return PerVillage(np.add.reduceat(mask, self.arrays.village_start[:-1], dtype=np.int64))

    def share(self, mask: Mask) -> PerVillage:
        """Share of households in the mask, village by village."""
        return self.count(mask) / self.village_sizes

    def spread(self, per_village: PerVillage | npt.ArrayLike) -> npt.NDArray[Any]:
        """Give every household its village's value."""
        values = per_village.values if isinstance(per_village, PerVillage) else np.asarray(per_village)
        return np.repeat(values, np.diff(self.arrays.village_start))

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
        out = mask.copy()
        everyone = np.ones(self.n, bool)
        for left in range(reach, 0, -1):
            last = everyone if asked is None or left > 1 else asked
            kernels.mark_near(self.arrays, out.copy(), self.mutual, last, out)
        return out

    def variants(self, mask: Mask) -> npt.NDArray[np.int64]:
        """How many households of the mask know each variant, ``[village, len(Variant)]``."""
        out = np.zeros((self.villages, len(Variant)), np.int64)
        kernels.count_variants(self.arrays, mask, out)
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
        wanted = how_many.values if isinstance(how_many, PerVillage) else np.full(self.villages, how_many)
        out = self.nobody()
        kernels.pick_smallest(
            self.arrays,
            eligible,
            np.minimum(wanted, np.diff(self.arrays.village_start)).astype(np.int64),
            self.stream(purpose),
            np.uint64(self.step),
            _NO_WEIGHT if weight is None else np.asarray(weight, float),
            out,
        )
        return out

    def chance(self, eligible: Mask, p: float | npt.NDArray[Any], purpose: str) -> Mask:
        """Each eligible household with its own chance, one for all or one a household."""
        out = self.nobody()
        kernels.chance_rows(self.arrays, eligible, _amounts(p), self.stream(purpose), np.uint64(self.step), out)
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
        verbs.tell_rows(self.arrays, mask, self.step)

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
        gain = self.gain(_amounts(dose), keeps)
        taught = np.atleast_1d(np.asarray(variant, np.uint8))
        verbs.coach_rows(self.arrays, mask, gain, taught, self.know_how_decay, self.step)

    def gain(self, dose: Any, keeps: float) -> Any:
        """Share of the missing know-how that coaching conveys: dose · (1 − tacitness · (1 − keeps))."""
        return dose * (1.0 - self.tacitness * (1.0 - keeps))

    def encourage(self, mask: Mask, strength: float | npt.NDArray[Any], source: str) -> None:
        """Push towards trying this step: push += strength · trust in the source."""
        verbs.encourage_rows(self.arrays, mask, _amounts(strength), _checked_source(source) == "expert")

    def pay(self, mask: Mask, amount: float | npt.NDArray[Any]) -> None:
        """Pay for trying or practising this step; one unit of pay weighs as much as one of caution."""
        verbs.pay_rows(self.arrays, mask, _amounts(amount))

    def involve(self, mask: Mask, level: float | npt.NDArray[Any], genuine: float = 1.0) -> None:
        """Involve households; ownership follows at their next success, up to level · genuine."""
        verbs.involve_rows(self.arrays, mask, _amounts(level) * genuine)

    def affirm(self, mask: Mask, amount: float | npt.NDArray[Any]) -> None:
        """Raise confidence: confidence += amount · (1 − confidence)."""
        verbs.affirm_rows(self.arrays, mask, _amounts(amount))

    def reveal(self, mask: Mask) -> None:
        """Let hidden practice be seen from now on."""
        kernels.reveal_rows(self.arrays, mask, self.step)

    def attend(self, mask: Mask) -> None:
        """Put households into a session this step: they decide at the session's rate, and may form ties."""
        verbs.attend_rows(self.arrays, mask)
        self.met(mask)

    def met(self, mask: Mask) -> None:
        """Note that the households of a village in this mask met, so that ties may form at the end of the step."""
        if self.meeting > 0:
            self._met.append(mask)

    def hold(self, sessions: PerVillage) -> None:
        """Count sessions held, village by village."""
        self.arrays.counts[:, COUNTERS.index("sessions")] += sessions.values.astype(np.int32)

    def connect(self, met: Mask, chance: float = 1.0) -> None:
        """Let each untied pair of a village within ``met`` form a tie with this chance."""
        if not len(self.arrays.pool_head):
            self.arrays = self.arrays._replace(pool_head=np.full(self.n, -1, np.int32))
        attending = self.count(met).values
        room = int(self.arrays.pool_size[0] + (attending * (attending - 1)).sum())
        if room > len(self.arrays.pool):
            pool = np.zeros((2 * room, 4), np.int32)
            pool[: len(self.arrays.pool)] = self.arrays.pool
            self.arrays = self.arrays._replace(pool=pool)
        kernels.form_ties(
            self.arrays, met, chance, self._sight_chances, _TIE_STREAM, SIGHT_STREAM, np.uint64(self.step)
        )

    def charge(self, heading: str, amount: float | PerVillage, per: str = "village") -> None:
        """Spend money under a heading this step.

        Parameters
        ----------
        heading
            What it is spent on.
        amount
            Money, one amount for all or one a village.
        per
            ``village``: each village spends the amount. ``replicate``: each replicate does, shared equally among
            its villages.
        """
        if per not in ("village", "replicate"):
            raise UnknownNameError("base of a charge", per, ("village", "replicate"))
        values = np.asarray(amount.values if isinstance(amount, PerVillage) else amount, float)
        if per == "replicate":
            values = values / np.diff(self.arrays.replicate_start)[self.replicate_of_village]
        self.spent.setdefault(heading, np.zeros(self.villages))
        self.spent[heading] += values

    # ── the step's frame, for the engines ───────────────────────────────────────────────────────────────────────

    def begin_step(self, step: int) -> None:
        """Start a step: nothing has happened in it yet."""
        self.step = step
        kept = self.arrays.counts[:, _PARTICIPANTS].copy()
        self.arrays.counts[:, _FIRST_FLOW:] = 0
        self.arrays.counts[:, _PARTICIPANTS] = kept
        for amounts in self.spent.values():
            amounts[:] = 0.0

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

    def _weight_of_sees(self) -> npt.NDArray[np.int32]:
        return np.concatenate([_weights(f.ties, self.arrays.scale) for f in self._founded])


def _checked_source(source: str) -> str:
    if source not in _SOURCES:
        raise UnknownNameError("source", source, _SOURCES)
    return source


def _amounts(value: float | npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    amounts = np.atleast_1d(np.asarray(value, np.float64))
    if not np.isfinite(amounts).all():
        raise InterventionError("an intervention gave an amount that is not a number")
    return amounts


def _weights(ties: Ties, scale: int) -> npt.NDArray[np.int32]:
    """Weights of a community's half-edges, in the order of ``sees`` and the tile's fixed point."""
    if ties.weight is None:
        return np.full(len(ties.sees), scale, np.int32)
    return ties.weight


def _lay_side_by_side(
    founded: Sequence[Founded], seeds: Sequence[int], limits: npt.NDArray[np.float64], ties_form: bool
) -> Arrays:
    """Join the replicates' arrays, rows and half-edges shifted to their places."""
    sizes = [len(f.own) for f in founded]
    rows = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    edges = np.concatenate([[0], np.cumsum([len(f.ties.sees) for f in founded])]).astype(np.int64)
    scale = max(f.ties.scale for f in founded)
    weighted = any(f.ties.weight is not None for f in founded)

    def joined(parts: Iterable[npt.NDArray[Any]], dtype: Any) -> npt.NDArray[Any]:
        return np.concatenate([np.asarray(p) for p in parts]).astype(dtype)

    def starts(name: str) -> npt.NDArray[np.int32]:
        parts = [getattr(f.ties, name)[:-1] + edges[k] for k, f in enumerate(founded)]
        return joined([*parts, edges[-1:]], np.int32)

    village_sizes = np.concatenate([f.village_sizes for f in founded])
    weight_sees = [_weights(f.ties, scale) for f in founded]
    degree = [
        np.diff(f.ties.sees_start) * scale
        if f.ties.weight is None
        else np.bincount(
            np.repeat(np.arange(len(f.own)), np.diff(f.ties.sees_start)), weights=f.ties.weight, minlength=len(f.own)
        )
        for f in founded
    ]
    n = int(rows[-1])
    look = np.zeros(n, LOOK)
    look["degree"] = np.concatenate(degree)
    return Arrays(
        own=joined((f.own for f in founded), HOUSEHOLD),
        stage=joined((f.stage for f in founded), np.uint8),
        touched=np.zeros(n, np.uint8),
        shows=np.zeros(n, np.uint8),
        look=look,
        copied_from=np.full(n, -1, np.int32),
        identity=joined((f.identity for f in founded), np.uint64),
        village_start=np.concatenate([[0], np.cumsum(village_sizes)]).astype(np.int64),
        replicate_start=np.concatenate([[0], np.cumsum([len(f.village_sizes) for f in founded])]).astype(np.int64),
        seed=np.array(seeds, np.uint64),
        village_seed=np.array([f.village_seed for f in founded], np.uint64),
        sees_start=starts("sees_start"),
        sees=joined((f.ties.sees + rows[k] for k, f in enumerate(founded)), np.int32),
        sight=joined((f.sight for f in founded), np.uint8),
        seen_by_start=starts("seen_by_start"),
        seen_by=joined((f.ties.seen_by + rows[k] for k, f in enumerate(founded)), np.int32),
        sight_by=joined((f.sight[f.ties.seen_by_tie] for f in founded), np.uint8),
        weight_by=joined((w[f.ties.seen_by_tie] for w, f in zip(weight_sees, founded, strict=True)), np.int32)
        if weighted
        else np.empty(0, np.int32),
        pool_head=np.full(n if ties_form else 0, -1, np.int32),
        pool=np.zeros((0, 4), np.int32),
        pool_size=np.zeros(1, np.int64),
        counts=np.zeros((len(village_sizes), len(COUNTERS)), np.int32),
        limits=limits,
        scale=scale,
    )
