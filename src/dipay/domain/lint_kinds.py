"""What `check` says of texts and links, as two tables: a row for each kind, with what tells it and why it is said.

`text_lint` and `link_lint` read by them, `docs/texts.md` shows them. Nothing here decides anything.

Phrases are a regular expression for a text in small letters without accents, whole words only. A blank in it is any
blanks or a hyphen, ` ?` one that may be missing, `~` the rest of a word, ` ... ` up to three words of any kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dipay.domain.problems import Severity


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of a table.

    `says` and `fix` are a problem's words; `{words}` stands for what was found. `why` is the rule or the reason, for
    the page. `bad` and `good` are a text, or a link, of which it is said and not said.
    """

    code: str
    severity: Severity
    says: str
    fix: str
    why: str
    bad: str
    good: str
    #: What tells it; of a kind without phrases a function of `text_lint` or `link_lint` tells.
    phrases: str = ""
    #: What is none of it, and is taken out before the phrases are looked for.
    unless: str = ""
    #: What it is in a follow-up, where that is less.
    later: Severity | None = None


def _phrases(**by_language: str) -> str:
    """The phrases of all languages; whose they are is for the reader alone."""
    return "|".join(by_language.values())


_WARNING, _NOTE = Severity.WARNING, Severity.NOTE

#: A text in order, with its own sentence left open.
_EN: Final = "{{practice}}: {} Pay: {{link}} or call {{phone}}. Reply STOP to opt out."
_ES: Final = "{{practice}}: {} Pague: {{link}} o llame: {{phone}}. Responda STOP para salir."
_GOOD: Final = _EN.format("{first_name}, you have a balance to pay.")

