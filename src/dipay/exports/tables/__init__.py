"""Tables: a laid-out file by its fields, to patients, ledger sums and aging rows, with an account of every row."""
