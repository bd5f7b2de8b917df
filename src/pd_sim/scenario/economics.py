"""What things cost and are worth: the prices with which a result is appraised. Nothing here changes a run."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = ["Economics", "Price", "Rate", "SocialReturn"]

Price = Annotated[float, Field(ge=0, le=1e9)]
"""Money for one of something."""

Rate = Annotated[float, Field(ge=0, le=1)]
"""A share, or a rate a year."""

_GREEN_BOOK = "HM Treasury, The Green Book (2022)"
_GUIDE = "The SROI Network (2012), A Guide to Social Return on Investment"


def _f(default: Any, description: str, sure: str, source: str, **bounds: Any) -> Any:
    return Field(default, description=description, json_schema_extra={"sure": sure, "source": source}, **bounds)


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)


class SocialReturn(_Block):
    """What a claim of social return must deduct; each is 0 unless said, and is shown as a line of its own."""

    deadweight: Rate = _f(
        0.0,
        "share of the benefit that would have come anyway, beyond what the arm without a programme shows",
        "A",
        _GUIDE,
    )
    attribution: Rate = _f(0.0, "share of the benefit that is owed to others", "A", _GUIDE)
    displacement: Rate = _f(0.0, "share of the benefit that was only moved here from elsewhere", "A", _GUIDE)
    drop_off: Rate = _f(
        0.0, "share of the benefit that fades a year, beyond the lapsing that is simulated", "A", _GUIDE
    )


class Economics(_Block):
    """Prices, worths and rates for costs and social return.

    Examples
    --------
    >>> Economics(discount=0.05, avoided={"council": 120.0}).currency
    'GBP'
    """

    currency: str = _f("GBP", "what money is counted in", "A", "the scenario's own", min_length=1, max_length=12)
    discount: Literal["uk", "none"] | Rate = _f(
        "uk",
        "discounting of money: uk (3.5% a year to year 30, 3.0% to year 75, 2.5% after), none, or a rate a year; "
        "the first year is not discounted",
        "V",
        _GREEN_BOOK,
    )
    health_discount: Rate = _f(
        0.015, "discounting of years of practice, a rate a year; the first year is not discounted", "V", _GREEN_BOOK
    )
    steps_a_year: int = _f(52, "steps in a year", "K", "a step is a week", ge=1, le=1000)
    staff_hour: Price = _f(0.0, "money an hour of staff costs; 0: hours are counted, not valued", "A", "by case")
    volunteer_hour: Price = _f(
        0.0, "money an hour of volunteers is taken to be worth; 0: hours are counted, not valued", "A", "by case"
    )
    worth_of_adopter_year: Price | None = _f(
        None, "most that one more household-year of practice may cost (λ); none: not decided", "A", "by case"
    )
    avoided: dict[str, Price] = _f(
        {}, "by payer: money saved for each incident of the issue that does not happen", "A", "by case"
    )
    worth: dict[str, Price] = _f(
        {}, "by payer or stakeholder: money that a household practising for a year is worth to them", "A", "by case"
    )
    social: SocialReturn = _f(SocialReturn(), "what a claim of social return deducts", "A", _GUIDE)

    @field_validator("avoided", "worth")
    @classmethod
    def _named(cls, priced: dict[str, float]) -> dict[str, float]:
        for name in priced:
            if not name or name != name.strip() or ":" in name or len(name) > 60:
                raise ValueError(f"{name!r}: give a payer a short name without a colon, such as council")
        return priced

    @field_validator("currency")
    @classmethod
    def _word(cls, currency: str) -> str:
        if currency != currency.strip() or not currency.isprintable():
            raise ValueError(f"{currency!r}: give a short name such as GBP")
        return currency
