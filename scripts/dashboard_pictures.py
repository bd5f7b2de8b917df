"""Take the pictures of the first walk through the dashboard anew, from a dashboard of one's own.

    python scripts/dashboard_pictures.py            all of them, into docs/tutorials
    python scripts/dashboard_pictures.py watch map  some of them

Needs the extras ``dashboard`` and ``test``, and Chromium.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/tutorials"
LAPTOP, PHONE = (1280, 860), (390, 844)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")


def watch(page: Any) -> None:
    """Two arms a year on, with a household chosen."""
    page.get_by_text("Week 52 of 156").first.wait_for()
    page.get_by_text("Thin: mean of 200 runs").wait_for()


def household(page: Any) -> None:
    """One household away, and what became of the rest."""
    page.get_by_text("Week 104 of 156").first.wait_for()
    page.get_by_text("Thin: mean of 200 runs").wait_for()


def what_if(page: Any) -> None:
    """A knob moved, and what comes of it."""
    page.get_by_text("200 paired runs").first.wait_for()


def lesson(page: Any) -> None:
    """Small differences, in a room."""
    page.get_by_role("button", name="3 What happens").click()
    page.wait_for_timeout(8000)  # until the last of them has seen enough


def regime_map(page: Any) -> None:
    """The map, drawn."""
    page.get_by_text(re.compile(r"^After \d+ weeks")).first.wait_for(timeout=120_000)
    page.wait_for_function("() => !/not drawn|worked out|so far/.test(document.body.innerText)", timeout=120_000)


PICTURES: dict[str, tuple[str, tuple[int, int], Callable[[Any], None]]] = {
    "watch": ("/?week=52", LAPTOP, watch),
    "phone": ("/?week=52", PHONE, watch),
    "household": ("/?week=104&seed=1&p-without=1%2F1", LAPTOP, household),
    "what_if": ("/what-if?set=practice.certainty%3A0.85", LAPTOP, what_if),
    "lesson": ("/lessons?p-lesson=small", LAPTOP, lesson),
    "map": ("/map", LAPTOP, regime_map),
}
"""For each picture: the link, the size of the window, and what to wait for."""


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Serve the dashboard on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen([sys.executable, "-m", "pd_sim.cli", "dashboard", "--port", str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
                break
            time.sleep(0.5)
        yield address
    finally:
        running.terminate()
        running.wait(timeout=20)


def main() -> int:
    """Take the pictures that are asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(PICTURES)}; none: all")
    names = asked.parse_args().names or list(PICTURES)
    unknown = [name for name in names if name not in PICTURES]
    if unknown or CHROMIUM is None:
        print(f"no such picture: {unknown[0]}" if unknown else "there is no Chromium here", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for name in names:
            link, (width, height), ready = PICTURES[name]
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(address + link)
            ready(page)
            page.wait_for_timeout(1500)
            page.screenshot(path=FOLDER / f"dashboard_{name}.png")
            page.close()
            print(FOLDER / f"dashboard_{name}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
