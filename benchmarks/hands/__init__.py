"""Digits by other hands: sets that MNIST's writers did not write, read one by one."""
