"""Slow models written from the equations alone, to compare the engines with."""
