"""`python -m dipay`: the same program as the `dipay` command."""

from dipay.cli import main

main()
