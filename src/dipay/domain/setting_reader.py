"""How settings are declared and read: groups are dataclasses, and each setting in one says how its text is read.

Knows no single setting. What is wrong is gathered, not stopped at: a group says everything at once, and quotes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, field, fields
from functools import partial
from typing import Any, Generic, TypeVar

from dipay.domain.values import value
from dipay.grammar import Unreadable

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
#: What is wrong, behind the keys and places in lists that lead to it; none for the setting itself.
Part = tuple[tuple[str | int, ...], Unreadable]

_LONGEST_TYPO = 60
_MOST_SHOWN = 20


class ManyUnreadable(ValueError):  # noqa: N818  as `Unreadable`, for one setting with several things wrong
    """Several things wrong in one setting or group, each with the path that leads to it."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = tuple(parts)
        super().__init__("; ".join(unreadable.what for _, unreadable in self.parts))


@value(frozen=True, slots=True)
class SettingKind(Generic[T_co]):
    """A kind of setting: how it is read, from the text typed or the value code gives, and its JSON Schema.

    `group` is the dataclass of a group of settings, `item` the kind of what a list holds.
    """

    read: Callable[[object], T_co]
    schema: Mapping[str, object]
    group: type | None = None
    item: SettingKind[object] | None = None


@value(frozen=True, slots=True)
class Setting:
    """One setting of a group: its key in the file, and what was declared of it."""

    key: str
    attribute: str
    kind: SettingKind[object]
    description: str
    examples: tuple[object, ...]
    required: bool
    default: object


def setting(
    kind: SettingKind[T],
    description: str,
    *,
    default: T = MISSING,  # type: ignore[assignment]
    default_factory: Callable[[], T] = MISSING,  # type: ignore[assignment]
    examples: tuple[object, ...] = (),
) -> T:
    """Declares a setting of a group; without a default it is required."""
    declared = {"kind": kind, "description": description, "examples": examples}
    made: T = field(default=default, default_factory=default_factory, metadata=declared)  # type: ignore[call-overload]
    return made


def kind_of(group: type[T]) -> SettingKind[T]:
    """The kind of a group of settings."""
    return SettingKind(partial(read_group, group), {"$ref": f"#/$defs/{group.__name__}"}, group=group)


def group(of: type[T]) -> T:
    """Declares a group inside a group; it may be left out unless something in it is required."""
    if any(each.required for each in settings_of(of)):
        return setting(kind_of(of), "")
    return setting(kind_of(of), "", default_factory=of)


def list_of(kind: SettingKind[T], check: Callable[[tuple[T, ...]], tuple[T, ...]]) -> SettingKind[tuple[T, ...]]:
    """A list of that kind, which is checked as a whole once each of it is right."""

    def read(typed: object) -> tuple[T, ...]:
        if not isinstance(typed, list | tuple):
            raise Unreadable("is not a list", "Write it as [one, two], or each in a line of its own after a dash.")
        values, wrong = [], list[Part]()
        for index, each in enumerate(typed):
            try:
                values.append(kind.read(each))
            except (Unreadable, ManyUnreadable) as error:
                wrong.extend(parts_of(error, index))
        if wrong:
            raise ManyUnreadable(wrong)
        return check(tuple(values))

    return SettingKind(read, {"items": kind.schema, "type": "array"}, item=kind)


def settings_of(group: type) -> Iterator[Setting]:
    """What a group is declared with, in order."""
    for each in fields(group):
        made = each.default_factory
        default = made() if made is not MISSING else each.default
        # `from` is a word of Python's, so code says `from_`.
        key = each.name.removesuffix("_")
        yield Setting(key, each.name, required=default is MISSING, default=default, **each.metadata)


def read_group(group: type[T], typed: object) -> T:
    """The group, from a mapping of what was typed or what code gives. `ManyUnreadable` with all that is wrong in it."""
    if not isinstance(typed, Mapping):
        raise Unreadable("is not a group of settings", "Indent its settings under it, each as `key: value`.")
    known = {each.key: each for each in settings_of(group)}
    values, wrong = dict[str, Any](), list[Part]()
    for key, each in known.items():
        if key in typed:
            try:
                values[each.attribute] = each.kind.read(typed[key])
            except (Unreadable, ManyUnreadable) as error:
                wrong.extend(parts_of(error, key))
        elif each.required:
            such = f", such as `{key}: {each.examples[0]}`" if each.examples else ""
            wrong.append(((key,), Unreadable("is missing", f"Add it{such}.")))
    for key in typed:
        if key not in known:
            fix = f"{did_you_mean(key, known)}Known here: {', '.join(known)}."
            wrong.append(((key,), Unreadable("is not a setting", fix)))
    if wrong:
        raise ManyUnreadable(wrong)
    return group(**values)


def parts_of(error: Unreadable | ManyUnreadable, place: str | int) -> Iterator[Part]:
    """What is wrong at a place, as the group or list around it says it."""
    for path, unreadable in error.parts if isinstance(error, ManyUnreadable) else [((), error)]:
        yield (place, *path), unreadable


def some_of(words: Iterable[str]) -> str:
    """The words, parted by commas; of very many the first ones."""
    shown = tuple(words)
    return f"{', '.join(shown[:_MOST_SHOWN])} ..." if len(shown) > 2 * _MOST_SHOWN else ", ".join(shown)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`Did you mean "over_30"? ` or nothing; capitals do not count."""
    if len(word) > _LONGEST_TYPO:
        return ""
    from difflib import get_close_matches

    by_folded = {each.casefold(): each for each in words}
    begun = [each for each in by_folded if len(word) >= 3 and each.startswith(word.casefold())]
    close = begun if len(begun) == 1 else get_close_matches(word.casefold(), by_folded, 1, 0.6)
    return f'Did you mean "{by_folded[close[0]]}"? ' if close else ""
