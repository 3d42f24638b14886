"""Languages: what a PMS or a person writes for one ("Spanish", "spa", "es-MX"), as its code by ISO 639. Pure.

A code has two letters; of a language that has none of two it is the one of three.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from dipay.grammar.letters import bare
from dipay.grammar.words import fold

#: The names of the languages that patients speak, the commonest first: the English one, then how else it is named.
_NAMES: Final[Mapping[str, str]] = {
    "en": "english|ingles|anglais",
    "es": "spanish|español|castellano|castilian|espagnol",
    "zh": "chinese|mandarin|cantonese|taiwanese|putonghua|fukienese|中文|汉语|漢語|普通话|普通話|國語|廣東話|广东话",
    "vi": "vietnamese|tiếng việt",
    "tl": "tagalog|filipino|pilipino",
    "ar": "arabic|العربية|عربي",
    "ko": "korean|한국어|한국말",
    "ru": "russian|русский",
    "fr": "french|français",
    "ht": "haitian creole|haitian|kreyòl ayisyen|kreyòl|creole|french creole|creole french",
    "pt": "portuguese|português|brazilian",
    "hi": "hindi|हिन्दी",
    "pl": "polish|polski",
    "de": "german|deutsch",
    "it": "italian|italiano",
    "ja": "japanese|日本語",
    "fa": "persian|farsi|dari|فارسی",
    "ur": "urdu|اردو",
    "gu": "gujarati",
    "bn": "bengali|bangla|বাংলা",
    "pa": "punjabi|panjabi|ਪੰਜਾਬੀ",
    "te": "telugu",
    "ta": "tamil",
    "ml": "malayalam",
    "kn": "kannada",
    "mr": "marathi",
    "ne": "nepali",
    "el": "greek",
    "hy": "armenian",
    "he": "hebrew",
    "yi": "yiddish",
    "uk": "ukrainian|українська",
    "ro": "romanian|moldovan",
    "hu": "hungarian|magyar",
    "cs": "czech",
    "sk": "slovak",
    "sr": "serbian",
    "hr": "croatian",
    "bs": "bosnian",
    "sq": "albanian",
    "bg": "bulgarian",
    "lt": "lithuanian",
    "tr": "turkish|türkçe",
    "ku": "kurdish",
    "ps": "pashto|pushto",
    "uz": "uzbek",
    "am": "amharic|አማርኛ",
    "ti": "tigrinya",
    "om": "oromo",
    "so": "somali|soomaali",
    "sw": "swahili|kiswahili",
    "yo": "yoruba",
    "ig": "igbo",
    "ha": "hausa",
    "tw": "twi",
    "wo": "wolof",
    "rw": "kinyarwanda",
    "km": "khmer|cambodian|ខ្មែរ",
    "lo": "lao|laotian|ລາວ",
    "th": "thai|ไทย",
    "my": "burmese|myanmar",
    "id": "indonesian",
    "ms": "malay",
    "sm": "samoan",
    "to": "tongan",
    "mh": "marshallese",
    "nv": "navajo|diné",
    "nl": "dutch",
    "sv": "swedish",
    "no": "norwegian|bokmål|nynorsk",
    "da": "danish",
    "fi": "finnish",
    "hmn": "hmong|hmoob",
    "kar": "karen",
    "ilo": "ilocano|ilokano",
    "kea": "cape verdean creole|cape verdean|kriolu|portuguese creole",
    "chk": "chuukese",
}  # fmt: skip
#: ISO 639-1: every code of two letters, with those of three letters, by which its variants go too.
_CODES: Final = (
    "aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara:arb as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul "
    "bi:bis bm:bam bn:ben bo:bod:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces:cze cu:chu cv:chv "
    "cy:cym:wel da:dan de:deu:ger dv:div dz:dzo ee:ewe el:ell:gre en:eng eo:epo es:spa et:est eu:eus:baq "
    "fa:fas:per:pes:prs ff:ful fi:fin fj:fij fo:fao fr:fra:fre fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv "
    "ha:hau he:heb:iw hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:hye:arm hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk "
    "io:ido is:isl:ice it:ita iu:iku ja:jpn jv:jav ka:kat:geo kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor "
    "kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg "
    "mh:mah mi:mri:mao mk:mkd:mac ml:mal mn:mon mr:mar ms:msa:may mt:mlt my:mya:bur na:nau nd:nde ne:nep ng:ndo "
    "nl:nld:dut no:nor:nb:nob:nn:nno nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol "
    "ps:pus pt:por qu:que rm:roh rn:run ro:ron:rum ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag si:sin sk:slk:slo "
    "sl:slv sm:smo sn:sna so:som sq:sqi:alb sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha "
    "ti:tir tk:tuk tl:tgl:fil tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven "
    "vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:zho:chi:cmn:yue:nan:hak zu:zul "
    "chk:chk hmn:hmn:mww:hnj ilo:ilo kar:kar:ksw kea:kea"
)
#: What is typed in short, and is no code.
_SHORT: Final[Mapping[str, str]] = {
    "sp": "es", "span": "es", "esp": "es", "engl": "en", "viet": "vi", "vn": "vi", "mand": "zh", "cant": "zh",
    "cn": "zh", "jp": "ja", "port": "pt", "russ": "ru", "fren": "fr",
}  # fmt: skip
#: What is typed where no language is meant.
_NO_WORDS: Final = (
    "unknown|other|none|n a|na|not known|not given|not specified|not reported|not asked|unspecified|undetermined|"
    "undefined|unreported|unavailable|declined|declines|decline|refused|declined to specify|decline to specify|"
    "patient declined|prefer not to say|choose not to disclose|no preference|default|multiple|mixed|und|mul|zxx|mis"
)
_NONE: Final = frozenset(_NO_WORDS.split("|"))
#: "Spanish, no English": what follows is a language that is not meant.
_NOT: Final = re.compile(r"\b(?:no|non|not|never|without|other|except|nor)\b.*")
#: A tag by BCP 47 or a system's locale: the language, then script and country: zh-Hans-CN, es_US.UTF-8.
_TAG: Final = re.compile(r"([a-z]{2,3})(?:[-_](?:[a-z]{4}|[a-z]{2}|[0-9]{3}))+(?:[.@].*)?")
_SIGNS: Final = re.compile(r"[\W_]+")


def _words(text: str) -> str:
    """The words of a text as the tables are searched for them: no case, accents or signs."""
    return _SIGNS.sub(" ", bare(text)).strip()


_BY_CODE: Final = {code: codes.partition(":")[0] for codes in _CODES.split() for code in codes.split(":")}
#: Every name of a language, as `bare` has it, with its code.
NAMES: Final[Mapping[str, str]] = {_words(name): code for code, names in _NAMES.items() for name in names.split("|")}
_BY_WORD: Final = {**NAMES, **_SHORT, **_BY_CODE}
_NOTHING_TAUGHT: Final[Mapping[str, str]] = MappingProxyType({})

#: Every code that a language may have here, the commonest languages first.
LANGUAGES: Final[tuple[str, ...]] = tuple(dict.fromkeys((*_NAMES, *_BY_CODE.values())))


def language_of(text: str, taught: Mapping[str, str] = _NOTHING_TAUGHT) -> str | None:
    """The code of the language that a text names; "" where it names none, None where nobody can tell.

    `taught` are words of an office's own, folded, with their codes. A text that names two languages tells nothing.
    """
    if (own := taught.get(fold(text))) is not None:
        return own
    words = _words(text)
    if not words or words in _NONE:
        return ""
    if (known := _BY_WORD.get(words)) is not None:
        return known
    if (tag := _TAG.fullmatch(bare(text.strip()))) is not None:
        return _BY_CODE.get(tag[1])
    named = {NAMES[each] for each in _names().findall(_NOT.sub("", words))}
    return named.pop() if len(named) == 1 else None


@cache
def _names() -> re.Pattern[str]:
    # Long names first: "cape verdean creole" is one language.
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, NAMES), key=len, reverse=True))})\b")


def language_name(code: str) -> str:
    """The language in English with its code: "Spanish (es)"; of a rare one the code alone."""
    name = _NAMES.get(code, "").partition("|")[0]
    return f"{name.title()} ({code})" if name else code
