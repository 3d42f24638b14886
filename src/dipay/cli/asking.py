"""Asking: the questions of `init` on a terminal. What the settings would not read is asked for again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from dipay.config_writer import all_keys
from dipay.domain.fields import ADDABLE, FIELDS_OF, MEANINGS, FileKind
from dipay.domain.setting_reader import ManyUnreadable, did_you_mean
from dipay.domain.setting_types import with_code
from dipay.domain.settings import Settings
from dipay.grammar import Unreadable
from dipay.grammar.words import NO, YES, fold
from dipay.render.proposals import cut
from dipay.render.safe import printable
from dipay.services.drafting import NO_PART, DayOrder, Meanings, MissingColumn, OtherAmount, Payers, Uncertain
from dipay.services.initialising import PRACTICE, STRIPE, in_words, zone_of

if TYPE_CHECKING:
    from dipay.services.drafting import Draft, Question

_AMOUNTS: Final = tuple(
    name for name, field in FIELDS_OF["balances"].items() if field.grammar in ADDABLE and name != NO_PART
)
T = TypeVar("T")

QUESTIONS: Final = {
    "name": "The practice's name, as patients know it",
    "phone": "The phone number patients call",
    "timezone": "The practice's time zone, such as America/Chicago",
    "link": (
        "The payment page's address, with {request_id} where each request's code goes; or stripe, if patients are to "
        "pay by Stripe"
    ),
}
_KINDS: Final = {key: setting.kind for key, setting in all_keys(Settings)}
#: Shows a question with the answer that Enter gives, and returns what was typed.
Prompt = Callable[[str, str], str]


def read_answer(key: str, text: str) -> str:
    """The answer to a question about the practice; `Unreadable` says what is wrong with it."""
    if key == "link" and fold(text) == STRIPE:
        return STRIPE
    try:
        _KINDS[PRACTICE[key]].read(text)
    except ManyUnreadable as many:
        raise many.parts[0][1] from None
    return text


def options_of(texts: Sequence[str], parts: int) -> list[tuple[list[str], str]]:
    """`patients.text_consent.yes=Opted In` as its names and what stands behind the sign; else `Unreadable`."""
    found = []
    for text in texts:
        name, sign, value = text.partition("=")
        names = name.split(".")
        if not sign or len(names) != parts or names[0] not in FIELDS_OF:
            like = "patients.mobile_phone=Cell" if parts == 2 else 'patients.text_consent.yes="Opted In"'
            raise Unreadable(f'holds "{text}"', f"Write it like {like}.")
        found.append((names, value))
    return found


@dataclass(frozen=True, slots=True)
class Interview:
    """Goes through a draft with somebody, until nothing is open."""

    draft: Draft
    prompt: Prompt
    say: Callable[[str], None]

    def run(self) -> None:
        """Asks for corrections first, then everything that is open, one after the other."""
        self._correct()
        while (question := next(iter(self.draft.questions()), None)) is not None:
            self._ask(question)
        self._billing_types()

    def practice(self, given: Mapping[str, str]) -> dict[str, str]:
        """The practice as the settings name it; what was given already is not asked."""
        answers = dict(given)
        for key in PRACTICE:
            if key not in answers:
                answers[key] = self._practice(key, answers)
        return answers

    def agrees(self, question: str, *, usual: bool = True) -> bool:
        """Whether the answer is yes."""

        def read(text: str) -> bool:
            if fold(text) not in YES | NO:
                raise Unreadable("is neither yes nor no", "Type y or n.")
            return fold(text) in YES

        return self._until_read(question, "y" if usual else "n", read)

    def _practice(self, key: str, answers: Mapping[str, str]) -> str:
        if key == "link":
            return self._link()
        usual = zone_of(answers["phone"]) if key == "timezone" else ""
        return self._until_read(QUESTIONS[key], usual, lambda text: read_answer(key, text))

    def _link(self) -> str:
        """The payment page's address; one without a code comes back with one, for Enter to take."""
        usual = ""
        while True:
            text = self.prompt(QUESTIONS["link"], usual).strip()
            try:
                return read_answer("link", text)
            except Unreadable as unreadable:
                self._refuse(unreadable)
                with suppress(Unreadable):
                    usual = with_code(text)

    def _until_read(self, question: str, usual: str, read: Callable[[str], T]) -> T:
        while True:
            try:
                return read(self.prompt(question, usual).strip())
            except Unreadable as unreadable:
                self._refuse(unreadable)

    def _refuse(self, unreadable: Unreadable) -> None:
        self.say(f"That {printable(unreadable.what)}. {printable(unreadable.fix)}")

    def _correct(self) -> None:
        """Takes FIELD=CAPTION until nothing more is wrong."""

        def read(text: str) -> bool:
            if fold(text) in YES:
                names = "".join(f" {kind}: {', '.join(FIELDS_OF[kind])}." for kind in self.draft.columns)
                raise Unreadable("does not say which", f"Name it and your column. The names are, in{names}")
            if fold(text) in NO:
                return False
            if text:
                (kind, field), caption = self._named(text)
                captions = self._captions(kind, caption)
                self.draft.name(kind, field, captions)
                self.say(f"  {field}: {self._shown(kind, captions)}")
            return bool(text)

        question = (
            "Is a column wrong or missing? Type it as patients.mobile_phone=Cell (nothing behind = for none); "
            "Enter goes on"
        )
        while self._until_read(question, "", read):
            pass

    def _named(self, text: str) -> tuple[list[str], str]:
        """The kind and field that are meant, and the caption; a field of one file alone needs no kind."""
        name, sign, caption = text.partition("=")
        kinds = [each for each in self.draft.columns if name.strip() in FIELDS_OF[each]]
        if sign and "." not in name and len(kinds) == 1:
            return [kinds[0], name.strip()], caption.strip()
        [(names, caption)] = options_of([text], 2)
        return names, caption.strip()

    def _shown(self, kind: FileKind, captions: Sequence[str]) -> str:
        """The columns with some of what they hold."""
        columns = [found for each in captions if (found := self.draft.sample(kind).column(each)) is not None]
        return " + ".join(f"{printable(each.caption)} ({cut(' | '.join(each.examples))})" for each in columns) or "none"

    def _captions(self, kind: FileKind, text: str) -> list[str]:
        """The captions: one, or several with a + between them."""
        if not text or self.draft.sample(kind).column(text) is not None:
            return [text] if text else []
        return [each.strip() for each in text.split(" + ")]

    def _ask(self, question: Question) -> None:
        match question:
            case MissingColumn(kind, field):
                self.say(in_words(question, self.draft))
                self._which_column(kind, field)
            case Uncertain(kind, proposed):
                shown = cut(" | ".join(proposed.examples))
                is_it = self.agrees(f"{proposed.captions[0]} ({shown}): is it {self._field(kind, proposed.field)}?")
                self.draft.name(kind, proposed.field, proposed.captions if is_it else ())
            case Payers(kind, _):
                self.say(
                    f"{in_words(question, self.draft)} Without such a column everybody is taken to pay for themselves."
                )
                self._which_column(kind, "guarantor_id")
            case Meanings():
                self._meanings(question)
            case OtherAmount():
                self._amount(question)
            case DayOrder(example, formats):
                self._order(example, formats)

    def _field(self, kind: FileKind, field: str) -> str:
        return f"{field}, {FIELDS_OF[kind][field].words}"

    def _which_column(self, kind: FileKind, field: str) -> None:
        captions = [each.caption for each in self.draft.sample(kind).columns]

        def read(text: str) -> None:
            self.draft.name(kind, field, self._captions(kind, text))

        self.say(f"The columns are: {printable(', '.join(captions))}")
        self._until_read(f"Which one is {self._field(kind, field)}? (Enter for none)", "", read)
        if field not in self.draft.columns[kind] and field != "guarantor_id":
            self.say("dipay can't do without it. Ctrl-C ends this; nothing is written.")

    def _meanings(self, question: Meanings) -> None:
        coded = question.coded
        kind, field = coded.kind, coded.field.name
        self.say(f"{coded.column.caption} ({self._field(kind, field)}) holds:")
        for word, meaning in coded.meanings.items():
            self.say(f"  {printable(word)} ({coded.column.words[word]:,}) = {meaning or '?'}")
        meanings = MEANINGS[coded.field.grammar]
        is_right = self.agrees("Is that right, as far as it goes?" if coded.unknown else "Is that right?")
        for word, meaning in coded.meanings.items():
            if is_right and meaning is not None:
                self.draft.mean(kind, field, word, meaning)
        asked = coded.unknown if is_right else tuple(coded.meanings)
        if not asked:
            return

        def read(text: str) -> str:
            begun = [each for each in meanings if fold(text) and each.startswith(fold(text))]
            if text == "-" or text in meanings or len(begun) == 1:
                return text if text == "-" or text in meanings else begun[0]
            raise Unreadable("is not what a word can mean", f"{did_you_mean(text, meanings)}Use {', '.join(meanings)}.")

        self.say(f"A word can mean {', '.join(meanings)}. A dash (-) leaves the whole column out.")
        for word in asked:
            said = self._until_read(f"What does {printable(word)} mean?", coded.meanings[word] or "", read)
            if said == "-":
                self.draft.name(kind, field, ())
                return
            self.draft.mean(kind, field, word, said)

    def _amount(self, question: OtherAmount) -> None:
        """What a column of money is: one more column of a field that may have several, or a field's only one."""
        column, fields = question.column, FIELDS_OF["balances"]
        self.say(f"{in_words(question, self.draft)} It holds {cut(' | '.join(column.examples))}.")

        def read(text: str) -> None:
            there = self.draft.columns["balances"].get(text, ()) if text in fields else ()
            self.draft.name("balances", text, [*there, column.caption])

        self._until_read(
            f"What is {printable(column.caption)}: {', '.join(_AMOUNTS)}, or {NO_PART} if it plays no part?",
            NO_PART, read,
        )  # fmt: skip

    def _order(self, example: str, formats: Sequence[str]) -> None:
        def read(text: str) -> str:
            if not text.isdecimal() or not 1 <= int(text) <= len(formats):
                raise Unreadable("is none of the numbers", f"Type a number from 1 to {len(formats)}.")
            return formats[int(text) - 1]

        self.say(f"Dates such as {printable(example)} can be read in several ways:")
        for number, form in enumerate(formats, 1):
            self.say(f"  {number}: {'day' if form.index('%d') < form.index('%m') else 'month'} first ({form})")
        self.draft.date_format = self._until_read("Which one is right?", "1", read)

    def _billing_types(self) -> None:
        types = list(self.draft.billing_types().items())
        if not types or self.draft.excluded:
            return
        self.say("Billing types in the files:")
        for number, (name, count) in enumerate(types, 1):
            self.say(f"  {number}: {printable(name)} ({count:,})")

        def read(text: str) -> tuple[str, ...]:
            numbers = text.replace(",", " ").split()
            if any(not each.isdecimal() or not 1 <= int(each) <= len(types) for each in numbers):
                raise Unreadable("holds something else than these numbers", "Type numbers with blanks between them.")
            return tuple(types[int(each) - 1][0] for each in numbers)

        self.draft.excluded = self._until_read(
            "Which of them are never asked to pay? (numbers; Enter for none)", "", read
        )
