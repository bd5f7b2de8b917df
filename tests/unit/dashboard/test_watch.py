"""Watch without a browser: what is begun from a link, weeks that go by, and the printed villages."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("solara")

from pd_sim.dashboard.asked import Asked
from pd_sim.dashboard.pages import village, watch
from pd_sim.dashboard.snapshot import snapshot
from tests.unit.dashboard.tabs import in_a_tab, soon

TOWN = Asked(settings=(("community.households", "60"), ("steps", "20")))


def begun(asked: Asked) -> watch._Shown:
    shown, wrong = watch._begun(asked)
    assert wrong == ""
    assert shown is not None
    return shown


def test_a_household_taken_away_leaves_the_others_where_they_stood():
    whole = begun(TOWN)
    row = 7
    name = f"{whole.live.community.villages[0]}/{whole.live.community.names[row]}"
    without = begun(TOWN.with_page("without", name))
    assert (without.places == np.delete(whole.places, row, axis=0)).all()
    assert without.live.community.n == 59
    assert (begun(TOWN.with_page("with", name)).places == whole.places).all()


def test_both_runs_go_together_and_back_only_where_both_have_been():
    shown = begun(TOWN.with_page("without", "1/5"))
    for _ in range(3):
        assert shown.step(shown.wish)
    assert shown.live.week == shown.before.week == 3
    assert shown.go_back(1)
    assert shown.before.week == 1
    assert not shown.go_back(9)
    assert shown.live.week == 1


def test_a_run_that_is_told_to_rest_stays_at_its_week_however_late_it_hears_of_it():
    shown = begun(TOWN)
    wish = shown.wish
    assert shown.step(wish)
    shown.rest()
    assert not shown.step(wish)
    assert shown.live.week == 1
    wish = shown.wish
    assert shown.step(wish)
    assert shown.go_back(1)
    assert not shown.step(wish)
    assert shown.live.week == 1


def test_pause_puts_the_week_that_is_shown_into_the_link(monkeypatch):
    import ipyvuetify as v

    from pd_sim.dashboard import session

    def page():
        session.use_session()
        watch.Watch()

    # a step that is under way when Pause is pressed ends after it
    steps = watch._Shown.step

    def slow(self, wish):
        time.sleep(0.03)
        return steps(self, wish)

    monkeypatch.setattr(watch._Shown, "step", slow)
    rc, links = in_a_tab(page, "/?set=community.households%3A60&set=steps%3A2000&arm=nothing")

    def press(name):
        next(b for b in rc.find(v.Btn).widgets if str(b.children[-1]) == name).click()

    def held():
        return next(slider.v_model for slider in rc.find(v.Slider).widgets if slider.label == "Jump to")

    for _ in range(4):
        before, began = len(links), held()
        press("Play")
        soon(lambda began=began: held() > began)
        press("Pause")
        soon(lambda before=before: len(links) > before)
        time.sleep(0.2)  # a step under way is over by now
        assert len(links) == before + 1
        assert f"week={held()}" in links[-1]
    rc.close()


def test_who_is_not_there_is_said():
    assert watch._begun(TOWN.with_page("without", "1/nobody"))[1].startswith("household '1/nobody'")
    assert "too many" in watch._begun(replace(TOWN, settings=(("steps", "5200"), ("community.households", "5000"))))[1]


def test_a_far_week_is_run_up_to_and_can_be_left():
    shown, weeks = begun(TOWN), []
    watch._run_to(shown, 15, weeks.append, shown.wish, threading.Event())
    assert shown.live.week == weeks[-1] == 15
    left = threading.Event()
    left.set()
    watch._run_to(shown, 20, weeks.append, shown.wish, left)
    assert shown.live.week == 15


def test_pictures_move_every_week_and_end_with_the_run():
    class Speed:
        value = 1000

    shown, seen, reel = begun(TOWN), [], village.Reel()
    away = reel.add(seen.append)
    watch._play(shown, Speed, reel, lambda week: None, shown.wish, threading.Event())
    assert seen == list(range(1, 21))
    away()
    reel.show(3)
    assert seen[-1] == 20


def test_the_picture_reads_stage_hiding_and_what_happened_from_one_byte():
    shown = begun(TOWN)
    shown.live.go_to(18)
    moment = shown.live.at("bottom_up", 18)
    state = np.frombuffer(village._state(shown.live, "bottom_up", 18), np.uint8)
    assert (state & 7 == moment.stage).all()
    assert ((state & 8 != 0) == moment.hidden).all()
    assert ((state & 16 != 0).sum(), (state & 32 != 0).sum()) == (moment.count("met"), moment.count("found"))
    assert moment.count("met") > 0


@pytest.mark.parametrize(("ending", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
@pytest.mark.parametrize("week", [0, 1, 12])
def test_villages_are_printed(ending, start, week):
    shown = begun(TOWN)
    shown.live.go_to(12)
    assert snapshot(shown.live, week, ending).startswith(start)
