"""Accounts: the files of one morning put together, family by family."""
