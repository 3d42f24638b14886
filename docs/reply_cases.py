"""What patients write, and what it is to be taken for: the tests read every text, `docs/replies.md` shows them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

import yaml

from dipay.domain.reply_kinds import ReplyKind

_FILE: Final = Path(__file__).parents[1] / "tests" / "data" / "reply_cases.yaml"

TextsByLanguage: TypeAlias = Mapping[str, tuple[str, ...]]


def _read() -> dict[str, TextsByLanguage]:
    sections: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text("utf-8"))
    return {
        section: {language: tuple(lines.splitlines()) for language, lines in texts.items()}
        for section, texts in sections.items()
    }


_SECTIONS: Final = _read()
#: Texts of each kind, by language.
CASES: Final[Mapping[ReplyKind, TextsByLanguage]] = {kind: _SECTIONS[kind.value] for kind in ReplyKind}
#: Replies that come near an opt-out and are none. A practice that loses these loses people who want to be texted.
NEAR_AN_OPT_OUT: Final = _SECTIONS["near_an_opt_out"]
