"""One file for each kind of model that a library executes."""
