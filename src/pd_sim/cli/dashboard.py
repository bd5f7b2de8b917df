"""``pd-sim dashboard``: watch it, try it, teach with it, in a browser on this computer."""

from __future__ import annotations

import importlib.util
import socket
from typing import Annotated

import typer

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
    from pd_sim.dashboard.server import HOST, serve

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise PdSimError(f"--port {port}: something else listens there; name another port") from None
    address = f"http://{HOST}:{port}"
    typer.echo(f"The dashboard is at {address} (Ctrl-C stops it).")
    if opens:
        import threading
        import webbrowser

        threading.Timer(3.0, webbrowser.open, [address]).start()
    serve(port)
