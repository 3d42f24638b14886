"""Services: one module per verb of the day. Each takes an office and plain values, and returns values."""
