"""dipay: decides who may be asked for their dental balance, and asks each of them once."""

__version__ = "0.1.0"
