"""Proposing: which file is which and what its columns are, by captions and by what the cells hold; nothing is asked."""
