"""The state file: what was decided and what was sent, in one SQLite file. The only room with SQL.

Start with `store.open_for_reading`, `store.open_for_writing` and `store.open_for_sending`; `claims` holds the protocol
that keeps anybody from being texted twice, `decisions` and `releases` what staff decide, `reading` what can
be asked.
"""