TEXT_KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "no practice",
        _WARNING,
        "The message does not say who writes.",
        "Begin it with {practice}: the patient must see whose bill it is, and carriers ask for it.",
        "Carriers want the sender named in every message (10DLC). A creditor under another name than its own counts as "
        "a debt collector (15 USC 1692a(6)).",
        "Hi {first_name}, you have a balance: {link} or {phone}. Reply STOP to opt out.",
        _GOOD,
    ),
    Kind(
        "no phone",
        _NOTE,
        "The message gives no number to call.",
        "Put {phone} into it: whoever does not trust a link calls the number they know.",
        "Trust: a patient who can't tell the text from a fraud can only ask.",
        "{practice}: {first_name}, you have a balance: {link} Reply STOP to opt out.",
        _GOOD,
    ),
    Kind(
        "no way out",
        _WARNING,
        "The message does not say how to opt out.",
        'End it with "Reply STOP to opt out.", in its language but for the word STOP; carriers ask for it.',
        "Carriers want it in the first message (10DLC), Regulation F in every one (12 CFR 1006.6(e), for collectors). "
        "In a follow-up it is a note.",
        "{practice}: {first_name}, you have a balance: {link} or {phone}.",
        _GOOD,
        later=_NOTE,
    ),
    Kind(
        "unknown keyword",
        _NOTE,
        "The message has patients answer {words}, which carriers do not know.",
        "Write STOP, in every language: then the carrier stops the texts too, and at once.",
        "Twilio and carriers act on STOP, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE and OPTOUT by themselves; any other "
        "word waits until dipay reads it.",
        "{practice}: pague en {link} o {phone}. Responda ALTO para salir.",
        "{practice}: pague en {link} o {phone}. Responda STOP para salir.",
    ),
    Kind(
        "name in midst",
        _WARNING,
        "The message has the name in the midst of a sentence, which not every account has.",
        'Greet by it, as in "Hi {first_name}, ...": the greeting is left out where there is no name.',
        "Whom nobody can greet by name is greeted by none.",
        "{practice}: a balance for {first_name} is open: {link} or {phone}. Reply STOP to opt out.",
        "{practice}: {first_name}, a balance is open: {link} or {phone}. Reply STOP to opt out.",
    ),
    Kind(
        "offer",
        _WARNING,
        "The message offers something: {words}.",
        "Leave it out: a text that sells needs written consent, and in some states a registration.",
        "Telemarketing needs consent in writing (47 CFR 64.1200(f)(9)); Texas SB 140 (1 September 2025) asks "
        "who sells by text to register. A plan to pay what is owed in parts is no offer.",
        _EN.format("Pay this week and get 10% off."),
        _EN.format("Need more time? Call us, we can set up a payment plan."),
        phrases=_phrases(
            en=r"discount~|[0-9]+\s*%\s*off|[0-9]+ percent off|\$\s*[0-9]+ off|coupons?|promos?|promotion~|"
            r"promo code|(?:this|our|an|special|exclusive|one time) offers?|offers? (?:you|expires?|ends)|"
            r"settlement~|specials?|limited time|gifts?|free|complimentary|financing|financed?|care ?credit|"
            r"sunbit|klarna|affirm|afterpay|buy now ... later|[0-9]+\s*%\s*(?:apr|interest|financing)|"
            r"same as cash|no interest (?:for|until|if)|instant approval|low monthly payments?|deals?|bonus~|"
            r"rewards?|prizes?|drawing|raffle|giveaway|sweepstakes|"
            r"(?:flash|summer|spring|fall|winter|holiday|big|on) sale|(?:refer|bring) a friend|"
            r"(?:and|you|could) save|save (?:money|big|now|today|up to)|save \$\s*[0-9]+|save [0-9]+|savings|"
            r"settle ... (?:half|less)|for less|(?:pay|settle|waive|forgive) half|knock ... off",
            es=r"descuentos?|rebajas?|ofert~|promocion~|cupon~|gratis|gratuit[oa]s?|regal~|financiamiento|"
            r"financiacion|financi(?:e|ar|amos|ado)|sin intereses|meses sin|tiempo limitado|aprovech~|"
            r"(?:precio|tarifa|especial) especial|premios?|sorteo|rifa|bonos?|recomiende a|invite a un amigo|"
            r"ahorr~|perdonamos|la mitad",
        ),
        unless=_phrases(
            en=r"feel free|(?:are|be) free to|toll free|(?:no|not an?|never an?) (?:offer|promotion)|"
            r"health savings~|savings account|free of charge|hands free|deal with|"
            r"save (?:this|our|the) (?:number|contact|text)|great deal of|pay half (?:now|today|first|this)|"
            r"(?:is|have) free parking|special to us",
            es=r"(?:llam~|numero|linea|estacionamiento) (?:gratis|gratuit[oa])|no es una (?:oferta|promocion)|"
            r"cuentas? de ahorros?|ahorr~ tiempo|la mitad (?:ahora|hoy|primero)",
        ),
    ),
    Kind(
        "threat",
        _WARNING,
        "The message threatens: {words}.",
        "Leave it out: ask, and say whom to call. What may follow is said in a letter, by somebody who may say it.",
        "No threats in collecting a debt (15 USC 1692e(5), and state acts that cover a practice too: California, "
        "Florida, Massachusetts, Texas, New York City); whether medical debt may be reported differs by state since "
        "the CFPB's rule fell in July 2025.",
        _EN.format("This is the final notice before your account goes to collections."),
        _EN.format("{first_name}, this is our last reminder about your balance."),
        phrases=_phrases(
            en=r"collections|collection (?:agency|agencies|action|process|department|proceedings|company)|"
            r"collection (?:efforts|activit~|account|attorney)|(?:in|to|into) collection|"
            r"(?:outside|external|third party) agency|debt collect~|collectors?|"
            r"credit (?:report~|bureaus?|scores?|rating|history|record|standing|agency|agencies)|"
            r"(?:your|affect|hurt|damage|impact) credit (?:may|will|could|can|is)|"
            r"(?:affect|hurt|damage|impact|protect) your credit|experian|equifax|transunion|attorneys?|lawyers?|"
            r"law (?:firm|office)|"
            r"legal (?:actions?|proceedings?|department|team|matters?|consequences|steps|remed~|counsel|notice|means)|"
            r"lawsuits?|sue (?:you|for)|(?:be|get|being) sued|suing|small claims|(?:in|to) court|"
            r"court (?:action|date|case)|garnish~|liens?|judg(?:e)?ment|police|arrest~|jail|criminal|prosecut~|"
            r"(?:final|last) (?:notice|demand|warning|chance|attempts?|opportunity)|"
            r"late (?:fees?|charges?|penalt~)|penalt~|(?:finance|interest) charges?|"
            r"interest (?:will|may|can|is|could) (?:be|accrue|apply|added|charged)|"
            r"(?:additional|extra|added) fees?|(?:additional|extra) charges? (?:will|may|apply)|failure to pay|"
            r"(?:to|and) avoid (?:further|additional|added|extra|any|more|being|having|restrict~)~|"
            r"if you (?:do not|dont|don't|fail to) pay|unless (?:you pay|we hear)|"
            r"if (?:not paid|unpaid|payment is not|we do not receive)|further (?:action|steps)|escalat~|"
            r"consequences|dismissed from|not see you again|not be (?:able to )?(?:see|treat|schedule~)~|"
            r"(?:cannot|can not|can't|will not|won't) (?:schedule|see you|treat)|remedies|"
            r"(?:appointments?|visits?) will be cancel~|bad debt|written off",
            es=r"cobranzas?|cobrador~|agencias? (?:de cobros?|externas?)|"
            r"cobro (?:judicial|extrajudicial|legal)|coleccion~|buro(?: de credito)?|boletin comercial|"
            r"evit~ ... (?:inconvenientes|molestias|cargos?|recargos|problemas|sanciones)|"
            r"(?:historial|reporte|puntaje|informe|record|calificacion) (?:de credito|crediticio)|"
            r"(?:afectar~|danar~|perjudicar~) ... credito|credito ... afectad[oa]|"
            r"abogad[oa]s?|demand(?:a|ar|aremos|ado|ada|as)|"
            r"(?:accion~|medidas?|vias?|procesos?|tramites?|procedimientos?|cobro) (?:legal~|judicial~)|"
            r"judicial~|juicio|tribunal~|juzgado|a (?:la )?corte|embarg~|"
            r"ultim[oa] (?:aviso|advertencia|oportunidad|llamado)|aviso final|advertencia final|"
            r"(?:cargos?|intereses) por (?:pago|mora|atraso|demora|retraso|falta)~|"
            r"(?:habra|tendra|se (?:le )?(?:aplicar|cobrar)~) ... (?:cargos?|intereses)|recargos?|multas?|penalidad~|"
            r"moratori~|por mora|pagos? tardios?|si no (?:paga|recibimos)|de no pagar|consecuencias|policia|"
            r"carcel|arrest~|denunci~|no podremos (?:atender|verl|darle)~|"
            r"nega~ ... (?:atencion|servicios?|citas?)",
        ),
        unless=_phrases(
            en=r"(?:no|not|never|without) ... (?:late|extra|additional|finance|interest) (?:fees?|charges?)|"
            r"no interest|collections? of (?:your|the|this|our)|credit (?:cards?|balances?|on your)|legal name|"
            r"court (?:house|street|st|square|plaza)",
            es=r"sin embargo|sin (?:recargos?|multas?|cargos?)|a la corte de|no se (?:le )?(?:aplicar|cobrar)~",
        ),
    ),
    Kind(
        "health",
        _WARNING,
        "The message has words about health or treatment: {words}.",
        "Leave them out: a text is not encrypted, and whoever holds the phone reads it.",
        "HIPAA: no more than is necessary for payment (45 CFR 164.502(b)). The practice's name may say what it does.",
        _EN.format("You owe for your root canal."),
        _GOOD,
        phrases=_phrases(
            en=r"treatments?|procedures?|surger(?:y|ies)|surgical|diagnos~|symptoms?|x ?rays?|cleanings?|"
            r"whitening|fillings?|crowns?|(?:your|dental|a|the) bridge|root canals?|cavit(?:y|ies)|extractions?|"
            r"implants?|dentures?|veneers?|braces|aligners?|invisalign|retainers?|night ?guards?|bite guards?|"
            r"sealants?|fluoride|bonding|orthodont~|periodont~|endodont~|gums?|gum disease|gingivitis|tooth|"
            r"teeth|toothache|biops(?:y|ies)|ana?esthe~|sedation|medications?|prescriptions?|health|medical|"
            r"therapy|pain|swelling|infection|abscess|exams?|check ?ups?|dental work|post op~|tx plan|"
            r"oral surgery",
            es=r"tratamientos?|procedimientos?|cirugias?|quirurgic[oa]s?|diagnostic~|sintomas?|radiografias?|"
            r"rayos x|limpiezas?|blanqueamientos?|empastes?|coronas?|(?:su|un|el) puente|endodoncias?|caries|"
            r"extraccion~|implantes?|dentaduras?|carillas?|brackets|frenos|alineadores|ortodoncia|periodon~|"
            r"encias?|dientes?|muelas?|cordal~|biopsias?|anestesia|medicamentos?|recetas?|salud|medic[oa]s?|"
            r"terapias?|dolor|infeccion~|resinas?|selladores?|fluor|protesis|curacion~|examen~|chequeos?",
        ),
        unless=_phrases(
            en=r"fill(?:ing)? (?:in|out)|(?:billing|payment|complaint) procedures?|"
            r"health (?:savings~|insurance)|"
            r"(?:crown|bridge) (?:street|st|ave~|road|rd|plaza|point|center|heights|blvd)|(?:no|without) pain",
            es=r"(?:calle|avenida|av|en) corona|corona ca|cuentas? de ahorros? para la salud|"
            r"seguro~ (?:medico~|dental~|de salud)|procedimientos? de pago|procedimientos? (?:legal~|judicial~)|"
            r"cepillos? de dientes",
        ),
    ),
    Kind(
        "amount told",
        _NOTE,
        "The message tells the amount, to whoever holds the phone.",
        "Leave {amount} out if the page behind the link shows it.",
        "HIPAA: no more than is necessary, where others may see it.",
        "{practice}: you owe {amount}. Pay: {link} or {phone}. Reply STOP to opt out.",
        _GOOD,
    ),
    Kind(
        "amount written",
        _WARNING,
        "The message has an amount written into it: {words}.",
        "Take it out: it would be the same for everybody.",
        "A wrong amount is a false statement about a debt (15 USC 1692e(2)).",
        _EN.format("You owe $125.00."),
        _GOOD,
        phrases=_phrases(
            en=r"(?:us)?\$\s*[0-9](?:[0-9,.]{0,12}[0-9])?|[0-9]+\.[0-9]{2}|[0-9][0-9,.]{0,12}\s*(?:dollars|bucks|usd)",
            es=r"[0-9][0-9,.]{0,12}\s*dolares",
        ),
    ),
    Kind(
        "urgency",
        _WARNING,
        "The message presses as frauds do: {words}.",
        "Say plainly that a balance is open, and whom to call.",
        "Carriers filter what looks like phishing (Twilio's error 30007), and patients are told to distrust it.",
        _EN.format("Act now, your account is suspended."),
        _GOOD,
        phrases=_phrases(
            en=r"urgent~|urgency|act (?:now|fast|today)|asap|immediate~|"
            r"(?:pay|call|contact|respond|reply|act) ... at once|right away|hurry|suspend~|suspension|"
            r"deactivat~|terminated|"
            r"(?:account|access|services?) ... (?:locked|blocked|closed|restricted|limited|paused)|unlock your|"
            r"verify (?:your|you|my)|(?:confirm|validate) your (?:identity|account|details|information|data)|"
            r"update your (?:payment|billing|account|card)~|click (?:here|below|now|this)|tap here|"
            r"within (?:24|48|72|the next)|in the next (?:24|48)|(?:by|before|until) midnight|"
            r"expires? (?:today|tonight|soon)|(?:do not|dont|don't) (?:ignore|delay)|"
            r"(?:action|attention|response) (?:is )?(?:required|needed)|unusual activity|suspicious|"
            r"(?:security|fraud|account|urgent) alert|time is running out|hours left|before it is too late",
            es=r"urgen~|inmediat[oa]~|de inmediato|actue (?:ya|ahora)|suspend~|suspension~|desactivad[oa]|"
            r"(?:cuenta|acceso) ... (?:bloquead[oa]|cancelad[oa]|cerrad[oa])|"
            r"(?:verifique|confirme|valide|actualice) su (?:cuenta|identidad|informacion)|"
            r"(?:verifique|confirme|actualice) sus datos|(?:clic|click|pulse|oprima|toque) aqui|"
            r"(?:en|tiene|quedan|dentro de|antes de|proximas) (?:las[\s-]+proximas[\s-]+)?(?:24|48|72) horas|"
            r"(?:antes de|hasta) (?:la )?medianoche|no ignore|no demore|accion (?:requerida|necesaria)|"
            r"ultimas horas|vence hoy",
        ),
        unless=_phrases(
            en=r"no (?:hurry|urgency)|not urgent|(?:posted|posts|credited|applied|receipt) immediate~|"
            r"immediate receipt|all at once|office is closed",
            es=r"no es urgente|(?:recibo llega|se aplica) de inmediato",
        ),
    ),
    Kind(
        "shouting",
        _NOTE,
        "The message shouts: {words}.",
        "Write it in small letters, with one exclamation mark at most.",
        "Filters and patients take capitals and exclamation marks for a sign of fraud.",
        _EN.format("PLEASE PAY YOUR BALANCE NOW!!!"),
        _EN.format("Please pay your balance."),
    ),
    Kind(
        "asks for data",
        _WARNING,
        "The message asks for what nobody should text: {words}.",
        "Leave it to the page behind the link, or to a call.",
        "The notice for patients says that you never ask for it by text (docs/patients-notice.md).",
        _EN.format("Reply with your card number."),
        _EN.format("We never ask for a card number by text."),
        phrases=_phrases(
            en=r"card (?:numbers?|details|info~)|cvv|cvc|security code|ssn|social security|"
            r"(?:date of birth|birth ?dates?|birthdays?|dob)|passwords?|passcode|pin (?:number|code)|"
            r"routing numbers?|bank (?:account|routing|details)|(?:last four|last 4)|drivers? licen[sc]e|"
            r"driver's licen[sc]e|(?:insurance|member) id",
            es=r"(?:numero|datos|informacion) de (?:su |la )?tarjeta|codigo de seguridad|seguro social|"
            r"fecha de nacimiento|contrasena|su clave|cuenta bancaria|licencia de conducir",
        ),
        unless=_phrases(
            en=r"(?:never|no one|nobody|will not|won't|no need to)[^.!?]*|happy birthday|"
            r"(?:do not|don't|dont) (?:ask|text|send|reply|respond|give|share|tell|write|type|e ?mail|take|need)"
            r"[^.!?]*",
            es=r"(?:nunca|jamas|no (?:le |nos )?(?:pedimos|envie|mande|pida))[^.!?]*",
        ),
    ),
    Kind(
        "other phone",
        _WARNING,
        "The message has a number that is not practice.phone: {words}.",
        "Write {phone}, or set practice.phone to the number that patients are to call.",
        "Trust: patients compare it with the number they know; a slip of a digit sends them to a stranger.",
        _EN.format("Or call our billing line at (207) 555-0199."),
        _GOOD,
    ),
    Kind(
        "shortener",
        _WARNING,
        "The message holds a public link shortener's address, which carriers filter: {words}.",
        "Take it out: {link} is the only address a text needs.",
        "Carriers filter addresses of public shorteners whatever the text says: they hide where a link leads.",
        _EN.format("Or use bit.ly/maplepay."),
        _GOOD,
    ),
    Kind(
        "other link",
        _WARNING,
        "The message holds another address than its link: {words}.",
        "Leave {link} as the only one: patients are told that your link leads to one place.",
        "Trust, and filters: several addresses in a text are a mark of phishing. Mail is not encrypted either.",
        _EN.format("Write to billing@maplestreetdental.com."),
        _GOOD,
    ),
    Kind(
        "own link",
        _NOTE,
        "The message holds the website's address beside its link: {words}.",
        "Leave it out if it can be spared: people tap what comes first.",
        "Trust: one link, one place.",
        _EN.format("See also www.maplestreetdental.com."),
        _GOOD,
    ),
    Kind(
        "look-alikes",
        _WARNING,
        "The message has letters of another alphabet inside its words: {words}.",
        "Type these words anew: they cost a segment, and filters take them for a trick.",
        "Carriers filter words that are made to look like others.",
        _EN.format("Your b\u0430lance is due."),
        _EN.format("Your balance is due."),
    ),
    Kind(
        "segments",
        _WARNING,
        "The message is charged as {words}.",
        "Write it without those letters, or shorter.",
        "A text is charged by segments: 160 characters, or 70 where one letter is not in the short alphabet. A note "
        "where it is two, or its language can't do without those letters.",
        _ES.format("{first_name}, según su cuenta aún queda un saldo."),
        "{practice}: {first_name}, tiene saldo pendiente: {link} o {phone}. Responda STOP para salir.",
    ),
)

