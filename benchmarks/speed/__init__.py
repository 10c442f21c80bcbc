"""How long reading a frame takes, and what on: `python -m benchmarks speed`."""
