"""Gate: a model that fell behind its baseline is named and stopped."""
