"""The settings file: found, read strictly, and checked; every problem at once, each with its place and what to do."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipay.disk import kind_of, open_to_read
from dipay.domain.currencies import CURRENCIES
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity, cannot
from dipay.domain.setting_reader import ManyUnreadable
from dipay.domain.setting_types import read_clock_time
from dipay.domain.settings import DEFAULT_MESSAGES, SendWindowSettings, Settings, settings_from
from dipay.grammar import Unreadable
from dipay.grammar.languages import LANGUAGES, language_name
from dipay.yaml_text import MOST_BYTES, Place, YamlText, read_yaml, shown_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


NAME = "config.yaml"
ENVIRONMENT = "DIPAY_CONFIG"
#: How `find_settings` finds them, in words.
WHERE = (
    f"One YAML file, found by `--config`, else `{ENVIRONMENT}`, else `{NAME}` in this folder, else in the user's "
    "configuration folder. Relative paths are relative to it."
)


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings, the file they come from, and where in it each key stands (line and column, from 1)."""

    settings: Settings
    path: Path
    places: Mapping[str, Place] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """`config.yaml:31`, or `default` where the file leaves the key out."""
        return f"{self.path.name}:{self.places[key][0]}" if key in self.places else "default"

    def at(self, problem: Problem) -> Problem:
        """A problem of a setting, where its key stands in the file, or the nearest group around it."""
        line, column = _nearest(self.places, problem.key or "") or (None, None)
        return replace(problem, file=self.path.name, row=line, column=column)

    def resolve(self, path: str) -> Path:
        """The path; a relative one is relative to the settings file."""
        named = Path(path)
        with suppress(RuntimeError):  # a user without a home folder: then ~ is the name of a folder
            named = named.expanduser()
        return self.path.parent / named


def find_settings(named: Path | None) -> Path:
    """The settings file: as named, else by the environment, else in this folder, else in the user's own."""
    if named is not None or os.environ.get(ENVIRONMENT):
        path = named or Path(os.environ[ENVIRONMENT])
        if _is_there(path, otherwise=True):
            return path
        whence = "--config" if named is not None else ENVIRONMENT
        raise cannot(
            ExitCode.USAGE, f"there is no settings file {path}.", f"Correct {whence}, or make one with `dipay init`."
        )
    here = Path(NAME)
    if _is_there(here):
        return here
    import platformdirs

    users = Path(platformdirs.user_config_dir("dipay")) / NAME
    if _is_there(users):
        return users
    raise cannot(
        ExitCode.USAGE,
        f"there is no settings file: not {here.resolve()}, not {users}.",
        "Go to the folder that holds it (cd), make one with `dipay init`, or name one with --config.",
    )


def _is_there(path: Path, *, otherwise: bool = False) -> bool:
    """Whether anything lies there; `otherwise` in a folder that this user may not look into."""
    try:
        return kind_of(path) != ""
    except OSError:
        return otherwise


def load_settings(named: Path | None = None, changes: Mapping[str, str] | None = None) -> LoadedSettings:
    """The settings of the file named or found. Whatever is wrong with them ends with exit code 2, all at once.

    `changes` are other values, as the file would have them, by their dotted keys.
    """
    path = find_settings(named)
    try:
        with open_to_read(path) as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        fix = "Give this user the right to read it."
        if not isinstance(error, PermissionError):
            fix = "Look at what lies there, or name another with --config."
        raise cannot(ExitCode.USAGE, f"{path} can't be read: {error.strerror}.", fix) from None
    return read_settings(content, path, changes)


def read_settings(content: bytes, path: Path, changes: Mapping[str, str] | None = None) -> LoadedSettings:
    """The settings from a file's bytes, with the changes."""
    file = str(path)
    yaml = read_yaml(content, file)
    problems = list(yaml.problems)
    if problems and yaml.tree is None:
        raise CannotGoOn(problems, ExitCode.USAGE)
    if not isinstance(yaml.tree, dict):
        raise cannot(ExitCode.USAGE, "holds no settings.", "Begin with `practice:`.", file, row=1, column=1)
    tree = yaml.tree
    for key, value in (changes or {}).items():
        problems.extend(_change(tree, key, value))
    tree = _without_nulls(tree)
    settings: Settings | None = None
    try:
        settings = settings_from(tree)
    except ManyUnreadable as error:
        problems.extend(_problem_at(_dotted(path), f"{each.what}.", each.fix, yaml, file) for path, each in error.parts)
    problems.extend(_across(tree, yaml, file))
    if problems or settings is None:
        problems = [_of_a_change(each, changes or {}) for each in problems]
        problems.sort(key=lambda problem: (problem.row or 0, _column(problem)))
        raise CannotGoOn(problems, ExitCode.USAGE)
    return LoadedSettings(settings, path, yaml.places)


def _change(tree: dict[str, Any], key: str, value: str) -> Iterator[Problem]:
    """Puts the value where the dotted key says."""
    read = read_yaml(f"value: {value}".encode(), key)
    if not isinstance(read.tree, dict) or read.problems:
        yield Problem(Severity.ERROR, "is not a value of YAML.", "Write it as in the settings file.", key=key)
        return
    *groups, name = key.split(".")
    for each in groups:
        inside = tree.get(each)
        tree[each] = dict(inside) if isinstance(inside, dict) else {}
        tree = tree[each]
    tree[name] = read.tree.get("value")


