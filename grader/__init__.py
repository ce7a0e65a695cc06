"""Autograder for numpy attention assignments: YAML specs, caged workers, 10-point scores as JUnit."""

__version__ = "0.1.0"
