"""What a patient's reply means. Pure: text in, one word out; a person sees every reply that is not an opt-out.

An opt-out counts by any reasonable means, in any words (47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out,
cancel and unsubscribe are such by themselves). So a message whose stop words may be meant for the texting is one;
"I'll stop by tomorrow" and "don't stop" are not.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final


class ReplyKind(StrEnum):
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    ALREADY_PAID = "already_paid"
    WRONG_PERSON = "wrong_person"
    CALL_ME = "call_me"
    OTHER = "other"


def classify_reply(text: str) -> ReplyKind:
    """What the reply is taken for; `OTHER` for everything that a person has to read."""
    if _TAPBACK.match(text.strip()):
        return ReplyKind.OTHER
    clauses = [words for clause in _CLAUSES.split(text) if (words := _words(clause))]
    words = " ".join(clauses)
    if not words:
        return ReplyKind.OTHER
    if _opts_out(text, clauses, words):
        return ReplyKind.OPT_OUT
    if _bare(words, _POLITE) in _OPT_IN:
        return ReplyKind.OPT_IN
    for kind, pattern, unless in _OTHERS:
        if pattern.search(words) and not (unless and unless.search(words)):
            return kind
    return ReplyKind.OTHER


#: What phones send for a tap on a message; it quotes the message, with its "Reply STOP to opt out".
_TAPBACK = re.compile(
    r"\W*(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed an? \w+(?: \w+)? from|reacted .{1,20} to|"
    r"le gustó|le encantó)\W*[\"“”«'‘]",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[.!?;,:()\n\r—–]+|\s-+\s")


def _words(clause: str) -> str:
    """The clause's words: no case, accents, apostrophes or punctuation; a stop sign is the word."""
    signs = clause.replace("\N{OCTAGONAL SIGN}", " stop ").replace("\N{NO ENTRY SIGN}", " stop ")
    plain = unicodedata.normalize("NFKD", signs).casefold()
    letters = "".join(each for each in plain if not unicodedata.combining(each) and each not in "'’‘`´")
    return " ".join(re.sub(r"[^\w#]+|_+", " ", letters).split())


#: Words round a keyword that change nothing.
_POLITE: Final = frozenset(
    "please pls plz plss thanks thank you thx ty tks ok okay k hi hello hey sir maam mam gracias favor por svp".split()  # noqa: SIM905
)
_AROUND_STOP: Final = _POLITE | frozenset(
    "now immediately asap today already just i said say text txt reply send no yes all right away at once all fucking damn "  # noqa: SIM905
    "the f forever permanently and me".split()
)


def _bare(words: str, around: frozenset[str]) -> str:
    """The words without those of `around` before and behind; all of them where nothing else is left."""
    left = words.split()
    while left and left[0] in around:
        del left[0]
    while left and left[-1] in around:
        del left[-1]
    return " ".join(left) or words


_OPT_IN: Final = frozenset(
    {"start", "unstop", "yes", "resubscribe", "subscribe", "opt in", "optin", "opt me in", "opt me back in"}
    | {"start texting me", "start texting me again", "text me again", "you can text me", "you can text me again"}
)

#: Messages that say no as a whole.
_WHOLE: Final = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "unsub", "end", "quit", "cancel", "revoke", "optout", "opt out"}
    | {"remove", "remove me", "delete me", "delete", "no more", "no mas", "ya no", "basta", "basta ya", "alto", "baja"}
    | {"parar", "pare", "paren", "para", "detener", "cancelar", "arret", "arretez", "cease", "desist", "exit"}
    | {"i revoke", "i opt out", "i do not consent", "i dont consent", "do not contact", "dnc", "dont", "do not"}
    | {"stp", "sotp", "stpo", "stopp", "atop", "st0p", "go away", "fuck off", "f off", "piss off", "block", "spam"}
)
#: Clauses that say no whatever stands round them: "STOP. I already paid."
_CLAUSE: Final = frozenset(
    {"stop", "stopall", "stop all", "stop it", "stop this", "stop that", "stop these", "stop them", "stop messages"}
    | {"unsubscribe", "optout", "opt out", "no mas", "remove me", "leave me alone", "leave us alone"}
)

