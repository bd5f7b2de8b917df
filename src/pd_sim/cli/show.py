from pd_sim.cli._options import Case
def show(case: Case) -> None:
    """Show."""
