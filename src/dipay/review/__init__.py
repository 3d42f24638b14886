"""The review: the day's worklist as an interactive table. Every key calls the service a command calls."""
