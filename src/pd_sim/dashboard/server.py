"""The server: this computer only, nothing from outside, and a page that says so when it loses us."""

from __future__ import annotations

import os
import re
import secrets
import warnings
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from pd_sim.dashboard.limits import MOST_UPLOAD, MOST_USERS

__all__ = ["HOST", "PATHS", "application", "prepare", "serve", "warm_up"]

PATHS = ("what-if", "lessons", "map", "cases", "evidence")
"""Paths of the pages beside the first."""

HOST = "127.0.0.1"
"""The dashboard listens to this computer alone."""

_NAMES = (HOST, "localhost")
"""What this computer may be called by a browser; a page from elsewhere that points its own name here is refused."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_SETTINGS = {
    "SOLARA_APP": "pd_sim.dashboard.app",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_VARIANT": "light",
    "SOLARA_KERNEL_CULL_TIMEOUT": "15m",
}

_ROOM = 8
"""Connections beyond the number of tabs: those that come back before the old one is known to be gone."""

_ASSETS = "/_solara/cdn"
"""Where solara serves what its pages load; what it does not have it would fetch from elsewhere."""

_LOST = Path(__file__).parent / "widgets" / "lost.js"


def prepare() -> None:
    """Settle how solara runs; must come before solara is imported."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("SOLARA_SESSION_SECRET_KEY", secrets.token_urlsafe(32))


class _Door:
    """Stands before solara: keeps the number of open pages, and mends what its page lacks for all to use it."""

    def __init__(
        self,
        inner: Callable[[Message, Receive, Send], Awaitable[None]],
        most_users: int = MOST_USERS,
        assets: Path | None = None,
    ) -> None:
        self.inner = inner
        self.assets = assets
        self.most_users = most_users
        self.open = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._page(scope, receive, send)
        else:
            await self.inner(scope, receive, send)

    async def _websocket(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value for name, value in scope.get("headers", [])}
        origin = headers.get(b"origin", b"")
        if origin and origin.partition(b"://")[2] != headers.get(b"host", b""):  # a page of another site
            await send({"type": "websocket.close", "code": 1008})
            return
        if self.open >= self.most_users + _ROOM:
            await send({"type": "websocket.close", "code": 1013})
            return
        self.open += 1
        try:
            await self.inner(scope, receive, send)
        finally:
            self.open -= 1

    async def _page(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value for name, value in scope.get("headers", [])}
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > 2 * MOST_UPLOAD:
            await _say(send, 413, f"Files up to {MOST_UPLOAD // 2**20} MiB can be uploaded here.")
            return
        if _ASSETS in scope.get("path", "") and not self._installed(scope["path"]):
            await _say(send, 404, "This is not part of the dashboard.")
            return
        wants_page = scope["method"] == "GET" and b"text/html" in headers.get(b"accept", b"")
        if wants_page and self.open >= self.most_users:
            await _say(
                send,
                503,
                f"This dashboard is shown in {self.most_users} tabs already, which is as many as it serves at once. "
                "Please try again in a few minutes, or start one of your own with: pd-sim dashboard",
            )
            return
        if not wants_page:
            await self.inner(scope, receive, send)
            return
        if scope.get("path", "/").strip("/") not in ("", *PATHS):
            await _say(send, 404, 'There is no such page. <a href="/">Begin with Watch</a>.')
            return
        plain = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
        await self.inner({**scope, "headers": plain}, receive, _mended(send))

    def _installed(self, path: str) -> bool:
        """Whether it is a file that came with solara: nothing is fetched from elsewhere, nothing put on the disk."""
        if self.assets is None or "\0" in path:
            return False
        folder = self.assets.resolve()
        file = (folder / path.partition(_ASSETS)[2].lstrip("/")).resolve()
        return file.is_relative_to(folder) and file.is_file()


def _mended(send: Send) -> Send:
    """Send on what solara sends, pages mended."""
    start: Message = {}
    body = bytearray()

    async def mended(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = dict(message["headers"])
            if b"text/html" not in given.get(b"content-type", b"") or b"content-encoding" in given:
                start["passed"] = True
                await send(message)
                return
            start.update(message)
            return
        if "passed" in start:
            await send(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        page = mend_page(body.decode("utf-8")).encode("utf-8")
        headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
        await send({"type": "http.response.body", "body": page})

    return mended


def mend_page(page: str) -> str:
    r"""Say the language, let people zoom, name what is working, and show a banner when the connection is lost.

    Examples
    --------
    >>> mended = mend_page('<html><head><meta name="viewport" content="user-scalable=no"></head>')
    >>> '<html lang="en">' in mended, "user-scalable" in mended
    (True, False)
    """
    page = re.sub(r"<html(?![^>]*\blang=)", '<html lang="en"', page, count=1)
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    page = re.sub(r'<meta name="viewport"[^>]*>', viewport, page, count=1)
    page = re.sub(r"<v-progress-linear(?![^>]*\baria-label=)", '<v-progress-linear aria-label="Working"', page)
    return page.replace("<head>", f"<head><script>{_LOST.read_text(encoding='utf-8')}</script>", 1)


async def _say(send: Send, status: int, words: str) -> None:
    page = f'<!doctype html><html lang="en"><title>pd-sim</title><p style="font:18px sans-serif;margin:3em">{words}</p>'
    body = page.encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def application() -> Any:
    """The ASGI application: solara behind its door."""
    prepare()
    import solara.server.settings
    import solara.server.starlette

    return guarded(solara.server.starlette.app, Path(solara.server.settings.assets.proxy_cache_dir))


def guarded(inner: Callable[[Message, Receive, Send], Awaitable[None]], assets: Path | None = None) -> Any:
    """An ASGI application behind its door, for those who call this computer by its own name."""
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    return TrustedHostMiddleware(_Door(inner, assets=assets), allowed_hosts=_NAMES, www_redirect=False)


def warm_up() -> None:
    """Compile what every page needs, so that the first visitor does not wait for it: half a minute, once a computer."""
    from pd_sim.dashboard.ensemble import first_look
    from pd_sim.dashboard.live import Live
    from pd_sim.scenario import Scenario

    town = Scenario.load("village").set("community.households", 40).set("steps", 70)
    Live(town, tuple(town.arms), seed=1).go_to(town.steps)
    first_look(town, 1)


def serve(port: int = 8765, *, log_level: str = "warning") -> None:
    """Serve the dashboard on this computer until it is stopped."""
    import uvicorn

    # it speaks of pages within pages of other sites, which this is not for
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    app = application()
    uvicorn.run(app, host=HOST, port=port, log_level=log_level, h11_max_incomplete_event_size=1024 * 1024, workers=1)