LINK_KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "link shortener",
        _WARNING,
        "leads over {words}, a public link shortener, which carriers filter.",
        "Use an address of the practice's own, or the processor's.",
        "Carriers filter public shorteners whatever the text says.",
        "https://bit.ly/{request_id}",
        "https://pay.maplestreetdental.com/{request_id}",
    ),
    Kind(
        "no public host",
        _WARNING,
        "leads to {words}, which no patient's phone can open, or should.",
        "Use a name on the internet, such as pay.maplestreetdental.com.",
        "An address in numbers or of an office's own network opens nowhere else, and looks like a fraud.",
        "https://192.0.2.7/{request_id}",
        "https://pay.maplestreetdental.com/{request_id}",
    ),
    Kind(
        "link port",
        _WARNING,
        "has the port {words}, which filters take for a sign of fraud and some networks block.",
        "Have the page answer on the usual port, and leave it out.",
        "Trust, and filters.",
        "https://pay.maplestreetdental.com:8443/{request_id}",
        "https://pay.maplestreetdental.com/{request_id}",
    ),
    Kind(
        "link letters",
        _WARNING,
        "leads to {words}, a name in letters of another alphabet, which phones show as a riddle (xn--).",
        "Use a name in plain letters.",
        "Phones and filters distrust names that may only look like another one.",
        "https://xn--mplestreetdental-0lg.com/{request_id}",
        "https://pay.maplestreetdental.com/{request_id}",
    ),
    Kind(
        "id in link",
        _NOTE,
        "has {guarantor_id} in it: an id of your practice software, which servers on the way and browsers keep.",
        "Leave it out if {request_id} is enough for your page.",
        "HIPAA: no more than is necessary; an address is kept in logs and histories.",
        "https://pay.maplestreetdental.com/{request_id}?account={guarantor_id}",
        "https://pay.maplestreetdental.com/{request_id}",
    ),
    Kind(
        "amount in link",
        _NOTE,
        "has the amount in it, where whoever holds the phone reads it, and whoever types can change it.",
        "Leave it out if your page can look the amount up by {request_id}.",
        "HIPAA: no more than is necessary; and a page must not believe an address.",
        "https://pay.maplestreetdental.com/{request_id}?amount={amount}",
        "https://pay.maplestreetdental.com/{request_id}",
    ),
    Kind(
        "other host",
        _NOTE,
        "leads to {words}: patients who compare see two names.",
        "A name under the website's own is trusted most, such as pay.maplestreetdental.com; else name the host on the "
        "website and in the notice for patients (docs/patients-notice.md).",
        "Trust: patients are told to look at the address before they pay.",
        "https://maple.payments.example/{request_id}",
        "https://pay.maplestreetdental.com/{request_id}",
    ),
)