_ABOUT_TEXTS: Final = (
    r"(?:text(?:s|ing|ed)?|txts?|txting|messages?|messaging|messgaes?|msgs?|msging|sms|mms|notifications?|notices?|alerts?|"
    r"reminders?|reminding|contact(?:s|ing)?|send(?:ing)?|bother(?:ing)?|harass(?:ing|ment)?|spam(?:ming)?|bug(?:ging)?|"
    r"annoy(?:ing)?|hound(?:ing)?|pester(?:ing)?|blowing|writing|calling|calls|communicat(?:ing|ions?)|correspondence|"
    r"solicit(?:ing|ations?)?|robo\w*|mensajes?|textos?)"
)
_ARTICLES: Final = (
    r"(?:(?:all|the|these|those|this|that|your|ur|any|with|future|further|my|me|us|automated|stupid|damn|sending|getting|"
    r"receiving|it|please|pls|of|more|to) ){0,4}"
)
_UN: Final = r"(?:un|de)s[uc]b?s?[ck]?ri\w+"
_NOT: Final = r"(?:dont|do not|never|cant|cannot|can not|wont|will not|didnt|did not|not|shouldnt|no need to|doesnt)"

_OPT_OUT_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # Stop, quit, end … what has to do with texts.
        rf"\b(?<!dont )(?<!do not )(?<!never )(?<!cant )(?<!cannot )(?<!not )(?<!wont )"
        rf"(?:stop|st0p|stahp|stopp)(?! (?:by|in|over|at|off|through|on|into|up|for|and) )"
        rf"(?: (?!by\b|in\b|over\b|at\b|payment|check|auto)\w+){{0,3}}? {_ABOUT_TEXTS}\b",
        rf"\b(?:quit|cease|halt|discontinue|end|cancel|terminate|revoke|block|refuse) {_ARTICLES}{_ABOUT_TEXTS}\b",
        r"\bcease and desist\b",
        # Do not text me.
        r"(?<!\bi )(?<!\bwe )(?<!\bhe )(?<!\bshe )(?<!\bthey )(?<!\byou )\b(?:dont|do not|never|donot|no longer|dnt) "
        r"(?:ever |again |you |u |please |be )*(?:text(?:ing)?|txt(?:ing)?|messag(?:e|ing)|msg|sms|contact(?:ing)?|"
        r"bother(?:ing)?|harass(?:ing)?|spam(?:ming)?|write)\b",
        r"(?<!\bi )(?<!\bwe )\b(?:dont|do not|never|dnt) (?:ever |please )*call\b",
        r"(?<!\bi )(?<!\bwe )\b(?:dont|do not|never|dnt) (?:ever |please )*send (?:me |us |this number )?(?:any|anymore|more|"
        r"another|these|this|those|such|text|texts|message|messages|msgs?|sms|spam|nothing|again)\b",
        r"\b(?:dont|do not|never|no longer) (?:want|wish|consent|agree|like|authori[sz]e|appreciate|permit|approve)\b"
        r"(?: \w+){0,4} (?:text\w*|txts?|messag\w+|msgs?|sms|contacted|contact|reminders?|notifications?|communications?)\b",
        r"\bno (?:more |further |longer )(?:\w+ )?(?:text\w*|txts?|messag\w+|msgs?|sms|contact|reminders?|notifications?|spam)\b",
        r"\b(?:not|never) (?:to )?(?:text|message|contact) (?:me|us|this)\b",
        r"\bno (?:texts?|texting|txts?|messages?|msgs?|sms|contact)\b(?: (?:please|me|anymore|ever|again)|$)",
        r"\b(?:revoke|revoking|withdraw|withdrawing|rescind)\b(?: \w+){0,3} (?:consent|permission|authori[sz]ation)\b",
        r"\b(?:text|message|contact) me (?:never|no more)\b",
        # Off the list.
        r"\b(?:opt|opting|opted|optout|optingout) ?(?:me |us |him |her |this number |my number |my phone )?out\b",
        r"\boptout\b",
        r"\b(?:take|get|keep|drop|strike|scrub|remove|delete|erase|removing|taking|lose|forget)\b "
        r"(?:me|us|him|her|my|this|the|our) ?(?:name|number|phone|cell|info|contact|mobile|#)?"
        r"(?: (?:number|info|information))? ?(?:off|from|out|of)\b"
        r"(?! (?:of )?(?:the |your |ur |my |that |this )?(?:schedule|auto|autopay|appointment|appt|plan|payment|insurance|"
        r"account|calendar|books|waitlist|waiting|work|bed|balance|bill|house|traffic|chair|way))",
        r"\b(?:remove|delete|erase|lose|forget|block) (?:me|us|my|this|our) ?(?:cell |phone |mobile )?(?:number|phone|cell|#)\b",
        r"\b(?:remove|delete|erase) (?:me|us)$",
        r"\b(?:leave|let) (?:me|us) (?:alone|be)\b",
        r"\b(?:blocking|reporting) (?:you|u|this|your)\b",
        # Told to stop, at the end.
        r"\b(?:said|told (?:you|u|yall|them)|told you guys|asked (?:you|u)|please|plz|pls|just|can you|could you|will you|"
        r"would you|make (?:it|this|them|these)|needs?|wants? (?:it|this|these|them)|must|you to|these to|this to|them to|"
        r"it to|better|all caps) (?:just |please |to |now |ever |all )*stop\b(?= (?:now|please|already|it|this|these|this|i)\b|$)",
        # Spanish.
        r"\bno (?:me |nos |mas )?(?:envi\w+|mand\w+|escrib\w+|text\w+|contact\w+|molest\w+|llam(?:e|en|es))\b",
        r"\bno (?:mas|quiero|deseo|recibir)\b(?: \w+){0,3} (?:mensajes?|textos?|sms|recordatorios?)\b",
        r"\b(?:deje|dejen|deja|dejar|pare|paren|para) de (?:\w+ )?(?:envi|mand|escrib|molest|text|contact|llam)\w*",
        r"\b(?:quite|quiten|quita|borre|borren|borra|saque|saquen|saca|elimine|eliminen)(?:me|nos)\b",
        r"\b(?:dar|darme|deme|denme|dame) de baja\b",
    )
)
_UNSUBSCRIBE = re.compile(rf"\b{_UN}\b")
_NEGATED_UNSUBSCRIBE = re.compile(rf"\b{_NOT}(?: want to| wish to| mean to| me)? {_UN}")
_NEGATED_OPT_OUT = re.compile(rf"\b{_NOT}(?: want to| wish to| mean to| trying to)? opt(?:ing|ed)? ?(?:me )?out\b")
#: "Do not call" of somebody who is glad of texts.
_TEXTS_WELCOME = re.compile(
    r"\b(?:just|only|please|rather|prefer|can|could|better to) (?:a |to |you )?text|texts? (?:me|is|are|only|instead|works?)"
)
_CALLS_ONLY = re.compile(r"\b(?:dont|do not|never|dnt) (?:ever |please )*call\b|\bstop calling\b|\bstop the calls\b")
#: What follows a "stop" at the beginning that is about something else.
_STOPS_ELSEWHERE = re.compile(
    r"stop (?:by|in|over|at|off|through|on|into|up|for|and|to|sign|"
    r"(?:\w+ ){0,3}?(?:payments?|autopay|auto pay|checks?|charge|charges|charging|card|billing|bills?|plan|taking|work|"
    r"appointments?|pain|bleeding))\b"
)
_CAPITAL_STOP = re.compile(r"\bSTOP\b")


