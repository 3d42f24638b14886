"""What a patient's reply means. Pure: text in, one kind out; by the table in `reply_phrases`.

An opt-out counts by any reasonable means, in any words (47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out,
cancel and unsubscribe are such by themselves). So a message whose stop words may be meant for the texting is one;
"I'll stop by tomorrow" and "don't stop" are not. Whatever is in doubt is "other", and a person reads it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from dipay.domain import reply_phrases as table
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.reply_phrases import Reading
from dipay.grammar.letters import bare


def classify_reply(text: str) -> ReplyKind:
    """What the reply is taken for; `OTHER` for everything in doubt."""
    text = _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip()
    tap = _TAP.fullmatch(text)
    if tap:
        return _meaning_of_tap(tap["tap"])
    own = _own_words(text)
    clauses = [words for clause in _CLAUSE_ENDS.split(own) if (words := _words(clause))]
    if not clauses:
        return ReplyKind.OTHER
    kind = next((each.kind for each in table.READINGS if _is(each, own, clauses)), ReplyKind.OTHER)
    # Thanks beside "Reply STOP to opt out": what was meant by that is in doubt.
    return ReplyKind.OTHER if kind is ReplyKind.THANKS and _INSTRUCTION.search(_unquoted(text)) else kind


def _is(reading: Reading, text: str, clauses: list[str]) -> bool:
    match reading.kind:
        case ReplyKind.OPT_OUT:
            return _opts_out(text, clauses)
        case ReplyKind.QUESTION if _QUESTION_MARK.search(text):
            return True
        case ReplyKind.THANKS:
            return _only_thanks(text, clauses)
    return _is_as_a_whole(reading, " ".join(clauses)) or _tells(reading, _joined(clauses))


def _opts_out(text: str, clauses: list[str]) -> bool:
    # "Got it, will pay Friday. Cancel": the keyword is the whole of what is left.
    clauses = [left for each in clauses if not _is_thanks(each) and (left := _without_thanks(each))] or clauses
    words = " ".join(clauses)
    stripped = _bare(words, _all_words(table.AROUND_STOP))
    if {words.replace(" ", ""), stripped.replace(" ", "")} & table.SPELLED_OUT or _LONG_STOP.fullmatch(stripped):
        return True
    if _is_as_a_whole(table.OPT_OUT, words) or stripped in _all_words(table.OPT_OUT.whole):
        return True
    if _with_accents(text) in table.WITH_ACCENTS:
        return True
    # "STOP. I already paid."
    whole_clauses = _all_words(table.OPT_OUT.clauses)
    if any(_bare(clause, _all_words(table.AROUND_STOP)) in whole_clauses for clause in clauses):
        return True
    about_texts = _without(_joined(clauses), table.OPT_OUT.unless)
    if _bare(about_texts, _all_words(table.GREETINGS)).startswith("stop "):
        return True
    # The keyword in capitals in an ordinary sentence was copied from the message.
    if _CAPITAL_STOP.search(text) and not text.isupper() and " stop " in about_texts:
        return True
    if _any_of(table.OPT_OUT.phrases).search(about_texts):
        return True
    no_calls = _any_of(table.NO_CALLS).search(about_texts)
    return no_calls is not None and not _any_of(table.TEXTS_WELCOME).search(_joined(clauses))


def _only_thanks(text: str, clauses: list[str]) -> bool:
    """Whether the message is thanks or a word to pay, and nothing else."""
    if any(unicodedata.category(each) == "So" for each in text.translate(_SIGNS)):
        return False
    return _is_as_a_whole(table.THANKS, " ".join(clauses)) or _is_thanks(" . ".join(clauses))


def _is_thanks(words: str) -> bool:
    if words in _all_words(table.THANKS.whole):
        return True
    left = _any_of(table.THANKS.phrases + table.BESIDE_THANKS).sub("", f" {words} ")
    return not left.strip(" .") and _any_of(table.THANKS.phrases).search(f" {words} ") is not None


def _is_as_a_whole(reading: Reading, words: str) -> bool:
    return not _all_words(reading.whole).isdisjoint((words, _bare(words, _all_words(table.POLITE))))


def _tells(reading: Reading, words: str) -> bool:
    return bool(reading.phrases and _any_of(reading.phrases).search(_without(words, reading.unless)))


_BLANKS: Final = re.compile(r"[^\S\n]+")
#: Joiners, marks of direction, zero-width blanks: phones put them into words and round them.
_UNSEEN: Final = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]")
_SIGNS: Final = str.maketrans(
    dict.fromkeys(table.STOP_SIGNS, " stop ") | dict.fromkeys(table.FRIENDLY_SIGNS, " thanks ")
)
_TAP: Final = re.compile(
    rf"\W*(?P<tap>{'|'.join(table.TAPS)}|removed .{{1,20}} from|reacted .{{1,20}} to)\W*"
    r"(?:“[^”]*”|\"[^\"]*\"|«[^»]*»)\W*",
    re.IGNORECASE,
)


def _meaning_of_tap(tap: str) -> ReplyKind:
    """What a tap on our message says; the message itself, which the phone quotes, says nothing."""
    if tap.lower().startswith("reacted"):
        signs = [sign for sign in tap if sign in table.STOP_SIGNS + table.FRIENDLY_SIGNS]
        return classify_reply("".join(signs))
    return table.TAPS.get(tap.lower(), ReplyKind.OTHER)


#: Quoted lines, and "Sent from my iPhone".
_NOT_TYPED: Final = re.compile(
    r"^[ \t]*>.*$|\b(?:sent from my|enviado desde mi) (?:[\w&,'’-]+ ){0,6}"
    r"(?:iphone|ipad|android|galaxy|phone|smartphone|device|tablet|watch|mail)\W*$",
    re.MULTILINE | re.IGNORECASE,
)
_SEND: Final = (
    r"(?:reply|text|txt|send|respond|answer|resp[oó]nd[ae]|env[ií][ae]|conteste|mande|répondez|envoyez)(?: with)?"
)
_KEYWORD: Final = r"(?:stop|alto|parar|baja|arr[eê]t|quit|end)"
_OUT: Final = (
    r"(?:opt[ -]?out|stop|unsubscribe|unsub|end|cancel|quit|be removed|cancelar|salir|parar|sair|arrêter|"
    r"no recibir(?: m[aá]s)?(?: mensajes)?|dejar de recibir(?: mensajes)?|dar(?:se|me)? de baja|"
    r"ne plus recevoir(?: de messages)?)"
)
#: "Reply STOP to opt out", as our own messages and those of other businesses say it.
_INSTRUCTION: Final = re.compile(
    rf"\b{_SEND}\s+\W?{_KEYWORD}\W?\s+(?:to|2|para|pour)\s+{_OUT}\b"
    rf"|(?:^|[.!?;:(\n]\s*)(?:to|para|pour)\s+{_OUT}\b[^.!?\n]{{0,30}}?[ ,]{_SEND}\s+\W?{_KEYWORD}\b"
    rf"|(?:^|[.!?;:(\n]\s*|\bor\s+)(?-i:STOP)\W?\s*(?:to|2|=)\s*{_OUT}(?=\s*(?:[.,;!)\n]|$|help))",
    re.IGNORECASE,
)
_QUOTE_MARKS: Final = re.compile(r"[\"“«]([^\"”»]*)[\"”»]")


def _own_words(text: str) -> str:
    """The reply without what it quotes of our message; all of it where nothing else is said."""
    for told in (_unquoted(text), text):
        own = _INSTRUCTION.sub(" ", told)
        if not _all_words(table.POLITE).issuperset(_words(own).split()):
            return own
    return text


def _unquoted(text: str) -> str:
    """The reply without quoted lines, phones' signatures, and what is in quotation marks and of our message."""
    unmarked = _QUOTE_MARKS.sub(lambda quote: " " if _INSTRUCTION.search(quote[1]) else quote[0], text)
    return _NOT_TYPED.sub(" ", unmarked)


