"""``pd-sim dashboard``: watch it, try it, teach with it, in a browser on this computer."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import threading
import time
import webbrowser
from typing import Annotated

import typer
from rich.console import Console

from pd_sim.errors import PdSimError

__all__ = ["dashboard"]


def dashboard(
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Port on this computer.")] = 8765,
    opens: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Serve the dashboard on this computer, until Ctrl-C.

    It listens to this computer alone (127.0.0.1) and asks for nothing from outside. A link on it carries the scenario,
    so that it can be reloaded, kept and sent to somebody who runs pd-sim too.

    For example:
      pd-sim dashboard --open
      pd-sim dashboard --port 9000
    """
    if importlib.util.find_spec("solara") is None:
        raise PdSimError('the dashboard is not installed; install it with: pip install "pd-sim[dashboard]"')
    from pd_sim.dashboard.server import HOST, serve, warm_up

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise PdSimError(f"--port {port}: something else listens there; name another port") from None
    with Console(stderr=True).status("Getting ready (half a minute the first time on this computer)"):
        warm_up()
    address = f"http://{HOST}:{port}"
    typer.echo(f"The dashboard is at {address} (Ctrl-C stops it).")
    if opens:
        threading.Thread(target=_open_once_it_answers, args=(port, address), daemon=True).start()
    serve(port)


def _open_once_it_answers(port: int, address: str) -> None:
    from pd_sim.dashboard.server import HOST

    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            webbrowser.open(address)
            return
        time.sleep(0.1)
