"""Arms are told apart by colour or dashes, by day and night, on the page and on paper."""

from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.dashboard.limits import MOST_ARMS
from pd_sim.dashboard.looks import arm_look
from pd_sim.figures import arm_styles
from pd_sim.scenario import case_names

USUAL = ("nothing", "top_down", "bottom_up", "hybrid")
OWN = [f"mine_{place}" for place in range(MOST_ARMS)]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG has it."""

    def light(colour: str) -> float:
        parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
        linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    "arms",
    [
        *(pytest.param(list(ps.Scenario.load(name).arms), id=name) for name in case_names()),
        pytest.param(OWN, id="as many as may be shown"),
        pytest.param([*USUAL, *OWN[4:]], id="beside the usual ones"),
        pytest.param([*OWN[:5], *USUAL[1:]], id="before the usual ones"),
    ],
)
def test_no_two_arms_look_alike(arms):
    assert len(arms) <= MOST_ARMS
    looks = [arm_look(arm, place) for place, arm in enumerate(arms)]
    assert len({(look.colour, look.dash) for look in looks}) == len(arms)
    assert len({(look.night, look.dash) for look in looks}) == len(arms)
    assert len({(style.colour, style.dash) for style in arm_styles(arms).values()}) == len(arms)


def test_every_colour_is_seen_by_day_and_by_night():
    for look in [*(arm_look(arm, 0) for arm in USUAL), *(arm_look(arm, place) for place, arm in enumerate(OWN))]:
        assert contrast(look.colour, "#ffffff") >= 4.5  # words are written in it
        assert contrast(look.night, "#16191d") >= 4.5


def test_the_usual_arms_look_the_same_wherever_they_stand():
    for arm in USUAL:
        assert len({arm_look(arm, place) for place in range(MOST_ARMS)}) == 1


def test_an_arm_shown_among_fewer_keeps_its_look():
    import solara

    from pd_sim.dashboard.live import Live
    from pd_sim.dashboard.parts import ArmLegend

    centred = ps.Scenario.load("person_centred").set("community.households", 30).set("steps", 4)
    arms = list(centred.arms)
    live = Live(centred, (arms[3], arms[5]))
    looks = [arm_look(arm, live.place(arm)) for arm in live.arms]
    assert looks == [arm_look(arms[3], 3), arm_look(arms[5], 5)]
    _, rendered = solara.render(ArmLegend(live.arms, arms), handle_error=False)
    legend = rendered.container.children[0].unsafe_innerHTML
    rendered.close()
    assert all(look.colour in legend for look in looks)
    assert arm_look(arms[3], 0).colour not in legend  # as it would be, were it the first of all
