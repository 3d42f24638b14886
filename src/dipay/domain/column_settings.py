"""The settings about a file's columns: which captions hold a field, and what the words of a coded column mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from dipay.domain.fields import ADDABLE, FIELDS, FIELDS_OF, KINDS, MEANINGS, Field, Grammar
from dipay.domain.setting_reader import ManyUnreadable, Part, SettingKind, did_you_mean, some_of
from dipay.domain.setting_types import which_language
from dipay.grammar import Unreadable

V = TypeVar("V")

#: Beside the words of a yes or no: `amount: [yes]` says that any amount but zero means yes (what is left of a plan).
AMOUNT: Final = "amount"


def _columns(value: object) -> dict[str, dict[str, tuple[str, ...]]]:
    """Captions by kind of file and field; every wrong name, not only the first."""

    def captions(field: Field[Any], value: object) -> tuple[str, ...]:
        if isinstance(value, list) and len(value) > 1 and field.grammar not in ADDABLE:
            raise Unreadable("names several columns, and is no amount", "Name one column; only amounts are added up.")
        named = value if isinstance(value, list) and value else [value]
        if any(not isinstance(each, str) or not each.strip() for each in named):
            raise Unreadable("is not a caption", "Write the column's caption as it stands in the export.")
        return tuple(map(str, named))

    return _by_field(value, captions, "{patients: {mobile_phone: Cell}}")


def _words(value: object) -> dict[str, dict[str, dict[str, tuple[str, ...]]]]:
    """Words of coded columns by kind of file, field and what they mean."""

    def lists(field: Field[Any], value: object) -> dict[str, tuple[str, ...]]:
        meanings = MEANINGS.get(field.grammar, ())
        if not meanings:
            coded = ", ".join(each.name for each in FIELDS if each.grammar in MEANINGS)
            raise Unreadable("is no coded column", f"Only these have words: {coded}.")
        if not isinstance(value, Mapping):
            raise Unreadable("is not a mapping", "Write it like {yes: [Opted In], no: [Opted Out]}.")
        wrong: list[Part] = []
        for meaning, words in value.items():
            if meaning == AMOUNT and field.grammar is Grammar.YES_NO:
                if words != ["yes"]:
                    wrong.append(
                        ((AMOUNT,), Unreadable("is not [yes]", "Write amount: [yes]: what is not 0 means yes."))
                    )
            elif meaning not in meanings:
                fix = meant(field, str(meaning))
                wrong.append(((str(meaning),), Unreadable("is not what a word here can mean", fix)))
            elif not isinstance(words, list) or any(not isinstance(each, str) or not each.strip() for each in words):
                wrong.append(((str(meaning),), Unreadable("is not a list of words", "Write it like [Opted In, Y].")))
        if wrong:
            raise ManyUnreadable(wrong)
        return {str(meaning): tuple(words) for meaning, words in value.items()}

    return _by_field(value, lists, "{patients: {text_consent: {yes: [Opted In]}}}")


def meant(field: Field[Any], wrong: str) -> str:
    """What to write in place of something that the words of a coded column can't mean."""
    meanings = MEANINGS[field.grammar]
    hint = which_language(wrong) if field.grammar is Grammar.LANGUAGE else did_you_mean(wrong, meanings)
    return f"{hint}Use {some_of(meanings)}."


def _by_field(value: object, read: Callable[[Field[Any], object], V], example: str) -> dict[str, dict[str, V]]:
    """What stands under each kind of file and field; all that is wrong, not only the first."""
    if not isinstance(value, Mapping):
        raise Unreadable("is not a mapping", f"Write it like {example}.")
    wrong: list[Part] = []
    found: dict[str, dict[str, V]] = {}
    for kind, names in value.items():
        if kind not in FIELDS_OF:
            fix = f"{did_you_mean(str(kind), KINDS)}Use {', '.join(KINDS)}."
            wrong.append(((str(kind),), Unreadable("is not a kind of export", fix)))
        elif not isinstance(names, Mapping):
            wrong.append(((kind,), Unreadable("is not a mapping", f"Write it like {example}.")))
        else:
            found[kind] = {}
            for name, each in names.items():
                try:
                    found[kind][name] = read(_field(kind, name), each)
                except ManyUnreadable as many:
                    wrong.extend(((kind, str(name), *place), why) for place, why in many.parts)
                except Unreadable as unreadable:
                    wrong.append(((kind, str(name)), unreadable))
    if wrong:
        raise ManyUnreadable(wrong)
    return found


def _field(kind: str, name: object) -> Field[Any]:
    fields = FIELDS_OF[kind]
    if name not in fields:
        fix = f"{did_you_mean(str(name), fields)}The fields of {kind}: {', '.join(fields)}."
        raise Unreadable("is not a field", fix)
    return fields[str(name)]


def _schema(of_a_field: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of something that stands under each kind of file and field."""
    by_field = {"additionalProperties": of_a_field, "type": "object"}
    return {"additionalProperties": by_field, "type": "object"}


_LIST: Final = {"items": {"type": "string"}, "type": "array"}
COLUMNS: Final = SettingKind(_columns, _schema({"anyOf": [{"type": "string"}, _LIST]}))
WORDS: Final = SettingKind(_words, _schema({"additionalProperties": _LIST, "type": "object"}))
