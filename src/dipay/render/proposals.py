"""Proposals as people read them: a file a block, its fields in the table's order, with three values on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.domain.fields import FIELDS_OF
from dipay.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dipay.exports.proposing.files import Proposal, ProposedFile

_LONGEST = 60


def proposal_lines(proposal: Proposal, *, values: bool) -> Iterator[str]:
    """Which file is which, and what each field is taken from; `values` are patients' own, for a terminal alone."""
    for file in proposal.files.values():
        yield f"{file.kind}: {printable(file.name)} ({_how(proposal, file)})"
        yield from _fields(file, values=values)
    for name, why in proposal.others.items():
        yield f"not used: {printable(name)} {printable(why)}"


def _how(proposal: Proposal, file: ProposedFile) -> str:
    return f"profile {proposal.profile.name}" if file.layout is not None else "no known profile; proposed columns"


def _fields(file: ProposedFile, *, values: bool) -> Iterator[str]:
    there = [name for name in FIELDS_OF[file.kind] if name in file.fields]
    texts = {name: f"  {name}: {printable(' + '.join(file.fields[name].captions))}" for name in there}
    width = max(map(len, texts.values()), default=0)
    for name, text in texts.items():
        proposed = file.fields[name]
        shown = f"  {cut(' | '.join(proposed.examples))}" if values and proposed.examples else ""
        # That the profile knows the column is said above, once.
        why = "" if file.layout is not None and proposed.why == f"profile {file.layout.profile.name}" else proposed.why
        told = "; ".join(each for each in ("" if proposed.sure else "to be asked", why) if each)
        yield f"{text:<{width}}{shown}{f'  [{told}]' if told else ''}".rstrip()
    for name in file.missing:
        yield f"  {name}: no column looks like it"
    taken = {caption for each in file.fields.values() for caption in each.captions}
    left = [each.caption for each in file.sample.columns if each.caption not in taken]
    if left:
        yield f"  read by nothing: {printable(', '.join(left))}"


def cut(text: str) -> str:
    """The text in one line that is not too long."""
    shown = printable(text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
