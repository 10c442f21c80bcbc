"""Whole pages by kind of difficulty: `python -m benchmarks pages`."""
