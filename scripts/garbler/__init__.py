"""Turns clean news into (garbled, original) training examples."""