#: Also of Arabic, Urdu, Hindi, Amharic, Armenian, Burmese and Khmer.
_CLAUSE_ENDS: Final = re.compile(r"[.!?;,:()\n\r—–…。！？；，：、؟،؛۔।॥።፣፤፧։၊။។¿¡]+|\s-+\s")
_QUESTION_MARK: Final = re.compile(r"[¿？؟፧՞]|\?(?!\w)")
#: What stands inside words and is none of their letters: apostrophes, Armenian marks, Arabic stretches.
_INSIDE_WORDS: Final = str.maketrans("", "", "'’‘`´՛՜՞ـ")
#: Letters of the Arabic script of which keyboards have one or the other.
_SAME_LETTERS: Final = str.maketrans("يىكةہھ", "ییکههه")
#: Vowels of South and Southeast Asian scripts are signs, which `\w` leaves out.
_NO_LETTERS: Final = re.compile(r"[^\w#\u0900-\u109f\u1780-\u17dd]+|_+")
#: Written without blanks between words.
_LETTER_THAT_IS_A_WORD: Final = re.compile(r"([\u3040-\u30ff\u3400-\u9fff])")


def _words(clause: str) -> str:
    """The clause's words: no case, accents, apostrophes or punctuation; a sign that is a word is the word."""
    letters = bare(clause.translate(_SIGNS)).translate(_INSIDE_WORDS).translate(_SAME_LETTERS)
    return " ".join(_LETTER_THAT_IS_A_WORD.sub(r" \1 ", _NO_LETTERS.sub(" ", letters)).split())


