"""Which account somebody means who types an id or a name. Of a name neither capitals, accents nor the order count, nor
that it is only a part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.domain.fields import FIRST_NAME, LAST_NAME
from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.grammar.letters import bare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dipay.domain.accounts import Accounts
    from dipay.office import Office


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of the export, and the account they belong to, by its guarantor's id."""

    patient_id: str
    guarantor_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """The account that is meant, `by` the id of whoever of it was named; or the persons of several that all fit."""

    account: str
    by: str
    several: tuple[Person, ...] = ()


def find_account(accounts: Accounts, typed: str) -> Found:
    """The account of these that an id or a name means. One that nobody has ends with exit code 2."""
    if typed in accounts.ids:
        # A guarantor is an account even where somebody else is named as theirs.
        return Found(typed, typed)
    return _find(_people(accounts), typed)


def find_in_exports(office: Office, typed: str) -> Found:
    """The same by the patients export alone. Where that can't be read the id is taken as it stands."""
    from dipay.exports.tables.account_ids import read_account_ids, read_names

    plan = office.reading_plan(office.today())
    try:
        whose = read_account_ids(plan)
        if typed in whose.values():
            return Found(typed, typed)
        names = read_names(plan, whose.keys())
    except CannotGoOn:
        return Found(typed, typed)
    return _find([Person(each, account, names.get(each, "")) for each, account in whose.items()], typed)


def _people(accounts: Accounts) -> list[Person]:
    patients, ids = accounts.patients, accounts.patients.id_texts
    first_names, last_names = patients.texts[FIRST_NAME], patients.texts[LAST_NAME]
    return [
        Person(ids[number], accounts.ids[place], f"{first_names[row]} {last_names[row]}".strip())
        for row, (number, place) in enumerate(zip(patients.id.tolist(), accounts.account_of.tolist(), strict=True))
        if place >= 0
    ]


def _find(people: Sequence[Person], typed: str) -> Found:
    fitting = [each for each in people if each.patient_id == typed] or _by_name(people, typed)
    accounts = {each.guarantor_id for each in fitting}
    if not accounts:
        all_of_them = "`dipay list --view all` shows every account's id and name."
        if not _is_id(typed):
            raise cannot(ExitCode.USAGE, "nobody in the exports is called so.", all_of_them)
        known = {each for one in people for each in (one.patient_id, one.guarantor_id)}
        near = [f'Did you mean "{each}"? ' for each in known if each.lstrip("0") == typed.lstrip("0")]
        raise cannot(
            ExitCode.USAGE,
            f'nobody in the exports has the id "{typed}".',
            f"{near[0] if len(near) == 1 else ''}Ids are text: leading zeros count. {all_of_them}",
        )
    if len(accounts) > 1:
        return Found("", "", tuple(fitting))
    (account,) = accounts
    ids = [each.patient_id for each in fitting]
    return Found(account, account if account in ids else ids[0])


def _is_id(typed: str) -> bool:
    """Whether it can be shown in an error: a name or a phone number can't."""
    return 0 < sum(map(str.isdigit, typed)) < _PHONE_DIGITS


def _by_name(people: Iterable[Person], typed: str) -> list[Person]:
    """Who is called so: whose names these are, or else whose names begin like that, or else hold it."""
    wanted = _words(typed)
    named = [(each, words) for each in people if wanted and (words := _words(each.name))]
    for fits in _FITTING:
        found = [each for each, words in named if all(any(fits(word, one) for word in words) for one in wanted)]
        if found:
            return found
    return []


#: How a word of a name fits one that was typed, the nearest first.
_FITTING: tuple[Callable[[str, str], bool], ...] = (
    lambda word, typed: word == typed,
    lambda word, typed: word.startswith(typed),
    lambda word, typed: typed in word,
)
_PHONE_DIGITS = 7
_APART = re.compile(r"[^\w'’ʻ‘]+|_")
_APOSTROPHES = re.compile(r"['’ʻ‘]")


def _words(name: str) -> list[str]:
    """The words of a name as somebody types them: "O'Brien-Smith, Zoë" is obrien, smith and zoe."""
    return _APOSTROPHES.sub("", _APART.sub(" ", bare(name))).split()
