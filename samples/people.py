"""Invented people: names, addresses and telephone numbers for the sample practice. Nobody here exists."""

from __future__ import annotations

import random
import re
import unicodedata


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = {
    "F": _words(
        "Abigail Alma Anneke Beatriz Brenna Carys Chloé Colette Dahlia Delphine Edith Elspeth Fern Flora Gemma "
        "Greta Hazel Ilse Imogen Ines Jolene Josie Junia Karin Leona Linnea Mabel Maeve Marisol Mina Nadia Nell "
        "Odette Opal Paloma Perla Petra Renée Rhoda Rosalie Saskia Sigrid Sylvie Tamsin Thea Ursula Verity "
        "Winona Yara Zoë"
    ),
    "M": _words(
        "Alaric Anders Ansel Barnaby Bastian Caleb Casper Cormac Dashiell Desmond Edmund Emil Ezra Fergus Finn "
        "Gideon Gustav Hollis Ignacio Ivo Jasper José Jonah Kenji Kit Lachlan Leopold Linus Magnus Mateo Milo "
        "Nico Oren Oskar Otis Percy Quentin Rafael Rémy Rowan Rufus Silas Søren Tobias Tomás Ulrich Viggo "
        "Wendell Wyatt Zane"
    ),
}
#: Names that break careless readers stand first: a typed and a straight apostrophe, accents, hyphens, blanks, a comma.
LAST_NAMES = (
    "O’Brien", "D'Angelo", "Muñoz", "Smith, Jr", "Okafor-Lindqvist", "Van der Meer", "Capek", "Škoda",
    "Ångström", "Saint-Clair", "Abernethy", "Aldercott", "Amberly", "Ashdown", "Ballantyne", "Barlowe", "Beckwith",
    "Birchall", "Blackmoor", "Bramhall", "Brightwater", "Caldbeck", "Carraway", "Castellane", "Cloverly", "Copperfeld",
    "Cranswick", "Dalrymple", "Delacourt", "Dunmorrow", "Eastlake", "Elderfield", "Fairbourne", "Fennimore", "Foxcroft",
    "Garrowby", "Glenister", "Greymont", "Hallowell", "Harrowgate", "Hawksley", "Heatherton", "Hollingbury", "Ingleby",
    "Ironside", "Jessamine", "Kestrel", "Kingsmere", "Lambourne", "Larkspur", "Lindenau", "Lockridge", "Mapleton",
    "Marlow", "Merriwick", "Moorhouse", "Northcott", "Oakenshaw", "Orchardson", "Paddock", "Pemberley", "Pinecrest",
    "Quillfeather", "Ravenscar", "Redgrove", "Rosewarne", "Rutherby", "Sandpiper", "Sedgewick", "Silverlock",
    "Stonebridge", "Sunderby", "Tamarack", "Thistlewood", "Thornbury", "Underhay", "Vanterpool", "Wainscott",
    "Westerling", "Whitlock", "Wildgoose", "Winterbourne", "Woolstone", "Yarborough", "Yellowley", "Zimmerlin",
)  # fmt: skip
TOWNS = (
    ("Portland", "04101"), ("Portland", "04103"), ("South Portland", "04106"), ("Westbrook", "04092"),
    ("Falmouth", "04105"), ("Scarborough", "04074"), ("Gorham", "04038"), ("Saco", "04072"), ("Windham", "04062"),
)  # fmt: skip
STREETS = ("Maple St", "Elm St", "Harbor Rd", "Quarry Ln", "Mill St", "Orchard Ave", "Cove Rd", "Spruce Ct", "Pine St")

