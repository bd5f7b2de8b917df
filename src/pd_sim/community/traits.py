"""What households are like before anything happens: their traits and how they are drawn.

A trait is a number for everybody, a distribution, one listed value per household, or a column of the community.
Every draw is keyed by the trait's name and the household, so that a household keeps its trait whoever else lives there.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PlainSerializer, Tag, field_validator

from pd_sim.community.base import plain, rests_on
from pd_sim.community.community import Community
from pd_sim.errors import CommunityError, nearest
from pd_sim.streams import draws, stream_key

__all__ = ["Column", "Distribution", "TraitValue", "Traits", "share_quantile"]

Values = npt.NDArray[Any]
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Distribution(BaseModel):
    """A distribution by its mean and standard deviation.

    ``beta`` is for shares; ``uniform`` has the same two numbers; ``normal`` is cut off at 0 and only for caution, where
    a negative threshold means the same as 0.
    """

    model_config = _FROZEN

    mean: float = Field(ge=0, description="mean over households")
    sd: float = Field(ge=0, description="standard deviation over households")
    shape: Literal["beta", "uniform", "normal"] = Field("beta", description="shape of the distribution")

    def greatest_sd(self) -> float:
        """Greatest standard deviation that is possible with this mean and shape."""
        if self.shape == "normal":
            return math.inf
        if self.mean > 1:
            return 0.0
        if self.shape == "uniform":
            return min(self.mean, 1 - self.mean) / math.sqrt(3)
        return math.sqrt(self.mean * (1 - self.mean))

    def quantile(self, u: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Value at each rank in [0, 1)."""
        if self.sd == 0:
            return np.full(len(u), self.mean)
        if self.shape == "uniform":
            return self.mean + (u - 0.5) * self.sd * math.sqrt(12)
        if self.shape == "normal":
            from scipy.special import ndtri

            return np.maximum(0.0, self.mean + self.sd * ndtri(np.maximum(u, 2.0**-54)))
        return share_quantile(u, self.mean, self.sd)


class Column(BaseModel):
    """A trait read from a column of the community."""

    model_config = _FROZEN

    column: str = Field(min_length=1, description="name of the column")
    missing: Literal["error", "draw"] | float = Field(
        "error", description="what a household without a value gets: refused, drawn as by default, or this number"
    )


def share_quantile(u: npt.NDArray[np.float64], mean: float, sd: float) -> npt.NDArray[np.float64]:
    """Quantiles of the Beta distribution with a mean and a standard deviation (its inverse distribution function)."""
    from scipy.special import betaincinv

    size = mean * (1 - mean) / sd**2 - 1
    return np.asarray(betaincinv(mean * size, (1 - mean) * size, u))


def _kind(value: Any) -> str:
    if isinstance(value, Column) or (isinstance(value, dict) and "column" in value):
        return "column"
    if isinstance(value, (Distribution, dict)):
        return "distribution"
    if isinstance(value, (list, tuple)):
        return "list"
    return "number"


def _never(value: Any) -> Any:
    return math.inf if isinstance(value, str) and value == "never" else value


def _written(value: Any) -> Any:
    return "never" if value == math.inf else value


Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Threshold = Annotated[float, BeforeValidator(_never), PlainSerializer(_written), Field(ge=0)]
TraitValue = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[Distribution, Tag("distribution")]
    | Annotated[tuple[Number, ...], Tag("list")]
    | Annotated[Column, Tag("column")],
    Discriminator(_kind),
]
"""A number, a `Distribution`, one listed value per household, or a `Column`."""

CautionValue = Annotated[
    Annotated[Threshold, Tag("number")]
    | Annotated[Distribution, Tag("distribution")]
    | Annotated[tuple[Threshold, ...], Tag("list")]
    | Annotated[Column, Tag("column")],
    Discriminator(_kind),
]
Share = Annotated[Number, Field(le=1)]
PartValue = Annotated[
    Annotated[Share, Tag("number")] | Annotated[tuple[Share, ...], Tag("list")] | Annotated[Column, Tag("column")],
    Discriminator(_kind),
]

