"""YAML, strictly: a tree of texts with the place of each. Nothing is guessed to be a number, a date or a yes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dipay.domain.problems import Problem, Severity

#: A settings file is a page or two; anything this large is something else.
MOST_BYTES = 256 * 1024

Place = tuple[int, int]
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
        refused = list(_refused(yaml, yaml.parse(text, Loader=loader), file))
        if refused:
            found.problems.extend(refused)
            return found
        node = yaml.compose(text, Loader=loader)
    except RecursionError:
        found.problems.append(
            _problem(file, (1, 1), "is nested too deeply.", "A settings file has four levels at most.")
        )
        return found
    except yaml.YAMLError as error:
        found.problems.append(_syntax(error, file))
        return found
    found.tree = {} if node is None else _built(yaml, node, "", file, found)
    return found


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
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found.problems.append(_problem(file, (line, 1), "is not UTF-8.", "Save the file as UTF-8."))
        return None


def _refused(yaml: Any, events: Iterator[Any], file: str) -> Iterator[Problem]:
    documents = 0
    for event in events:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
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


def _syntax(error: Any, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    what = getattr(error, "problem", None) or "is not YAML"
    if "\\t" in str(what) or "tab" in str(what):
        return _problem(file, place, "a tab stands where blanks belong.", "Use blanks to indent.")
    return _problem(
        file, place, "can't be read as YAML.",
        "Look at this line and the one above: indents must line up, and a text with : or # or { in it needs quotes.",
    )  # fmt: skip


def _problem(file: str, place: Place, message: str, fix: str, key: str | None = None) -> Problem:
    return Problem(Severity.ERROR, message, fix, file, place[0], place[1], key)
