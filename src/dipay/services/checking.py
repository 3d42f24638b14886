"""`check`: settings, exports, messages, secrets and state, every problem at once; nothing is written or sent."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity
from dipay.grammar.languages import language_name
from dipay.links import STAND_IN
from dipay.services.provider import open_processor, open_sender, reaches_patients, read_processor_key, read_secrets
from dipay.services.worklist import judge_exports
from dipay.state.looking import is_there

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dipay.exports.reading import Exports
    from dipay.exports.tables.table import FileReport
    from dipay.office import Office
    from dipay.services.surroundings import Fact


_EXAMPLE_NUMBER: Final = re.compile(r"555\W*01\W*[0-9]\W*[0-9]\W*$", re.ASCII)
#: A file that somebody worked in may have as many flaws as rows.
_MOST_SAID: Final = 20


@dataclass(slots=True)
class Checked:
    """What was looked at (in words, in order), every problem, and the exit code the worst of them stands for."""

    looked_at: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    exit_code: ExitCode = ExitCode.DONE
    reports: tuple[FileReport, ...] = ()
    facts: list[Fact] = field(default_factory=list)

    def fail(self, error: CannotGoOn) -> None:
        self.problems.extend(error.problems)
        if not self.exit_code:
            self.exit_code = error.exit_code


def check(office: Office, *, online: bool = False) -> Checked:
    """Looks at everything a morning's run needs; with `online`, also whether the provider answers."""
    checked = _look_at_all(office, online=online)
    file = office.loaded.path.name
    placed = (
        office.loaded.at(each) if each.key is not None and each.row is None and each.file in (None, file) else each
        for each in checked.problems
    )
    # A secret that can't be read is met again where the provider is asked.
    checked.problems = list(dict.fromkeys(placed))
    return checked


def _look_at_all(office: Office, *, online: bool) -> Checked:
    checked = Checked()
    checked.looked_at.append(f"settings {office.loaded.path}")
    checked.problems.extend(read_secrets(office)[1])
    checked.problems.extend(_messages(office))
    checked.problems.extend(_trust(office, checked))
    checked.problems.extend(_payment_links(office, checked, online=online))
    _surroundings(office, checked)
    if online:
        checked.problems.extend(_provider(office, checked))
    today = office.today()
    exports: Exports | None = None
    try:
        exports = office.read_exports(today)
        checked.reports = exports.reports
    except CannotGoOn as error:
        checked.fail(error)
    try:
        situation, troubles = office.read_state(today, exports.accounts if exports is not None else None)
        there = "" if is_there(office.state_path) else " (none yet: nothing was sent)"
        checked.looked_at.append(f"state {office.state_path}{there}")
        checked.problems.extend(_look_into_state(office, checked))
    except CannotGoOn as error:
        checked.fail(error)
        checked.problems.extend(exports.problems if exports is not None else ())
        return checked
    if exports is None:
        checked.problems.extend(troubles)
    else:
        checked.problems.extend(judge_exports(office, exports, situation, troubles, today).problems)
        checked.problems.extend(_unseen(office, exports, today))
        checked.problems.extend(_languages_without_a_text(office, exports))
    return checked


def _surroundings(office: Office, checked: Checked) -> None:
    from dipay.services.surroundings import surroundings

    for fact in surroundings(office):
        checked.facts.append(fact)
        checked.looked_at.extend([fact.words] if fact.words else [])
        checked.problems.extend([fact.problem] if fact.problem is not None else [])


def _look_into_state(office: Office, checked: Checked) -> Iterator[Problem]:
    """What in the state can't be as dipay wrote it, and what is of a day that has not come yet."""
    from dipay.messaging import CLOCK_MARGIN
    from dipay.services.witnessing import of_the_future
    from dipay.state.invariants import check_invariants
    from dipay.state.store import open_for_reading
    from dipay.state.troubles import as_refusals

    with open_for_reading(office.state_path, office.state_marker) as store, as_refusals(office.state_path):
        found, known = check_invariants(store.connection), store.newest_known()
    if known is not None and known > office.clock() + CLOCK_MARGIN:
        yield of_the_future(office, known)
    for each in found[:_MOST_SAID]:
        checked.exit_code = checked.exit_code or ExitCode.STATE
        yield Problem(
            Severity.ERROR,
            f"the state file was changed by other hands: {each}.",
            "Put back a backup from before it (docs/safety.md), or ask who works in the file.",
            kind="state",
        )


def _unseen(office: Office, exports: Exports, today: date) -> Iterator[Problem]:
    from dipay.exports.opening import open_all
    from dipay.exports.unseen import unseen

    return unseen(exports.accounts, *open_all(office.reading_plan(today)))


