"""What `dipay demo` plays: an invented practice, what its patients answer, and the steps of its days.

Nothing else may import this room, so that no real practice is ever answered from a record.
"""
