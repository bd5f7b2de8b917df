"""The dashboard: watch it, try it, teach with it, hand it on. Needs ``pip install "pd-sim[dashboard]"``.

``server`` starts it, ``app`` is its frame, ``pages`` are its pages; ``live`` and ``ensemble`` are what they show, and
know nothing of a browser.
"""
