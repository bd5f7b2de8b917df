from pd_sim.cli._options import Case
def new(case: Case) -> None:
    """New."""
