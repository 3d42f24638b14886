"""The phrases replies are classified by, as data for `replies`.

A phrase is words one after the other, as `replies` sees them: lower case, no accents, apostrophes or punctuation.
A name in capitals stands for any word of its class. `X?` may be missing, `X*` may stand there up to four times,
`...` is up to three words of any kind, `^` and `$` are the beginning and the end of a clause.
"""

# ruff: noqa: SIM905  lists of words are easier to read and to add to as one text

from __future__ import annotations

from typing import Final


def _listed(text: str) -> tuple[str, ...]:
    """The entries between bars, with single blanks."""
    return tuple(" ".join(each.split()) for each in text.split("|"))


CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "NOT": _listed("dont|do not|donot|dnt|never|no longer|not|pls dont"),
    "STOP": _listed(
        "stop|stopp|stahp|st0p|quit|cease|halt|discontinue|end|cancel|terminate|revoke|refuse|no more|enough"
    ),
    "EVER": _listed("ever|again|you|u|yall|please|pls|be|to|even|guys|want you to|want to be"),
    "TEXT": _listed(
        "text|texting|texted|txt|txting|message|messaging|messaged|msg|sms|contact|contacting|contacted|bother|bothering|"
        "harass|harassing|spam|spamming|bug|bugging|write|pester|pestering|disturb|solicit|remind|reminding|notify"
    ),
    # What "stop" may be directed at.
    "TEXTS": _listed(
        "text|texts|texting|txt|txts|txting|message|messages|messgaes|messaging|msg|msgs|sms|mms|notification|notifications|"
        "notices|alerts|reminder|reminders|reminding|contact|contacting|send|sending|bother|bothering|harass|harassing|"
        "harassment|spam|spamming|bug|bugging|annoying|hounding|pestering|blowing|writing|"
        "communication|communications|communicating|correspondence|soliciting|solicitation|robo~|mensajes|textos|it all"
    ),
    "FILLER": _listed(
        "all|the|these|those|this|that|your|ur|any|with|future|further|my|me|us|automated|stupid|damn|sending|getting|"
        "receiving|it|please|pls|of|constant|automatic|annoying|more|unwanted|spam|freaking|fucking|always"
    ),
    "WANT": _listed(
        "want|wish|consent|consented|agree|agreed|like|authorize|authorized|appreciate|permit|approve|care for|"
        "signed up|asked|need"
    ),
    "MORE": _listed(
        "any|anymore|more|another|these|this|those|such|text|texts|message|messages|msg|msgs|sms|spam|nothing|again"
    ),
    "ME": _listed("me|us|him|her|my wife|my husband|this number|my number|my phone|this phone|my cell|it"),
    "WHOSE": _listed("my|this|the|our|her|his|me|us"),
    "NUMBER": _listed("number|phone|cell|mobile|name|info|information|contact|phone number|cell number|contact info|#"),
    "DROP": _listed("take|get|keep|drop|strike|scrub|remove|delete|erase|removing|taking|lose|forget|block"),
    "OFF": _listed("off|from|out of"),
    "TOLD": _listed(
        "i said|told you|told u|told yall|told them|asked you|asked u|please|pls|plz|just|can you|could you|will you|"
        "would you|make it|make this|make them|make these|needs to|need to|must|you to|these to|this to|them to|it to|"
        "want it to|better|have to|has to|got to"
    ),
    "NOW": _listed("now|please|it|this|these|already|i|im|we|thank|thanks|ok|all"),
    "OPTOUT": _listed("opt out|optout|opting out|opted out|opt me out|opt us out|opt this number out"),
    "UNSUBSCRIBE": _listed("unsub|unsubscribe|unsubscribed|unsubscribing|unsubcribe|unsuscribe|unsubscibe|desuscribir"),
    "NOTHERE": _listed("dont|do not|cant|cannot|can not|wont|will not|didnt|did not|never|not|doesnt|shouldnt"),
    "WHEN": _listed("can|could|may|when|if|should|shall|will|might"),
    "PLACE": _listed("by|in|over|at|off|through|on|into|up|to|sign"),
    "BILLING": _listed(
        "payment|payments|autopay|auto pay|check|checks|charge|charges|charging|card|billing|bill|bills|plan|taking|"
        "work|accepting|appointment|appointments|pain|bleeding|hurting"
    ),
    "SCHEDULE": _listed(
        "schedule|autopay|auto pay|auto|appointment|appointments|appt|plan|payment plan|insurance|account|calendar|"
        "books|waitlist|waiting list|balance|bill|work|bed|chair"
    ),
    "THE": _listed("the|your|ur|my|that|this|a|of|of the"),
    # Paid, called, strangers.
    "ALREADY": _listed("already|allready|alredy|alreay|all ready|aready"),
    "PAID": _listed("paid|payed|payd|pd"),
    "DONE": _listed("settled|sent it|mailed|took care|taken care|handled|covered|made|did it|submitted|did"),
    "WHO": _listed(
        "i|ive|we|weve|just|was|were|its|is|been|have|had|wife|husband|he|she|they|bill|balance|mom|dad|insurance|"
        "mother|father|hsa"
    ),
    "HOWPAID": _listed(
        "it|this|that|in full|online|yesterday|today|by|with|on|last|via|over|the|my|you|off|cash|for|everything|all|"
        "at|when|before|through|thru|using|them|yall|a|two|three|already|monday|tuesday|wednesday|thursday|friday|check"
    ),
    "MONEY": _listed("payment|check|cheque|money|full payment|money order"),
    "SENT": _listed("made|sent|mailed|submitted|completed|dropped off"),
    "NOTYET": _listed(
        "havent|have not|hasnt|has not|not|never|didnt get|wasnt|be|get|gets|getting|got|when im|until im|if i|once i|"
        "should have|when i|cant be|who|when ive"
    ),
    "CALL": _listed("call|phone|ring|contact"),
    "YOU": _listed("you|u|someone|somebody|anyone|yall|the office|a person|one of you"),
    "SPEAK": _listed("talk|speak|discuss"),
    "SOMEONE": _listed(
        "someone|somebody|a person|a human|a real person|you|the office|billing|a manager|anyone|dr|the dentist"
    ),
    "ISNT": _listed("isnt|is not|not|aint|im not|i am not|this isnt|its not"),
    "PERSON": _listed(
        "number|person|phone|patient|guy|lady|man|woman|family|contact|#|num|party|one|cell|recipient|name|no"
    ),
}

