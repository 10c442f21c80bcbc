"""What a model file really is, whatever its name says: `python -m export.lint FILE`."""
