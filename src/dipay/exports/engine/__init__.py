"""The engine: columns of a long file read many cells at a time (numpy). It is there for speed alone."""
