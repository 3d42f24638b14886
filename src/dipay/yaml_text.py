"""YAML, strictly: a tree of texts with the place of each. Nothing is guessed to be a number, a date or a yes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dipay.domain.problems import Problem, Severity

#: A settings file is a page or two; anything this large is something else.
MOST_BYTES = 256 * 1024
#: Settings have four levels and profiles a few more. libyaml composes by recursion in C, where far deeper nesting ends
#: the process without an exception to catch, so it is never given any.
DEEPEST = 20

Place = tuple[int, int]
#: C:\Practice, C:\Lab, C:\_old: a new line or a blank of another kind.
_UNSEEN = re.compile(r"(?<!\\)(?:\\\\)*\\[NLP_ ]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NULLS = frozenset({"", "null", "~", "Null", "NULL"})


@dataclass(slots=True)
class YamlText:
    """The tree (mappings, lists, texts, None), the place (line and column, from 1) of every key, and what is wrong."""

    tree: Any = None
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_yaml(content: bytes, file: str) -> YamlText:
    """The file as texts. Doubled keys, anchors, tags and several documents are problems, each at its place."""
    found = YamlText()
    text = _decoded(content, file, found)
    if text is None:
        return found
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        found.problems.extend(_refused(yaml, yaml.parse(text, Loader=loader), file))
        if found.problems:
            return found
        node = yaml.compose(text, Loader=loader)
    except RecursionError:
        found.problems.append(_too_deep(file, (1, 1)))
        return found
    except yaml.YAMLError as error:
        if "nesting depth" in str(getattr(error, "problem", "")):
            # Some versions of libyaml look far ahead, and stop there: the slow reader says where it is too deep.
            found.problems.extend(_refused(yaml, yaml.parse(text, Loader=yaml.BaseLoader), file))
            return found
        found.problems.append(_syntax(error, text, file))
        return found
    found.problems.extend(_turned(yaml, node, text, file))
    found.tree = {} if node is None else _built(yaml, node, "", file, found)
    return found


def _turned(yaml: Any, node: Any, text: str, file: str) -> Iterator[Problem]:
    """Values in double quotes in which YAML makes a letter that nobody sees of a backslash and the next one."""
    if isinstance(node, yaml.ScalarNode):
        place = (node.start_mark.line + 1, node.start_mark.column + 1)
        written = text[node.start_mark.index : node.end_mark.index]
        if node.style == '"' and _UNSEEN.search(written):
            yield _for_a_backslash(file, place)
    elif node is not None:
        for each in node.value:
            for part in each if isinstance(each, tuple) else (each,):
                yield from _turned(yaml, part, text, file)


def is_too_deep(text: str) -> bool:
    """Whether it is nested deeper than settings and profiles are: libyaml must never build such a tree."""
    import yaml

    events = yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return any(depth > DEEPEST for _, depth in _with_depths(yaml, events))


def _with_depths(yaml: Any, events: Iterator[Any]) -> Iterator[tuple[Any, int]]:
    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        yield event, depth


def _decoded(content: bytes, file: str, found: YamlText) -> str | None:
    if len(content) > MOST_BYTES:
        found.problems.append(
            _problem(
                file,
                (1, 1),
                "is larger than 256 kB: it is no settings file.",
                "Name the right file with --config.",
            )
        )
        return None
    # Notepad's "Unicode", and what PowerShell's > writes.
    is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff")) or (0 in content[:2] and any(content[:2]))
    try:
        if not is_utf_16:
            return content.decode("utf-8-sig")
        line = 1
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
    what = "is UTF-16, not UTF-8." if is_utf_16 else "is not UTF-8."
    found.problems.append(_problem(file, (line, 1), what, "Save the file as UTF-8 (in Notepad: Save as, Encoding)."))
    return None


def _refused(yaml: Any, events: Iterator[Any], file: str) -> Iterator[Problem]:
    """What is not used here. Stops reading at the first place that is too deep."""
    documents = 0
    for event, depth in _with_depths(yaml, events):
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if depth > DEEPEST:
            yield _too_deep(file, place)
            return
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield _problem(
                file,
                place,
                "anchors (&) and aliases (*) are not used here.",
                "Write the value itself; quote it if it begins with & or *.",
            )
        elif getattr(event, "tag", None) not in (None, "!"):
            yield _problem(
                file,
                place,
                "tags (!) are not used here.",
                "Remove the tag; quote the value if it begins with !.",
            )
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents == 2:
                yield _problem(file, place, "a second document begins here.", "Keep one document: remove the line ---.")


def _built(yaml: Any, node: Any, key: str, file: str, found: YamlText) -> Any:
    place = (node.start_mark.line + 1, node.start_mark.column + 1)
    found.places.setdefault(key, place)
    if isinstance(node, yaml.ScalarNode):
        plain = node.style is None or node.style == ""
        return None if plain and node.value in _NULLS else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_built(yaml, each, f"{key}[{index}]", file, found) for index, each in enumerate(node.value)]
    tree: dict[str, Any] = {}
    for name, value in node.value:
        where = (name.start_mark.line + 1, name.start_mark.column + 1)
        if not isinstance(name, yaml.ScalarNode):
            found.problems.append(
                _problem(file, where, "a key must be a word.", "Quote the value if it begins with { or [.")
            )
            continue
        inner = f"{key}.{name.value}" if key else name.value
        if name.value in tree:
            first = found.places[inner][0]
            found.problems.append(
                _problem(file, where, f"stands twice; the first is in line {first}.", "Remove one of them.", inner)
            )
            continue
        found.places[inner] = where
        tree[name.value] = _built(yaml, value, inner, file, found)
    return tree


def _syntax(error: Any, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    line = text.split("\n")[place[0] - 1] if place[0] <= text.count("\n") + 1 else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        place = (place[0], indent.index("\t") + 1)
        return _problem(file, place, "a tab stands where blanks belong.", "Use blanks to indent.")
    context, begin = getattr(error, "context", None) or "", getattr(error, "context_mark", None)
    if begin is not None and ("quoted scalar" in context or "flow" in context):
        what = "quote" if "quoted" in context else "bracket"
        place = (begin.line + 1, begin.column + 1)
        if what == "quote" and _is_for_a_backslash(error, text.split("\n")[begin.line][begin.column :]):
            return _for_a_backslash(file, place)
        return _problem(
            file, place, f"the {what} opened here is not closed as it should be.",
            f"Close it, or put the whole value in quotes if the {what} belongs to the text.",
        )  # fmt: skip
    if (opened := _closed_late(text, place[0])) is not None:
        return _problem(
            file, opened, "the quote opened here is not closed in its line.",
            "Close it, or put the whole value in quotes if the quote belongs to the text.",
        )  # fmt: skip
    return _problem(
        file, place, "can't be read as YAML.",
        "Look at this line and the one above: indents must line up, a colon needs a blank behind it, and a text with : "
        "or # or { in it needs quotes.",
    )  # fmt: skip


def _for_a_backslash(file: str, place: Place) -> Problem:
    fix = 'Write it twice ("C:\\\\Exports"), or put the value in single quotes.'
    return _problem(file, place, "a backslash in double quotes does not stand for itself.", fix)


def _closed_late(text: str, line: int) -> Place | None:
    """Where the double quote stands that only a quote of another value, in that line, closes."""
    for quoted in _QUOTED.finditer(text):
        first, last = (text.count("\n", 0, each) + 1 for each in quoted.span())
        if first < last == line:
            return first, quoted.start() - text.rfind("\n", 0, quoted.start())
    return None


def _is_for_a_backslash(error: Any, opened: str) -> bool:
    """Whether a quote can't be read for a backslash in it, as paths of Windows have: it takes the next letter in."""
    problem = str(getattr(error, "problem", ""))
    # libyaml says "hexdecimal number" where the Python reader says "escape sequence of 2 hexadecimal numbers".
    return opened.startswith('"') and ("escape" in problem or "decimal number" in problem or '\\"' in opened)


def _too_deep(file: str, place: Place) -> Problem:
    return _problem(file, place, "is nested too deeply.", "A settings file has four levels at most.")


def shown_key(key: str) -> str:
    """The key fit to be shown: no control characters, and cut where nobody would read on."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in key)
    return shown if len(shown) <= 100 else f"{shown[:99]}…"


def _problem(file: str, place: Place, message: str, fix: str, key: str | None = None) -> Problem:
    named = None if key is None else shown_key(key)
    return Problem(Severity.ERROR, message, fix, file, place[0], place[1], named)
