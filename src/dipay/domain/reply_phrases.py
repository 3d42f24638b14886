"""What patients' replies mean: one table, a row for each kind with the phrases that tell it.

`replies` reads by it. Real-life texts of each kind are in `tests/data/reply_cases.yaml`: the tests read every one, and
`docs/replies.md` shows them. Nothing here decides anything.

A phrase is words one after the other; case, accents, apostrophes and punctuation don't count. A name in capitals stands
for any word of its class. `X?` may be missing, `X*` may stand there up to four times, `...` is up to three words of any
kind, `word~` is every word that begins so, `^` and `$` are the beginning and the end of a clause. A Chinese or Japanese
letter is a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ReplyKind(StrEnum):
    """What a reply is taken for. The state file keeps these words, so they stay."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    DECEASED = "deceased"
    LAWYER = "lawyer_or_bankruptcy"
    WRONG_PERSON = "wrong_person"
    DISPUTE = "dispute"
    ALREADY_PAID = "already_paid"
    CALL_ME = "call_me"
    QUESTION = "question"
    THANKS = "thanks_or_will_pay"
    OTHER = "other"

    @property
    def waits(self) -> bool:
        """Whether a person has to read it; the rest is done with once it is written down."""
        return self not in {ReplyKind.OPT_OUT, ReplyKind.OPT_IN, ReplyKind.THANKS}


@dataclass(frozen=True, slots=True)
class Reading:
    """A row of the table: what the kind is, and what tells it."""

    kind: ReplyKind
    meaning: str
    #: Messages that are this as a whole, polite words before and behind apart.
    whole: tuple[str, ...] = ()
    #: Clauses that are this whatever stands round them.
    clauses: tuple[str, ...] = ()
    #: What tells it anywhere in a message.
    phrases: tuple[str, ...] = ()
    #: Taken out before the phrases are looked for.
    unless: tuple[str, ...] = ()


def _listed(text: str) -> tuple[str, ...]:
    """The entries between bars, with single blanks."""
    return tuple(entry for each in text.split("|") if (entry := " ".join(each.split())))


def _phrases(**by_language: str) -> tuple[str, ...]:
    """The entries of all languages; whose they are is for the reader alone."""
    return tuple(entry for text in by_language.values() for entry in _listed(text))


