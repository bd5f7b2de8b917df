"""The command line, one file a verb; what verbs share stands in files that begin with an underscore.

A new verb is a function in a file of its own and a line in ``_app.VERBS``.
"""

from __future__ import annotations

from pd_sim.cli._app import app, main

__all__ = ["app", "main"]