def _of_a_change(problem: Problem, changes: Mapping[str, str]) -> Problem:
    """A problem of what was changed stands at no line of the file."""
    changed = any(problem.key == each or (problem.key or "").startswith((f"{each}.", f"{each}[")) for each in changes)
    return replace(problem, file=None, row=None, column=None, key=f"--set {problem.key}") if changed else problem


def _without_nulls(tree: Any) -> Any:
    """A key without a value is as good as left out."""
    if isinstance(tree, dict):
        return {key: _without_nulls(value) for key, value in tree.items() if value is not None}
    return [_without_nulls(each) for each in tree] if isinstance(tree, list) else tree


def _across(tree: Mapping[str, Any], yaml: YamlText, file: str) -> Iterator[Problem]:
    """What only two settings together can be wrong about."""
    exports = tree.get("exports")
    if isinstance(exports, dict) and not exports.keys() & {"ledger", "balances"}:
        yield _problem_at(
            "exports", "names neither a ledger nor balances.", "Add `ledger:` or `balances:`.", yaml, file
        )
    yield from _without_the_practices_language(tree, yaml, file)
    yield from _without_a_currency(tree, yaml, file)
    messaging = tree.get("messaging")
    if isinstance(messaging, dict) and messaging.get("provider") == "twilio":
        twilio = messaging.get("twilio")
        senders = (twilio if isinstance(twilio, dict) else {}).keys() & {"from", "messaging_service_sid"}
        if len(senders) != 1:
            yield _problem_at(
                "messaging.twilio" if twilio is not None else "messaging",
                "needs a sender: either a number or a Messaging Service.",
                "Add one of `from:` and `messaging_service_sid:` under `twilio:`.",
                yaml,
                file,
            )
    if isinstance(messaging, dict) and _ends_before_it_begins(messaging.get("send_window")):
        yield _problem_at(
            "messaging.send_window",
            "ends before it begins.",
            "Write from before to, such as 09:00 and 20:00.",
            yaml,
            file,
        )


def _without_the_practices_language(tree: Mapping[str, Any], yaml: YamlText, file: str) -> Iterator[Problem]:
    """Messages with texts by language, none of them for whoever has no other. What is no language is said elsewhere."""
    practice, campaign = tree.get("practice"), tree.get("campaign")
    language = practice.get("language", "en") if isinstance(practice, dict) else "en"
    if language not in LANGUAGES:
        return
    messages = campaign.get("messages") if isinstance(campaign, dict) else None
    if messages is None:
        if any(language not in each.texts for each in DEFAULT_MESSAGES):
            own = ", ".join(DEFAULT_MESSAGES[0].texts)
            yield _problem_at(
                "practice.language", f"no message is written in {language_name(language)}.",
                f"Write your own under campaign.messages; those that come with dipay are in {own}.", yaml, file,
            )  # fmt: skip
        return
    for index, message in enumerate(messages if isinstance(messages, list) else []):
        texts = message.get("text") if isinstance(message, dict) else None
        if isinstance(texts, dict) and texts and language not in texts and all(each in LANGUAGES for each in texts):
            yield _problem_at(
                f"campaign.messages[{index}].text",
                f"has no text in {language_name(language)}, the practice's language.",
                f"Add `{language}:`; whoever has no other language gets it. Or set practice.language to one it has.",
                yaml, file,
            )  # fmt: skip


def _without_a_currency(tree: Mapping[str, Any], yaml: YamlText, file: str) -> Iterator[Problem]:
    """A processor is told a currency. What is no country is said elsewhere."""
    practice, link = tree.get("practice"), tree.get("payment_link")
    country = practice.get("country", "US") if isinstance(practice, dict) else "US"
    if not (isinstance(link, dict) and link.get("provider") == "stripe" and isinstance(country, str)):
        return
    if len(country) == 2 and country.upper() not in CURRENCIES:
        yield _problem_at(
            "practice.country",
            "is one whose currency is not known, and payment links by Stripe need one.",
            f"Links can be made in {', '.join(CURRENCIES)}; elsewhere set payment_link.provider to template.",
            yaml,
            file,
        )


def _ends_before_it_begins(window: object) -> bool:
    """Whether the two times are times and in the wrong order; a text that is no time is another problem."""
    if not isinstance(window, dict):
        return False
    usual = SendWindowSettings()
    try:
        return read_clock_time(window.get("from", usual.from_)) >= read_clock_time(window.get("to", usual.to))
    except Unreadable:
        return False


def _problem_at(key: str, message: str, fix: str, yaml: YamlText, file: str) -> Problem:
    """A problem where the key stands, or where the nearest group around it does."""
    line, column = _nearest(yaml.places, key) or (1, 1)
    return Problem(Severity.ERROR, message, fix, file, line, column, shown_key(key))


def _nearest(places: Mapping[str, Place], key: str) -> Place | None:
    """Where the key stands, or the nearest group around it; None where there is neither."""
    around = key
    while around and around not in places:
        around = around[: max(around.rfind("."), around.rfind("["), 0)]
    return places.get(around)


def _dotted(path: Sequence[str | int]) -> str:
    key = ""
    for part in path:
        if isinstance(part, int):
            key += f"[{part}]"
        else:
            key += f".{part}" if key else part
    return key


def _column(problem: Problem) -> int:
    return problem.column if isinstance(problem.column, int) else 0
