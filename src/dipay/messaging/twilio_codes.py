"""Twilio's error codes: what each means for a dental office, and what to do.

One table. Twilio says that codes may change and must not be relied on, so a code that is not here is a failure that
a person sees, never one that is tried again. Source: Twilio's error dictionary, and what others' systems make of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dipay.domain.outcomes import RefusalKind


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """`words` say what happened, `advice` what to do; both for people in an office, neither with anything personal."""

    kind: RefusalKind
    words: str
    advice: str

    @property
    def why(self) -> str:
        """What is kept of a message: what happened; where every next one would fail alike, what to do too."""
        concerns_all = self.kind in (RefusalKind.RUN_STOP, RefusalKind.DAY_STOP)
        return f"{self.words}. {self.advice}".removesuffix(".") if concerns_all else self.words


_NEW_NUMBER: Final = "Ask for a mobile number, correct it in the PMS and re-send"
_NEVER: Final = "dipay will not text it again; only the person can undo that, by texting START"
_CONSOLE: Final = "Look into the Twilio console"
_REGISTER: Final = "Finish the registration in the Twilio console"
_LATER: Final = "Try once more on another day, or call"
_SLOWER: Final = "dipay waits and goes on slower"
_TOMORROW: Final = "Go on tomorrow"
_WORDING: Final = (
    "Compare the text with the registered campaign: the practice's name, no shortened links, opt-out words"
)

_number, _opted_out = RefusalKind.NUMBER, RefusalKind.OPTED_OUT
_person, _content = RefusalKind.TEMPORARY_BY_PERSON, RefusalKind.CONTENT
_run, _slow, _day = RefusalKind.RUN_STOP, RefusalKind.SLOW_DOWN, RefusalKind.DAY_STOP

_TABLE: Final[tuple[tuple[str, RefusalKind, str, str], ...]] = (
    # The account and its credentials: every next message would fail alike.
    ("20003", _run, "Twilio does not accept the account's credentials", "Check account_sid and auth_token"),
    ("20005", _run, "The Twilio account is not active", _CONSOLE),
    ("20008", _run, "These are Twilio's test credentials", "Use the live ones"),
    ("20404", _run, "Twilio does not know this account or address", "Check account_sid and base_url"),
    ("30002", _run, "The Twilio account is suspended, perhaps without funds", _CONSOLE),
    ("90010", _run, "The Twilio account is not active", _CONSOLE),
    # The sender and its registration.
    ("21212", _run, "The sender's number is not valid", "Check messaging.twilio.from"),
    ("21603", _run, "The sender's number is missing", "Set messaging.twilio.from"),
    ("21606", _run, "The sender's number is not one of this Twilio account", "Check messaging.twilio.from"),
    ("21608", _run, "The Twilio account is on trial or its profile is not approved yet", _REGISTER),
    ("21609", _run, "Twilio does not accept the status address", _CONSOLE),
    ("21659", _run, "The sender's number is not one of Twilio's", "Check messaging.twilio.from"),
    ("21660", _run, "The sender's number belongs to another account", "Check messaging.twilio.from"),
    ("21701", _run, "The messaging service is not there", "Check messaging.twilio.messaging_service_sid"),
    ("21702", _run, "The messaging service can't be used", "Check messaging.twilio.messaging_service_sid"),
    ("21703", _run, "The messaging service has no number", "Add one in the Twilio console"),
    ("21704", _run, "The messaging service has no number that can text", "Add one in the Twilio console"),
    ("21705", _run, "The messaging service is not valid", "Check messaging.twilio.messaging_service_sid"),
    ("30032", _run, "The toll-free sender is not verified", _REGISTER),
    ("30033", _run, "The registered campaign is suspended", _CONSOLE),
    ("30034", _run, "The sender's number is not registered for business messages", _REGISTER),
    ("30035", _run, "The sender's number is still being set up", "Wait until Twilio has finished"),
    # Too fast, or too many today.
    ("20429", _slow, "Twilio got too many requests and did not process this one", _SLOWER),
    ("21611", _slow, "The sender's queue at Twilio is full", _SLOWER),
    ("30001", _slow, "The sender's queue at Twilio ran over", _SLOWER),
    ("30017", _slow, "The carrier's network is congested", _SLOWER),
    ("30022", _slow, "The sender's rate at the carriers is exceeded", _SLOWER),
    ("30023", _day, "The carriers' daily limit for the practice is reached", _TOMORROW),
    ("30027", _day, "T-Mobile's daily limit for the practice is reached", _TOMORROW),
    # This number.
    ("21211", _number, "The number is not valid", _NEW_NUMBER),
    ("21217", _number, "The number is not valid", _NEW_NUMBER),
    ("21268", _number, "It is a premium-rate number", _NEW_NUMBER),
    ("21408", _number, "It is a number of a region that is not enabled, most often a mistyped one", _NEW_NUMBER),
    ("21612", _number, "The number can't be reached by text", _NEW_NUMBER),
    ("21614", _number, "It is not a mobile number", _NEW_NUMBER),
    ("21635", _number, "It is a landline", _NEW_NUMBER),
    ("30005", _number, "The number is not in service", _NEW_NUMBER),
    ("30006", _number, "It is a landline or a carrier that takes no texts", _NEW_NUMBER),
    # This person said no.
    ("21610", _opted_out, "The number opted out", _NEVER),
    ("30640", _opted_out, "The number is on a list of those who sue senders", "dipay will not text it again"),
    ("63014", _opted_out, "The person blocked the sender", _NEVER),
    # May work another time; a person decides.
    ("30003", _person, "The phone was off or without signal", _LATER),
    ("30008", _person, "The carrier gave no reason", _LATER),
    ("30020", _person, "Twilio could not deliver it just then", _LATER),
    ("30021", _person, "Twilio could not deliver it just then", _LATER),
    ("30036", _person, "It could not be delivered in time", _LATER),
    ("30047", _person, "It fell into quiet hours", _LATER),
    ("30410", _person, "The carrier did not answer in time", _LATER),
    ("30450", _person, "Twilio blocked it for a while as unusual traffic", _LATER),
    ("30500", _person, "Twilio had an internal error", _LATER),
    ("30610", _person, "It was blocked by quiet hours", _LATER),
    # The text.
    ("21602", _content, "The text is empty", "Check campaign.messages"),
    ("21617", _content, "The text is longer than 1600 characters", "Shorten campaign.messages"),
    ("21618", _content, "The text can't be sent", "Check campaign.messages"),
    ("30004", _content, "The message was blocked", _WORDING),
    ("30007", _content, "A carrier filtered the message as unwanted", _WORDING),
    ("30019", _content, "The message is too large", "Shorten campaign.messages"),
)

CODES: Final[dict[str, CodeMeaning]] = {
    code: CodeMeaning(kind, words, advice + ".") for code, kind, words, advice in _TABLE
}

#: Codes of Twilio's own server errors: nobody knows whether the message was taken.
IN_DOUBT_CODES: Final = frozenset({"20500", "20503", "20504"})


def meaning_of(code: str) -> CodeMeaning:
    """What a code means; for one that is not in the table, a failure that a person looks into."""
    if code in CODES:
        return CODES[code]
    if not code:
        return CodeMeaning(RefusalKind.UNKNOWN, "Twilio gave no reason", f"{_CONSOLE}.")
    return CodeMeaning(
        RefusalKind.UNKNOWN,
        f"Twilio's code {code} is not known here",
        f"Look it up at https://www.twilio.com/docs/api/errors/{code}.",
    )
