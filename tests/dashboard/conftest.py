"""A dashboard that is served as users serve it, and a browser that looks at it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A dashboard in a process of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        command = [sys.executable, "-m", "pd_sim.cli", "dashboard", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        for _ in range(240):
            with contextlib.suppress(OSError), urllib.request.urlopen(self.address, timeout=5) as page:
                if page.status == 200:
                    return
            time.sleep(0.5)
        raise TimeoutError("the dashboard does not answer")

    def megabytes(self) -> float:
        """Memory it holds; only where the system tells."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            pytest.skip("this system does not tell how much memory a process holds")
        return int(re.search(r"VmRSS:\s+(\d+)", status.read_text())[1]) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    pytest.importorskip("solara")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here; make test installs it where it can")
    dashboard = Served()
    yield dashboard
    dashboard.stop()


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here; make test installs it where it can")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Tab:
    """A page with what went wrong on it and what it asked for."""

    def __init__(self, browser, width: int = 1440, height: int = 900, **how) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, **how)
        self.page = self.context.new_page()
        self.page.set_default_timeout(120_000)
        self.wrong: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
            self.outside.append(request.url)

    def show(self, address: str, text: str):
        self.page.goto(address)
        self.page.get_by_text(text).first.wait_for()
        return self.page


@pytest.fixture
def tab(browser) -> Iterator:
    opened = []

    def open_tab(**how) -> Tab:
        opened.append(Tab(browser, **how))
        return opened[-1]

    yield open_tab
    for one in opened:
        one.context.close()
