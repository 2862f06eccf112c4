"""Mutants that are right answers too: (exercise, "old → new") → why nothing tells them apart."""

EQUIVALENT: dict[tuple[str, str], str] = {}
