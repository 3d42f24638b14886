"""Sources: which file an export is, and its bytes to rows of text, whatever kind of file it is."""
