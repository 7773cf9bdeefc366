"""Invented people for the demonstration and the tests; no line comes from a real file."""