def _with_accents(text: str) -> str:
    """The words with their accents, in small letters and without the polite ones."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text).lower())
    return " ".join(each for each in words if _words(each) not in _all_words(table.POLITE))


def _without_thanks(clause: str) -> str:
    return _any_of(table.THANK_WORDS).sub("", f" {clause} ").strip()


_LONG_STOP: Final = re.compile(r"s+t+[o0]+p+( ?s+t+[o0]+p+)*")
_CAPITAL_STOP: Final = re.compile(r"\bSTOP\b")


@cache
def _all_words(entries: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_words, entries))


def _bare(words: str, around: frozenset[str]) -> str:
    """The words without those of `around` before and behind; all of them where nothing else is left."""
    left = words.split()
    while left and left[0] in around:
        del left[0]
    while left and left[-1] in around:
        del left[-1]
    return " ".join(left) or words


def _joined(clauses: list[str]) -> str:
    """All words, with a sign between clauses that no phrase steps over, and blanks at both ends."""
    return f" {' . '.join(clauses)} "


def _without(words: str, harmless: tuple[str, ...]) -> str:
    return _any_of(harmless).sub(" . ", words) if harmless else words


@cache
def _any_of(several: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for phrases in the notation of `reply_phrases`, to be searched in `_joined` words."""
    return re.compile(f"(?<= )(?:{'|'.join(''.join(map(_token, phrase.split())) for phrase in several)})")


_COUNTS: Final = {"": "", "?": "?", "*": "{0,4}"}


def _token(token: str) -> str:
    """The pattern of one token of a phrase; a word is matched with the blank behind it."""
    match token:
        case "...":
            return r"(?:[^ .]+ ){0,3}"
        case ",":
            return r"(?:\. )?"
        case "^":
            return r"(?:(?<=^ )|(?<=\. ))"
        case "$":
            return r"(?=\. |$)"
    if token.startswith("!"):
        return f"(?!{_token(token[1:])})"
    name = token.rstrip("?*")
    words = "|".join(map(_word, table.CLASSES.get(name, (name,))))
    return f"(?:(?:{words}) ){_COUNTS[token[len(name) :]]}"


def _word(word: str) -> str:
    """`envi~` is every word that begins so; a word of a class may be several."""
    return re.escape(_words(word)).replace(r"\ ", " ") + ("[^ ]*" if word.endswith("~") else "")