def _languages_without_a_text(office: Office, exports: Exports) -> Iterator[Problem]:
    settings = office.settings
    first = settings.campaign.messages[0].texts
    if "" in first:
        return
    for own, count in Counter(exports.accounts.languages).most_common():
        if own and own not in first:
            read = "1 account reads" if count == 1 else f"{count:,} accounts read"
            yield Problem(
                Severity.NOTE,
                f"{read} {language_name(own)}, and get {language_name(settings.practice.language)}.",
                f"Add a text `{own}:` to each message.",
                office.loaded.path.name,
                key="campaign.messages",
            )


def _provider(office: Office, checked: Checked) -> Iterator[Problem]:
    from dipay.services.witnessing import check_clock

    try:
        sender = open_sender(office)
        trouble = sender.ping()
        if trouble is not None:
            checked.exit_code = checked.exit_code or ExitCode.PROVIDER
            yield trouble
        else:
            checked.looked_at.append(f"provider {office.settings.messaging.provider}: reachable")
        check_clock(office, sender)
    except CannotGoOn as error:
        checked.fail(error)


def _payment_links(office: Office, checked: Checked, *, online: bool) -> Iterator[Problem]:
    """What stands against links that a processor makes; it is asked only with `online`."""
    settings, file, place = office.settings, office.loaded.path.name, "payment_link.stripe.api_key"
    if settings.payment_link.provider == "template":
        return
    from dipay.processors.stripe import key_kind, settings_problems

    key = read_processor_key(office)
    found = settings_problems(
        None if isinstance(key, Problem) else key, settings.practice.country, settings.payment_link.stripe.base_url
    )
    if isinstance(key, Problem) or found:
        yield from [replace(each, file=file) for each in ([key] if isinstance(key, Problem) else []) + found]
        return
    kind = key_kind(key)
    checked.looked_at.append(f"payment links by Stripe, with a key of kind {kind}")
    if kind.endswith("_test") and reaches_patients(office):
        fix = "Use a live key (rk_live_...), or rehearse with messaging.provider: outbox."
        yield Problem(Severity.WARNING, "It is a test key: nobody could pay by its links.", fix, file, key=place)
    if kind.endswith("_live") and settings.messaging.provider == "outbox":
        what = "It is a live key, and messages go to the outbox: no link is made, and texts show one in its place."
        yield Problem(Severity.NOTE, what, "Nothing is to be done for a rehearsal.", file, key=place)
    if kind.startswith("sk"):
        fix = "A restricted one (rk_...) is enough; docs/settings.md says for what."
        yield Problem(
            Severity.NOTE, "It is a secret key, which may do everything in the account.", fix, file, key=place
        )
    if online:
        trouble = open_processor(office).ping()
        if trouble is None:
            checked.looked_at.append("payment links by Stripe: reachable")
        else:
            checked.exit_code = checked.exit_code or ExitCode.PROVIDER
            yield trouble


def _messages(office: Office) -> Iterator[Problem]:
    from dipay.domain.text_lint import lint_languages, lint_text
    from dipay.domain.windows import SendWindow, lint_window

    settings = office.settings
    yield from lint_window(SendWindow.of(settings.messaging.send_window))
    messages, key = settings.campaign.messages, "campaign.messages"
    link = settings.payment_link.template or STAND_IN
    yield from lint_languages([each.texts for each in messages], settings.practice.language, key)
    for index, message in enumerate(messages):
        for language, text in message.texts.items():
            place = f"{key}[{index}].text{f'.{language}' if language else ''}"
            yield from lint_text(text, settings.practice, link, place, first=index == 0)


def _trust(office: Office, checked: Checked) -> Iterator[Problem]:
    """Whether patients can tell that a request is the practice's: where its link leads, and who answers the phone."""
    from dipay.domain.hosts import host_of
    from dipay.domain.link_lint import lint_link

    practice, link = office.settings.practice, office.settings.payment_link
    if link.template is None:
        host, notice = host_of(STAND_IN), "the notice for patients must name it (docs/patients-notice.md)"
        checked.looked_at.append(f"links lead to {host}, or to your own domain at Stripe: {notice}")
    else:
        checked.looked_at.append(f"links lead to {host_of(link.template)}")
        yield from lint_link(link.template, practice.website, "payment_link.url")
    pages = "the privacy policy, and where patients agree to texts (docs/privacy-and-law.md)"
    asked = f"registering the number (10DLC) takes two pages of it: {pages}"
    is_registered = office.settings.messaging.provider == "twilio"
    if practice.website is None:
        yield Problem(
            Severity.NOTE,
            "is not set: patients can't see for themselves that a request is yours, and the link's host is held "
            "against nothing.",
            "Write your website there, such as maplestreetdental.com" + (f"; {asked}." if is_registered else "."),
            key="practice.website",
        )
    elif is_registered:
        checked.looked_at.append(f"website {practice.website}: {asked}")
    if _EXAMPLE_NUMBER.search(practice.phone) and reaches_patients(office):
        yield Problem(
            Severity.WARNING,
            "is a number of films and examples (555-0100 to 555-0199): nobody answers it.",
            "Write the number that patients know.",
            key="practice.phone",
        )