CLASSES: Final[dict[str, tuple[str, ...]]] = {
    # Stopping.
    "NOT": _listed("dont|do not|donot|dnt|never|no longer|not|pls dont"),
    "STOP": _listed(
        "stop|stopp|stahp|st0p|quit|cease|halt|discontinue|end|cancel|terminate|revoke|refuse|no more|enough"
    ),
    "EVER": _listed("ever|again|you|u|yall|please|pls|be|to|even|guys|want you to|want to be"),
    "TEXT": _listed(
        "text|texting|texted|txt|txting|message|messaging|messaged|msg|sms|contact|contacting|contacted|bother|"
        "bothering|"
        "harass|harassing|spam|spamming|bug|bugging|write|pester|pestering|disturb|solicit|remind|reminding|notify"
    ),
    # What "stop" may be directed at.
    "TEXTS": _listed(
        "text|texts|texting|txt|txts|txting|message|messages|messgaes|messaging|msg|msgs|sms|mms|notification|"
        "notifications|"
        "notices|alerts|reminder|reminders|reminding|contact|contacting|send|sending|bother|bothering|harass|harassing|"
        "harassment|spam|spamming|bug|bugging|annoying|hounding|pestering|blowing|writing|"
        "communication|communications|communicating|correspondence|soliciting|solicitation|robo~|mensajes|textos|it all"
    ),
    "FILLER": _listed(
        "all|the|these|those|this|that|your|ur|any|with|future|further|my|me|us|automated|stupid|damn|sending|getting|"
        "receiving|it|please|pls|of|constant|automatic|annoying|more|unwanted|spam|freaking|fucking|always|to"
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
    "SAID": _listed("replied|replying|texted|texting|sent|sending|typed|typing|answered|wrote"),
    "NOW": _listed("now|please|it|this|these|already|i|im|we|thank|thanks|ok|all"),
    "GET": _listed("get|receive|see|hear|be getting|be receiving"),
    "GAVE": _listed("gave|given|give|have|had"),
    "CONSENT": _listed("consent|permission|authorization"),
    "MAIL": _listed("mail|email|e mail|letter|letters|post|phone|voicemail"),
    "OPTOUT": _listed("opt out|optout|opting out|opted out|opt me out|opt us out|opt this number out"),
    "UNSUBSCRIBE": _listed("unsub~|unsuscri~|unsuscbr~|unsibs~|desuscrib~"),
    "NOTHERE": _listed("dont|do not|cant|cannot|can not|wont|will not|didnt|did not|never|not|doesnt|shouldnt"),
    "WHEN": _listed("can|could|may|when|if|should|shall|will|might"),
    "PLACE": _listed("by|bye|bi|in|over|at|off|through|on|into|up|sign"),
    "ERRAND": _listed("pay|get|see|pick|drop|grab|talk|say|sign|bring|give|visit"),
    "BILLING": _listed(
        "payment|payments|autopay|auto pay|check|checks|charge|charges|charging|card|billing|bill|bills|plan|taking|"
        "work|accepting|appointment|appointments|pain|bleeding|hurting"
    ),
    "SCHEDULE": _listed(
        "schedule|autopay|auto pay|auto|appointment|appointments|appt|plan|payment plan|insurance|account|calendar|"
        "books|waitlist|waiting list|balance|bill|work|bed|chair"
    ),
    "THE": _listed("the|your|ur|my|that|this|a|of|of the"),
    "BOTHERING": _listed("mailing|calling|billing|printing|sending it|sending a|to|with the|with that|with it|about"),
    # Stopping, in other languages.
    "ENVIE": _listed(
        "envíe|envíen|envíes|envía|mande|manden|mandes|manda|escriba|escriban|escribas|escribe|textee|texteen|textees|"
        "texteé|contacte|contacten|contactes|moleste|molesten|molestes|llame|llamen|llames|mensajee|mensajeen|enviar|"
        "mandar|escribir|textear|molestar|contactar|llamar"
    ),
    "MANDE": _listed("mande|mandem|manda|mandar|envie|enviem|enviar|escreva|escrevam|contate|contatem|incomode|ligue"),
    "NEPAS": _listed("plus|pas|jamais"),
    "ПИШИ": _listed(
        "пишите|пиши|писать|присылайте|присылай|присылать|отправляйте|отправлять|шлите|слать|беспокойте|беспокоить|"
        "звоните|звонить|пишіть|писати|надсилайте|надсилати|турбуйте|турбувати|телефонуйте|дзвоніть"
    ),
    "FA": _listed("发|發|傳|传|寄|联系|聯繫|聯絡|打扰|打擾|骚扰|騷擾|烦|煩"),
    "NHAN": _listed("nhắn|gửi|gởi|nhắn tin|gửi tin|gọi|liên lạc|làm phiền|text"),
    "WAG": _listed("huwag|wag|wg|hwag"),
    "TEXTIL": _listed(
        "text|itext|i text|magtext|mag text|txt|itxt|magtxt|padala|magpadala|padalhan|magmessage|mag message|message|"
        "kontakin|guluhin|istorbohin|abalahin|tawagan"
    ),
    "BONAE": _listed("보내지|보내|하지|연락하지|문자하지|전송하지"),
    "PISZ": _listed("pisz|piszcie|pisać|wysyłaj|wysyłajcie|wysyłać|kontaktuj~|dzwoń|dzwońcie|przysyłać|przysyłaj~"),
    "VOYE": _listed("voye|ekri|ekri m|texte|tekste|rele|kontakte|deranje|anmède"),
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
    "THISISNT": _listed("this is not|this isnt|that is not|that isnt|this aint|its not"),
    "PERSON": _listed(
        "number|person|phone|patient|guy|lady|man|woman|family|contact|#|num|party|one|cell|recipient|name|no"
    ),
    # What may follow "this is not" beside a name.
    "NOTANAME": _listed(
        "right|fair|good|ok|okay|true|possible|funny|a|an|the|due|acceptable|correct|urgent|necessary|cool|new|it|yet|"
        "now|working|enough|legal|what|how|why|accurate|covered|owed|paid|clear|easy|great|helpful|ideal|nice|too|so|"
        "very|really|even|going|happening|about|for|in|on|of|at|to|because|like|that|all|any|cheap|affordable|showing|"
        "loading|opening|professional|convenient|spam|valid|real|you|your|something|anything|an issue|until|safe|secure"
    ),
    # Deaths, lawyers, disputes.
    "KIN": _listed(
        "she|he|they|mom|mother|mum|dad|father|wife|husband|son|daughter|brother|sister|patient|guarantor|grandmother|"
        "grandma|grandfather|grandpa|aunt|uncle|spouse|partner|who|parents|parent|fiance"
    ),
    "THING": _listed(
        "phone|cell|battery|laptop|computer|car|tablet|ipad|tooth|nerve|dog|cat|pet|card|link|internet|wifi|power|"
        "signal|teléfono|celular|batería|perro|perra|gato|gata|carro|diente|nervio|muela"
    ),
    "SUE": _listed("sue|suing"),
    "BILL": _listed("bill|charge|charges|amount|balance|invoice|statement|total|account|fee|claim|this|it|that"),
    "WRONG": _listed("wrong|incorrect|inaccurate|not right|not correct|isnt right|isnt correct|not accurate|an error"),
    # Paying later.
    "WILL": _listed(
        "will|ill|i will|we will|well|im going to|i am going to|im gonna|gonna|going to|plan to|planning to"
    ),
    "PAY": _listed(
        "pay|be paying|take care of|make a payment|make the payment|make my payment|send payment|send a payment|"
        "send a check|send the check|mail a check|mail the check|mail it|settle|get it paid|get this paid|get that paid"
    ),
}

#: Words round a keyword that change nothing.
POLITE: Final = _phrases(
    english="please|pls|plz|plss|kindly|thanks|thank|you|thank you|u|thx|ty|tks|ok|okay|k|hi|hello|hey|sir|maam|mam",
    spanish="gracias|favor|por|muchas|hola",
    french="svp|merci|s'il|vous|plaît|sil|bonjour",
    german="bitte|danke|hallo",
    portuguese="obrigado|obrigada|olá",
    russian="пожалуйста|спасибо|здравствуйте",
    ukrainian="будь|ласка|дякую",
    polish="proszę|dziękuję|dzień|dobry",
    vietnamese="xin|vui|lòng|làm|ơn|cảm|cám",
    tagalog="po|paki|salamat|pakiusap|na",
    chinese="请|請|谢|謝|你|您|了|吧",
    korean="제발|감사합니다|주세요|해주세요|부탁드립니다",
    arabic="من|فضلك|شكرا|رجاء",
    haitian="tanpri|mèsi|souple",
)
AROUND_STOP: Final = POLITE + _phrases(
    english="now|immediately|asap|today|already|just|i|said|say|text|txt|reply|send|no|yes|all|right|away|at|once|"
    "fucking|damn|the|f|forever|permanently|and|me|lol|wtf|omg"
)

#: Thanks make no opt-out another thing, wherever they stand in it.
THANK_WORDS: Final = _listed(
    "thank you|thank u|thanks|thank|thx|ty|tks|gracias|merci|danke|obrigado|obrigada|спасибо|дякую|dziękuję|cảm ơn|"
    "cám ơn|salamat|salamat po|谢谢|謝謝|감사합니다|شكرا|mèsi"
)

#: S.T.O.P, s t o p, un-subscribe: what is left without blanks.
SPELLED_OUT: Final = frozenset({"stop", "stopall", "unsubscribe", "optout", "st0p"})

#: Words that say no alone and with their accents only: without them *dung* is also Vietnamese for "right" and "use",
#: *huy* a first name. Those are in doubt, and a person reads them.
WITH_ACCENTS: Final = frozenset(_listed("dừng|đừng|hủy|huỷ|thôi"))

#: Signs that are the word. Rude or angry ones ask for nothing, and no machine should say what was meant: a person reads
#: them, and until then nobody is texted.
STOP_SIGNS: Final = "\N{OCTAGONAL SIGN}\N{NO ENTRY SIGN}\N{NO ENTRY}"
#: Signs that are thanks. A tick is none: it may say "paid".
FRIENDLY_SIGNS: Final = (
    "\N{THUMBS UP SIGN}\N{PERSON WITH FOLDED HANDS}\N{OK HAND SIGN}\N{SMILING FACE WITH SMILING EYES}"
    "\N{SLIGHTLY SMILING FACE}\N{GRINNING FACE}\N{HEAVY BLACK HEART}\N{WHITE SMILING FACE}\N{BLACK HEART SUIT}"
)

#: What phones send for a tap on a message, which they quote.
TAPS: Final[dict[str, ReplyKind]] = {
    "liked": ReplyKind.THANKS,
    "loved": ReplyKind.THANKS,
    "le gustó": ReplyKind.THANKS,
    "le gusta": ReplyKind.THANKS,
    "le encantó": ReplyKind.THANKS,
    "le encanta": ReplyKind.THANKS,
    "questioned": ReplyKind.QUESTION,
    "disliked": ReplyKind.OTHER,
    "laughed at": ReplyKind.OTHER,
    "emphasized": ReplyKind.OTHER,
    "emphasised": ReplyKind.OTHER,
}

OPT_OUT: Final = Reading(
    ReplyKind.OPT_OUT,
    "no more texts, in any words: the number is never texted again",
    whole=_phrases(
        carriers="stop|stopall|stop all|unsubscribe|cancel|end|quit|revoke|optout|opt out|remove|arret|td",
        typos="stp|sotp|stpo|tsop|sopt|stopp|stpp|stio|dtop|st0p|sttop|stopo|stopl|stopit|stops|stpop|stoo|unsub|"
        "stop2end|opt put|opout|otp out|cancle|quite|qiut",
        english="remove me|delete me|delete|no more|cease|desist|exit|i revoke|i do not consent|i dont consent|"
        "do not contact|dnc|go away|fuck off|f off|piss off|block|blocked|spam|no consent|enough|enough already|"
        "get lost|knock it off|i want out|i want off|quit it|cancel this|cancel it|end this|quit this|cease this|"
        "enough of this|buzz off|not interested|unwanted|reported|no text|no texts",
        spanish="no más|ya no|basta|basta ya|ya basta|alto|baja|parar|pare|paren|para|detener|detente|deténgase|"
        "cancelar|cancele|cancelen|fin|salir|desuscribir|desuscribirme|eliminar|borrar|no mandar|no molestar",
        french="arrêt|arrêter|arrêtez|arrête|désabonner|désabonnement|désinscrire|désinscription|annuler|plus de sms|"
        "plus de messages|ça suffit",
        german="stopp|aufhören|aufhoeren|abmelden|abbestellen|abmeldung|ende|kündigen|halt|hör auf|hören sie auf|"
        "schluss|nicht mehr schreiben|austragen",
        portuguese="parem|sair|remover|descadastrar|chega|não quero mais|cancelem|pára|interromper",
        italian="ferma|fermati|smettila|smettetela|cancellami|annulla|disiscrivimi|cancella",
        russian="стоп|остановить|остановите|остановитесь|отписаться|отписка|отпишите|отмена|хватит|прекратите|"
        "прекратить|перестаньте|отстаньте|не надо|не пиши|отказ|отказываюсь",
        ukrainian="зупинити|зупиніть|зупиніться|припиніть|припинити|відписатися|відписатись|відписка|скасувати|"
        "досить|годі|перестаньте|відмова",
        polish="zatrzymaj|zatrzymać|rezygnuję|rezygnacja|wypisz|wypisać|anuluj|koniec|dość|przestań|przestańcie|"
        "przestać|nie pisz",
        vietnamese="dừng lại|ngừng|ngưng|ngưng lại|ngừng lại|hủy đăng ký|huỷ đăng ký|từ chối|không nhận tin|"
        "hủy bỏ|dừng tin nhắn|không nhận|stop lai",
        tagalog="itigil|itigil mo|itigil nyo|itigil niyo|tigil|tigilan|hinto|ihinto|tama|ayoko|ayaw ko|tumigil|"
        "tigilan mo ako|tigilan nyo ako|tigilan niyo ako|tigilan mo|tigilan nyo|tigilan niyo",
        chinese="停|停止|停止发送|停止發送|退订|退訂|取消|取消订阅|取消訂閱|拒收|拒绝|拒絕|结束|結束|停发|停發|不要|退",
        japanese="停止|配信停止|解除|やめて|やめてください|ストップ|止めて|止めてください",
        korean="중지|중단|정지|거부|해지|취소|수신거부|수신 거부|그만|그만하세요|그만해|그만해주세요|스톱|중지하세요",
        arabic="توقف|قف|إيقاف|أوقف|أوقفوا|توقفوا|إلغاء|إلغاء الاشتراك|كفى|كفاية|إزالة|ستوب|وقف",
        persian_and_urdu="لغو|لغو اشتراک|بند کریں|بند کرو|روکیں",
        haitian="sispann|sispan|kanpe|rete|ase|anile|dezabòne",
        others="बंद करो|बंद करें|रोको|रोकें|band karo|dur|durdur|iptal|jooji|joogso|tsum|nres|หยุด|ឈប់|បញ្ឈប់|አቁም|"
        "ਬੰਦ ਕਰੋ|બંધ કરો|opriți|opreste|ndalo|dosta|prestanite|כתובת הסר|הסר|הפסק|להפסיק|σταματήστε|կանգնեցրեք|дур",
    ),
    clauses=_phrases(
        english="stop|stopp|stopall|stop all|stop it|stop this|stop that|stop these|stop them|unsubscribe|optout|"
        "opt out|remove me|leave me alone|leave us alone",
        spanish="no más|basta ya|ya basta",
        russian_and_ukrainian="стоп|прекратите|припиніть|перестаньте|зупиніться",
        chinese="停止|退订|退訂",
        german="aufhören",
        french="arrêtez",
        polish="przestańcie|proszę przestać",
        korean="수신거부",
        tagalog="itigil na|tigilan niyo na|tigilan nyo na",
        arabic="توقف|توقفوا",
    ),
    phrases=_phrases(
        stop="STOP FILLER* TEXTS|cease and desist|TOLD EVER* stop NOW|stop FILLER* $|stop it $|quit it $|cease it $|"
        "end it $|stop getting|stop receiving|SAID stop",
        do_not="NOT EVER* TEXT|NOT EVER* call ... or TEXT|NOT EVER* call ... nor TEXT|NOT EVER* send ME? FILLER? MORE|"
        "NOT WANT ... TEXTS|NOT WANT ... TEXT|"
        "NOT WANT to? GET FILLER* $|NOT WANT to? GET FILLER* anymore|NOT WANT to? GET ... from you|"
        "NOT WANT ... these anymore|NOT WANT these $|NOT WANT them $|no more FILLER? TEXTS|no more of these|"
        "no TEXTS please|no TEXTS anymore|"
        "please no FILLER? TEXTS|^ no TEXTS $|TEXT ME never|not FILLER? texts $|not by text|not via text|"
        "instead of FILLER* TEXTS|turn off FILLER* TEXTS|turn FILLER* TEXTS off|turn these off",
        only_otherwise="only contact ME by MAIL|contact ME by MAIL only|contact ME only by MAIL|"
        "contact ME ... by MAIL only",
        consent="revoke ... CONSENT|revoking ... CONSENT|withdraw ... CONSENT|withdrawing ... CONSENT|"
        "you NOT have ... CONSENT|NOTHERE GAVE you ... CONSENT|NOTHERE GAVE ... CONSENT to TEXT|OPTOUT|UNSUBSCRIBE",
        list="DROP WHOSE? NUMBER? OFF|DROP WHOSE NUMBER|remove me|delete me|want to be removed|like to be removed|"
        "asked to be removed|wish to be removed|removed from ... list|taken off ... list|want off",
        anger="leave ME alone|leave ME be|blocking you|blocking this number|blocked you|blocked this number|"
        "reporting you|reported you|reported as spam|marked as spam|^ knock it off $|^ go away $|^ get lost $",
        spanish="basta de TEXTS|no me ENVIE|no nos ENVIE|no ENVIE más|no envíen|no envíe|no molesten|no moleste|"
        "no más TEXTS|"
        "no quiero ... TEXTS|no deseo ... TEXTS|no quiero que me ENVIE|deje de|dejen de|deja de|pare de|paren de|"
        "para de|quíteme|quítenme|quítame|bórreme|bórrenme|bórrame|sáqueme|sáquenme|sácame|elimíneme|elimínenme|"
        "borre mi número|borren mi número|quite mi número|quiten mi número|elimine mi número|eliminen mi número|"
        "déjeme en paz|déjenme en paz|déjame en paz|de baja|darme de baja|revoco|no autorizo|no doy permiso",
        french="ne menvoyez NEPAS|ne mécrivez NEPAS|ne me contactez NEPAS|ne me textez NEPAS|ne NEPAS me contacter|"
        "ne NEPAS menvoyer|ne NEPAS mécrire|ne NEPAS envoyer|n'envoyez NEPAS|menvoyez plus|me contactez plus|"
        "plus de messages|plus de textos|plus de sms|laissez moi tranquille|retirez moi|enlevez moi|désabonnez moi|"
        "supprimez mon numéro|arrêtez de|arrêtez d'envoyer|je ne veux plus",
        german="keine sms|keine nachrichten|keine weiteren nachrichten|keine texte|schreiben sie mir nicht|"
        "schreib mir nicht|schreibt mir nicht|nicht mehr kontaktieren|kontaktieren sie mich nicht|"
        "hören sie auf|hört auf|hör auf|in ruhe|löschen sie meine nummer|nummer löschen|melden sie mich ab|"
        "bestellen sie mich ab|nehmen sie mich von|nicht mehr anschreiben",
        portuguese="não me MANDE|não MANDE mais|não enviem|não quero ... mensagens|não quero ... mensagem|parem de|"
        "não quero ... sms|me tire|me tirem|me tira da|me remova|me remove|remova meu|remova o meu|remover meu|"
        "me deixe em paz|me deixem em paz|deixe me em paz|chega de|não autorizo",
        italian="non mi scriv~|non mandatemi|non scrivetemi|basta messaggi|smettete di|smettetela di|toglietemi",
        russian="не надо мне? ПИШИ|не нужно мне? ПИШИ|не ПИШИ мне|не ПИШИ больше|больше не ПИШИ|мне не ПИШИ|"
        "^ не ПИШИ $|не ПИШИ ... сообщ~|не ПИШИ ... смс|прекратите ПИШИ|перестаньте ПИШИ|хватит ПИШИ|отпишите|"
        "отписаться|удалите меня|удалите мой|удалите этот номер|уберите меня|уберите мой|оставьте меня|"
        "не беспокойте|хочу отписаться",
        ukrainian="не треба мені? ПИШИ|не потрібно мені? ПИШИ|не ПИШИ мені|не ПИШИ більше|більше не ПИШИ|"
        "мені не ПИШИ|припиніть ПИШИ|досить ПИШИ|годі ПИШИ|відпишіть|видаліть мене|видаліть мій|приберіть мій|"
        "не турбуйте|не ПИШИ ... повідомлен~",
        polish="nie PISZ do mnie|nie PISZ mi|nie PISZ więcej|nie PISZ już|proszę nie PISZ|więcej nie PISZ|"
        "nie PISZ ... wiadomości|nie PISZ ... sms~|^ nie PISZ $|przestańcie PISZ|proszę przestać|wypisz mnie|"
        "wypiszcie mnie|usuń mnie|usuńcie mnie|usuń mój|usuńcie mój|proszę mnie usunąć|proszę mnie wypisać|"
        "proszę usunąć mój|nie chcę ... wiadomości|nie chcę ... sms~|dajcie mi spokój|nie życzę sobie",
        vietnamese="đừng NHAN|xin đừng NHAN|không NHAN nữa|không NHAN tin nữa|không muốn nhận|ngừng NHAN|ngưng NHAN|"
        "dừng NHAN|dừng lại|hủy đăng ký|xóa số|xoá số|không liên lạc|đừng ... nữa",
        tagalog="WAG ... TEXTIL|WAG ... TEXTIL|itigil|tigilan ... na|tigilan ... ako|ayoko ... text|ayoko ... message|"
        "ayaw ko ... text|ayaw ko ... message|tama na ang|alisin ... ako|alisin ... number|tanggalin ... ako|"
        "tanggalin ... number|burahin ... number|hinto na|tumigil na|pakitigil",
        chinese="不要再 ... FA|别再 ... FA|別再 ... FA|不要 ... FA ... 信|不要 ... FA ... 訊|"
        "不要 ... FA ... 讯|不要 ... FA ... 消息|"
        "不要给我 FA|不要給我 FA|别给我 FA|別給我 FA|不要 FA 我|别 FA 我|別 FA 我|请勿 ... FA|"
        "請勿 ... FA|别 FA 了|別 FA 了|不要 FA 了|停止 ... FA|停止短信|退订|退訂|取消订阅|取消訂閱|删除我|刪除我|"
        "移除我|不想 ... 收到|不想再收|别再来|拒收|从名单|從名單|把我 ... 删除|把我 ... 刪除",
        japanese="送らないで|連絡しないで|メールしないで|配信停止|やめてください|送信しないで",
        korean="BONAE 마~|BONAE 말~|그만 보내~|그만 하~|그만 문자~|수신거부~|수신 거부~|문자 그만|문자 중지|"
        "번호 삭제~|제 번호 지워~|받고 싶지 않~|원하지 않~",
        arabic="التوقف عن|لا ترسل~|لا تراسل~|لا تتصل~|لا تبعث~|لا أريد ... رسائل|لا أريد ... الرسائل|لا اريد ... رسائل|"
        "توقف عن|توقفوا عن|أوقف الرسائل|أوقفوا الرسائل|أوقف إرسال|أوقفوا إرسال|إلغاء الاشتراك|احذف رقمي|احذفوا رقمي|"
        "إزالة رقمي|الغي اشتراكي|بطل~ ترسل~|لا تزعج~",
        haitian="pa VOYE ... mesaj|pa VOYE ... tèks|pa VOYE ... sms|pa VOYE m|pa VOYE mwen|pa VOYE ban|pa VOYE ankò|"
        "sispann VOYE|pa ekri m|"
        "retire m|wete m|retire nimewo|wete nimewo|efase nimewo|kite m trankil|mwen pa vle ... mesaj|"
        "m pa vle ... mesaj|"
        "pa deranje m",
    ),
    unless=_phrases(
        stopping_elsewhere="NOT text and driv~|NOTHERE stop|NOTHERE going to stop|stop PLACE|stop and ERRAND|"
        "stop to ERRAND|"
        "stop WHOSE? BILLING|^ WHEN i stop|"
        "will it stop|pain ... stop|bus stop|next stop|non stop|a stop|one stop|end of|revoke ... CONSENT on ... card|"
        "revoke ... card",
        staying="NOTHERE want to OPTOUT|NOTHERE mean to OPTOUT|NOTHERE OPTOUT|NOTHERE want to UNSUBSCRIBE|"
        "NOTHERE mean to UNSUBSCRIBE|NOTHERE UNSUBSCRIBE",
        schedules="DROP ME off THE? SCHEDULE|DROP ME off of THE? SCHEDULE|DROP ME from THE? SCHEDULE|DROP ME out|"
        "get ME from|DROP ME off at",
        habits="i dont TEXT|i do not TEXT|i never TEXT|we dont TEXT|did not TEXT|does not TEXT|did not call|"
        "does not call|do not disturb while|do not disturb turned|do not disturb is|NOT bother BOTHERING|"
        "NOT bother at|not a bother",
        spanish="no dolor para|no me ENVIE la factura|no me ENVIE a colecciones|no me ENVIE a cobranza~",
        vietnamese="đừng ... hủy|không từ chối",
        chinese="不要停|不要取消|别取消|別取消|不要 FA ... 票",
    ),
)
#: An opt-out too, unless the same message is glad of texts.
NO_CALLS: Final = _listed("NOT EVER* call|stop FILLER* calling|stop FILLER* calls")
TEXTS_WELCOME: Final = _listed(
    "just text|only text|please text|prefer text|prefer texts|you can text|text me|text is|texts are|texting is|"
    "text only|text instead|by text"
)

OPT_IN: Final = Reading(
    ReplyKind.OPT_IN,
    "texts are welcome again",
    whole=_phrases(
        english="start|unstop|yes|resubscribe|subscribe|opt in|optin|opt me in|opt me back in|start texting me|"
        "start texting me again|text me again|you can text me|you can text me again|resume|resume texts",
        spanish="sí|iniciar|empezar|comenzar|reanudar|suscribir|suscribirme|pueden escribirme|puede escribirme",
    ),
)

DECEASED: Final = Reading(
    ReplyKind.DECEASED,
    "somebody has died",
    phrases=_phrases(
        english="passed away|pass away|has passed|had passed|KIN passed|KIN just passed|KIN recently passed|deceased|"
        "died|KIN is dead|KIN was killed|hes dead|shes dead|theyre dead|no longer with us|no longer living|"
        "no longer alive|not alive|rest in peace|obituary|estate of|the estate|death certificate|"
        "lost my husband|lost my wife|lost my mother|lost my father|lost my mom|lost my dad|lost my son|"
        "lost my daughter|funeral for|his funeral|her funeral|KIN is gone",
        spanish="falleció|falleci|fallecido|fallecida|ha fallecido|murió|se murió|ha muerto|está muerto|está muerta|"
        "difunto|difunta|ya no está con nosotros|descanse en paz|en paz descanse|qepd|acta de defunción",
    ),
    unless=_phrases(
        english="THING died|THING has died|THING just died|THING had died|THING is dead|THING passed|"
        "KIN passed the|KIN passed on the|KIN passed it|KIN passed out|KIN passed this|KIN passed your|KIN passed her|"
        "KIN passed his|died down|real estate|estate of mind|KIN has passed the|KIN has passed your|almost died|"
        "nearly died",
        spanish="murió ... THING|THING murió|THING se murió|murió de risa",
    ),
)

LAWYER: Final = Reading(
    ReplyKind.LAWYER,
    "a lawyer, a court or a bankruptcy stands between",
    phrases=_phrases(
        lawyers="lawyer|lawyers|attorney|attorneys|attorneys office|atty|legal counsel|legal action|legal aid|law firm|"
        "SUE you|SUE your|SUE yall|going to sue|gonna sue|will sue|lawsuit|small claims|take you to court|"
        "see you in court|in litigation|tcpa|fdcpa|probate",
        bankruptcy="bankrupt~|bankrupcy|bankruptsy|bankrupsy|bankrubcy|chapter 7|chapter 13|chapter 11|chapter seven|"
        "chapter thirteen|ch 7|ch 13|automatic stay|bankruptcy trustee|my trustee|included in my bk|filed bk",
        spanish="abogado|abogada|abogados|demandar|demandarl~|demanda legal|los demando|los demandaré|bancarrota|"
        "quiebra|capítulo 7|capítulo 13|me declaré en|acción legal",
    ),
    unless=_phrases(english="no lawyer|not a lawyer|NOT need a lawyer|without a lawyer|power of attorney"),
)

WRONG_PERSON: Final = Reading(
    ReplyKind.WRONG_PERSON,
    "the number or the account is somebody else's",
    phrases=_phrases(
        wrong="wrong PERSON|have the wrong|got the wrong|texted the wrong|wrong phone number|mistaken identity|"
        "new phone who|not this number",
        is_not="ISNT my PERSON|ISNT my bill|ISNT my account|ISNT my dentist|ISNT my balance|ISNT mine|ISNT ME|"
        "ISNT the patient|ISNT a patient|ISNT your patient|ISNT the right person|ISNT that person|not who you|"
        "ISNT ... number $|ISNT ... phone $|^ THISISNT ... $",
        unknown="dont know anyone|dont know anybody|dont know any|dont know this person|dont know that person|"
        "dont know who that|dont know who this|dont know her|dont know him|dont know a|do not know this person|"
        "do not know anyone|no one by|noone by|nobody by|no one named|nobody named|no one here|nobody here|"
        "never been a patient|never been there|never been to|never went|never heard of|never was a patient",
        elsewhere="no longer his|no longer her|no longer their|no longer has this|no longer at this number|"
        "doesnt live here|does not live here|doesnt have this|not belong to|does not have this|new owner|"
        "just got this number|"
        "just got this phone|had this number|changed number|changed numbers",
        spanish="número equivocado|persona equivocada|equivocado|equivocada|se equivocó|se equivoca|se equivocaron|"
        "no soy ella|no soy él|no soy esa persona|no soy la persona|^ no soy ... $|no conozco a|no la conozco|"
        "no lo conozco|aquí no vive|no vive aquí|ya no vive|no es mi cuenta|no es mi número|este no es|"
        "no es su número|no es el número|ya no es su|no soy paciente|nunca he ido",
    ),
    unless=_phrases(
        english="THISISNT NOTANAME|THISISNT NOTANAME ... $",
        spanish="no soy rico|no soy rica|este no es el monto|este no es el precio|este no es justo|"
        "ya no vive con nosotros",
    ),
)

DISPUTE: Final = Reading(
    ReplyKind.DISPUTE,
    "says that the amount is wrong or not owed, or that it won't be paid",
    phrases=_phrases(
        english="dispute|disputed|disputing|disputes|contest this|contest the|contesting|NOTHERE owe|never owed|"
        "owe you nothing|owe nothing|dont believe i owe|dont think i owe|not what i owe|BILL is WRONG|BILL isnt right|"
        "BILL is all? wrong|^ thats WRONG|this is WRONG|thats not right|thats not correct|WRONG amount|wrong bill|"
        "not the right amount|billing error|billing mistake|in error|a mistake|mistakes on|mistake on|an error|"
        "overcharg~|over charged|double charged|double billed|charged twice|billed twice|charged me twice|"
        "billed me twice|charged for something|never had that|never received this|never received that|"
        "never received the treatment|never had this done|NOTHERE have that done|"
        "insurance should have|insurance was supposed|insurance should pay|insurance should cover|"
        "insurance covers|insurance covered|should be covered|should have been covered|was covered by|"
        "i was told ... covered|was told it was free|quoted me|not what i was quoted|not what you quoted|"
        "NOTHERE agree with|i disagree|disagree with|refuse to pay|refusing to pay|not paying|not going to pay|"
        "not gonna pay|wont pay|wont be paying|will not pay|will not be paying|dont want to pay|never paying|"
        "fraud|fraudulent|cfpb|better business",
        spanish="no reconozco|no debo|no le debo|no les debo|yo no debo|no estoy de acuerdo|disputo|disputar|disputa|"
        "error|"
        "equivocación|cobraron de más|cobro de más|cobraron dos veces|cobrado dos veces|monto incorrecto|"
        "cantidad incorrecta|no es correcto|no es lo que|está mal|no quiero pagar|no voy a pagar|no pienso pagar|"
        "no pagaré|el seguro debe|el seguro debía|el seguro tenía que|fraude",
    ),
    unless=_phrases(
        english="NOT dispute|not disputing|no dispute|my mistake|by mistake|made a mistake sorry|error message|"
        "get an error|got an error|gives an error|gives me an error|says error|shows an error|NOT disagree|"
        "not paying attention|NOTHERE owe anyone else|not paying until friday|not paying till",
        spanish="mi error|mensaje de error|da error|sale error|marca error|no quiero pagar de más|"
        "no quiero pagar tarde",
    ),
)

ALREADY_PAID: Final = Reading(
    ReplyKind.ALREADY_PAID,
    "says that it is paid",
    phrases=_phrases(
        english="ALREADY PAID|ALREADY ... PAID|ALREADY DONE|ALREADY sent ... MONEY|PAID HOWPAID|WHO ALREADY? PAID|"
        "WHO just PAID|WHO all PAID|has been PAID|^ PAID $|paid thank|paid thanks|payment sent|payment made|"
        "payment was sent|payment was made|payment has been|payment is done|payment completed|payment submitted|"
        "SENT THE? MONEY|SENT ... MONEY|check is in the mail|took care of|taken care of|didnt i ALREADY? pay|"
        "didnt we ALREADY? pay|gave ... a? MONEY|we settled this|we settled it",
        spanish="ya ... pagué|ya ... pagamos|ya ... pagó|está pagado|está pagada|pagado|pagada|ya lo pagué|"
        "acabo de pagar|"
        "acabamos de pagar|pagué ayer|pagué hoy|pagué en línea|pagué el|pagué la|lo pagué|la pagué|hice el pago|"
        "hicimos el pago|mandé el cheque|envié el cheque|mandé el pago|envié el pago|ya está pago",
    ),
    unless=_phrases(
        english="NOTYET ... PAID|NOTYET PAID|will ... PAID",
        spanish="no ... pagué|no ... pagado|no ha sido pagad~|aún no|todavía no|que pague ... seguro",
    ),
)

CALL_ME: Final = Reading(
    ReplyKind.CALL_ME,
    "wants a call",
    phrases=_phrases(
        english="CALL me|CALL us|CALL my|call back|callback|give me a call|give us a call|give me a ring|"
        "can YOU please? CALL|could YOU please? CALL|would YOU please? CALL|will YOU please? CALL|please call|pls call|"
        "plz call|^ call $|need to SPEAK|want to SPEAK|like to SPEAK|prefer to SPEAK|can i SPEAK|can we SPEAK|"
        "could i SPEAK|SPEAK to SOMEONE|SPEAK with SOMEONE",
        spanish="llámeme|llámenme|llámame|me puede llamar|me pueden llamar|puede llamarme|pueden llamarme|"
        "quiero hablar con|necesito hablar con",
    ),
)

QUESTION: Final = Reading(
    ReplyKind.QUESTION,
    "asks something, or asks for something; a question mark is enough",
    phrases=_phrases(
        english="^ how|^ what|^ whats|^ when|^ where|^ why|^ who|^ whos|^ which|^ can i|^ can you|^ can we|^ could i|"
        "^ could you|^ do you|^ do i|^ did|^ can u|^ could u|^ is there|^ is this|^ is it|^ am i|^ are you|^ does|"
        "^ will you|"
        "^ would you|have a question|have questions|a question about|questions about|dont understand|"
        "do not understand|not sure what|please explain|need an explanation|payment plan|itemized|send me an|"
        "send me a|send me the|send an invoice|copy of|link doesnt|link does not|link isnt|link is not|link didnt|"
        "link wont",
        spanish="^ cuánto|^ cuál|^ cómo|^ cuándo|^ dónde|^ por qué|^ quién|^ qué|^ puedo|^ pueden|^ puede|"
        "tengo una pregunta|una duda|no entiendo|plan de pago|plan de pagos|el enlace no|el link no|me puede mandar|"
        "me pueden mandar|quisiera saber",
    ),
)

THANKS: Final = Reading(
    ReplyKind.THANKS,
    "thanks, or will pay, and nothing else; noted only",
    whole=_listed("k|kk|yep|yup|sure|sure thing|great|perfect|awesome|cool|noted|understood|received|ok|okay|alright"),
    phrases=_phrases(
        thanks="thank you|thank u|thanks|thankyou|thx|ty|tks|thnx|thanx|much appreciated|appreciate it|i appreciate it|"
        "got it|will do|sounds good|no problem|no worries|you too|have a good one|have a great day|have a nice day|"
        "have a good day|have a great weekend|have a good weekend|god bless",
        will_pay="WILL PAY|i can PAY|i get paid",
        spanish="gracias|muchas gracias|mil gracias|muy amable|de acuerdo|entendido|perfecto|está bien|voy a pagar|"
        "voy a pagarlo|vamos a pagar|lo voy a pagar|pagaré|lo pagaré|lo pago|le pago|pago mañana|pago hoy|pago el|"
        "pago este|pago esta|mañana pago|"
        "mañana lo pago|igualmente|buen día",
    ),
)
#: What may stand beside thanks and the word to pay: with any other word the message is more than thanks.
BESIDE_THANKS: Final = _phrases(
    english="ok|okay|k|kk|hi|hello|hey|yes|yep|yeah|yup|sure|great|perfect|awesome|cool|noted|understood|received|"
    "alright|"
    "so|very|much|again|and|for|the|reminder|heads|up|letting|me|know|all|both|guys|you|your|help|sorry|my|apologies|"
    "im|i|it|this|that|bill|balance|full|in|off|now|soon|asap|right|away|today|tonight|tomorrow|tmrw|tmw|later|morning|"
    "afternoon|evening|weekend|week|month|day|this|next|on|by|the|end|of|first|1st|15th|payday|when|get|paid|home|work|"
    "after|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues|wed|thurs|fri|sat|sun|good|online|"
    "please|pls|dr|doctor|take|care|then|a|check|with|card|have|nice|great|one",
    spanish="ok|sí|hola|muchas|muy|por|el|la|lo|los|que|viene|próxima|próximo|semana|mes|hoy|mañana|tarde|noche|lunes|"
    "martes|miércoles|jueves|viernes|sábado|domingo|recordatorio|aviso|su|ayuda|en|línea|esta|este|fin|de|claro|bueno|"
    "bien|a|ya|y|señorita|perdón|disculpe|quincena|para",
)

OTHER: Final = Reading(
    ReplyKind.OTHER,
    "anything else, and whatever is in doubt",
)

#: By rank: where several kinds are in one text, the first of these is what it is taken for.
READINGS: Final = (
    OPT_OUT, OPT_IN, DECEASED, LAWYER, WRONG_PERSON, DISPUTE, ALREADY_PAID, CALL_ME, QUESTION, THANKS, OTHER,
)  # fmt: skip
