"""Many trainings by one command: recipes x widths x seeds, here or on a Ray cluster.

A trial is one training. It runs in a process of its own, which is told everything that its
result depends on; so it ends alike wherever it runs, and whatever ran before it.
"""