_SHARES = ("trust_peer", "trust_expert", "confidence")


class Traits(BaseModel):
    """How households differ.

    Examples
    --------
    >>> Traits(caution="never").caution
    inf
    >>> Distribution(mean=0.5, sd=0.1).greatest_sd()
    0.5
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    caution: CautionValue = Field(
        Distribution(mean=0.25, sd=0.12),
        description="share (or number, where the rule counts) of ties it wants to see practising; or never",
        json_schema_extra=rests_on("A", "assumption"),
    )
    trust_peer: TraitValue = Field(
        Distribution(mean=0.80, sd=0.10),
        description="trust in peers, from 0 to 1",
        json_schema_extra=rests_on("A", "peers in like conditions persuade more (BenYishay and Mobarak); size assumed"),
    )
    trust_expert: TraitValue = Field(
        Distribution(mean=0.45, sd=0.15),
        description="trust in experts, from 0 to 1",
        json_schema_extra=rests_on("A", "below that in peers (BenYishay and Mobarak); size assumed"),
    )
    confidence: TraitValue = Field(
        Distribution(mean=0.40, sd=0.15),
        description="confidence at the start, from 0 to 1",
        json_schema_extra=rests_on("A", "assumption"),
    )
    need: PartValue = Field(
        1.0, description="share of households that the issue touches", json_schema_extra=rests_on("A", "by case")
    )
    advantage: PartValue = Field(
        0.0, description="share of households with extra resources", json_schema_extra=rests_on("A", "by case")
    )

    @field_validator("*", mode="before")
    @classmethod
    def _of_python(cls, value: Any) -> Any:
        return plain(value)

    @field_validator("caution", "trust_peer", "trust_expert", "confidence", mode="after")
    @classmethod
    def _possible(cls, value: Any, info: Any) -> Any:
        name = info.field_name
        if isinstance(value, Distribution):
            if value.shape == "normal" and name != "caution":
                raise ValueError(f"{name}: a normal distribution leaves the range from 0 to 1; use shape beta")
            if value.shape != "normal" and value.mean > 1:
                raise ValueError(f"{name}: mean {value.mean:g} is above 1; give a share, or shape normal for numbers")
            if value.sd > value.greatest_sd() or (value.shape == "beta" and 0 < value.sd == value.greatest_sd()):
                raise ValueError(
                    f"{name}: sd {value.sd:g} is impossible with mean {value.mean:g}; "
                    f"the greatest possible sd is {value.greatest_sd():.4g}"
                )
        elif name in _SHARES:
            for given in value if isinstance(value, tuple) else () if isinstance(value, Column) else (value,):
                if given > 1:
                    raise ValueError(f"{name}: {given:g} is above 1; give a number from 0 to 1")
        if isinstance(value, tuple) and not value:
            raise ValueError(f"{name}: the list is empty; give one value per household")
        return value

    def draw(self, community: Community, seed: int, fit_overlap: float) -> dict[str, Values]:
        """Draw the traits of every household.

        Parameters
        ----------
        community
            The households.
        seed
            Seed of the village.
        fit_overlap
            Probability that a household whom a local solution fits is the one an outside solution fits.

        Returns
        -------
        ``caution`` (float64), ``trust_peer``, ``trust_expert``, ``confidence``, ``fit_local``, ``fit_outside``
        (float32), ``need`` and ``advantage`` (bool), one value per household.

        Raises
        ------
        CommunityError
            A list of another length, an unknown column, or a column's value that is missing or out of bounds.
        """

        def luck(name: str) -> npt.NDArray[np.float64]:
            return draws(seed, stream_key("trait", "", name), 0, community.identity)

        drawn: dict[str, Values] = {"caution": self._values("caution", community, luck, math.inf)}
        for name in _SHARES:
            drawn[name] = self._values(name, community, luck, 1.0).astype(np.float32)
        for name in ("need", "advantage"):
            value = getattr(self, name)
            shares = self._values(name, community, luck, 1.0)
            drawn[name] = luck(name) < shares if not isinstance(value, float) or 0 < value < 1 else shares > 0
        local = luck("fit_local")
        drawn["fit_local"] = local.astype(np.float32)
        drawn["fit_outside"] = np.where(luck("fit_same") < fit_overlap, local, luck("fit_outside")).astype(np.float32)
        return drawn

    def _values(self, name: str, community: Community, luck: Any, most: float) -> npt.NDArray[np.float64]:
        value = getattr(self, name)
        if isinstance(value, Distribution):
            return value.quantile(luck(name))
        if isinstance(value, tuple):
            return _listed(name, value, community)
        if isinstance(value, Column):
            return self._from_column(name, value, community, luck, most)
        return np.full(community.n, float(value))

    def _from_column(
        self, name: str, value: Column, community: Community, luck: Any, most: float
    ) -> npt.NDArray[np.float64]:
        if value.column not in community.columns:
            raise CommunityError(f"{name}: no column {value.column!r}; {nearest(value.column, community.columns)}")
        read = community.columns[value.column]
        if read.dtype.kind not in "biuf":
            raise CommunityError(f"{name}: {_no_number(read, value.column, community)}")
        given = read.astype(np.float64)
        gaps = np.isnan(given)
        if gaps.any():
            if value.missing == "error":
                missing = f"{gaps.sum():,} {'is' if gaps.sum() == 1 else 'are'} missing"
                raise CommunityError(
                    f"{name}: {_place(community, value.column)} has no value for household {_called(community, gaps)} "
                    f"({missing}); fill it in, or say `missing: draw` or `missing: <number>`"
                )
            default = getattr(type(self)(), name)
            given[gaps] = (
                value.missing
                if value.missing != "draw"
                else default.quantile(luck(name))[gaps]
                if isinstance(default, Distribution)
                else float(default)
            )
        outside = ~((given >= 0) & (given <= most))
        if outside.any():
            bound = "0 or more" if most == math.inf else f"from 0 to {most:g}"
            raise CommunityError(
                f"{name}: {_place(community, value.column)} has {given[outside][0]:g} for household "
                f"{_called(community, outside)}; give a number {bound}"
            )
        return given


def _listed(name: str, listed: tuple[float, ...], community: Community) -> npt.NDArray[np.float64]:
    values = np.array(listed, np.float64)
    if len(values) == community.n:
        return values
    if (community.sizes == len(values)).all():  # one list for each of several villages of that size
        return np.tile(values, len(community.villages))
    raise CommunityError(
        f"{name}: {len(values)} values are listed for {community.n} households; give one value per household"
    )


def _no_number(read: Values, column: str, community: Community) -> str:
    """Say which value of a column is the first that is no number, and the mend."""
    wrong = np.array([bool(str(text)) and not _NUMBER.fullmatch(str(text)) for text in read])
    if not wrong.any():  # numbers written as text, as only Python gives them
        return f"{_place(community, column)} holds text such as {str(read[0])!r}; give numbers"
    text = str(read[np.flatnonzero(wrong)[0]])
    mend = "write it with a decimal point" if re.fullmatch(r"-?\d*,\d+", text) else "give a number"
    return f"{_place(community, column)} has {text!r} for household {_called(community, wrong)}; {mend}"


def _place(community: Community, column: str) -> str:
    """A column, and the file in which it stands where one was read."""
    report = community.report
    return f"column {column!r}" + (f" of {report.households_file or report.ties_file}" if report is not None else "")


def _called(community: Community, which: npt.NDArray[np.bool_]) -> str:
    row = int(np.flatnonzero(which)[0])
    return f"{community.names[row]!r} of village {community.villages[community.village_of[row]]!r}"