def _opts_out(text: str, clauses: list[str], words: str) -> bool:
    bare = _bare(words, _AROUND_STOP)
    if bare in _WHOLE or re.fullmatch(r"s+t+[o0]+p+( s+t+o+p+)*", bare) or _spelled(words):
        return True
    if any(_bare(clause, _AROUND_STOP) in _CLAUSE for clause in clauses):
        return True
    if _UNSUBSCRIBE.search(words) and not _NEGATED_UNSUBSCRIBE.search(words):
        return True
    if words.startswith("stop ") and not _STOPS_ELSEWHERE.match(words):
        return True
    # The keyword in capitals in an ordinary sentence was copied from the message.
    if _CAPITAL_STOP.search(text) and not text.isupper() and not re.search(rf"\b{_NOT} stop\b", words):
        return _STOPS_ELSEWHERE.search(words) is None
    if _NEGATED_OPT_OUT.search(words):
        return False
    # Each clause by itself too, lest a word of one be taken for the other's.
    return any(_is_opt_out(each) for each in (*clauses, words))


def _is_opt_out(words: str) -> bool:
    for pattern in _OPT_OUT_PATTERNS:
        if pattern.search(words):
            return not (_CALLS_ONLY.search(words) and _TEXTS_WELCOME.search(words))
    return False


def _spelled(words: str) -> bool:
    """S.T.O.P, s t o p, un-subscribe."""
    return words.replace(" ", "") in {"stop", "stopall", "unsubscribe", "optout", "stopstop", "st0p"}


