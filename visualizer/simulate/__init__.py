"""Simulation: names and numbers in, arrays out."""