#: Words round a keyword that change nothing.
POLITE: Final = frozenset(
    "please pls plz plss thanks thank you thx ty tks ok okay k hi hello hey sir maam mam gracias favor por svp".split()
)
AROUND_STOP: Final = POLITE | frozenset(
    "now immediately asap today already just i said say text txt reply send no yes all right away at once fucking damn "
    "the f forever permanently and me lol wtf omg".split()
)

OPT_IN: Final = frozenset(
    _listed(
        "start|unstop|yes|resubscribe|subscribe|opt in|optin|opt me in|opt me back in|start texting me|text me again|"
        "start texting me again|you can text me|you can text me again"
    )
)

#: Messages that say no as a whole.
OPT_OUT_WHOLE: Final = frozenset(
    _listed(
        "stop|stopall|stop all|unsubscribe|unsub|end|quit|cancel|revoke|optout|opt out|remove|remove me|delete me|"
        "delete|no more|no mas|ya no|basta|basta ya|alto|baja|parar|pare|paren|para|detener|cancelar|arret|arretez|"
        "cease|desist|exit|i revoke|i do not consent|i dont consent|do not contact|dnc|stp|sotp|stpo|stopp|st0p|"
        "go away|fuck off|f off|piss off|block|spam|no consent|enough"
    )
)
#: Clauses that say no whatever stands round them.
OPT_OUT_CLAUSES: Final = frozenset(
    _listed(
        "stop|stopall|stop all|stop it|stop this|stop that|stop these|stop them|unsubscribe|optout|opt out|no mas|"
        "remove me|leave me alone|leave us alone"
    )
)
#: S.T.O.P, s t o p, un-subscribe: what is left without blanks.
SPELLED_OUT: Final = frozenset({"stop", "stopall", "unsubscribe", "optout", "st0p"})

OPT_OUT: Final = (
    "STOP FILLER* TEXTS",
    "cease and desist",
    "TOLD EVER* stop NOW",
    "stop FILLER* $",
    "STOP it $",
    "NOT EVER* TEXT",
    "NOT EVER* send ME? FILLER? MORE",
    "NOT WANT ... TEXTS",
    "NOT WANT ... TEXT",
    "no more FILLER? TEXTS",
    "no TEXTS please",
    "no TEXTS anymore",
    "^ no TEXTS $",
    "TEXT ME never",
    "revoke ... consent",
    "revoking ... consent",
    "withdraw ... consent",
    "revoke ... permission",
    "withdraw ... permission",
    "OPTOUT",
    "UNSUBSCRIBE",
    "DROP WHOSE? NUMBER? OFF",
    "DROP WHOSE NUMBER",
    "remove me",
    "delete me",
    "leave ME alone",
    "leave ME be",
    "blocking you",
    "blocking this number",
    "reporting you",
    "no me envi~",
    "no me mand~",
    "no me escrib~",
    "no me text~",
    "no me contact~",
    "no me molest~",
    "no me llam~",
    "no envi~",
    "no mand~ mas",
    "no mas TEXTS",
    "no quiero ... TEXTS",
    "no deseo ... TEXTS",
    "deje de",
    "dejen de",
    "deja de",
    "pare de",
    "paren de",
    "para de",
    "quiteme",
    "quitenme",
    "quitame",
    "borreme",
    "borrenme",
    "saqueme",
    "saquenme",
    "sacame",
    "eliminenme",
    "de baja",
)