HOME_AREA = "207"
NEIGHBOUR_AREAS = ("603", "617", "802", "978", "508")
#: Area codes in use in the United States, but for those above.
AREA_CODES = _words(
    "201 202 203 205 206 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 "
    "254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 "
    "323 325 330 331 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 "
    "419 423 424 425 430 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 509 510 512 513 515 516 517 "
    "518 520 530 540 541 551 559 561 562 563 567 570 571 573 574 575 580 585 586 601 602 605 606 607 608 609 610 612 "
    "614 615 616 618 619 620 623 626 630 631 636 641 646 650 651 660 661 662 678 682 701 702 703 704 706 707 708 712 "
    "713 714 715 716 717 718 719 720 724 727 731 732 734 740 754 757 760 763 765 770 772 773 774 775 781 785 786 801 "
    "803 804 805 806 808 810 812 813 814 815 816 817 818 828 830 831 832 843 845 847 848 850 856 857 858 859 860 862 "
    "863 864 865 870 901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 931 936 937 940 941 "
    "947 949 951 952 954 956 970 971 972 973 979 980 985 989"
)
#: Two numbers for each family come from the fictional ones up to this many families, one number up to the second limit.
TWO_NUMBERS_UP_TO = 10_000
FICTIONAL_UP_TO = 20_000
#: The practice's own numbers: nobody else has them.
OFFICE_LINES = ("0100", "0148")

_EXCHANGES = [number for number in range(220, 1000) if number != 555 and number % 100 != 11]
_NUMBER_STYLES = (
    "({0}){1}-{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "{0}{1}{2}", "1({0}){1}-{2}", "+1 {0}-{1}-{2}",
    "{0} {1} {2}", "1-{0}-{1}-{2}",
)  # fmt: skip


def _first_fictional() -> list[str]:
    """The first 120 numbers, mostly of the practice's own area, in no order."""
    lines = [f"{number:04d}" for number in range(100, 200)]
    numbers = [f"{HOME_AREA}555{line}" for line in lines if line not in OFFICE_LINES][:95]
    numbers += [f"{area}555{line}" for area in NEIGHBOUR_AREAS for line in lines[10:15]]
    random.Random(207).shuffle(numbers)
    return numbers


_FIRST_FICTIONAL = _first_fictional()


def last_names(seed: int) -> list[str]:
    """The last names in another order for each seed; the first sixty families have all the difficult ones."""
    rng = random.Random(seed)
    first, others = list(LAST_NAMES[:60]), list(LAST_NAMES[60:])
    rng.shuffle(first)
    rng.shuffle(others)
    return first + others


def fictional_number(index: int) -> str:
    """The ten digits of the fictional number with that index: 555-0100 to 555-0199, no two alike."""
    if index < len(_FIRST_FICTIONAL):
        return _FIRST_FICTIONAL[index]
    row, column = divmod(index - len(_FIRST_FICTIONAL), len(AREA_CODES))
    if row >= 100:
        raise ValueError("there are no more fictional numbers")
    return f"{AREA_CODES[column]}555{100 + row:04d}"


def plausible_number(index: int) -> str:
    """Ten digits that look like any number, no two alike: for practices too large for the fictional numbers.

    Somebody may have such a number: it must never reach a provider that sends.
    """
    row, column = divmod(index, len(AREA_CODES))
    block, position = divmod(row, len(_EXCHANGES))
    exchange = _EXCHANGES[position]
    return f"{AREA_CODES[column]}{exchange}{(block + exchange * 13 + 2000) % 10_000:04d}"


def typed_number(digits: str, rng: random.Random) -> str:
    """The number with the punctuation somebody at the front desk happened to use."""
    return rng.choice(_NUMBER_STYLES).format(digits[:3], digits[3:6], digits[6:])


def ten_digits(text: str) -> str | None:
    """The ten digits of a US number however it is written; None where it is not one."""
    digits = re.sub(r"[^0-9]", "", text)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    return digits if len(digits) == 10 else None


def email_address(first: str, last: str) -> str:
    """An address that reaches nobody, in ASCII."""
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".lower()).replace("ø", "o")
    return re.sub(r"[^a-z.]", "", plain) + "@example.com"
