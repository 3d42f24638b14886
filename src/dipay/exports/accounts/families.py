"""Families: the patients grouped by who pays for them, and why an account is held. From here accounts have numbers."""

from __future__ import annotations

from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING

from dipay.domain.accounts import Account, Accounts, guarantor_problem
from dipay.domain.problems import Problem, Severity
from dipay.domain.records import PatientStatus
from dipay.exports.tables.patient_columns import FLAGS, STATUSES, as_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from dipay.domain.aging import AgedBalances, Numbers
    from dipay.exports.tables.patient_columns import Patients


class Families:
    """The patients of each account. Accounts are numbered in the order of their first patients in the export.

    `ids` are the guarantors', `guarantor_rows` where each stands among the patients (-1: nowhere), `account_of_row` the
    account of each patient, `account_of_id` that of each patient's id by its number (-1: nobody's).
    """

    def __init__(self, patients: Patients) -> None:
        import numpy as np

        self.patients = patients
        rows = patients.rows()
        firsts = np.full(len(rows), len(patients))
        np.minimum.at(firsts, patients.guarantor, np.arange(len(patients)))
        guarantors = np.flatnonzero(firsts < len(patients))
        guarantors = guarantors[np.argsort(firsts[guarantors])]
        places = np.full(len(rows), -1)
        places[guarantors] = np.arange(len(guarantors))
        self.account_of_row: Numbers = places[patients.guarantor]
        self.account_of_id: Numbers = np.where(rows < 0, -1, self.account_of_row[rows]) if len(patients) else rows
        self.guarantor_rows: Numbers = rows[guarantors]
        self.ids = patients.ids.of(guarantors)
        self._by_account = np.argsort(self.account_of_row, kind="stable")
        self._bounds = np.searchsorted(self.account_of_row[self._by_account], np.arange(len(self) + 1))
        self._held_for: dict[int, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Each account's number by its guarantor's id."""
        return {guarantor_id: account for account, guarantor_id in enumerate(self.ids)}

    @cached_property
    def mobile_phones(self) -> list[str]:
        """The guarantors' mobile numbers as the export has them, empty where there is no guarantor."""
        return self._of_guarantors(self.patients.texts["mobile_phone"])

    def members(self, account: int) -> list[int]:
        """The rows of an account's patients, in the export's order."""
        rows: list[int] = self._by_account[self._bounds[account] : self._bounds[account + 1]].tolist()
        return rows

    def sums(self, name: str) -> Numbers:
        """A number of the patients, added up for each account."""
        import numpy as np

        found = np.zeros(len(self), np.int64)
        np.add.at(found, self.account_of_row, self.patients.numbers[name])
        return found

    def latest_visits(self, scope: str) -> Numbers:
        """The latest visit of each account's patients, or with scope "guarantor" of its guarantor alone; 0 for none."""
        import numpy as np

        visits, rows = self.patients.numbers["last_visit"], np.arange(len(self.patients))
        if scope == "guarantor":
            rows = rows[self.guarantor_rows[self.account_of_row] == rows]
        found = np.zeros(len(self), np.int64)
        np.maximum.at(found, self.account_of_row[rows], visits[rows])
        return found

    def claims(self) -> Numbers:
        """The open claims of each account's patients together, -1 where the export says nothing of any of them."""
        import numpy as np

        claims = self.patients.numbers["outstanding_claims"]
        # A patient's number of claims is one less than is kept of it.
        known = np.flatnonzero(claims > 0)
        found = np.full(len(self), -1, np.int64)
        found[self.account_of_row[known]] = 0
        np.add.at(found, self.account_of_row[known], claims[known] - 1)
        return found

    def hold(self, account: int, *reasons: str) -> None:
        """Holds an account, once for each reason."""
        self._held_for.setdefault(account, {}).update(dict.fromkeys(reasons))

    def hold_by_rows(self) -> None:
        """Holds the accounts of patients whose rows can't be trusted."""
        for row, reasons in sorted(self.patients.held_for.items()):
            self.hold(int(self.account_of_row[row]), *reasons)
        self.hold_by_id(self.patients.held_accounts)

    def hold_by_id(self, held: Mapping[str, Iterable[str]]) -> None:
        """Holds the accounts of these guarantors, of whom some may be nobody's."""
        for guarantor_id, reasons in held.items():
            if guarantor_id in self.numbers:
                self.hold(self.numbers[guarantor_id], *reasons)

    def hold_by_guarantors(self) -> Iterator[Problem]:
        """Holds accounts whose guarantor has another guarantor, and says so."""
        import numpy as np

        rows = np.flatnonzero(self.guarantor_rows >= 0)
        elsewhere = rows[self.account_of_row[self.guarantor_rows[rows]] != rows].tolist()
        if not elsewhere:
            return
        whose = self.patients.guarantor_ids()
        for account in elsewhere:
            # The guarantor's own row can't be trusted either where it stands in another account.
            self.hold(account, *self.patients.held_for.get(self.guarantor_rows.item(account), ()))
            chain = guarantor_problem(self.ids[account], whose)
            if chain is not None:
                self.hold(account, chain)
                yield Problem(
                    Severity.ERROR,
                    f"account {self.ids[account]}: {chain}.",
                    "Name the person who pays as guarantor of each of them in the PMS.",
                    kind="guarantor chain",
                )

    def accounts(self, aged: AgedBalances, last_visits: Numbers, outstanding_claims: Numbers, country: str) -> Accounts:
        """The accounts, with what is known of each; each one is made when somebody looks at it."""
        import numpy as np

        patients = self.patients

        @cache
        def made(account: int) -> Account:
            guarantor = self.guarantor_rows.item(account)
            rows = {row: patients.patient(row) for row in self.members(account)}
            if guarantor >= 0 and guarantor not in rows:
                # Somebody else pays for the guarantor.
                rows[guarantor] = patients.patient(guarantor)
            claims = outstanding_claims.item(account)
            return Account(
                guarantor_id=self.ids[account],
                guarantor=rows.get(guarantor),
                patients=tuple(rows[row] for row in self.members(account)),
                aged=aged[account],
                last_visit=as_day(last_visits.item(account)),
                outstanding_claims=None if claims < 0 else claims,
                held_for=tuple(self._held_for.get(account, ())),
                country=country,
            )

        on_plan = np.zeros(len(self), np.bool_)
        on_plan[self.account_of_row[self._flagged("payment_plan", value=True)]] = True
        held = np.zeros(len(self), np.bool_)
        held[list(self._held_for)] = True
        return Accounts(
            ids=self.ids,
            make=made,
            patient_ids=self._patient_ids,
            aged=aged,
            last_visits=last_visits,
            outstanding_claims=outstanding_claims,
            guarantor_born=self._numbers_of_guarantors("birth_date"),
            on_payment_plan=on_plan,
            marked_do_not_recall=self._numbers_of_guarantors("do_not_recall") == FLAGS.index(True),
            refused_texts=self._numbers_of_guarantors("text_consent") == FLAGS.index(False),
            guarantor_deceased=self._numbers_of_guarantors("status") == STATUSES.index(PatientStatus.DECEASED),
            guarantor_missing=self.guarantor_rows < 0,
            has_bad_data=held,
            first_names=self._of_guarantors(patients.texts["first_name"]),
            last_names=self._of_guarantors(patients.texts["last_name"]),
            mobile_phones=self.mobile_phones,
            country=country,
        )

    def _patient_ids(self, accounts: Numbers) -> list[list[str]]:
        """The ids of these accounts' patients."""
        import numpy as np

        firsts, sizes = self._bounds[accounts], np.diff(self._bounds)[accounts]
        ends = np.cumsum(sizes)
        rows = self._by_account[np.arange(sizes.sum()) + np.repeat(firsts - (ends - sizes), sizes)]
        ids = iter(self.patients.ids.of(self.patients.id[rows]))
        return [list(islice(ids, size)) for size in sizes.tolist()]

    def _flagged(self, name: str, *, value: bool) -> NDArray[np.intp]:
        """The patients' rows whose flag is that."""
        import numpy as np

        return np.flatnonzero(self.patients.numbers[name] == FLAGS.index(value))

    def _numbers_of_guarantors(self, name: str) -> Numbers:
        """A number of each account's guarantor, 0 where there is none."""
        import numpy as np

        found = np.zeros(len(self), np.int64)
        there = np.flatnonzero(self.guarantor_rows >= 0)
        found[there] = self.patients.numbers[name][self.guarantor_rows[there]]
        return found

    def _of_guarantors(self, texts: list[str]) -> list[str]:
        return [texts[row] if row >= 0 else "" for row in self.guarantor_rows.tolist()]
