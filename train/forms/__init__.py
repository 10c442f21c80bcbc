"""How characters are written: the strokes of each form, as tables."""
