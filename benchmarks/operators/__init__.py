"""Which operators of a model take the time."""