_OTHERS: Final[tuple[tuple[ReplyKind, re.Pattern[str], re.Pattern[str] | None], ...]] = (
    (
        ReplyKind.WRONG_PERSON,
        re.compile(
            r"\bwrong (?:number|person|phone|patient|guy|lady|man|woman|family|contact|#|no|num|party|one|cell|recipient)\b|"
            r"\b(?:have|got|texted|reached) the wrong\b|\bwrong \w+ (?:number|phone)\b|"
            r"\b(?:isnt|is not|not|aint) (?:my|his|her|their) (?:bill|account|number|name|balance|dentist|office|debt)\b|"
            r"\b(?:this isnt|this is not|im not|i am not|not|isnt) (?:him|her|them|mine|the right person|that person|"
            r"the patient|a patient|your patient|a patient there|who you)\b|"
            r"\b(?:isnt|is not|not) \w+s? (?:number|phone|cell)\b|"
            r"\b(?:dont|do not) know (?:any|anyone|anybody|this person|that person|a|her|him|them|who (?:that|this person)|"
            r"what dentist|what this|you(?: people)?$)\b|"
            r"\b(?:no one|nobody|noone|no body|no person|no) (?:here )?(?:by|with|named|called) (?:that|this|the)?\b|"
            r"\bnever (?:been|was|went|gone|heard of|seen|had an appointment)\b|"
            r"\bno longer (?:his|her|their|my|the)\b|\bno longer (?:has|have|owns|uses) this\b|"
            r"\b(?:new|changed|different) (?:owner|numbers?)\b|\bjust got this (?:number|phone)\b|"
            r"\b(?:numero|persona) equivocad[oa]\b|\bequivocad[oa]\b|\bmistaken (?:identity|number|person)\b"
        ),
        None,
    ),
    (
        ReplyKind.ALREADY_PAID,
        re.compile(
            r"\b(?:al+ready|alredy|allready|alreay|all ready) (?:\w+ )?(?:paid|payed|payd|pd|settled|sent|mailed|took care|taken care|"
            r"handled|covered|made|did|submitted|done)\b|"
            r"\b(?:paid|payed|pd) (?:it|this|that|al+ready|in full|online|yesterday|today|by|with|on|last|via|over|the|my|you|"
            r"off|cash|for|for it|everything|all|at|when|before|through|thru|using|off|them|yall|a|two|three|\w+ days|this morning)\b|"
            r"\b(?:i|ive|we|weve|just|was|were|its|is|been|has been|have|had|wife|husband|he|she|they|bill|balance|mom|dad|"
            r"insurance) (?:just |all |fully |also )?(?:paid|payed|pd)\b|^(?:paid|payed|pd|pagado|pague)$|"
            r"\bpayment (?:was |has been |has |is |already |just |been )*(?:sent|made|mailed|submitted|completed|done|in the mail)\b|"
            r"\b(?:made|sent|mailed|submitted|completed) (?:in |out |you |yall |off )?(?:a|the|my|our|this|that|full)? ?(?:full )?"
            r"(?:payment|check|money|cheque)\b|\bcheck is in the mail\b|\b(?:took|taken) care of\b|\bdidnt (?:i|we) (?:al+ready )?pay\b|"
            r"\bya (?:\w+ )?(?:pague|pagado|pagamos|pagada)\b|\b(?:esta|fue) pagad[oa]\b"
        ),
        re.compile(
            r"\b(?:havent|have not|hasnt|has not|not|never|didnt get|wasnt|cant be|get|gets|getting|got|i will be|when im|until im|"
            r"if i|once i|once im|should have|will be|be|when i|needs to be|who|how much (?:have|has)) (?:\w+ )?(?:paid|payed|pd)\b"
        ),
    ),
    (
        ReplyKind.CALL_ME,
        re.compile(
            r"\b(?:call|phone|ring|contact) (?:me|us|my|back)\b|\bcallback\b|\bgive (?:me|us) (?:a |an? \w+ )?(?:call|ring|buzz)\b|"
            r"\b(?:can|could|would|will|may) (?:you|u|someone|somebody|anyone|yall|the office|a person) (?:\w+ )?(?:call|phone)\b|"
            r"\b(?:please|pls|plz) (?:call|phone)\b|^call$|"
            r"\b(?:have|ask|get) (?:\w+ ){1,3}call (?:me|us)\b|"
            r"\b(?:need|want|like|love|have|prefer|can|could|may) (?:i |we )?(?:to )?(?:talk|speak|discuss)\b|"
            r"\b(?:speak|talk) (?:to|with) (?:someone|somebody|a person|a human|you|the office|billing|a manager|anyone|dr|the)\b|"
            r"\bllam(?:e|en|a)(?:me|nos)\b|\b(?:me|nos) (?:pueden?|podria|podrian) llamar\b"
        ),
        None,
    ),
)