#: Taken out before looking for an opt-out.
NOT_AN_OPT_OUT: Final = (
    "NOTHERE stop",
    "stop PLACE",
    "stop and",
    "stop WHOSE? BILLING",
    "NOTHERE want to OPTOUT",
    "NOTHERE mean to OPTOUT",
    "NOTHERE OPTOUT",
    "NOTHERE want to UNSUBSCRIBE",
    "NOTHERE mean to UNSUBSCRIBE",
    "NOTHERE UNSUBSCRIBE",
    "DROP ME off THE? SCHEDULE",
    "DROP ME off of THE? SCHEDULE",
    "DROP ME from THE? SCHEDULE",
    "DROP ME out",
    "get ME from",
    "i dont TEXT",
    "i do not TEXT",
    "i never TEXT",
    "we dont TEXT",
    "did not TEXT",
    "does not TEXT",
    "did not call",
    "does not call",
    "end of",
    "do not disturb while",
    "do not disturb turned",
    "do not disturb is",
    "bus stop",
    "next stop",
    "non stop",
    "a stop",
    "one stop",
    "WHEN i stop",
    "will it stop",
    "pain ... stop",
)

#: An opt-out too, unless the same message is glad of texts.
NO_CALLS: Final = ("NOT EVER* call", "stop FILLER* calling", "stop FILLER* calls")
TEXTS_WELCOME: Final = (
    "just text",
    "only text",
    "please text",
    "prefer text",
    "prefer texts",
    "you can text",
    "text me",
    "text is",
    "texts are",
    "texting is",
    "text only",
    "text instead",
    "by text",
)

WRONG_PERSON: Final = (
    "wrong PERSON",
    "have the wrong",
    "got the wrong",
    "texted the wrong",
    "wrong phone number",
    "ISNT my PERSON",
    "ISNT my bill",
    "ISNT my account",
    "ISNT my dentist",
    "ISNT my balance",
    "ISNT mine",
    "ISNT ME",
    "ISNT the patient",
    "ISNT a patient",
    "ISNT your patient",
    "ISNT the right person",
    "ISNT that person",
    "not who you",
    "ISNT a patient there",
    "ISNT ... number $",
    "ISNT ... phone $",
    "dont know anyone",
    "dont know anybody",
    "dont know any",
    "dont know this person",
    "dont know that person",
    "dont know who that",
    "dont know who this",
    "dont know her",
    "dont know him",
    "dont know a",
    "do not know this person",
    "no one by",
    "noone by",
    "nobody by",
    "no one named",
    "nobody named",
    "no one here",
    "nobody here",
    "never been a patient",
    "never been there",
    "never been to",
    "never went",
    "never heard of",
    "never was a patient",
    "no longer his",
    "no longer her",
    "no longer their",
    "no longer has this",
    "new owner",
    "just got this number",
    "just got this phone",
    "changed number",
    "changed numbers",
    "numero equivocado",
    "persona equivocada",
    "equivocado",
    "mistaken identity",
)

ALREADY_PAID: Final = (
    "ALREADY PAID",
    "ALREADY ... PAID",
    "ALREADY DONE",
    "ALREADY sent ... MONEY",
    "PAID HOWPAID",
    "WHO ALREADY? PAID",
    "WHO just PAID",
    "WHO all PAID",
    "has been PAID",
    "^ PAID $",
    "paid thank",
    "paid thanks",
    "payment sent",
    "payment made",
    "payment was sent",
    "payment was made",
    "payment has been",
    "payment is done",
    "payment completed",
    "payment submitted",
    "SENT THE? MONEY",
    "SENT ... MONEY",
    "check is in the mail",
    "took care of",
    "taken care of",
    "didnt i ALREADY? pay",
    "didnt we ALREADY? pay",
    "ya ... pague",
    "ya ... pagamos",
    "esta pagado",
    "esta pagada",
    "pagado",
    "ya lo pague",
)
#: Taken out before looking for a payment.
NOT_PAID: Final = ("NOTYET ... PAID", "NOTYET PAID", "will ... PAID")

CALL_ME: Final = (
    "CALL me",
    "CALL us",
    "CALL my",
    "call back",
    "callback",
    "give me a call",
    "give us a call",
    "give me a ring",
    "can YOU please? CALL",
    "could YOU please? CALL",
    "would YOU please? CALL",
    "will YOU please? CALL",
    "please call",
    "pls call",
    "plz call",
    "^ call $",
    "need to SPEAK",
    "want to SPEAK",
    "like to SPEAK",
    "prefer to SPEAK",
    "can i SPEAK",
    "can we SPEAK",
    "could i SPEAK",
    "SPEAK to SOMEONE",
    "SPEAK with SOMEONE",
    "llameme",
    "llamenme",
    "llamame",
    "me puede llamar",
    "me pueden llamar",
)
