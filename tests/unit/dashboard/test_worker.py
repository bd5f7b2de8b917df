"""Work beside a page: one piece at a time, and the newest is always done."""

from __future__ import annotations

import logging
import random
import threading
import time

import pytest

pytest.importorskip("solara")

from pd_sim.dashboard.worker import _Worker, use_worker


def ended(worker: _Worker) -> bool:
    for _ in range(1000):
        with worker._lock:
            if not worker._at_work:
                return True
        time.sleep(0.01)
    return False


def test_of_many_that_come_quickly_the_newest_is_done_and_never_two_at_once():
    draws, at_once, most, done = random.Random(1), 0, 0, []
    worker = _Worker()

    def work(k):
        def piece(unwanted):
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            time.sleep(draws.random() / 2000)
            if not unwanted.is_set():
                done.append(k)
            at_once -= 1

        return piece

    for round_ in range(50):
        before = None
        for k in range(10):
            if before is not None:
                before()
            before = worker.want(work((round_, k)))
            if draws.random() < 0.3:
                time.sleep(draws.random() / 1000)
        assert ended(worker)
        assert done[-1] == (round_, 9)
    assert most == 1


def test_a_piece_that_is_no_longer_wanted_is_told_or_never_begun():
    worker, begun, told = _Worker(), threading.Event(), []

    def long(unwanted):
        begun.set()
        told.append(unwanted.wait(20))

    leave = worker.want(long)
    assert begun.wait(20)
    worker.want(lambda _: told.append("never"))()
    leave()
    assert ended(worker)
    assert told == [True]


def test_a_piece_that_fails_is_logged_and_the_next_is_done(caplog):
    worker, done = _Worker(), []

    def wrong(_):
        raise ValueError("of a test")

    with caplog.at_level(logging.ERROR):
        worker.want(wrong)
        assert ended(worker)
    assert "of a test" in caplog.text
    worker.want(lambda _: done.append(1))
    assert ended(worker)
    assert done == [1]


def test_a_page_works_again_when_what_it_depends_on_changes_and_not_after_it_is_left():
    import solara

    done, lefts = [], []

    @solara.component
    def page(key, other):
        def work(unwanted):
            done.append(key)
            lefts.append(unwanted)

        use_worker(work, [key])
        solara.Text(other)

    _, rc = solara.render(page("one", "a"), handle_error=False)
    rc.render(page("one", "b"))
    rc.render(page("two", "b"))
    for _ in range(200):
        if done[-1:] == ["two"]:
            break
        time.sleep(0.01)
    assert done in (["one", "two"], ["two"])
    assert not lefts[-1].is_set()
    rc.close()
    assert lefts[-1].is_set()
