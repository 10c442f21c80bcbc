"""The live loop for hours, and with a fault every half minute: what it takes, what it loses."""
