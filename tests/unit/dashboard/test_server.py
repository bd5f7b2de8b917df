"""The door: this computer alone, so many tabs and no more, no large uploads, and pages mended for all."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("solara")

from pd_sim.dashboard import server

PAGE = b'<!doctype html><html><head><meta name="viewport" content="user-scalable=no"></head><body>hello</body></html>'
HTML = [(b"content-type", b"text/html; charset=utf-8")]


class Inner:
    """Stands for solara: serves a page, and keeps sockets open until it is told."""

    def __init__(self, headers=HTML, body=PAGE) -> None:
        self.headers, self.body = headers, body
        self.asked: list[dict] = []
        self.leave = asyncio.Event()

    async def __call__(self, scope, receive, send) -> None:
        self.asked.append(scope)
        if scope["type"] == "websocket":
            await self.leave.wait()
            return
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        half = len(self.body) // 2
        await send({"type": "http.response.body", "body": self.body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[half:]})


def http(accept: bytes = b"text/html", method: str = "GET", **headers: bytes) -> dict:
    given = [(b"accept", accept), (b"accept-encoding", b"gzip"), *((k.encode(), v) for k, v in headers.items())]
    return {"type": "http", "method": method, "headers": given}


def socket(origin: bytes = b"http://127.0.0.1:8765", host: bytes = b"127.0.0.1:8765") -> dict:
    return {"type": "websocket", "headers": [(b"host", host), *([(b"origin", origin)] if origin else [])]}


async def answer(app, scope) -> tuple[int, bytes]:
    sent = []

    async def send(message) -> None:
        sent.append(message)

    await app(scope, None, send)
    start = next(m for m in sent if m["type"] == "http.response.start")
    body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    assert dict(start["headers"]).get(b"content-length", str(len(body)).encode()) == str(len(body)).encode()
    return start["status"], body


def test_a_page_is_mended_even_where_it_comes_in_parts():
    inner = Inner()
    status, body = asyncio.run(answer(server._Door(inner), http()))
    assert status == 200
    assert b'<html lang="en">' in body
    assert b"user-scalable" not in body
    assert b"connection to pd-sim is lost" in body
    assert body.endswith(b"hello</body></html>")
    assert b"accept-encoding" not in dict(inner.asked[0]["headers"])


@pytest.mark.parametrize("headers", [[(b"content-type", b"application/json")], [*HTML, (b"content-encoding", b"gzip")]])
def test_what_is_no_plain_page_passes_as_it_is(headers):
    assert asyncio.run(answer(server._Door(Inner(headers)), http())) == (200, PAGE)
    assert asyncio.run(answer(server._Door(Inner()), http(b"*/*"))) == (200, PAGE)


def test_one_tab_too_many_is_refused_politely_until_another_is_closed():
    async def visit() -> list[int]:
        inner = Inner()
        door = server._Door(inner, most_users=2)
        tabs = [asyncio.create_task(door(socket(), None, None)) for _ in range(2)]
        await asyncio.sleep(0)
        full, words = await answer(door, http())
        assert b"is shown in 2 tabs already" in words
        assert (await answer(door, http(b"*/*")))[0] == 200  # what an open tab loads is served
        inner.leave.set()
        await asyncio.gather(*tabs)
        return [full, (await answer(door, http()))[0]]

    assert asyncio.run(visit()) == [503, 200]


def test_connections_far_beyond_the_tabs_are_refused():
    async def visit() -> list[dict]:
        inner, sent = Inner(), []
        door = server._Door(inner, most_users=2)

        async def send(message) -> None:
            sent.append(message)

        tabs = [asyncio.create_task(door(socket(), None, send)) for _ in range(2 + server._ROOM)]
        await asyncio.sleep(0)
        assert sent == []  # those that come back find room
        await asyncio.wait_for(door(socket(), None, send), timeout=5)
        inner.leave.set()
        await asyncio.gather(*tabs)
        assert len(inner.asked) == 2 + server._ROOM
        return sent

    assert asyncio.run(visit()) == [{"type": "websocket.close", "code": 1013}]


def test_what_did_not_come_with_solara_is_not_fetched_from_elsewhere(tmp_path):
    assets = tmp_path / "cdn"
    (assets / "@widgetti" / "app@1.0.0").mkdir(parents=True)
    (assets / "@widgetti" / "app@1.0.0" / "main.js").write_text("1")
    (tmp_path / "secret").write_text("1")

    def asked(path: str, assets=assets, method: str = "GET") -> tuple[int, int]:
        inner = Inner([(b"content-type", b"text/javascript")])
        scope = {**http(b"*/*", method), "path": path}
        return asyncio.run(answer(server._Door(inner, assets=assets), scope))[0], len(inner.asked)

    cdn = "/_solara/cdn"
    assert asked(f"{cdn}/@widgetti/app@1.0.0/main.js") == (200, 1)
    assert asked("/static/main.js") == (200, 1)
    for path in ("/left-pad@1.3.0/index.js", "/@widgetti/app@1.0.0", "/@widgetti", "", "/", "/../secret", "/\0"):
        assert asked(cdn + path) == (404, 0), path  # a folder that is asked for would be removed
        assert asked(cdn + path, method="HEAD") == (404, 0), path
    assert asked(f"{cdn}/@widgetti/app@1.0.0/main.js", assets=None) == (404, 0)


def test_a_tab_that_fails_is_counted_as_closed():
    async def visit() -> int:
        async def fails(scope, receive, send) -> None:
            raise RuntimeError

        door = server._Door(fails)
        with pytest.raises(RuntimeError):
            await door(socket(), None, None)
        return door.open

    assert asyncio.run(visit()) == 0


def test_a_huge_upload_is_refused_before_it_is_read():
    inner = Inner()
    length = {"content-length": str(3 * server.MOST_UPLOAD).encode()}
    status, words = asyncio.run(answer(server._Door(inner), http(method="POST", **length)))
    assert status == 413
    assert b"8 MiB" in words
    assert inner.asked == []


def test_a_page_of_another_site_cannot_reach_in():
    async def visit(scope) -> tuple[list[dict], int]:
        inner, sent = Inner(), []
        inner.leave.set()

        async def send(message) -> None:
            sent.append(message)

        await server._Door(inner)(scope, None, send)
        return sent, len(inner.asked)

    assert asyncio.run(visit(socket(b"http://evil.example"))) == ([{"type": "websocket.close", "code": 1008}], 0)
    assert asyncio.run(visit(socket(b"http://127.0.0.1:9999"))) == ([{"type": "websocket.close", "code": 1008}], 0)
    assert asyncio.run(visit(socket())) == ([], 1)
    assert asyncio.run(visit(socket(b""))) == ([], 1)  # no browser


@pytest.mark.parametrize(("host", "status"), [(b"127.0.0.1:8765", 200), (b"localhost:1", 200), (b"evil.example", 400)])
def test_another_name_for_this_computer_is_refused(host, status):
    assert asyncio.run(answer(server.guarded(Inner()), http(host=host)))[0] == status


def test_a_page_that_is_not_there_shows_the_way_to_one_that_is():
    status, words = asyncio.run(answer(server._Door(Inner()), {**http(), "path": "/nosuch"}))
    assert status == 404
    assert b'href="/"' in words
    for path in ("/", *server.PATHS):
        assert asyncio.run(answer(server._Door(Inner()), {**http(), "path": f"/{path.strip('/')}/"}))[0] == 200
