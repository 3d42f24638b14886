"""Unseen: what no rule can see in the files of a day, and what may be done about it. For `check`; holds nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from dipay.domain.accounts import Accounts
from dipay.domain.fields import BILLING_TYPE, DO_NOT_RECALL, FIRST_NAME, LANGUAGE, PAYMENT_PLAN, TEXT_CONSENT, FileKind
from dipay.domain.problems import Problem, Severity
from dipay.exports.layout.finding import AnySource, Layout
from dipay.exports.proposing.coded import MOST_WORDS, looks_of
from dipay.exports.proposing.samples import Sample, take_sample
from dipay.exports.tables.quoting import shown, shown_id
from dipay.grammar.languages import language_of
from dipay.grammar.names import greeting, holds_note

#: Fields that leave people out by what stands in their column.
_EXCLUDING: Final = (PAYMENT_PLAN, DO_NOT_RECALL, TEXT_CONSENT)
_SHOWN: Final = 5


def unseen(
    accounts: Accounts, sources: Mapping[FileKind, AnySource], layouts: Mapping[FileKind, Layout]
) -> Iterator[Problem]:
    """Payers who are no patients, what is no name, columns without use, languages, fees taken for visits."""
    patients, source = layouts["patients"], sources["patients"]
    yield from _payers(accounts, source.file.name)
    yield from _greeted_by_none(accounts, source.file.name)
    sample = take_sample(source, patients.part, patients.header_row, patients.captions)
    yield from _always_blank(sample, patients)
    yield from _read_by_nothing(sample, patients)
    yield from _no_languages(sample, patients)
    if "ledger" in layouts and "last_visit" not in patients.columns:
        yield from _visits_by_types(accounts, layouts["ledger"], sources["ledger"].file.name)


def _visits_by_types(accounts: Accounts, ledger: Layout, file: str) -> Iterator[Problem]:
    """What is to be said of visits that are read from the ledger's charges."""
    if "type" not in ledger.columns:
        yield Problem(
            Severity.NOTE,
            "has no column for type, and the patients have no last visit: every charge counts as a visit, a fee too.",
            "Add the patients' last visit, or the type of each entry, to the export.",
            file,
        )
    elif len(accounts) and not accounts.last_visits.any():
        yield Problem(
            Severity.WARNING,
            "no word of its types is known as a charge for treatment: no visit is known, and nobody is asked twice.",
            "Teach it the words: exports.words: {ledger: {type: {charge: [...]}}}; or add the patients' last visit.",
            file,
            column=ledger.columns["type"].caption,
        )


def _greeted_by_none(accounts: Accounts, file: str) -> Iterator[Problem]:
    """Guarantors with something in the place of a first name that greets nobody; a note there holds them anyway."""
    nobody: dict[str, bool] = {}
    ids = []
    for guarantor_id, name in zip(accounts.ids, accounts.texts_of_guarantors(FIRST_NAME), strict=True):
        if name not in nobody:
            nobody[name] = bool(name.strip()) and not greeting(name) and not holds_note(name)
        if nobody[name]:
            ids.append(guarantor_id)
    if ids:
        have = "1 guarantor has" if len(ids) == 1 else f"{len(ids):,} guarantors have"
        yield Problem(
            Severity.NOTE,
            f"{have} no name to greet by in the place of the first name ({_few(ids)}): messages greet nobody.",
            "If it is a link, an address or an instruction, find out who wrote it into the PMS.",
            file,
        )


def _few(ids: Sequence[str]) -> str:
    return ", ".join(map(shown_id, ids[:_SHOWN])) + (", ..." if len(ids) > _SHOWN else "")


def _payers(accounts: Accounts, file: str) -> Iterator[Problem]:
    nowhere = np.flatnonzero(accounts.guarantor_is_missing)
    if not len(nowhere):
        return
    ids = [accounts.ids[place] for place in nowhere.tolist()]
    are = "1 of the guarantors is no patient" if len(nowhere) == 1 else f"{len(nowhere):,} guarantors are no patients"
    yield Problem(
        Severity.NOTE,
        f"{are} ({_few(ids)}), of {len(accounts):,}: whom to ask is not known, so their accounts are held.",
        "Export everybody, with those who only pay. Are these no patients' ids at all? Then name another column as "
        "exports.columns.patients.guarantor_id.",
        file,
    )


def _always_blank(sample: Sample, layout: Layout) -> Iterator[Problem]:
    for field in _EXCLUDING:
        column = layout.columns.get(field.name)
        cells = sample.column(column.caption) if column is not None else None
        if cells is not None and cells.cells and not cells.filled:
            yield Problem(
                Severity.NOTE,
                f"{field.name} is blank in every row: {field.blind}",
                "If the PMS knows it, see to it that the export writes it.",
                sample.name,
                column=cells.caption,
            )


def _read_by_nothing(sample: Sample, layout: Layout) -> Iterator[Problem]:
    mapped = {each.caption for column in layout.columns.values() for each in column.all}
    for field, column in looks_of(each for each in sample.columns if each.caption not in mapped).items():
        loses = field.blind or "no billing type can be left out by it."
        yield Problem(
            Severity.NOTE if field is BILLING_TYPE else Severity.WARNING,
            f"looks like {field.name} and is read by nothing: {loses}",
            f"Name it as exports.columns.patients.{field.name}, with the meaning of its words in exports.words.",
            sample.name,
            column=column.caption,
        )


def _no_languages(sample: Sample, layout: Layout) -> Iterator[Problem]:
    column = layout.columns.get(LANGUAGE.name)
    cells = sample.column(column.caption) if column is not None else None
    if cells is None:
        return
    taught = layout.file_profile.words.get(LANGUAGE.name, {})
    counts = Counter({word: count for word, count in cells.words.items() if language_of(word, taught) is None})
    if not counts:
        return
    words = "1 word is no language" if len(counts) == 1 else f"{len(counts):,} different words are no languages"
    # So many are no code but free text, which may say anything of anybody.
    few = counts.most_common(_SHOWN) if len(counts) <= MOST_WORDS else []
    # What stands once, or among many, may be a name in a row that is shifted.
    which = ", ".join(
        f"{shown(word, LANGUAGE.name, known=count > 1 and len(counts) <= _SHOWN)} ({count:,})" for word, count in few
    )
    more = ", ..." if few and len(counts) > len(few) else ""
    rows = "1 row" if counts.total() == 1 else f"{counts.total():,} rows"
    yield Problem(
        Severity.NOTE,
        f"{words} that dipay knows, in {rows}{f': {which}{more}' if few else ''}. Messages go out in the practice's.",
        "Say what they mean, such as exports.words: {patients: {language: {es: [Bilingual]}}}.",
        sample.name,
        column=cells.caption,
    )
