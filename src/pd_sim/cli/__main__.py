"""``python -m pd_sim.cli`` does what ``pd-sim`` does."""

from __future__ import annotations

from pd_sim.cli import main

if __name__ == "__main__":
    main()
