"""What patients' replies mean: one table, a row for each kind with the phrases that tell it.

`replies` reads by it. Real-life texts of each kind are in `tests/data/reply_cases.yaml`: the tests read every one, and
`docs/replies.md` shows them. Nothing here decides anything.

A phrase is words one after the other; case, accents, apostrophes and punctuation don't count. A name in capitals stands
for any word of its class. `X?` may be missing, `X*` may stand there up to four times, `...` is up to three words of any
kind, `word~` is every word that begins so, `^` and `$` are the beginning and the end of a clause, `,` is where a clause
may end, `!X` is where no X may follow. A Chinese or Japanese letter is a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dipay.domain.reply_kinds import ReplyKind


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
    "AUX": _listed(
        "could|would|have|has|had|was|were|did|does|might|is|ill|i can|we can|i am|im|i may|i should|i will|we will|"
        "they will|he will|she will|insurance will|they can|he can|she can|i do|we do|they do"
    ),
    "STOP": _listed("stop|stopp|stahp|st0p|quit|cease|halt|discontinue|quitt|stopt|stp"),
    "ENDING": _listed("end|cancel|terminate|revoke|refuse|refusing|no more|enough|tired of|sick of"),
    "EVER": _listed("ever|again|you|u|yall|please|pls|be|to|even|guys|want you to|want to be"),
    "TEXT": _listed(
        "text|texting|txt|txting|message|messaging|msg|sms|contact|bother|bothering|harass|harassing|spam|spamming|"
        "bug|bugging|write|pester|pestering|disturb|solicit|remind|reminding|notify|dm|ping|contacting"
    ),
    "TEXTED": _listed("texted|messaged|contacted|bothered|harassed|reminded|spammed|notified"),
    # What "stop" may be directed at.
    "TEXTS": _listed(
        "text|texts|texting|txt|txts|txting|message|messages|messgaes|messaging|msg|msgs|sms|mms|notification|"
        "notifications|notices|alerts|reminder|reminders|reminding|contact|contacting|send|sending|bother|bothering|"
        "harass|harassing|harassment|spam|spamming|bug|bugging|annoying|hounding|pestering|blowing|writing|"
        "communication|communications|communicating|correspondence|soliciting|solicitation|robo~|mensajes|textos|"
        "it all|text messages|mensages|mensaje|mensage|msjs|mjs|msj|texto|textes|mensajitos|recordatorios|"
        "notificaciones|txtn|textin|texing|textng|txtng|textig|subscription|subscriptions|subscripcion"
    ),
    "TEXTNOUN": _listed(
        "text|texts|texting|txt|txts|text messages|message|messages|messgaes|messaging|msg|msgs|sms|mms|notification|"
        "notifications|notices|alerts|reminder|reminders|spam|harassment|communication|communications|correspondence|"
        "solicitation|solicitations|robo~|subscription|subscriptions|mensajes|textos|mensaje"
    ),
    "FILLER": _listed(
        "all|the|these|those|this|that|your|ur|any|with|future|further|my|me|us|automated|stupid|damn|sending|getting|"
        "receiving|it|please|pls|of|constant|automatic|annoying|more|unwanted|spam|freaking|fucking|always|to"
    ),
    "WANT": _listed(
        "want|wish|consent|consented|agree|agreed|like|authorize|authorized|appreciate|permit|approve|care for|"
        "signed up|asked|need|wanna|wana|wnat"
    ),
    "MORE": _listed(
        "any|anymore|more|another|these|this|those|such|text|texts|message|messages|msg|msgs|sms|spam|nothing|again"
    ),
    "ME": _listed("me|us|him|her|my wife|my husband|this number|my number|my phone|this phone|my cell|it"),
    "WHOSE": _listed("my|this|the|our|her|his|me|us"),
    "WHOM": _listed("me|us|him|her|my wife|my husband|my mom|my mother|my dad|my father|my son|my daughter"),
    "OWN": _listed("my|this|our|her|his|that|all my"),
    "NUMBER": _listed("number|phone|cell|mobile|name|info|information|contact|phone number|cell number|contact info|#"),
    "DROP": _listed("take|get|keep|drop|strike|scrub|remove|delete|erase|taking|rmv|remov|pull|removing"),
    "DELETE": _listed("remove|removing|delete|erase|scrub|strike|lose|block|rmv|remov"),
    "OFF": _listed("off|from|out of"),
    "TOLD": _listed(
        "i said|told you|told u|told yall|told them|asked you|asked u|please|pls|plz|just|can you|could you|will you|"
        "would you|make it|make this|make them|make these|needs to|need to|must|you to|these to|this to|them to|it to|"
        "want it to|better|have to|has to|got to|you can|u can|yall can|you may"
    ),
    "SAID": _listed("replied|replying|texted|texting|sent|sending|typed|typing|answered|wrote"),
    "NOW": _listed("now|please|it|this|these|already|i|im|we|thank|thanks|ok|all"),
    "GET": _listed("get|receive|see|hear|be getting|be receiving|getting|receiving|recieve|recieving"),
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
        "work|accepting|appointment|appointments|pain|bleeding|hurting|overcharging|overbilling|mailing|paper|"
        "statements|double charging|double billing|late fee|late fees|interest|treatment|treating|light|lights|sign"
    ),
    "SCHEDULE": _listed(
        "schedule|autopay|auto pay|auto|appointment|appointments|appt|plan|payment plan|insurance|account|calendar|"
        "books|waitlist|waiting list|balance|bill|work|bed|chair|hold|credit|card|pain|debt|town|treatment"
    ),
    "THE": _listed("the|your|ur|my|that|this|a|of|of the"),
    "BOTHERING": _listed("mailing|calling|billing|printing|sending it|sending a|to|with the|with that|with it|about"),
    "MOMENT": _listed(
        "before|after|until|till|during|between|at work|at night|so early|this early|that early|so late|this late|"
        "on sunday|on weekends|today|while"
    ),
    # Stopping, in other languages.
    "ENVIE": _listed(
        "envíe|envíen|envíes|mande|manden|mandes|escriba|escriban|escribas|textee|texteen|textees|texteé|contacte|"
        "contacten|contactes|moleste|molesten|molestes|mensajee|mensajeen|enviar|mandar|escribir|textear|molestar|"
        "contactar|envíeme|envíenme|mandeme|mándenme|escríbame|escríbanme|mandarme|enviarme|escribirme|molestarme|"
        "textearme|contactarme|envien|escriva|escrivan|mensajear|molesta"
    ),
    "QUIERO": _listed("quiero|kiero|qiero|quero|deseo|kero"),
    "LLAME": _listed("llame|llamen|llames|llamar|llama|marque|marquen|llamarme"),
    "DEJE": _listed("deje|dejen|deja|dejar|pare|paren|para|parar|deixe|deixem|pare com|parem|cese|cesen"),
    "MANDAR": _listed(
        "me|mand~|envi~|escrib~|escrev~|molest~|text~|acos~|insist~|contact~|contat~|chinga~|jod~|incomod~|perturb~|"
        "mensaj~|mensag~|llam~|spam~"
    ),
    "QUITE": _listed(
        "quite|quiten|quita|quitar|borre|borren|borra|borrar|elimine|eliminen|elimina|eliminar|remueva|remuevan|"
        "remover|saque|saquen|saca|sacar"
    ),
    "COBRANZA": _listed(
        "a cole~|a cobr~|al cobr~|la cuenta|la factura|el recibo|el cheque|el total|el bill|el pago|mi pago|nada aún|"
        "nada todavía|dinero|todavía"
    ),
    "MOMENTO": _listed(
        "antes|después|despues|hasta|al trabajo|en el trabajo|en la mañana|en la noche|a la casa|a mi trabajo|hoy|"
        "los domingos|tan temprano|tan tarde|mientras"
    ),
    "MANDE": _listed(
        "mande|mandem|mandar|envie|enviem|enviar|escreva|escrevam|contate|contatem|incomode|envia|escreve|contactem|"
        "perturbe|perturbem|spam"
    ),
    "NEPAS": _listed("plus|pas|jamais"),
    "ПИШИ": _listed(
        "пишите|пиши|писать|присылайте|присылай|присылать|отправляйте|отправлять|шлите|слать|беспокойте|беспокоить|"
        "пишіть|писати|надсилайте|надсилати|турбуйте|турбувати|пишить|пишіте|присилайте|відправляйте|шліть|слати|"
        "отсылайте|высылайте|беспокой|тревожьте|шли|смсьте"
    ),
    "FA": _listed("发|發|傳|传|寄|联系|聯繫|聯絡|打扰|打擾|骚扰|騷擾|烦|煩|简讯|簡訊"),
    "BIE": _listed("不要|不要再|别|別|别再|別再|请勿|請勿|勿|不必|不用|不用再|不必再|莫"),
    "NHAN": _listed(
        "nhắn|gửi|gởi|nhắn tin|gửi tin|liên lạc|làm phiền|text|nhắn tin nhắn|gửi tin nhắn|gởi tin|nhắn gửi|gửi sms|spam"
    ),
    "WAG": _listed("huwag|wag|wg|hwag"),
    "TEXTIL": _listed(
        "text|itext|i text|magtext|mag text|txt|itxt|magtxt|padala|magpadala|padalhan|magmessage|mag message|message|"
        "kontakin|guluhin|istorbohin|abalahin|i message|imessage|mag send|magsend|send|isend|kulitin|mangulit|"
        "gambalain|i contact|icontact|magcontact|mag contact|mag padala|pag text|i txt|magtex"
    ),
    "BONAE": _listed("보내지|보내|하지|연락하지|문자하지|전송하지|보내시지|보내주지"),
    "PISZ": _listed(
        "pisz|piszcie|pisać|wysyłaj|wysyłajcie|wysyłać|kontaktuj~|przysyłać|przysyłaj~|wysylac|esemesuj~|przysyłajcie|"
        "nękaj~|spamuj~"
    ),
    "VOYE": _listed(
        "voye|ekri|ekri m|texte|tekste|kontakte|deranje|anmède|voye m|voye mwen|ekri mwen|voye ban m|voye ban mwen|"
        "texte m|tekste m"
    ),
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
        "at|when|before|through|thru|using|them|yall|a|two|three|already|monday|tuesday|wednesday|thursday|friday|"
        "check|a few|few|couple|several|in person|up front|upfront|when i|1~|2~|3~|4~|5~|6~|7~|8~|9~"
    ),
    "MONEY": _listed("payment|check|cheque|money|full payment|money order"),
    "SENT": _listed("made|sent|mailed|submitted|completed|dropped off|zelled|wired|transferred"),
    "NOTYET": _listed(
        "havent|have not|hasnt|has not|not|never|didnt get|wasnt|be|get|gets|getting|got|when im|until im|if i|once i|"
        "should have|when i|cant be|who|when ive|unless i|wish i|should be|needs to be|need to be|get it"
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
        "number|person|phone|patient|guy|lady|man|woman|family|contact|#|num|party|one|cell|recipient|name|no|nmber|"
        "numbr|numer|nuber|nunber|numbet|numero|nbr|ppl|people|home|house|household"
    ),
    # What may follow "this is not" beside a name.
    "NOTANAME": _listed(
        "right|fair|good|ok|okay|true|possible|funny|a|an|the|due|acceptable|correct|urgent|necessary|cool|new|it|yet|"
        "now|working|enough|legal|what|how|why|accurate|covered|owed|paid|clear|easy|great|helpful|ideal|nice|too|so|"
        "very|really|even|going|happening|about|for|in|on|of|at|to|because|like|that|all|any|cheap|affordable|showing|"
        "loading|opening|professional|convenient|spam|valid|real|you|your|something|anything|an issue|until|safe|"
        "secure"
    ),
    # Deaths, lawyers, disputes.
    "KIN": _listed(
        "she|he|they|mom|mother|mum|dad|father|wife|husband|son|daughter|brother|sister|patient|guarantor|grandmother|"
        "grandma|grandfather|grandpa|aunt|uncle|spouse|partner|who|parents|parent|fiance|ma|mama|momma|pop|pops|papa|"
        "nana|nanna|granny|hubby|sis|bro|stepdad|stepmom|stepfather|stepmother|mother in law|father in law|niece|"
        "nephew|cousin|baby"
    ),
    "MONTH": _listed(
        "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|"
        "jul|aug|sep|sept|oct|nov|dec"
    ),
    "THING": _listed(
        "phone|cell|battery|laptop|computer|car|tablet|ipad|tooth|nerve|dog|cat|pet|card|link|internet|wifi|power|"
        "signal|teléfono|celular|batería|perro|perra|gato|gata|carro|diente|nervio|muela|thread|line|charger|headset|"
        "wallet"
    ),
    "SUE": _listed("sue|suing"),
    "BILL": _listed("bill|charge|charges|amount|balance|invoice|statement|total|account|fee|claim|this|it|that"),
    "WRONG": _listed("wrong|incorrect|inaccurate|not right|not correct|isnt right|isnt correct|not accurate|an error"),
    # Paying later.
    "WILL": _listed(
        "will|ill|i will|we will|well|im going to|i am going to|im gonna|gonna|going to|plan to|planning to|imma|ima|"
        "im gunna|gunna|we are going to|i intend to|i plan to"
    ),
    "PAY": _listed(
        "pay|be paying|take care of|make a payment|make the payment|make my payment|send payment|send a payment|"
        "send a check|send the check|mail a check|mail the check|mail it|settle|get it paid|get this paid|"
        "get that paid|mail a payment|mail payment|mail the payment|mail in a check|pay online|pay my bill|"
        "pay the bill|pay this bill|pay that bill|pay my balance|pay the balance|take care of it|take care of this|"
        "take care of that|get this taken care of|get it taken care of|get that taken care of|drop off a check|"
        "drop a check off|drop off the check"
    ),
    "YES": _listed("yes|yep|yeah|yup|ya|yea|sure|sí|si|claro|ok"),
    "DAY": _listed(
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues|tue|wed|weds|thurs|thur|thu|fri|sat|sun"
    ),
    "ORDINAL": _listed(
        "first|1st|2nd|3rd|4th|5th|6th|7th|8th|9th|10th|11th|12th|13th|14th|15th|16th|17th|18th|19th|20th|21st|22nd|"
        "23rd|24th|25th|26th|27th|28th|29th|30th|31st"
    ),
    "DÍA": _listed("lunes|martes|miércoles|jueves|viernes|sábado|domingo"),
}

#: Words round a keyword that change nothing.
POLITE: Final = _phrases(
    english="please|pls|plz|plss|kindly|thanks|thank|you|thank you|u|thx|ty|tks|ok|okay|k|hi|hello|hey|sir|maam|mam",
    spanish="gracias|favor|por|muchas|hola|porfavor|porfa|porfis|xfa|xfavor|señor|señora|señorita|buenas|buenos|"
    "tardes|días",
    french="svp|merci|s'il|vous|plaît|sil|bonjour|stp|plait",
    german="bitte|danke|hallo",
    portuguese="obrigado|obrigada|olá",
    russian="пожалуйста|спасибо|здравствуйте|прошу|пж|плиз",
    ukrainian="будь|ласка|дякую|прошу",
    polish="proszę|dziękuję|dzień|dobry",
    vietnamese="xin|vui|lòng|làm|ơn|cảm|cám",
    tagalog="po|paki|salamat|pakiusap|na|nalang|lang|pls",
    chinese="请|請|谢|謝|你|您|了|吧",
    korean="제발|감사합니다|주세요|해주세요|부탁드립니다|좀|이제",
    arabic="من|فضلك|شكرا|رجاء",
    haitian="tanpri|mèsi|souple|silvouplè|silvouple|svp",
    italian="grazie|per|favore|prego",
    hindi_urdu_punjabi="कृपया|प्लीज|प्लीज़|kripya|kripaya|براہ|کرم|مہربانی|پلیز|ਕਿਰਪਾ|ਕਰਕੇ|ji|जी|bhai",
    persian="لطفا|خواهش|میکنم|می‌کنم|lotfan",
    somali="fadlan",
    amharic="እባክዎ|እባክዎን|እባክህ|እባክሽ|እባካችሁ",
    armenian="խնդրում|եմ|խնդրեմ|khndrum|em|xndrum",
    hmong="thov",
    hebrew="בבקשה|תודה",
    greek="παρακαλώ",
    turkish="lütfen",
    thai="กรุณา|ครับ|ค่ะ|คะ|นะ|นะคะ|นะครับ",
    khmer="សូម",
    serbian="molim|vas|hvala",
    albanian="ju|lutem",
    romanian="vă|rog",
    swahili="tafadhali",
    dutch="aub|alstublieft|graag",
)
AROUND_STOP: Final = POLITE + _phrases(
    english="now|immediately|asap|today|already|just|i|said|say|text|txt|reply|send|no|yes|all|right|away|at|once|"
    "fucking|damn|the|f|forever|permanently|and|me|lol|wtf|omg|period|full|comma|exclamation|point|mark|dude|bro|man|"
    "ugh|omfg|u|guys|yall|people|plzz|alexa|siri|texting|texts",
)

#: "Stop" that begins a message speaks of the texts, also behind these.
GREETINGS: Final = _listed("ok|okay|k|hi|hello|hey|yo|yes|no|dude|bro|hola|oye|oiga")

#: Thanks make no opt-out another thing, wherever they stand in it.
THANK_WORDS: Final = _phrases(
    english="thank you|thank u|thanks|thank|thankyou|thx|ty|tks|thnx|thanx|tyvm|thankx|thks|tanks",
    spanish="muchas gracias|mil gracias|gracias|grasias|graciass",
    french="merci beaucoup|merci bien|merci",
    german="danke schön|danke sehr|vielen dank|danke",
    portuguese="muito obrigado|muito obrigada|obrigado|obrigada|valeu",
    italian="grazie mille|grazie",
    russian="большое спасибо|спасибо большое|спасибо|спс|благодарю|spasibo",
    ukrainian="дуже дякую|дякую",
    polish="dziękuję bardzo|dziękuję|dzięki|dziekuje",
    vietnamese="cảm ơn bạn|cảm ơn nhiều|cám ơn nhiều|cảm ơn|cám ơn",
    tagalog="maraming salamat|salamat po|salamat",
    chinese="谢谢你|谢谢您|谢谢|多谢|謝謝你|謝謝您|謝謝|多謝|感谢|感謝",
    japanese="ありがとうございます|ありがとうございました|ありがとう|どうも",
    korean="감사합니다|감사해요|고맙습니다|고마워요|감사",
    arabic_and_persian="شكرا جزيلا|شكرا لكم|شكرا|ممنون|ممنونم|مرسی|متشکرم|تشکر|سپاس",
    hindi_urdu_punjabi="धन्यवाद|शुक्रिया|dhanyavad|dhanyavaad|dhanyawad|shukriya|शुक्रिया जी|شکریہ|بہت شکریہ|ਧੰਨਵਾਦ|ਸ਼ੁਕਰੀਆ",
    haitian="mèsi anpil|mèsi|mesi",
    somali="mahadsanid|mahadsanidiin|aad baad u mahadsantahay",
    amharic="አመሰግናለሁ|እናመሰግናለን",
    armenian="շնորհակալություն|շնորհակալ եմ|շնորհակալ|մերսի",
    hmong="ua tsaug ntau|ua tsaug",
    others="תודה רבה|תודה|ευχαριστώ|teşekkürler|teşekkür ederim|ขอบคุณ|ขอบคุณครับ|ขอบคุณค่ะ|អរគុណ|ຂອບໃຈ|ধন্যবাদ|આભાર|"
    "நன்றி|ధన్యవాదాలు|hvala|faleminderit|mulțumesc|asante|asante sana|dank u|bedankt",
)

#: S.T.O.P, s t o p, un-subscribe: what is left without blanks.
SPELLED_OUT: Final = frozenset(
    {
        "stop",
        "stopall",
        "stopit",
        "stopnow",
        "stopplease",
        "pleasestop",
        "plsstop",
        "plstop",
        "stoptexting",
        "stoptextingme",
        "unsubscribe",
        "unsubcribe",
        "unsuscribe",
        "optout",
        "st0p",
    }
)

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
        "stop2end|opt put|opout|otp out|cancle|quite|qiut|stoop|stap|stip|sto|srop|atop|stok|stob|sstop|stoppp|rmv|"
        "rmv me|unsubcribe|unsuscribe|cansel",
        english="remove me|delete me|delete|no more|cease|desist|exit|i revoke|i do not consent|i dont consent|"
        "do not contact|dnc|go away|fuck off|f off|piss off|block|blocked|spam|no consent|enough|enough already|"
        "get lost|knock it off|i want out|i want off|quit it|cancel this|cancel it|end this|quit this|cease this|"
        "enough of this|buzz off|not interested|unwanted|reported|no text|no texts|discontinue|take me off|"
        "no more text|no text messages|no messages|no msgs|no spam|stop period|f u stop|do not text|dont text|"
        "do not message|stop sms|end subscription|cancel subscription|unsubscribed",
        spanish="no más|ya no|basta|basta ya|ya basta|alto|baja|parar|pare|paren|para|detener|detente|deténgase|"
        "cancelar|cancele|cancelen|fin|salir|desuscribir|desuscribirme|eliminar|borrar|no mandar|no molestar|"
        "ya no quiero|ya estuvo|ya para|ya paren|ya pare|ya párele|párele|alto ya|ya no más|no quiero más|quítame|"
        "quíteme|borrar número|anular|no insista|no insistan|ya dejen|suspender|deténganse|párenle|párale|ya párenle|"
        "ya párale|alto ya no más",
        french="arrêt|arrêter|arrêtez|arrête|désabonner|désabonnement|désinscrire|désinscription|annuler|plus de sms|"
        "plus de messages|ça suffit|stop sms|arrêter tout|désabonnez|annulez|assez|suffit|arrêtez maintenant|"
        "stop maintenant|arrêtez ça|arrêtez tout",
        german="stopp|aufhören|aufhoeren|abmelden|abbestellen|abmeldung|ende|kündigen|halt|hör auf|hören sie auf|"
        "schluss|nicht mehr schreiben|austragen|stoppen|schluss damit|genug|lassen sie das|lass das|keine werbung|"
        "keine sms",
        portuguese="parem|sair|remover|descadastrar|chega|não quero mais|cancelem|pára|interromper|parar mensagens|"
        "cancelar inscrição|basta|pare já",
        italian="ferma|fermati|smettila|smettetela|cancellami|annulla|disiscrivimi|cancella|stop messaggi|disiscrivi|"
        "non scrivere|smettete|rimuovi|rimuovimi",
        russian="стоп|остановить|остановите|остановитесь|отписаться|отписка|отпишите|отмена|хватит|прекратите|"
        "прекратить|перестаньте|отстаньте|не надо|не пиши|отказ|отказываюсь|остановите это|прекращайте|перестань|"
        "отстань|отвяжитесь|отвалите|не беспокоить|удалите|удалить|хватит уже|не пишите|довольно|prekratite|hvatit|"
        "xvatit|otpisatsya|otpishite|стоп смс|стоп сообщения|стоп рассылка|стоп sms|stop смс",
        ukrainian="зупинити|зупиніть|зупиніться|припиніть|припинити|відписатися|відписатись|відписка|скасувати|досить|"
        "годі|перестаньте|відмова|відпишіть|видаліть|перестань|не пишіть|не турбувати|відчепіться|скасуйте|стоп",
        polish="zatrzymaj|zatrzymać|rezygnuję|rezygnacja|wypisz|wypisać|anuluj|koniec|dość|przestań|przestańcie|"
        "przestać|nie pisz|dosyć|wystarczy|skończcie|przestan|nie piszcie|stop sms|odczepcie się|wypisz mnie|usuń|"
        "rezygnuje",
        vietnamese="dừng lại|ngừng|ngưng|ngưng lại|ngừng lại|hủy đăng ký|huỷ đăng ký|từ chối|không nhận tin|hủy bỏ|"
        "dừng tin nhắn|không nhận|stop lai|ngưng đi|ngừng đi|dừng đi|dừng ngay|thôi đi|thôi đừng nhắn|hủy tin nhắn|"
        "hủy đăng kí|huỷ đăng kí|ngừng tin nhắn|đủ rồi|đừng nhắn",
        tagalog="itigil|itigil mo|itigil nyo|itigil niyo|tigil|tigilan|hinto|ihinto|ayoko|ayaw ko|tumigil|"
        "tigilan mo ako|tigilan nyo ako|tigilan niyo ako|tigilan mo|tigilan nyo|tigilan niyo|tama na|tama na po|"
        "tama na please|tama na yan|ayaw na|ayoko na|itigil na|tigil na|itigil nyo na|itigil niyo na|pakitigil|"
        "pakistop|paki stop|paki hinto|huwag na mag text|undang na|undanga|undangi",
        chinese="停|停止|停止发送|停止發送|退订|退訂|取消|取消订阅|取消訂閱|拒收|拒绝|拒絕|结束|結束|停发|停發|不要|"
        "退|退出|停掉|停了|关闭|關閉|勿扰|勿擾|滚|滾|别烦|別煩|取消短信|取消簡訊|停止短信|停止簡訊|停止信息|停止訊息|"
        "不要短信|不要简讯|不要簡訊|不接收|拒收短信|够了|夠了",
        japanese="停止|配信停止|解除|やめて|やめてください|ストップ|止めて|止めてください|いらない|いりません|"
        "不要です|退会|登録解除|配信不要|連絡不要|もうやめて|受信拒否|迷惑です",
        korean="중지|중단|정지|거부|해지|취소|수신거부|수신 거부|그만|그만하세요|그만해|그만해주세요|스톱|중지하세요|"
        "그만 보내|그만보내|멈춰|멈춰주세요|멈추세요|차단|스탑|수신 중지|수신중지|문자 거부|문자거부|보내지마|"
        "보내지마세요|하지마|하지마세요",
        arabic="توقف|قف|إيقاف|أوقف|أوقفوا|توقفوا|إلغاء|إلغاء الاشتراك|كفى|كفاية|إزالة|ستوب|وقف|ايقاف|الغاء|الغ|أوقفها|"
        "كفى رسائل|توقفي|حذف|احذف|احذفوني|احذفني|وقفوا|اوقف|اوقفوا|لا رسائل|بدون رسائل",
        persian_and_urdu="",
        haitian="sispann|sispan|kanpe|rete|ase|anile|dezabòne|arete|arete sa|sispann sa|ase sa|sispann tanpri|pa voye",
        persian="لغو|لغو اشتراک|لغو عضویت|بس کنید|بس کن|بسه|بس است|متوقف کنید|قطع کنید|نفرستید|نفرست|ندید|حذف کنید|"
        "تمومش کنید|تمام کنید|bas konid|nafrestid|استاپ",
        urdu="بند کریں|بند کرو|بند کر دیں|بند کیجیے|روکیں|روک دیں|روکو|بس کرو|بس کریں|مت بھیجو|نہ بھیجیں",
        hindi="बंद करो|बंद करें|बंद कीजिए|बंद कर दो|बंद कर दीजिए|बन्द करो|बन्द करें|रोको|रोकें|रोक दो|रोक दीजिए|"
        "बस करो|बस कीजिए|मत भेजो|मत भेजिए|स्टॉप|नहीं चाहिए|band karo|band kare|band karein|band kijiye|band kar do|"
        "bund karo|bandh karo|rok do|roko|bas karo|mat bhejo|mat bhejiye|mat bhejna",
        punjabi="ਬੰਦ ਕਰੋ|ਬੰਦ ਕਰ ਦਿਓ|ਰੋਕੋ|ਬਸ ਕਰੋ|ਨਾ ਭੇਜੋ|na bhejo",
        gujarati="બંધ કરો|બંધ કરી દો|રોકો|ન મોકલો|ના મોકલો",
        bengali="বন্ধ করুন|বন্ধ কর|বন্ধ করো|থামুন|থামান|স্টপ|পাঠাবেন না|bondho korun",
        nepali="बन्द गर्नुहोस्|बन्द गर|रोक्नुहोस्|नपठाउनुहोस्|नपठाउनु|banda garnu",
        tamil_telugu_and_kin="நிறுத்து|நிறுத்துங்கள்|நிறுத்தவும்|ఆపండి|ఆపు|ఆపేయండి|నిలిపివేయండి|നിർത്തുക|നിർത്തൂ|ನಿಲ್ಲಿಸಿ|थांबा|थांबवा|නවත්වන්න",
        somali="jooji|jooja|joogso|joojiya|jooji hadda|iga daa|iga daaya|iga daay|ka bax|iga saar",
        amharic_and_tigrinya="አቁም|አቁሙ|አቁሚ|ይቁም|ያቁሙ|በቃ|ተው|ተዉ|አይላኩ|አትላኩ|ደው አብል|ደው አብሉ|ጠጠው በሉ",
        armenian="կանգ|կանգ առեք|կանգնեք|կանգնեցրեք|դադարեցրեք|դադարեք|դադարեցնել|վերջ|վերջ տվեք|հերիք|հերիք է|"
        "բավական է|ստոպ|մի գրեք|չգրեք|մի գրեք ինձ|heriq|heriq e|dadarecreq|mi greq|mi grek",
        hmong="tsum|tsum tsum|nres|tseg|txhob xa|txhob|txob|txob xa",
        hebrew="הסר|הסרה|הסירו|תסירו|כתובת הסר|תפסיקו|תפסיק|תפסיקי|להפסיק|הפסק|הפסיקו|די|מספיק|עצור|עצרו|סטופ",
        turkish="dur|durun|durdur|durdurun|iptal|yeter|ret|abonelikten çık|mesaj istemiyorum",
        thai_lao_khmer_and_burmese="หยุด|หยุดที|พอแล้ว|เลิกส่ง|ยกเลิก|ไม่ต้องส่ง|ຢຸດ|ຢຸດແດ່|ພໍແລ້ວ|ຍົກເລີກ|ឈប់|បញ្ឈប់|"
        "ឈប់ទៅ|បោះបង់|កុំផ្ញើ|ရပ်|ရပ်ပါ|ရပ်တန့်ပါ|မပို့ပါနဲ့|မပို့နဲ့",
        balkans="opriți|oprește|opreste|opriti|gata|dezabonare|ndal|ndalo|ndaloni|ndalni|mjaft|boll|dosta|prestani|"
        "prestanite|stani|stanite|zaustavite|odjava|odjavi|доста|престаните|престани|спрете|спри|σταματήστε|σταμάτα|"
        "σταματήστε το|διαγραφή|στοπ|φτάνει|αρκετά",
        dutch="stoppen|afmelden|uitschrijven|ophouden|hou op|geen berichten|geen sms",
        swahili="acheni|komesha|komesheni|sitisha|simamisha|msitume|usitume",
    ),
    clauses=_phrases(
        english="stop|stopp|stopall|stop all|stop it|stop this|stop that|stop these|stop them|unsubscribe|optout|"
        "opt out|remove me|leave me alone|leave us alone|take me off|do not contact me|dont contact me",
        spanish="no más|basta ya|ya basta|ya no me escriban|ya no me manden",
        russian_and_ukrainian="стоп|прекратите|припиніть|перестаньте|зупиніться",
        chinese="停止|退订|退訂",
        german="aufhören",
        french="arrêtez",
        polish="przestańcie|proszę przestać",
        korean="수신거부|수신 거부|문자 그만",
        tagalog="itigil na|tigilan niyo na|tigilan nyo na",
        arabic="توقف|توقفوا",
        hindi_and_urdu="बंद करो|band karo|بند کرو|بند کریں",
        persian="بس کنید",
        armenian="դադարեցրեք|կանգնեցրեք",
        somali="jooji",
        amharic="አቁሙ|አቁም",
        haitian="sispann",
    ),
    phrases=_phrases(
        stop="STOP FILLER* TEXTS|STOP FILLER* BILLING TEXTS|ENDING FILLER* TEXTNOUN|ENDING FILLER* BILLING TEXTNOUN|"
        "cease and desist|TOLD EVER* stop NOW|stop FILLER* $|stop it $|quit it $|cease it $|end it $|stop getting|"
        "stop receiving|SAID stop|i already said stop|i have said stop|ive said stop|say stop $|"
        "refrain from FILLER* TEXTS|TEXTNOUN need to end|TEXTNOUN have to end|TEXTNOUN must end|stop ... me $|"
        "quit ... me $|stop ... my phone|quit ... my phone|stop ... my cell",
        do_not="NOT EVER* TEXT|NOT EVER* call ... or TEXT|NOT EVER* call ... nor TEXT|NOT EVER* send ME? FILLER? MORE|"
        "NOT WANT to? GET FILLER* anymore|NOT WANT to? GET ... from you|NOT WANT ... these anymore|NOT WANT these $|"
        "NOT WANT them $|no more FILLER? TEXTS|no more of these|no TEXTS please|no TEXTS anymore|"
        "please no FILLER? TEXTS|^ no TEXTS $|TEXT ME never|not FILLER? texts $|not by text|not via text|"
        "instead of FILLER* TEXTS|turn off FILLER* TEXTS|turn FILLER* TEXTS off|turn these off|NOT EVER* reach out $|"
        "NOT EVER* reach out again|NOT EVER* reach out to ME|NOT EVER* use this number|NOT EVER* use my number|"
        "rather you not TEXT|NOT need to keep TEXT|not interested in FILLER* TEXTS|texts not welcome|"
        "TEXTS are not welcome|TEXTS arent welcome|^ no text messages|no text messages please|"
        "want out of FILLER* TEXTS|want out of these|no longer want these|no longer want FILLER* TEXTS|"
        "NOT EVER EVER* TEXTED|NOT WANT ... TEXTNOUN|NOT WANT to? GET ... TEXTNOUN|NOT WANT you ... TEXT|"
        "NOT WANT u ... TEXT|NOT WANT anyone ... TEXT|NOT WANT anybody ... TEXT|NOT WANT to be TEXTED|"
        "NOT WANT to? GET FILLER* $|rather not GET FILLER* TEXTNOUN|rather not GET these|rather not be TEXTED|"
        "no need to TEXT ME|no need to TEXT again|no need to TEXT $|no need to keep TEXT|no need for FILLER* TEXTNOUN|"
        "not interested in GET FILLER* TEXTNOUN|want these to stop $|want this to stop $|"
        "want FILLER* TEXTNOUN to stop|no longer want to GET FILLER* TEXTNOUN|no longer want to GET these|"
        "no longer wish to GET FILLER* TEXTNOUN|no longer want to be TEXTED|want out of this $|NOT allowed to TEXT|"
        "no right to TEXT|no permission to TEXT|NOTHERE sign up for FILLER* TEXTNOUN|NOTHERE sign up for these|"
        "NOTHERE opt in|NOTHERE opt into|^ get off my phone|^ get off my cell",
        only_otherwise="only contact ME by MAIL|contact ME by MAIL only|contact ME only by MAIL|"
        "contact ME ... by MAIL only|only send ME? ... by MAIL",
        consent="revoke ... CONSENT|revoking ... CONSENT|withdraw ... CONSENT|withdrawing ... CONSENT|"
        "you NOT have ... CONSENT|NOTHERE GAVE you ... CONSENT|NOTHERE GAVE ... CONSENT to TEXT|OPTOUT|UNSUBSCRIBE|"
        "NOTHERE GAVE CONSENT for this|NOTHERE GAVE CONSENT $|NOTHERE GAVE anyone CONSENT to TEXT|"
        "without my CONSENT to TEXT|take away my CONSENT|who GAVE you CONSENT|NOTHERE GAVE CONSENT to be TEXTED",
        list="remove me|delete me|want to be removed|like to be removed|asked to be removed|wish to be removed|"
        "removed from ... list|taken off ... list|want out of FILLER? list|unenroll me from FILLER* TEXTS|"
        "remove ... from FILLER? list|remove ... from FILLER? TEXTS|rmv me|take me out of your system|"
        "out of your system|DROP WHOSE NUMBER OFF|DELETE OWN NUMBER|forget my number|forget this number|^ want off|"
        "i want off|^ DELETE ... number $|get off FILLER? list|get off of FILLER? list|DROP WHOM OFF",
        anger="blocking you|blocking this number|blocked you|blocked this number|reported as spam|marked as spam|"
        "^ knock it off $|^ go away $|^ get lost $|reporting you for spam~|reporting you for harass~|"
        "reporting you as spam|reported you for spam~|reported you as spam|reporting you to the fcc|"
        "reporting this as spam|reporting as spam|reporting this number|reported this number|lose this number|"
        "lose my number|leave WHOM alone|leave WHOM be|leave WHOM the ... alone|leave this number alone|"
        "leave my phone alone",
        spanish="basta de TEXTS|no me ENVIE|no nos ENVIE|no ENVIE más|no envíen|no envíe|no molesten|no moleste|"
        "no más TEXTS|quíteme|quítenme|quítame|bórreme|bórrenme|bórrame|sáqueme|sáquenme|sácame|elimíneme|elimínenme|"
        "déjeme en paz|déjenme en paz|déjame en paz|darme de baja|revoco|no autorizo|no doy permiso|DEJE de MANDAR|"
        "DEJE de estar MANDAR|QUITE ... mi número|QUITE ... mi celular|QUITE ... mi teléfono|QUITE ... mi nombre|"
        "QUITE este número|denme de baja|déme de baja|dame de baja|nomás TEXTS|no más de TEXTS|ya no ENVIE nada|"
        "ya no ENVIE $|ya no ENVIE más|ya no ENVIE por favor|ya no ENVIE porfa~|ya no ENVIE TEXTS|no ENVIE nada|"
        "no ENVIE TEXTS|no me? vuelva~ a ENVIE|no quiero nada de ustedes|no necesito ... TEXTS|"
        "no vuelva~ a contactar~|stop de MANDAR|no me estén ENVIE|no me esté ENVIE|no me estén MANDAR|"
        "no me ande~ MANDAR|me quite~ de ... lista|quite~ de ... lista|me dejen en paz|dejar en paz|dejen en paz|"
        "dejarme en paz|remuévame|remuévanme|removerme|cancelar TEXTS|cancelar los TEXTS|cancele~ mi suscrip~|"
        "no autoricé TEXTS|ni me ENVIE|ni ENVIE|ni me MANDAR|ni TEXTS|no QUIERO ... TEXTS|no QUIERO que me ENVIE|"
        "no QUIERO q me ENVIE|no QUIERO recibir ... nada|no QUIERO recibir más|no me manda TEXTS|no me manda más|"
        "no manda más TEXTS|no me envía TEXTS|no me envía más|ni mand~ TEXTS|dar de baja $|dar de baja este|"
        "dar de baja mi número|quiero la baja|ya no más $|^ alto ya|párenle|párele|DEJE los TEXTS|DEJE estos TEXTS|"
        "DEJE esos TEXTS|pare TEXTS|paren TEXTS|cancela~ TEXTS|cancela~ los TEXTS|cancela~ estos TEXTS|"
        "cancela~ mi suscrip~",
        french="ne menvoyez NEPAS|ne mécrivez NEPAS|ne me contactez NEPAS|ne me textez NEPAS|ne NEPAS me contacter|"
        "ne NEPAS menvoyer|ne NEPAS mécrire|ne NEPAS envoyer|n'envoyez NEPAS|menvoyez plus|me contactez plus|"
        "plus de messages|plus de textos|plus de sms|laissez moi tranquille|retirez moi|enlevez moi|désabonnez moi|"
        "supprimez mon numéro|arrêtez de me|arrêtez de menvoyer|arrêtez de mécrire|arrêtez dmenvoyer|"
        "arrêtez d envoyer|arrêtez denvoyer|arrêtez décrire|arrêtez de texter|arrêtez de contacter|"
        "arrêtez de harceler|arrêtez les messages|arrêtez les sms|arrêtez les textos|arrêtez vos|arrête de mécrire|"
        "arrête de menvoyer|arrête de me|je ne veux plus $|je ne veux plus ... messages|je ne veux plus ... sms|"
        "je ne veux plus ... textos|je ne veux plus recevoir|je ne veux plus être contact~|"
        "je ne veux pas ... messages|je ne veux pas ... sms|je veux pas ... messages|pas de messages svp|pas de sms|"
        "nécrivez plus|mécrivez plus|mécrivez pas|menvoyez pas|ne menvoie NEPAS|ne mécris NEPAS|foutez moi la paix|"
        "fichez moi la paix|effacez mon numéro|enlevez mon numéro|retirez mon numéro|supprimez moi|me désabonner|"
        "désinscrivez moi|stop aux messages|cessez de me|cessez denvoyer|cessez de menvoyer|cessez vos",
        german="keine weiteren nachrichten|keine texte|schreiben sie mir nicht|schreib mir nicht|schreibt mir nicht|"
        "nicht mehr kontaktieren|kontaktieren sie mich nicht|hören sie auf|hört auf|hör auf|löschen sie meine nummer|"
        "nummer löschen|melden sie mich ab|bestellen sie mich ab|nehmen sie mich von|nicht mehr anschreiben|"
        "keine nachrichten mehr|keine nachrichten $|keine nachrichten bitte|bitte keine nachrichten|"
        "will keine ... nachrichten|möchte keine ... nachrichten|wünsche keine ... nachrichten|"
        "wollen keine ... nachrichten|in ruhe $|nicht mehr schreiben|nicht mehr texten|nicht mehr melden|"
        "nicht mehr schicken|nicht mehr senden|keine texte mehr|keine werbung|meine nummer löschen|"
        "meine nummer entfernen|löschen sie mich|streichen sie mich|schicken sie mir nichts mehr|"
        "schickt mir nichts mehr|schicken sie mir keine|senden sie mir keine|abmelden|oder schreiben|keine sms mehr|"
        "keine sms $|keine sms bitte|bitte keine sms|will keine ... sms|möchte keine ... sms",
        portuguese="não me MANDE|não MANDE mais|não enviem|não quero ... mensagens|não quero ... mensagem|"
        "não quero ... sms|me tire|me tirem|me tira da|me remova|me remove|remova meu|remova o meu|remover meu|"
        "me deixe em paz|me deixem em paz|deixe me em paz|não autorizo|DEJE de MANDAR|pare de me? MANDAR|"
        "chega de mensag~|chega de sms|não me mand~|não mand~ mais|não mand~ mensag~|não envi~ mais|não envi~ mensag~|"
        "não quero receber|não quero mais receber|não quero mais mensag~|não desejo receber|mais mensagens não|"
        "sem mensagens|apague~ ... meu número|apaga ... meu número|exclua~ ... meu número|excluir meu|"
        "tire~ ... meu número|tira ... meu número|tire meu|me exclua~|me retire~|me descadastr~|cancelar inscrição|"
        "cancelar mensag~|cancele~ mensag~|não me incomod~|não incomod~|não me contat~|não me escrev~|"
        "não escrev~ mais|não me perturb~|remova~ meu|nem me? MANDE|nem mensag~",
        italian="non mi scriv~|non mandatemi|non scrivetemi|basta messaggi|smettete di|smettetela di|toglietemi|"
        "smettila di|non mandate~|non scriv~ più|non mandare più|niente messaggi|niente sms|basta con i messaggi|"
        "basta sms|basta scriver~|cancellate il mio|cancella il mio|rimuovete il mio|rimuovetemi|toglimi dalla lista|"
        "non voglio ... messaggi|non voglio ... sms|lasciatemi in pace|lasciami in pace|non contattatemi|"
        "non mi contatt~",
        russian="не надо мне? ПИШИ|не нужно мне? ПИШИ|не ПИШИ мне|не ПИШИ больше|больше не ПИШИ|мне не ПИШИ|"
        "^ не ПИШИ $|не ПИШИ ... сообщ~|не ПИШИ ... смс|прекратите ПИШИ|перестаньте ПИШИ|хватит ПИШИ|отпишите|"
        "отписаться|удалите меня|удалите мой|удалите этот номер|уберите меня|уберите мой|оставьте меня|"
        "хочу отписаться|не беспокойте|и не ПИШИ|ни ПИШИ|не звоните и не|больше не надо смс|больше не надо ... сообщ~|"
        "не надо смс|не надо сообщ~|не нужны смс|не нужно смс|не нужны ... сообщ~|больше не надо $|без смс|"
        "никаких смс|никаких сообщ~|хватит смс|хватит сообщ~|хватит мне|хватит уже|прекратите рассылку|прекратите это|"
        "прекратите меня|исключите ... номер|исключите меня|сотрите ... номер|удалите ... номер|уберите ... номер|"
        "не хочу получать|не хочу ... смс|не хочу ... сообщ~|не желаю получать|отстаньте от|отвяжитесь|отвалите|"
        "перестаньте мне|не ПИШИ на этот|ne pishite|ne pishi $|ne prisyla~|ne otpravlya~|otpishite|ne nado sms|"
        "ne nado pisat|hvatit pisat|xvatit pisat|prekratite pisat|больше не нужно $",
        ukrainian="не треба мені? ПИШИ|не потрібно мені? ПИШИ|не ПИШИ мені|не ПИШИ більше|більше не ПИШИ|мені не ПИШИ|"
        "припиніть ПИШИ|досить ПИШИ|годі ПИШИ|відпишіть|видаліть мене|видаліть мій|приберіть мій|не турбуйте|"
        "не ПИШИ ... повідомлен~|і не ПИШИ|та не ПИШИ|не надсилайте мені|не шліть|більше не треба|не треба смс|"
        "не треба ... повідомлен~|не потрібні ... повідомлен~|припиніть розсилку|припиніть мені|перестаньте ПИШИ|"
        "перестаньте мені|досить смс|відчепіться|не хочу отримувати|не хочу ... повідомлен~|не бажаю отримувати|"
        "видаліть ... номер|приберіть ... номер|викресліть",
        polish="nie PISZ do mnie|nie PISZ mi|nie PISZ więcej|nie PISZ już|proszę nie PISZ|więcej nie PISZ|"
        "nie PISZ ... wiadomości|nie PISZ ... sms~|^ nie PISZ $|przestańcie PISZ|proszę przestać|wypisz mnie|"
        "wypiszcie mnie|usuń mnie|usuńcie mnie|usuń mój|usuńcie mój|proszę mnie usunąć|proszę mnie wypisać|"
        "proszę usunąć mój|nie chcę ... wiadomości|nie chcę ... sms~|dajcie mi spokój|nie życzę sobie|i nie PISZ|"
        "ani nie? PISZ|nie dzwonić ani|koniec z sms~|koniec wiadomości|nie chcę otrzymywać|nie chcę dostawać|"
        "nie chce ... sms~|bez sms~|stop sms|usuń ... numer|usuńcie ... numer|usunąć ... numer|skreśl~ mnie|"
        "wykreśl~ mnie|nie wysyłaj~|proszę o usunięcie|odczepcie się|dajcie spokój|proszę mnie nie|nie nękaj~|"
        "prosze nie PISZ|przestań PISZ|przestań mi|przestańcie mi",
        vietnamese="đừng NHAN|xin đừng NHAN|không NHAN nữa|không NHAN tin nữa|không muốn nhận|ngừng NHAN|ngưng NHAN|"
        "dừng NHAN|dừng lại|hủy đăng ký|xóa số|xoá số|không liên lạc|đừng NHAN ... nữa|đừng ... NHAN ... nữa|"
        "đừng gọi hay NHAN|đừng gọi hoặc NHAN|đừng gọi và NHAN|thôi NHAN|đừng có NHAN|không cần NHAN|không muốn NHAN|"
        "không muốn ... tin nhắn|ngừng ... tin nhắn|ngưng ... tin nhắn|dừng ... tin nhắn|xóa tên tôi|xoá tên tôi|"
        "xóa ... số điện thoại|xoá ... số điện thoại|bỏ số tôi|hủy đăng kí|đừng làm phiền|để tôi yên|thôi đừng NHAN|"
        "đừng nữa",
        tagalog="tigilan ... ako|ayoko ... text|ayoko ... message|ayaw ko ... text|ayaw ko ... message|alisin ... ako|"
        "alisin ... number|tanggalin ... ako|tanggalin ... number|burahin ... number|hinto na|pakitigil|"
        "WAG ... ... TEXTIL|tigilan ... na|paki tigil|paki hinto|pakihinto|ihinto nyo|ihinto niyo|ihinto na|"
        "paki alis ... number|pakialis ... number|paki tanggal ... number|pakitanggal ... number|burahin ... ako|"
        "paki delete ... number|ayaw ko na ... makatanggap|ayoko na ... makatanggap|tigilan ... pagtext|"
        "tigilan ... pag text|ayaw na pag text|ayaw mo pag text|ayaw mog text|hindi na po ako interesado|itigil na|"
        "itigil mo|itigil nyo|itigil niyo|itigil ang pag~|itigil po|itigil ... text|itigil ... message|"
        "tama na ang pag~|tama na ang ... text|tama na po ang pag~|tumigil na kayo|tumigil na po kayo",
        chinese="不要再 ... FA|别再 ... FA|別再 ... FA|不要 ... FA ... 信|不要 ... FA ... 訊|不要 ... FA ... 讯|"
        "不要 ... FA ... 消息|不要给我 FA|不要給我 FA|别给我 FA|別給我 FA|不要 FA 我|别 FA 我|別 FA 我|请勿 ... FA|"
        "請勿 ... FA|别 FA 了|別 FA 了|不要 FA 了|停止 ... FA|停止短信|退订|退訂|取消订阅|取消訂閱|删除我|刪除我|"
        "移除我|不想 ... 收到|不想再收|别再来|拒收|从名单|從名單|把我 ... 删除|把我 ... 刪除|BIE ... FA ... 信|"
        "BIE ... FA ... 讯|BIE ... FA ... 訊|BIE ... FA ... 消息|BIE 给我 FA|BIE 給我 FA|BIE FA 我|BIE ... FA 我|"
        "BIE FA 了|BIE 再 FA|不要再来 ... 短信|停止 ... 短信|停止 ... 信息|停止 ... 訊息|停止 ... 簡訊|停止打扰|"
        "停止打擾|停止骚扰|停止騷擾|取消 ... 短信|取消 ... 簡訊|取消 ... 信息提醒|不想 ... 收 ... 信|"
        "不想 ... 收 ... 訊|不想 ... 收 ... 简讯|不想 ... 收 ... 簡訊|不需要 ... 短信|不需要 ... 簡訊|不再接收|不接收|"
        "删掉我|刪掉我|删除 ... 号码|刪除 ... 號碼|别烦我|別煩我|滚开|滾開|勿扰|勿擾|不要 ... 短信 了|不要 ... 簡訊 了",
        japanese="送らないで|連絡しないで|メールしないで|配信停止|やめてください|送信しないで|送ってこないで|"
        "送るのをやめ|送るのはやめ|メッセージをやめ|連絡をやめ|連絡はやめ|送信をやめ|配信をやめ|配信を止め|配信を停止|"
        "送信を停止|停止してください|停止お願い|登録解除|受信拒否|もう結構です|連絡してこないで|"
        "メッセージはいりません|メッセージはいらない|ストップして|解除してください|送らないでください|やめてほしい|"
        "やめてもらえ",
        korean="BONAE 마~|BONAE 말~|그만 보내~|그만 문자~|수신거부~|수신 거부~|문자 그만|문자 중지|번호 삭제~|"
        "제 번호 지워~|받고 싶지 않~|보내지마~|연락하지마~|문자하지마~|문자 보내지마~|그만보내~|그만 좀|그만해~|"
        "문자 거부~|문자 사절|더 이상 보내~ 마~|문자 안 보내~|안 보내~ 주세요|안 받고 싶~|받기 싫~|번호 지워~|"
        "번호를 삭제~|번호 빼~|연락 그만~|메시지 그만|메세지 그만|메시지 보내지~ 마~|그만 하세요|그만 해~ 주세요|"
        "그만 하시~|그만하세요~|그만하시~|문자 ... 원하지 않~|메시지 ... 원하지 않~|연락 원하지 않~|문자 ... 원치 않~|"
        "메시지 ... 원치 않~|연락 원치 않~|중지해 주세요|중단해 주세요|중지해주세요|중단해주세요|멈춰 주세요|"
        "멈춰주세요",
        arabic="لا ترسل~|لا تراسل~|لا تبعث~|لا أريد ... رسائل|لا أريد ... الرسائل|لا اريد ... رسائل|أوقف الرسائل|"
        "أوقفوا الرسائل|أوقف إرسال|أوقفوا إرسال|إلغاء الاشتراك|احذف رقمي|احذفوا رقمي|إزالة رقمي|الغي اشتراكي|"
        "بطل~ ترسل~|لا تزعج~|لا ترسلوا|لا تراسلوني|لا اريد ... الرسائل|ما اريد رسائل|ما بدي ... رسائل|مابدي رسائل|"
        "ما ابغى رسائل|ما ابي رسائل|مابي رسائل|كفاية رسائل|كفى رسائل|بدون رسائل|بلا رسائل|اوقفوا هذه|أوقفوا هذه|"
        "وقفوا الرسائل|وقفو الرسائل|ايقاف الرسائل|إيقاف الرسائل|الغوا اشتراكي|الغاء الرسائل|احذفوني|احذفني|امسح رقمي|"
        "امسحوا رقمي|شيلوا رقمي|شيل رقمي|ازيلوا رقمي|بطلوا ترسل~|بطلوا تبعت~|لا تبعت~|ما تبعت~|لا تكتب~|لا ترسل لي|"
        "لا تتواصل~ معي|لا تتصل~ ولا ترسل~|ولا ترسل~|ولا تبعث~|ولا تراسل~|التوقف عن ارسال~|التوقف عن مراسل~|"
        "التوقف عن الرسائل|توقف عن ارسال~|توقف عن مراسل~|توقف عن الرسائل|توقف عن ازعاج~|توقفوا عن ارسال~|"
        "توقفوا عن مراسل~|توقفوا عن الرسائل|توقفوا عن ازعاج~|لا مزيد من الرسائل|لا مزيد من رسائل",
        haitian="pa VOYE ... mesaj|pa VOYE ... tèks|pa VOYE ... sms|pa VOYE m|pa VOYE mwen|pa VOYE ban|pa VOYE ankò|"
        "sispann VOYE|pa ekri m|retire m|wete m|retire nimewo|wete nimewo|efase nimewo|kite m trankil|"
        "mwen pa vle ... mesaj|m pa vle ... mesaj|pa deranje m|pa janm VOYE|kite m anrepo|kite m an repo|kite m anpè|"
        "kite m an pè|kite mwen anpè|kite mwen anrepo|kite mwen trankil|mwen pa bezwen ... mesaj|"
        "m pa bezwen ... mesaj|mwen pa vle ... tèks|m pa vle ... tèks|sispann ban m|sispann anmède|sispann ... mesaj|"
        "retire mwen|retire non m|retire nimewo m|efase non m|pa kontakte m|pa kontakte mwen|ase mesaj|sispann sa",
        persian="پیام ندید|پیام ندهید|پیام نده|پیام نفرست~|پیامک نفرست~|پیامک ندهید|پیامک ندید|مسیج ندید|مسیج نده|"
        "مسیج نفرست~|دیگه نفرست~|دیگر نفرست~|دیگه پیام|دیگر پیام|مزاحم نش~|شماره ... حذف|اسم ... حذف|پیام نمیخواه~|"
        "پیام نمی خواه~|پیام نمیخوا~|پیام نمی خوا~|لغو عضویت|لغو اشتراک|تماس نگیر~ و پیام|payam nad~|payam nafrest~|"
        "peyam nad~|peyam nafrest~|pm nad~|dige payam|dige nafrest~|mozahem nash~|پیام ندین|پیام ندی|پیامک ندین|"
        "پیام نفرستین",
        urdu="میسج مت|میسج نہ|میسجز نہ|میسیج مت|میسیج نہ|پیغام مت|پیغام نہ|پیغامات نہ|مت بھیج~|نہ بھیج~|میسج بند|"
        "پیغام بند|پیغامات بند|تنگ نہ|تنگ مت|پریشان نہ|پریشان مت|نمبر ہٹا~|نمبر نکال~|نمبر ڈیلیٹ|میسج نہیں چاہ~|"
        "پیغام نہیں چاہ~|ٹیکسٹ نہ|ٹیکسٹ مت",
        hindi="मत भेज~|न भेज~|ना भेज~|नहीं भेज~|मैसेज मत|मैसेज न|मैसेज ना|मैसेज बंद|मेसेज मत|मेसेज न|मेसेज बंद|"
        "संदेश मत|संदेश न|संदेश बंद|मैसेज नहीं चाहिए|परेशान मत|परेशान न|तंग मत|नंबर हटा~|नंबर डिलीट|भेजना बंद|"
        "टेक्स्ट मत|टेक्स्ट न|mat bhej~|na bhej~|nahi bhej~|message mat|messages mat|massage mat|msg mat|sms mat|"
        "text mat|message na bhej~|message na kar~|message nahi kar~|msg na kar~|msg na bhej~|text na kar~|"
        "message band|messages band|msg band|text band|band kar do|band karo|band kijiye|band kar dijiye|band karein|"
        "bhejna band|bas karo|pareshan mat|pareshan na|tang mat|tang na kar~|number hata~|number delete kar~|"
        "message nahi chahiye|msg nahi chahiye|contact mat kar~|contact na kar~",
        punjabi="ਮੈਸੇਜ ਨਾ|ਮੈਸਜ ਨਾ|ਸੁਨੇਹਾ ਨਾ|ਸੁਨੇਹੇ ਨਾ|ਨਾ ਭੇਜ~|ਮੈਸੇਜ ਬੰਦ|ਮੈਸੇਜ ਨਹੀਂ|ਸੁਨੇਹੇ ਬੰਦ|ਭੇਜਣਾ ਬੰਦ|ਤੰਗ ਨਾ|ਪਰੇਸ਼ਾਨ ਨਾ|ਨੰਬਰ ਹਟਾ~|ਟੈਕਸਟ ਨਾ",
        gujarati="મેસેજ ન|મેસેજ ના|મેસેજ બંધ|ન મોકલ~|ના મોકલ~|મોકલશો નહીં|મોકલશો નહિ|મોકલવાનું બંધ|સંદેશ ન|હેરાન ન|"
        "નંબર કાઢી|message na mokl~|na moklo|na mokalsho|moklvanu bandh",
        bengali="পাঠাবেন না|পাঠাবে না|পাঠিও না|মেসেজ দিবেন না|মেসেজ দেবেন না|মেসেজ করবেন না|মেসেজ বন্ধ|"
        "মেসেজ পাঠানো বন্ধ|বার্তা পাঠাবেন|বিরক্ত করবেন না|আর মেসেজ|নম্বর মুছে|message pathaben na|pathaben na|"
        "message korben na|msg diben na",
        nepali="नपठाउ~|नपठाइ~|म्यासेज नगर~|मेसेज नपठा~|सन्देश नपठा~|म्यासेज बन्द|पठाउन बन्द|दुःख नदि~|नम्बर हटा~|"
        "napathau~|message nagar~|message napatha~|msg napatha~",
        tamil_telugu_and_kin="அனுப்ப வேண்டாம்|அனுப்பாதீர்கள்|அனுப்பாதே|மெசேஜ் வேண்டாம்|செய்தி வேண்டாம்|நிறுத்துங்கள்|"
        "పంపవద్దు|పంపకండి|పంపొద్దు|మెసేజ్ వద్దు|మెసేజ్ చేయ~ వద్దు|അയക്കരുത്|അയയ്ക്കരുത്|മെസ്സേജ് വേണ്ട|ಕಳುಹಿಸಬೇಡಿ|"
        "ಮೆಸೇಜ್ ಬೇಡ|पाठवू नका|मेसेज नको|එවන්න එපා",
        somali="jooji farri~|jooji fari~|jooji fariimaha|jooji mesej~|jooji dir~|jooji qorista|ha ii soo dir~|"
        "ha iisoo dir~|ha ii dir~|ha soo dir~|ha i soo dir~|ha ii qor~|ha i qorin|ha i dhib~|ha ila soo xiriir~|"
        "fariin ... ha ii|fariin dambe|farriin dambe|fariimo ... ha|ma rabo fari~|ma rabo farri~|ma doonayo fari~|"
        "ma doonayo farri~|iga jooji~|iga daa fari~|iga daa farri~|iga saar~|lambarkayga ... tir~|lambarkayga ka saar~",
        amharic_and_tigrinya="አትላኩ~|አትላክ~|አይላኩ~|አትጻፉ~|አትፃፉ~|መልእክት አት~|መላክ አቁ~|መላክ ያቁ~|መላክዎን ያቁሙ|መልእክት አልፈልግም|ቁጥሬን አጥፉ|"
        "ቁጥሬን ሰርዙ|አታስቸግሩኝ|ከዝርዝሩ አውጡኝ|ኣይትልኣኹ~|አይትልአኹ~|ኣይትስደዱ~|መልእኽቲ ኣይደልን",
        armenian="մի գրեք|մի գրիր|այլևս մի|էլ մի գր~|այլևս չգր~|մի ուղարկ~|չուղարկեք|դադարեցրեք|դադարեք|"
        "հեռացրեք ... համար~|հեռացրեք ինձ|ջնջեք ... համար~|ջնջեք ինձ|չեմ ուզում ... նամակ~|չեմ ուզում ... հաղորդագ~|"
        "չեմ ուզում ստանալ|մի անհանգստացրեք|հանգիստ թողեք|mi greq|mi grek|el mi gr~|mi uxark~|mi ugharq~|mi ugharkeq|"
        "chem uzum stanal",
        hmong="txhob xa|txhob ntaus|txhob text|txhob sau|txhob message|tsis txhob xa|tsis xav tau ... ntawv|"
        "tsis xav tau ... lus|tsis xav tau ... text|tsis xav tau ... message|tsis xav tau li|tsum xa|tsum text|"
        "tsum ntaus|nres xa|rho kuv|rho tawm kuv|txhob thab kuv|lwv kuv|txob xa|txob ntaus|txob text|txob sau",
        hebrew="אל תשלח~|לא לשלוח|תפסיקו לשלוח|תפסיק לשלוח|תפסיקו עם|תפסיקו להציק|תפסיקו להטריד|תסירו אותי|הסירו אותי|"
        "הסר אותי|תמחקו ... המספר|תמחקו אותי|לא רוצה ... הודעות|לא מעוניין ... הודעות|לא מעוניינת ... הודעות|"
        "לא מעוניין לקבל|לא מעוניינת לקבל|בלי הודעות|הסירו ... המספר|אל תסמסו",
        turkish="mesaj atmayın|mesaj atmayınız|mesaj atma $|mesaj göndermeyin~|mesaj gönderme $|mesaj yollamayın|"
        "mesaj istemiyor~|sms göndermeyin|sms atmayın|sms istemiyor~|bir daha yazmayın|bana yazmayın|rahatsız etmeyin|"
        "numaramı sil~|listeden çıkar~|beni listeden|yazmayı bırakın|mesajları durdur~",
        thai_lao_khmer_and_burmese="หยุดส่ง~|หยุดข้อความ~|อย่าส่ง~|ไม่ต้องส่ง~|ห้ามส่ง~|เลิกส่ง~|กรุณาหยุดส่ง~|"
        "ช่วยหยุดส่ง~|กรุณาอย่าส่ง~|ไม่ต้องการรับ~|ไม่อยากรับ~|ยกเลิกข้อความ~|ยกเลิกการรับ~|ยกเลิกรับ~|ลบเบอร์~|"
        "ຢຸດສົ່ງ~|ຢ່າສົ່ງ~|ບໍ່ຕ້ອງສົ່ງ~|ເຊົາສົ່ງ~|ກະລຸນາຢຸດ~|ລຶບເບີ~|ឈប់ផ្ញើ~|កុំផ្ញើ~|សូមឈប់ផ្ញើ~|សូមកុំផ្ញើ~|"
        "បញ្ឈប់ការផ្ញើ~|លុបលេខ~|မပို့ပါနဲ့~|မပို့နဲ့~|ရပ်ပေး~|ရပ်ပါတော့~|ဆက်မပို့~|နောက်မပို့~|စာမပို့~",
        balkans="nu mai trimite~|nu mai scrie~|nu mi mai trimite~|nu îmi mai trimite~|nu mă mai contacta~|"
        "nu mai vreau ... mesaje|nu vreau ... mesaje|ștergeți ... numărul|scoateți mă|mos më shkru~|mos me shkru~|"
        "mos më dërgo~|mos dërgo~|mos më kontakto~|nuk dua ... mesazhe|hiqni numrin|më hiqni|ne šaljite|nemojte slati|"
        "nemojte mi slati|nemojte mi više|ne pišite|nemojte pisati|nemojte mi pisati|prestanite slati|"
        "obrišite ... broj|ne želim ... poruk~|bez poruka|odjavite me|не шаљите|не пишите ми|не ми пишете|"
        "не ми пращайте|не изпращайте|не желая ... съобщения|немојте слати|немојте ми|μη μου στέλνετε|"
        "μην μου στέλνετε|μη στέλνετε|μην στέλνετε|μην ξαναστείλετε|διαγράψτε με|διαγράψτε τον|όχι άλλα μηνύματα|"
        "δεν θέλω ... μηνύματα|μην ενοχλείτε|αφήστε με ήσυχ~|prestanite da mi|prestanite da šaljete|"
        "prestanite s porukama|σταματήστε να στέλνετε|σταματήστε να μου|σταματήστε να με",
        dutch="geen berichten meer|geen sms meer|^ geen berichten $|wil geen ... berichten|graag geen ... berichten|"
        "niet meer sturen|niet meer appen|niet meer smsen|stuur me geen|stuur mij geen|laat me met rust|"
        "schrijf me uit|verwijder mijn nummer|niet meer contacteren|stop met sms~|stop met sturen|stop met berichten|"
        "stop met appen|stop met texten",
        swahili="acheni kuni~|acha kuni~|acheni kutuma|acha kutuma|msinitumie|usinitumie|msitume|usitume|"
        "sitaki ujumbe|sitaki meseji|sitaki sms|ondoa namba|ondoeni namba|futa namba|futeni namba",
    ),
    unless=_phrases(
        stopping_elsewhere="NOT text and driv~|NOTHERE stop|NOTHERE going to stop|stop PLACE|stop and ERRAND|"
        "stop to ERRAND|stop WHOSE? BILLING !TEXTS|^ WHEN i stop|will it stop|pain ... stop|bus stop|next stop|"
        "non stop|a stop|one stop|end of|revoke ... CONSENT on ... card|revoke ... card|stop sending ... claims|"
        "stop sending ... claim|stop sending ... insurance|stop sending ... collections|stop sending it to|"
        "stop sending them to|does THE? BILLING stop|will THE? BILLING stop|stop FILLER* paper|"
        "stop FILLER* in the mail|bleeding ... stop|aching ... stop|ENDING to TEXTS",
        staying="NOTHERE want to OPTOUT|NOTHERE mean to OPTOUT|NOTHERE OPTOUT|NOTHERE want to UNSUBSCRIBE|"
        "NOTHERE mean to UNSUBSCRIBE|NOTHERE UNSUBSCRIBE|un stop",
        schedules="DROP ME off THE? SCHEDULE|DROP ME off of THE? SCHEDULE|DROP ME from THE? SCHEDULE|DROP ME off at|"
        "DROP ME OFF THE? SCHEDULE|DROP ME OFF my ... SCHEDULE|DROP WHOSE NUMBER OFF THE? SCHEDULE|"
        "DELETE OWN NUMBER OFF THE? SCHEDULE|did you DELETE|did u DELETE|if you DELETE|DELETE OWN NUMBER charge|"
        "DELETE OWN NUMBER charges|DELETE OWN NUMBER balance|keep ... on file|DELETE my card|DELETE ... card info|"
        "get ME from|get OWN NUMBER from|get WHOSE NUMBER from|DROP WHOM OFF THE? SCHEDULE|DELETE ... old ... number|"
        "DELETE ... old ... phone|DELETE ... old ... info",
        habits="did not call|does not call|do not disturb while|do not disturb turned|do not disturb is|"
        "NOT bother BOTHERING|NOT bother at|not a bother|i dont TEXT|i do not TEXT|i never TEXT|we never TEXT|"
        "we dont TEXT|they dont TEXT|he dont TEXT|she dont TEXT|AUX not TEXT|AUX never TEXT|why NOT EVER* TEXT|"
        "if EVER NOT EVER* TEXT|NOT like to text|NOT know how to text|NOT bother $|NOT write it|NOT write off|"
        "NOT write a|NOT write the|NOT bug out|NOT spam you|NOT contact my insurance|NOT contact my employer|"
        "NOT contact my ex|NOT contact my job|NOT contact my bank|NOT contact my doctor|NOT contact THE insurance|"
        "NOT want to bother|NOT want to bug|NOT mean to bother|NOT mean to bug|NOT wanna bother",
        spanish="no dolor para|no me ENVIE la factura|no me ENVIE a colecciones|no me ENVIE a cobranza~|"
        "no me ENVIE COBRANZA|no ENVIE COBRANZA|no me ENVIE ... casa vieja|no me LLAME MOMENTO|no LLAME MOMENTO|"
        "no autorizo el|no autorizo ese|no autorizo este|no autorizo la|no autorizo que cobr~|deje de ir|"
        "deje de trabajar|todavía no ENVIE|aún no ENVIE",
        vietnamese="đừng ... hủy|không từ chối|đừng gọi , nhắn|đừng gọi điện|đừng NHAN hóa đơn|đừng NHAN bill|đừng lo",
        chinese="BIE 取消|BIE 停|BIE FA ... 票|BIE 发 邮 件|BIE 發 郵 件|BIE FA 错|BIE FA 錯|BIE ... 寄",
        consent_to_treatment="CONSENT to pull|CONSENT to do|CONSENT to charge|CONSENT to bill|CONSENT to treat|"
        "CONSENT to drill|CONSENT to run|CONSENT to extract|CONSENT to share|CONSENT for that|CONSENT for the|"
        "CONSENT for treatment|CONSENT for work|CONSENT for any|CONSENT for a|OPTOUT of ... insurance|"
        "OPTOUT of ... coverage|OPTOUT of ... plan|OPTOUT of ... fluoride|OPTOUT of ... x rays|OPTOUT of ... xrays|"
        "OPTOUT of ... treatment|OPTOUT of ... cleaning",
        calls="NOT EVER* call my work|NOT EVER* call my job|NOT EVER* call my office|NOT EVER* call MOMENT|"
        "NOT EVER* TEXT back|need to TEXT ME? back|NOT EVER* reach out to my insurance",
        korean="취소하지 마~|취소 하지 마~|전화하지 마~|걱정하지 마~|걱정 하지 마~",
        hindi="चेक न भेज~|check mat|bill mat|collection mat bhej~|cancel mat",
        tagalog="WAG ... i cancel|WAG ... icancel|WAG ... mag alala|WAG ... ipadala sa collection|"
        "WAG ... tumawag , text na~|WAG ... tawagan , text na~|WAG ... tawag , text na~|WAG ... send sa collection~|"
        "WAG ... padala sa collection~|itigil ko",
        russian_and_ukrainian="ПИШИ ... чек|ПИШИ ... чека|ПИШИ ... счет|ПИШИ ... почте|ПИШИ ... рахунок|"
        "ПИШИ ... поштою",
        arabic="لا ترسل~ الفاتورة|لا ترسل~ الحساب",
        haitian="mwen pa VOYE|m pa VOYE|mwen poko|m poko",
    ),
)
#: An opt-out too, unless the same message is glad of texts.
NO_CALLS: Final = _phrases(
    english="NOT EVER* call|stop FILLER* calling|stop FILLER* calls",
    spanish="no me LLAME|no nos LLAME|ya no LLAME|no LLAME más|no me? vuelva~ a LLAME",
    french="ne mappelez NEPAS|ne mappelle NEPAS",
    german="nicht mehr anrufen|rufen sie mich nicht",
    portuguese="não me liguem|não me ligue|não me liga|não liguem|não ligue mais",
    russian="не звоните|не звонить|не надо мне? звонить|хватит звонить|прекратите звонить",
    ukrainian="не дзвоніть|не телефонуйте|досить дзвонити",
    polish="nie dzwoń~|nie dzwonić",
    tagalog="WAG ... tawagan|WAG ... tumawag",
    arabic="لا تتصل~",
    hmong="txhob hu",
)
TEXTS_WELCOME: Final = _phrases(
    english="just text|only text|please text|prefer text|prefer texts|you can text|text me|text is|texts are|"
    "texting is|text only|text instead|by text|text ok|text okay|text please|call my cell|call my mobile|call me at|"
    "call me on|call me after|call me before|text her|text him|text my",
    spanish="mándeme|mándenme|mande texto|mande un texto|mande mensaje|por texto|por mensaje|solo texto|sólo texto|"
    "solo mensaje|mejor texto|mejor mensaje|texto mejor|escríbame|escríbanme|textéeme",
    french="envoyez un|envoyez moi un|par message|par sms|par texto",
    german="schreiben sie|per sms|per nachricht|lieber sms|lieber schreiben",
    portuguese="mande mensagem|manda mensagem|mandem mensagem|por mensagem|só mensagem",
    russian="пишите|лучше смс|можно смс|только смс|напишите|пришлите",
    ukrainian="пишіть|краще смс|можна смс|напишіть|надішліть",
    polish="proszę pisać|proszę o sms|lepiej sms|tylko sms|pisać sms|napisać",
    tagalog="text na|text nalang|text lang|itext|i text|text nyo|mag text",
    arabic="أرسل~|ارسل~|راسل~|رسالة",
    hmong="xa ntawv|text kuv",
)

OPT_IN: Final = Reading(
    ReplyKind.OPT_IN,
    "texts are welcome again",
    whole=_phrases(
        english="start|unstop|resubscribe|subscribe|opt in|optin|opt me in|opt me back in|start texting me|"
        "start texting me again|text me again|you can text me|you can text me again|resume|resume texts|un stop|"
        "opt back in|start texts",
        spanish="iniciar|empezar|comenzar|reanudar|suscribir|suscribirme|pueden escribirme|puede escribirme|reactivar",
    ),
)

DECEASED: Final = Reading(
    ReplyKind.DECEASED,
    "somebody has died",
    phrases=_phrases(
        english="passed away|pass away|has passed|had passed|KIN passed|KIN just passed|KIN recently passed|deceased|"
        "died|KIN is dead|KIN was killed|hes dead|shes dead|theyre dead|no longer with us|no longer living|"
        "no longer alive|not alive|rest in peace|obituary|estate of|the estate|death certificate|funeral for|"
        "his funeral|her funeral|KIN is gone|passed on MONTH|passed in MONTH|passed last|passed yesterday|"
        "passed this morning|passed suddenly|passed unexpectedly|past away|passed a way|pased away|passes away|"
        "passing of|past on MONTH|KIN past last|desceased|decesed|diseased $|decease|dieing|KIN is dying|is dead|"
        "are dead|lost my KIN|lost our KIN|lost KIN in|lost KIN to|lost KIN last|lost KIN this|lost KIN on|"
        "lost her to|lost him to|lost her in|lost him in|lost her last|lost him last|buried|in heaven|with the lord|"
        "with jesus|with the angels|took his own life|took her own life|killed himself|killed herself|suicide|"
        "executor|executrix|late husband|late husbands|late wife|late wifes|late mother|late mothers|late father|"
        "late fathers|late mom|late dad|^ rip $|^ r i p $|rip KIN|may he rest|may she rest|funeral was|funeral is|"
        "cremat~|widow|widower|no longer on this earth|no longer among|gone to heaven|is gone forever|hes gone|"
        "shes gone|he isnt alive|she isnt alive|isnt living|been dead|patient expired|KIN expired|NOTHERE survive",
        spanish="falleció|falleci|fallecido|fallecida|ha fallecido|murió|se murió|ha muerto|está muerto|está muerta|"
        "difunto|difunta|ya no está con nosotros|descanse en paz|en paz descanse|qepd|acta de defunción|perdimos a mi|"
        "perdimos a nuestr~|perdí a mi|murio~|se nos fue|ya está muert~|está en el cielo|está con dios|mi difunt~|"
        "viuda|viudo|descansó en|velorio|funeral|entierro|dejó de existir|finado|finada|ha partido|q e p d|d e p",
        french="décédé|décédée|est mort|est morte|nous a quittés|est décéd~",
        german="verstorben|gestorben|ist tot",
        portuguese_and_italian="faleceu|falecido|falecida|morreu|está morto|está morta|já não está entre nós|deceduto|"
        "deceduta|è morto|è morta|è mancat~",
        russian_and_ukrainian="умер|умерла|умерли|скончался|скончалась|покойный|покойная|погиб|погибла|нет в живых|"
        "нет больше с нами|помер|померла|немає в живих|umer|umerla",
        polish="zmarł|zmarła|nie żyje|umarł|umarła|odszedł|odeszła",
        vietnamese="qua đời|đã mất|mất rồi|đã chết|chết rồi|mất năm|đã khuất",
        tagalog="patay na|namatay|namayapa|yumao|pumanaw|sumakabilang buhay|wala na siya|wala na si",
        chinese="去世|过世|過世|逝世|死了|已故|病故|不在人世|往生",
        japanese="亡くな|死亡|他界|逝去|死にました",
        korean="돌아가셨~|돌아가신|사망~|죽었~|별세~|고인~|작고~",
        arabic="توفي|توفى|توفيت|توفت|مات|ماتت|متوفي|متوفى|رحمه الله|رحمها الله",
        persian="فوت کرد~|فوت شد~|فوت کرده~|درگذشت~|مرده|مرحوم|fot kard~",
        urdu="انتقال ہو~|انتقال کر~|وفات پا~|فوت ہو~|مر گئ~|مر گیا|intiqal ho~",
        hindi="देहांत|निधन|मृत्यु हो|नहीं रहे|नहीं रहीं|मर गए|मर गया|मर गई|गुजर गए|गुज़र गए|गुजर गई|स्वर्गवास|dehant|"
        "nidhan ho~|nahi rahe|nahin rahe|guzar gay~|gujar gay~|mar gaya|mar gaye|death ho gay~",
        punjabi_gujarati_and_bengali="ਮੌਤ ਹੋ|ਗੁਜ਼ਰ ਗ~|ਪੂਰੇ ਹੋ ਗ~|ਚਲਾਣਾ ਕਰ|અવસાન|ગુજરી ગ~|મૃત્યુ|মারা গে~|মৃত্যু",
        haitian="mouri|desede",
        somali="dhintay|dhimatay|geeriyood~|wuu dhintay|way dhimatay",
        amharic="ሞቷል|ሞተ|ሞታለች|ሞተች|አርፏል|አረፈ|አርፋለች|በሕይወት የለም",
        armenian="մահացել|մահացավ|մահացած|մահացել է|mahacel|mahacav",
        hmong="tuag lawm|tas sim neej|tag sim neej|xiam lawm|tuag tag",
        others="נפטר|נפטרה|מת|מתה|πέθανε|απεβίωσε|öldü|vefat etti|เสียชีวิต~|ตายแล้ว|ស្លាប់~|អនិច្ចកម្ម|ເສຍຊີວິດ~|"
        "umro je|umrla je|preminu~|ka vdekur|vdiq|a murit|a decedat|overleden|amefariki|alifariki",
    ),
    unless=_phrases(
        english="THING died|THING has died|THING just died|THING had died|THING is dead|THING passed|KIN passed the|"
        "KIN passed on the|KIN passed it|KIN passed out|KIN passed this|KIN passed your|KIN passed her|KIN passed his|"
        "died down|real estate|estate of mind|KIN has passed the|KIN has passed your|almost died|nearly died|"
        "THING was buried|buried in|buried under|is dead wrong|is dead to me|dead link|link is dead|line is dead|"
        "the line went dead|deadline passed|bill passed|i passed|insurance passed|rip off|rip me|passed the|passed my|"
        "the passing of time",
        spanish="murió ... THING|THING murió|THING se murió|murió de risa",
        chinese="笑死了|累死了|气死了|氣死了|烦死了|煩死了|饿死了|痛死了|疼死了",
        others="телефон умер|умер телефон",
    ),
)

LAWYER: Final = Reading(
    ReplyKind.LAWYER,
    "a lawyer, a court or a bankruptcy stands between",
    phrases=_phrases(
        lawyers="lawyer|lawyers|attorney|attorneys|attorneys office|atty|legal counsel|legal action|legal aid|"
        "law firm|SUE you|SUE your|SUE yall|going to sue|gonna sue|will sue|lawsuit|small claims|take you to court|"
        "see you in court|in litigation|tcpa|fdcpa|probate|lawer|lawers|laywer|lawyr|loyer|attourney|attorny|"
        "attornies|attny|sued|sue u|see u in court|legal team|legal dept|legal department|malpractice|class action|"
        "conservator|cease letter|fair debt|arbitration|judgment|subpoena|court date|in court|to court|by counsel|"
        "my counsel",
        bankruptcy="bankrupt~|bankrupcy|bankruptsy|bankrupsy|bankrubcy|chapter 7|chapter 13|chapter 11|chapter seven|"
        "chapter thirteen|ch 7|ch 13|automatic stay|bankruptcy trustee|my trustee|included in my bk|filed bk|"
        "bankrupted|bankrup|bankrupty|debt was discharged|was discharged in|debts discharged|discharged my debt~|"
        "chapter13|chapter7|chap 7|chap 13|chpt 7|chpt 13|chp 7|filed 7|filed 13|341 meeting|bk attorney|bk case|"
        "in a bk|trustee",
        spanish="abogado|abogada|abogados|demandar|demandarl~|demanda legal|los demando|los demandaré|bancarrota|"
        "quiebra|capítulo 7|capítulo 13|me declaré en|acción legal|a la corte|bancarota|capitulo siete|capitulo trece|"
        "demandaré|voy a demandar|los demandare|asesor legal",
        other_languages="advogado|advogada|falência|avocat|faillite|anwalt|insolvenz|avvocato|адвокат~|юрист~|"
        "банкрот~|prawnik~|adwokat~|upadłość|luật sư|phá sản|abogado ko|律师|律師|破产|破產|弁護士|破産|변호사~|파산~|"
        "محامي~|المحامي|افلاس|وکیل|avoka|fayit|qareen|ጠበቃ~|փաստաբան~|avukat|δικηγόρο~|עורך דין|advokat~",
    ),
    unless=_phrases(english="no lawyer|not a lawyer|NOT need a lawyer|without a lawyer|power of attorney"),
)

WRONG_PERSON: Final = Reading(
    ReplyKind.WRONG_PERSON,
    "the number or the account is somebody else's",
    phrases=_phrases(
        wrong="wrong PERSON|have the wrong|got the wrong|texted the wrong|wrong phone number|mistaken identity|"
        "new phone who|not this number|you have the worng|worng PERSON|wrng PERSON|rong number|wrong account|"
        "texting the wrong|messaging the wrong|sent this to the wrong|sent to the wrong|wrong patient|wrong contact|"
        "miss dial|misdial~|meant to text|meant for someone|meant for somebody|meant for another|intended for someone|"
        "business line|business number|office line|company phone|this is a business|this is a company phone",
        is_not="ISNT my PERSON|ISNT my bill|ISNT my account|ISNT my dentist|ISNT my balance|ISNT mine|ISNT ME|"
        "ISNT the patient|ISNT a patient|ISNT your patient|ISNT the right person|ISNT that person|not who you|"
        "ISNT ... number $|ISNT ... phone $|^ THISISNT ... $|ISNT my name|ISNT my bills|ISNT her|ISNT him|ISNT them|"
        "i am not a patient|im not a patient|ISNT his number|ISNT her number|ISNT their number",
        unknown="dont know anyone|dont know anybody|dont know any|dont know this person|dont know that person|"
        "dont know who that|dont know who this|dont know her|dont know him|dont know a|do not know this person|"
        "do not know anyone|no one by|noone by|nobody by|no one named|nobody named|no one here|nobody here|"
        "never been a patient|never been there|never been to|never went|never heard of|never was a patient|idk who|"
        "no idea who|no clue who|dont know who you|dont know you|dont know a single|i know no one|know nobody|"
        "not familiar with|nobody with that name|no one with that name|no one by that|there is no one|no such person|"
        "never been your patient|never been to your|not a patient|never been seen|dont go to your|dont go there|"
        "theres no ... here|there is no ... here|no longer lives",
        elsewhere="no longer his|no longer her|no longer their|no longer has this|no longer at this number|"
        "doesnt live here|does not live here|doesnt have this|not belong to|does not have this|new owner|"
        "just got this number|just got this phone|had this number|changed number|changed numbers|changed her number|"
        "changed his number|changed their number|doesnt live with|not her number|not his number|no longer this number|"
        "got a new number|had this phone|ex wifes|ex husbands|exs bill|ex wife pays|belongs to my ex|im her mother|"
        "im his mother|im her mom|im his mom|im her dad|im his dad|im her father|im his father|im her daughter|"
        "im her son|im his son|im his daughter|im her sister|im his wife|im her husband|im her ex|im his ex|"
        "this is her mother|this is his mother|this is her mom|this is his mom|this is her husband|this is his wife|"
        "this is her daughter|this is her son|this is her sister|this is his brother|im a minor|i am a minor|"
        "im just a kid|im a kid|i am 15|i am 16|im 15|im 14|im 16|im 13",
        spanish="número equivocado|persona equivocada|equivocado|equivocada|se equivocó|se equivoca|se equivocaron|"
        "no soy ella|no soy él|no soy esa persona|no soy la persona|^ no soy ... $|no conozco a|no la conozco|"
        "no lo conozco|aquí no vive|no vive aquí|ya no vive|no es mi cuenta|no es mi número|este no es|"
        "no es su número|no es el número|ya no es su|no soy paciente|nunca he ido|ekivocado|ekivocada|equivocaron|"
        "equibocado|equibocada|numero incorrecto|wrong numero|se equivocan|te equivocaste|esta persona no|"
        "no conozco ninguna|no conozco ningún|no sé quién es|no se quien sea|no sé quién|no vive nadie|ese no es mi|"
        "esa no es mi|esa no soy|ese no soy|yo no soy|soy su hermana|soy su mamá|soy la mamá|soy el hijo|soy la hija|"
        "soy el esposo|soy la esposa|soy menor|cambió de número|cambio de numero|nunca he estado|no los conozco|"
        "este número es de|este celular es de|es de mi ex|ese bill no es|esa cuenta no es mía|no es mi cuenta|"
        "no es aquí|número mal|aquí no es|^ este es el número de|soy el papá|soy el padre|soy la madre|soy su hij~|"
        "soy su espos~",
        french="mauvais numéro|faux numéro|mauvaise personne|trompez de|trompé de|erreur de numéro|pas le bon numéro|"
        "ce nest pas moi",
        german="falsche nummer|falsche person|falsch verbunden|verwählt|nicht meine nummer|falschen nummer",
        portuguese="número errado|pessoa errada|foi engano|por engano|não sou ela|não sou ele|não sou essa|"
        "não sou a pessoa|não conheço",
        italian="numero sbagliato|persona sbagliata|ha sbagliato|avete sbagliato",
        russian="ошиблись|не туда|не тот номер|неправильный номер|неверный номер|не тому|это не я|не знаю таких|"
        "не знаю такого|не знаю такую|oshiblis",
        ukrainian="помилились|помилилися|не той номер|не туди|неправильний номер|це не я",
        polish="zły numer|zły nr|pomyłka|pomylił~|niewłaściwy numer|to nie ja|zla osoba",
        vietnamese="nhầm số|nhầm người|sai số|sai người|lộn số|lộn người|gửi nhầm|nhắn nhầm|gọi nhầm|không phải tôi|"
        "không quen",
        tagalog="mali ... number|mali ... numero|maling number|maling numero|maling tao|hindi ako si|hindi po ako si|"
        "di ako si|hindi ko kilala|di ko kilala|namali",
        chinese="打错|打錯|发错|發錯|传错|傳錯|号码错|號碼錯|错号|認錯人|认错人|找错人|找錯人|弄错人|搞错人|^ 我不是|"
        "不认识|不認識|没有这个人|沒有這個人",
        japanese="番号違い|人違い|間違い|間違えて|番号が違|番号を間違",
        korean="번호 잘못~|잘못 보내~|잘못 보낸~|번호 틀~|번호가 틀~|잘못된 번호~|잘못 거~|다른 사람~|사람 잘못~|"
        "번호 아니~|모르는 사람~",
        arabic="رقم خطأ|الرقم خطأ|رقم غلط|الرقم غلط|رقم خاطئ|الرقم خاطئ|النمرة غلط|غلطان~ ... الرقم|لست انا|مو انا",
        persian="اشتباه گرفت~|شماره اشتباه|شماره را اشتباه|اشتباه فرستاد~|اشتباهه|من نیستم|eshtebah gereft~|"
        "shomare eshtebah",
        urdu="غلط نمبر|رانگ نمبر|غلط بندہ",
        hindi="गलत नंबर|ग़लत नंबर|रॉन्ग नंबर|रांग नंबर|galat number|galat no|ghalat number|galat nambar|galat aadmir",
        punjabi_gujarati_and_bengali="ਗਲਤ ਨੰਬਰ|ਗ਼ਲਤ ਨੰਬਰ|ખોટો નંબર|રોંગ નંબર|ভুল নম্বর|ভুল নাম্বার|রং নাম্বার",
        haitian="move nimewo|nimewo a pa bon|pa bon nimewo|se pa mwen|ou twonpe|mal nimewo",
        somali="number khaldan|nambar khaldan|lambar khaldan|lambarka waa khalad|waa khalad|qof khaldan|qof kale",
        amharic="የተሳሳተ ቁጥር|ተሳስታችኋል|ተሳስተዋል|የተሳሳተ ሰው",
        armenian="սխալ համար|սխալ եք|սխալվել եք|սխալվում եք|sxal hamar|skhal hamar",
        hmong="yuam kev|yuam tus|tsis yog kuv|xov tooj yuam|yog lwm tus",
        others="מספר לא נכון|טעות במספר|λάθος νούμερο|λάθος αριθμός|yanlış numara|เบอร์ผิด~|ผิดเบอร์~|ส่งผิด~|ខុសលេខ~|"
        "លេខខុស~|ຜິດເບີ~|နံပါတ်မှား~|pogrešan broj|krivi broj|numër i gabuar|gabim numri|număr greșit|verkeerd nummer|"
        "namba si sahihi",
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
        "never received the treatment|never had this done|NOTHERE have that done|insurance should have|"
        "insurance was supposed|insurance should pay|insurance should cover|insurance covers|insurance covered|"
        "should be covered|should have been covered|was covered by|i was told ... covered|was told it was free|"
        "quoted me|not what i was quoted|not what you quoted|NOTHERE agree with|i disagree|disagree with|"
        "refuse to pay|refusing to pay|not paying|not going to pay|not gonna pay|wont pay|wont be paying|will not pay|"
        "will not be paying|dont want to pay|never paying|fraud|fraudulent|cfpb|better business|^ scam|this is a scam|"
        "its a scam|what a scam|scammer~|scamming|scamers|this a scam|rip off|ripoff|ripped off|ripping me|crooks|"
        "crook|thieves|thief|theft|stealing|robbery|hipaa|hippa|bbb|dental board|board of dental|state board|"
        "reporting you|report you|reported you|insurance commissioner|told me insurance|told ... insurance would|"
        "told ... it was covered|told ... id owe|insurance would cover|insurance would pay|insurance was to pay|"
        "insurance said|insurance says|insurance is supposed|insurance needs to pay|insurance has to pay|"
        "insurance will pay|never billed my insurance|never sent it to my insurance|never submitted|"
        "NOTHERE bill my insurance|NOTHERE submit~|billed ... wrong|insurance denied|coded it wrong|coded wrong|"
        "miscoded|wrong code|was quoted|want a refund|need a refund|owe me a refund|demand a refund|"
        "want my money back|money back|refund me|owe me|medicaid|masshealth|mainecare|medi cal|cant bill me|"
        "NOTHERE bill me|not allowed to bill|balance billing|balance bill|surprise bill|eob says|eob shows|"
        "what the eob|my eob|per the eob|copay was|copay is|copay should|workers comp|workmans comp|"
        "shouldnt get a bill|shouldnt have a bill|shouldnt be billed|shouldnt be charged|shouldnt have been charged|"
        "shouldnt owe|why should i pay|why would i pay|shouldnt pay|aint paying|aint payin|was never done|wasnt done|"
        "never got that|never got this done|wasnt there that day|never had a crown|never had an|not my charge|"
        "not what i agreed|ridiculous|outrageous|unacceptable|worst dentist|botched|ruined my|fell out|not satisfied|"
        "unhappy with|not happy with|this cant be right|cant be right|doesnt seem right|dont seem right|"
        "dont think this is right|not accurate|not correct|false charge~|bogus|billed wrong|billed incorrectly|"
        "not what i was told|supposed to be covered|insurance pays|bill my insurance|bill the insurance|"
        "bill insurance first|NOTHERE have an appointment|NOTHERE have an appt|never seen on|wasnt seen|"
        "was never seen|wasnt even there|want this reviewed|a billing review|never fixed",
        spanish="no reconozco|no debo|no le debo|no les debo|yo no debo|no estoy de acuerdo|disputo|disputar|disputa|"
        "equivocación|cobraron de más|cobro de más|cobraron dos veces|cobrado dos veces|monto incorrecto|"
        "cantidad incorrecta|no es correcto|no es lo que|está mal|no quiero pagar|no voy a pagar|no pienso pagar|"
        "no pagaré|el seguro debe|el seguro debía|el seguro tenía que|fraude|no lo pago|no lo voy a pagar|"
        "no pago nada|no le voy a pagar|no les voy a pagar|no tengo que pagar|no tengo porque pagar|"
        "no tengo por qué pagar|no debo pagar|no debería pagar|no debia nada|debió pagar|debio pagar|debe pagar|"
        "tenía que pagar|tiene que pagar|lo cubre|lo cubría|cubre todo|cubre mi seguro|aseguranza cubr~|"
        "aseguranza pag~|seguro cubr~|seguro pag~|que lo pague el seguro|que pague ... seguro|estafa|estafador~|"
        "ladrones|ratero~|un robo|un abuso|no me hicieron|nunca me hicieron|no me han hecho|no me atendieron|"
        "me dijeron que era gratis|era gratis|me dijeron que|me cotizaron|cobran de más|cobrando de más|"
        "cobraron doble|cobran doble|están cobrando mal|cobro mal|la cuenta esta mal|está incorrecto|está incorrecta|"
        "reembolso|devuélvanme|tengo medicaid|tengo medical|poner una queja|reportar~|ese cobro no|no es mi cobro|"
        "un error|hay error|error en|error de|no lo debo|no la debo|seguro ... pagan|tengo seguro",
        portuguese_and_french="não devo|não vou pagar|não pago|golpe|fraude|o seguro deveria|plano deveria|"
        "je ne dois rien|je ne dois pas|je ne paierai pas|je ne vais pas payer|arnaque|erreur de facturation|"
        "cest une erreur",
        russian_and_ukrainian="не должен|не должна|ничего не должны|не буду платить|не собираюсь платить|мошенник~|"
        "мошенничество|развод|обман|не винен|не винна|не буду платити|шахрай~",
        chinese="不欠|没欠|沒欠|诈骗|詐騙|骗子|騙子|骗人|騙人|不会付|不會付|不付钱|不付錢|拒绝付|拒絕付|账单错|帳單錯|"
        "账单有误|帳單有誤|金额不对|金額不對|保险应该|保險應該",
        vietnamese="không nợ|lừa đảo|không trả tiền|không trả đâu|bảo hiểm phải trả|hóa đơn sai",
        tagalog="wala ... utang|hindi ako magbabayad|di ako magbabayad|mali ... bill|mali ... singil|manloloko",
        korean_and_japanese="사기~|빚 없~|안 낼~|보험에서 내~|청구가 잘못~|잘못 청구~|詐欺|払いません|払わない|"
        "請求が間違",
        arabic_and_persian="لا ادين|احتيال|نصب|نصابين|لن ادفع|ما راح ادفع|الفاتورة خطأ|کلاهبردار~|بدهی ندارم|"
        "بدهکار نیستم|پرداخت نمیکنم",
        hindi_and_urdu="नहीं दूंगा|नहीं दूंगी|धोखा~|फ्रॉड|नहीं देने|bill galat|nahi dunga|nahi dungi|paise nahi dung~|"
        "fraud hai|دھوکہ|فراڈ|نہیں دوں گا|بل غلط",
        haitian_and_others="mwen pa dwe|m pa dwe|mwen pap peye|m pap peye|vòlè|nic nie jestem|nie będę płac~|oszustwo|"
        "oszuści|betrug|ich schulde|zahle nicht|nicht bezahlen|non devo niente|truffa|չեմ վճար~|խաբեբ~",
    ),
    unless=_phrases(
        english="NOT dispute|not disputing|no dispute|my mistake|by mistake|made a mistake sorry|error message|"
        "get an error|got an error|gives an error|gives me an error|says error|shows an error|NOT disagree|"
        "not paying attention|NOTHERE owe anyone else|not paying until friday|not paying till|is this a scam|"
        "is it a scam|is this scam|isnt a scam|not a scam|sounds like a scam|looks like a scam|a scam or|hipaa form|"
        "hipaa release|not ridiculous|when will insurance|does insurance|how much will insurance|has insurance|"
        "did you bill my insurance|can you bill my insurance|could you bill my insurance|will you bill my insurance",
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
        "didnt we ALREADY? pay|gave ... a? MONEY|we settled this|we settled it|zelled|zelle d|sent zelle|zelle sent|"
        "sent it on zelle|sent it through zelle|venmoed|venmo d|cashapped|cash apped|paypaled|checks in the mail|"
        "check was mailed|check has been mailed|check was sent|check is on the way|check is on its way|"
        "checks on its way|mailed it|mailed in|mailed the payment|mailed payment|dropped it off|dropped off payment|"
        "gave the check|gave you a check|gave you the check|gave them a check|gave u a check|handed ... a? check|"
        "wrote you a check|wrote a check|settled this|settled the|i settled|cleared my bank|cleared the bank|"
        "check cleared|payment cleared|it cleared|posted to my account|payment went through|it went through|"
        "has gone through|have a receipt|have the receipt|have receipts|have my receipt|have proof|got a receipt|"
        "got the receipt|here is the receipt|confirmation number|confirmation #|conf #|conf number|zero balance|"
        "balance is 0|balance is zero|balance of 0|balance shows 0|balance was 0|no balance|charged already|"
        "ALREADY charged|charged my card|ALREADY done|ALREADY took|ALREADY settled|ALREADY zelled|all PAID|PAID up|"
        "PAID off|PAID w|PAID u|PAID ur|PAID cash|PAID for|PAID during|PAID after|PAID before|PAID upon|PAID front|"
        "PAID full|its PAID|thought i PAID|thought this was PAID|thought it was PAID|was PAID|been PAID|"
        "just took care|put it on my card|put it on the card|put it on my visa|payment ... already|paid the lady",
        spanish="ya ... pagué|ya ... pagamos|ya ... pagó|está pagado|está pagada|pagado|pagada|ya lo pagué|"
        "acabo de pagar|acabamos de pagar|pagué ayer|pagué hoy|pagué en línea|pagué el|pagué la|lo pagué|la pagué|"
        "hice el pago|hicimos el pago|mandé el cheque|envié el cheque|mandé el pago|envié el pago|ya está pago|"
        "ya page|ya lo page|ya la page|ya se pagó|ya pagamos|ya pagado|le di ... cheque|di el cheque|le di el dinero|"
        "le di el pago|les di el cheque|entregué el cheque|mandé un cheque|mandé cheque|ya deposité|ya les pague|"
        "ya di el pago|ya liquidé|ya está liquidad~|ya salió el pago|ya quedó pagad~|pagué en efectivo|"
        "pagué por zelle|pagué con|pagué todo|pagué hace|pagué la semana|pagué el mes|ya hice ... pago|por zelle|"
        "por venmo|tengo el recibo|tengo recibo|está liquidad~|ya cancelé la cuenta|pagué en",
        french="déjà payé|déjà réglé|jai payé|on a payé|cest payé|est payée|viens de payer|déjà envoyé le",
        german="schon bezahlt|bereits bezahlt|habe bezahlt|ist bezahlt|bereits überwiesen|schon überwiesen|"
        "habe überwiesen|bezahlt",
        portuguese="já paguei|já pagamos|já foi pago|já está pago|ja ta pago|está pago|acabei de pagar|paguei|"
        "foi paga|fiz o pagamento",
        italian="già pagato|ho pagato|già saldato|è pagato",
        russian="оплатил|оплатила|оплатили|заплатил|заплатила|заплатили|оплачено|уже плат~|перевел деньги|oplatil~|"
        "zaplatil~",
        ukrainian="оплатив|оплатила|заплатив|заплатила|сплатив|сплатила|сплачено|вже плат~",
        polish="zapłaciłem|zapłaciłam|zapłaciliśmy|zapłacone|opłacone|opłaciłem|opłaciłam|uregulowane|uregulowałem|"
        "już płac~|przelałem|przelałam",
        vietnamese="trả rồi|đã trả|trả tiền rồi|thanh toán rồi|đã thanh toán|đóng rồi|đã đóng|đóng tiền rồi|"
        "gửi tiền rồi|chuyển khoản rồi",
        tagalog="bayad na|nabayaran|nagbayad na|nakabayad na|nakapagbayad|binayaran ko na|binayaran na",
        chinese="已经付|已經付|已付|付过|付過|付了|付完|付清|已缴|已繳|缴过|繳過|交过|交過|交了|已经交|已經交|已经给|"
        "已經給|已支付|支付了|转账了|轉帳了",
        japanese="払いました|支払いました|支払い済|支払済|払った|払ってあ|振り込みました|支払い完了",
        korean="냈어요|냈습니다|냈는데~|결제했~|결제 했~|지불했~|납부했~|송금했~|입금했~|다 냈~|결제 완료~",
        arabic="دفعت|دفعنا|دفعته|دفعتها|تم الدفع|مدفوع|مدفوعة|سددت|تم السداد",
        persian="پرداخت کردم|پرداخت کرده~|پرداخت شد~|پرداختم|پولو دادم|پول دادم|pardakht kard~",
        urdu="ادائیگی کر د~|ادائیگی ہو|ادا کر د~|ادا کر چک~|پیسے دے د~|پیسے دے چک~|پیمنٹ کر د~|پے کر د~",
        hindi="भुगतान कर दिया|भुगतान हो|पैसे दे दिए|पैसे दे दिये|पेमेंट कर दी|पेमेंट कर दिया|पेमेंट हो|पे कर दिया|"
        "दे चुका|दे चुके|दे चुकी|payment kar di~|payment ho gay~|pay kar di~|paise de di~|paise bhar di~|"
        "bhugtan kar di~|bill bhar di~|de chuka|de chuke|de chuki|paid kar di~",
        punjabi_gujarati_and_bengali="ਪੈਸੇ ਦੇ ਦਿੱਤ~|ਭੁਗਤਾਨ ਕਰ ਦਿੱਤ~|ਪੇਮੈਂਟ ਕਰ ਦਿੱਤ~|paise de ditt~|પૈસા ભરી દી~|"
        "ચૂકવી દી~|પેમેન્ટ કરી દી~|টাকা দিয়ে দি~|পেমেন্ট করে~|পরিশোধ করে~",
        haitian="peye deja|deja peye|gentan peye|fin peye|fèk peye|te peye",
        somali="waan bixiyay|waan bixiyey|waan bixinay|la bixiyay|la bixiyey|bixiyay hore|horay u bixiy~",
        amharic="ከፍያለሁ|ከፍዬአለሁ|ከፍለናል|ተከፍሏል|ከፈልኩ|ከፍለን",
        armenian="վճարել եմ|վճարել ենք|վճարված|վճարեցի|վճարվել|vcharel em|vjarel em",
        hmong="them lawm|them tas|them tag|them nyiaj lawm",
        others="שילמתי|שילמנו|שולם|πλήρωσα|πληρώθηκε|ödedim|ödendi|จ่ายแล้ว~|ชำระแล้ว~|โอนแล้ว~|បង់ហើយ~|បង់រួច~|"
        "ຈ່າຍແລ້ວ~|ပေးပြီး~|platio sam|platila sam|plaćeno|kam paguar|e kam paguar|am plătit|al betaald|heb betaald|"
        "nimelipa|nimeshalipa",
    ),
    unless=_phrases(
        english="NOTYET ... PAID|NOTYET PAID|will ... PAID|NOTHERE have a receipt|NOTHERE have the receipt|"
        "NOTHERE have proof|NOTHERE go through|NOTHERE went through|NOTHERE have a balance|need a receipt|"
        "NOTHERE charged|NOTHERE cleared|once it cleared",
        spanish="no ... pagué|no ... pagado|no ha sido pagad~|aún no|todavía no|que pague ... seguro",
        russian_and_ukrainian="не оплат~|не заплат~|если оплат~|если заплат~|не сплат~",
        polish="nie zapłac~|nie opłac~",
        chinese="还没付|還沒付|没付|沒付|未付|如果我付|没有付|沒有付|还没交|還沒交",
        vietnamese="chưa trả|chưa thanh toán|chưa đóng",
        tagalog="hindi pa ... bayad|hindi pa ... nabayaran|hindi ko pa ... nabayaran|di pa",
        arabic="ما دفعت|لم ادفع|لم يتم الدفع",
        korean_and_japanese="안 냈~|못 냈~|아직 안|払ってない|まだ払",
        german_and_french="nicht bezahlt|noch nicht|pas encore|pas payé",
        portuguese="não paguei|ainda não|nao foi pago",
        hindi_and_urdu="nahi kiya|नहीं किया|نہیں کی",
    ),
)

CALL_ME: Final = Reading(
    ReplyKind.CALL_ME,
    "wants a call",
    phrases=_phrases(
        english="CALL me|CALL us|CALL my|call back|callback|give me a call|give us a call|give me a ring|"
        "can YOU please? CALL|could YOU please? CALL|would YOU please? CALL|will YOU please? CALL|please call|"
        "pls call|plz call|^ call $|need to SPEAK|want to SPEAK|like to SPEAK|prefer to SPEAK|can i SPEAK|"
        "can we SPEAK|could i SPEAK|SPEAK to SOMEONE|SPEAK with SOMEONE|give me a buzz|give me a shout|ring me|"
        "phone me|get a call|want a call|like a call|need a call|call please|call plz|call pls|have YOU CALL|"
        "wanna talk|wanna speak|talk to a person|talk to a human|talk to billing|speak to billing|talk with billing",
        spanish="llámeme|llámenme|llámame|me puede llamar|me pueden llamar|puede llamarme|pueden llamarme|"
        "quiero hablar con|necesito hablar con|háblame|hábleme|háblenme|marqueme|márqueme|márcame|me llaman|"
        "me llame por|me puede marcar|me pueden marcar|me pueden hablar|quisiera hablar con|hablar con alguien|"
        "que me llamen|llame por favor",
        other_languages="me ligue por favor|pode me ligar|podem me ligar|appelez moi|rappelez moi|rufen sie mich|"
        "bitte anrufen|позвоните|перезвоните|зателефонуйте|передзвоніть|proszę zadzwonić|proszę o telefon|gọi cho tôi|"
        "gọi lại cho tôi|tawagan nyo ako|tawagan niyo ako|给我打电话|给我打个电话|打电话给我|打電話給我|请打电话|"
        "請打電話|電話ください|電話をください|電話して|전화 주세요|전화주세요|전화 부탁~|اتصل بي|اتصلوا بي|rele m|"
        "زنگ بزنید|تماس بگیرید|call karo|call kijiye|फोन करें|फ़ोन करें|फोन करो|कॉल करें|کال کریں|فون کریں|i soo wac|"
        "ila soo hadal|hu rau kuv|զանգահարեք|ደውሉልኝ|ይደውሉልኝ",
    ),
)

QUESTION: Final = Reading(
    ReplyKind.QUESTION,
    "asks something, or asks for something; a question mark is enough",
    phrases=_phrases(
        english="^ how|^ what|^ whats|^ when|^ where|^ why|^ who|^ whos|^ which|^ can i|^ can you|^ can we|^ could i|"
        "^ could you|^ do you|^ do i|^ did|^ can u|^ could u|^ is there|^ is this|^ is it|^ am i|^ are you|^ does|"
        "^ will you|^ would you|have a question|have questions|a question about|questions about|dont understand|"
        "do not understand|not sure what|please explain|need an explanation|payment plan|itemized|send me an|"
        "send me a|send me the|send an invoice|copy of|link doesnt|link does not|link isnt|link is not|link didnt|"
        "link wont|^ do u|^ r u|^ are u|^ is ur|^ wats|^ wat|^ wut|^ huh|^ may i|^ would u|^ will u|^ should i|"
        "^ has my|^ have you|^ was my|^ was this|question about|questions on|a question|quick question|wondering if|"
        "wondering about|wondering why|was wondering|need more info|more info|more information|need details|confused|"
        "im confused|explain|breakdown|break down of|break it down|detailed bill|detailed statement|need a statement|"
        "need an invoice|need a copy|need a receipt|need the link|resend|send again|send the link|send me link|"
        "send link|link broken|link is broken|link not working|link expired|link is dead|link takes|cant open|"
        "wont open|doesnt open|cant click|cant access|wont load|website wont|website is down|website isnt|website not|"
        "error message|installments|payments plan|payment arrangement|payment arrangements|make payments|"
        "set up payments|monthly payments|hardship|financial assistance|sliding scale|pay in person|"
        "pay over the phone|pay by phone|mail me a bill|mail me the bill|send a bill|send bill|send me bill|"
        "paper bill|email me|payment option|payment options|options to pay|ways to pay",
        spanish="^ cuánto|^ cuál|^ cómo|^ cuándo|^ dónde|^ por qué|^ quién|^ qué|^ puedo|^ pueden|^ puede|"
        "tengo una pregunta|una duda|no entiendo|plan de pago|plan de pagos|el enlace no|el link no|me puede mandar|"
        "me pueden mandar|quisiera saber|^ cuanto|^ de qué|^ se puede|^ a quién|^ de quién|^ de dónde|^ xq|^ xk|"
        "^ porque me|^ para qué|^ a dónde|^ aceptan|^ hay manera|^ hay forma|^ tienen|^ me mandan|^ es posible|"
        "^ podría|^ podrían|^ dígame|^ y cuánto|^ y de qué|no sé de qué|no sé qué es|explíqueme|explicar|hacer pagos|"
        "en pagos|pagos mensuales|mándeme el|mándeme la|mándame el|mándame la|no abre|no funciona|no puedo abrir|"
        "no puedo entrar|no me deja|más información|necesito saber|quiero saber|^ q es|^ que es|^ k es|^ quien|"
        "^ q quieren",
        other_languages="^ quem|^ quanto|^ por que|^ o que|^ como|^ posso|^ qui est|^ qui êtes|^ combien|^ pourquoi|"
        "^ cest quoi|^ puis je|^ wer|^ wie viel|^ warum|^ wofür|^ was ist|кто это|сколько|почему|зачем|что это|^ как|"
        "^ за что|хто це|скільки|чому|^ kto|^ ile|^ dlaczego|^ za co|ai vậy|ai đó|bao nhiêu|tại sao|cái gì|là gì|"
        "làm sao|trả góp|sino|magkano|bakit|ano po|ano ba|para saan|pwede bang|pwede po bang|谁|誰|多少|什么|什麼|"
        "怎么|怎麼|为什么|為什麼|可以分期|哪里|哪裡|いくら|何の|なぜ|どうして|どちら様|누구~|얼마~|왜|무슨|어떻게|"
        "من أنت|من هذا|من انتم|كم المبلغ|لماذا|ما هذا|شو هذا|كيف|شما کی|کی هستید|چقدر|چرا|برای چی|kiyès|kiles|konbyen|"
        "poukisa|kaun hai|kitna|kitne|kyon|kyun|kis liye|कौन|कितना|कितने|क्यों|किस|کون ہ~|کتن~|کیوں|waa kuma|waa ayo|"
        "imisa|maxay|maxaa|ማን ነ~|ስንት|ለምን|ով եք|ով է|ինչքան|ինչու|leej twg|pes tsawg|vim li cas",
    ),
)

THANKS: Final = Reading(
    ReplyKind.THANKS,
    "thanks, or will pay, and nothing else; noted only",
    whole=_listed(
        "k|kk|sure|sure thing|great|perfect|awesome|cool|noted|understood|received|ok|okay|oki|okie|okey|okk|alright|"
        "all right|roger that|copy that|will do so|no prob|np|10 4"
    ),
    phrases=THANK_WORDS
    + _phrases(
        english="much appreciated|appreciate it|i appreciate it|got it|will do|sounds good|no problem|no worries|"
        "you too|have a good one|have a great day|have a nice day|have a good day|have a great weekend|"
        "have a good weekend|have a great one|have a blessed day|and thank you|and thanks|and have a good day|"
        "and have a nice day|and have a great day|god bless you|god bless|no prob|take care|my bad|sorry about that|"
        "sorry for the delay|sorry i forgot|i forgot|forgot about it|forgot about this|totally forgot|"
        "i totally forgot|sounds great|sounds perfect|will take care of it|sure thing",
        will_pay="YES? , WILL PAY it? at|YES? , WILL PAY|YES? , i can PAY|i get paid|paying it now|paying now|"
        "paying it tonight|paying it today|sending payment|mailing a check|mailing the check|mailing it",
        spanish="muy amable|de acuerdo|entendido|perfecto|está bien|voy a pagar|voy a pagarlo|vamos a pagar|"
        "lo voy a pagar|pagaré|lo pagaré|lo pago|le pago|pago mañana|pago hoy|pago el|pago este|pago esta|mañana pago|"
        "mañana lo pago|igualmente|buen día|YES? , ahorita pago|ahorita lo pago|ahorita le pago|ahorita la pago|"
        "luego pago|luego lo pago|hoy pago|hoy lo pago|YES? , lo pago|YES? , mañana lo pago|YES? , mañana pago|"
        "YES? , pago el|YES? , voy a pagar|voy a hacer el pago|haré el pago|hago el pago|le mando el pago|"
        "el viernes pago|el viernes lo pago|okey|y gracias|y muchas gracias",
        others="хорошо|ладно|добре|好的|好|知道了|知道啦|收到|d'accord|très bien|dobrze|알겠습니다|알겠어요|sige po|"
        "sige|わかりました|承知しました|了解です|了解しました|ठीक है|theek hai|thik hai|tudo bem|va bene|alles klar|"
        "حسنا|تمام|լավ|dakò",
    ),
)
#: What may stand beside thanks and the word to pay: with anything else the message is more than thanks. Words in
#: which a condition, an amount or a no could hide ("when", "get", "help") stand here only within what is harmless as a
#: whole; longer entries come before shorter ones.
BESIDE_THANKS: Final = _phrases(
    when="when i get paid|once i get paid|after i get paid|as soon as i get paid|when i get my check|"
    "when i get my paycheck|when i get home|when i get off work|when i get off|when im home|when im off|after work|"
    "right after work|right away|right now|first thing|as soon as i can|as soon as possible|in the morning|"
    "in the afternoon|in the evening|in a bit|in a few|in a little while|later on|later today|end of day|"
    "end of the day|end of the week|end of the month|end of this week|end of this month|end of week|end of month|"
    "next payday|on payday|this week|next week|this month|next month|ORDINAL of the month|ORDINAL of next month|"
    "the first|the ORDINAL|today|tonight|tonite|tomorrow|tomorow|tommorow|tommorrow|tmrw|tmw|tmr|2morrow|later|soon|"
    "asap|now|morning|afternoon|evening|weekend|week|month|payday|DAY|ORDINAL|MONTH",
    how="in full|the full amount|the balance|my balance|the bill|my bill|this bill|that bill|the payment|my payment|"
    "with my card|by card|with a card|by check|with a check|over the phone|in person|online|on line|through the link|"
    "using the link|from the link",
    what_for="for the heads up|for the friendly reminder|for the reminder|for the reminders|for reminding me|"
    "for letting me know|for letting us know|for your help|for all your help|for the help|for reaching out|"
    "for following up|for your patience|for understanding|for the info|for the information|for the update|"
    "for sending it|for sending this|for the message|for the text|for the link",
    english="ok|okay|okey|k|kk|hi|hello|hey|sure|great|perfect|awesome|cool|noted|understood|received|alright|it|so|"
    "very|much|again|then|the|this|that|my|apologies|sorry|about|im|i|on|by|please|pls|dr|doctor|all|guys|yall|ladies|"
    "have|a|good|day|night|definitely|absolutely|yes i will|yes will do|of course",
    spanish="por el recordatorio|por recordarme|por avisar|por el aviso|por su ayuda|por la información|"
    "por su mensaje|la próxima semana|el próximo mes|la semana que viene|el mes que viene|fin de mes|fin de semana|"
    "el fin de mes|en línea|en la tarde|en la noche|en la mañana|por la tarde|por la mañana|por la noche|"
    "ahorita mismo|para el|el día|ok|hola|muchas|muy|el|la|lo|hoy|mañana|tarde|noche|luego|ahorita|ahora|pronto|"
    "después|DÍA|quincena|la quincena|este|esta|semana|mes|claro|bueno|bien|a|señorita|señora|doctora|perdón|disculpe|"
    "buenas|buenos|tardes|noches|días|igualmente|bendiciones",
)

OTHER: Final = Reading(
    ReplyKind.OTHER,
    "anything else, and whatever is in doubt",
)

#: By rank: where several kinds are in one text, the first of these is what it is taken for.
READINGS: Final = (
    OPT_OUT, OPT_IN, DECEASED, LAWYER, WRONG_PERSON, DISPUTE, ALREADY_PAID, CALL_ME, QUESTION, THANKS, OTHER,
)  # fmt: skip
