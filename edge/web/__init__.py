"""The page that `--serve` shows: plain files, nothing from outside, and the server behind."""
