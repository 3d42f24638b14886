"""Time zones of US ZIP codes and area codes, as data. Facts only: what is not in the tables adds no zone.

Zones that have told the same time since 2007 are given by one name (Boise as Denver, Indianapolis as New York).
Where a prefix lies in two zones it stands in both, and whoever asks must satisfy both.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

EASTERN: Final = "America/New_York"
CENTRAL: Final = "America/Chicago"
MOUNTAIN: Final = "America/Denver"
PACIFIC: Final = "America/Los_Angeles"
ARIZONA: Final = "America/Phoenix"  # no daylight saving time; the Navajo Nation inside it has it
ALASKA: Final = "America/Anchorage"
ALEUTIANS: Final = "America/Adak"
HAWAII: Final = "Pacific/Honolulu"
PUERTO_RICO: Final = "America/Puerto_Rico"
GUAM: Final = "Pacific/Guam"
SAMOA: Final = "Pacific/Pago_Pago"
PALAU: Final = "Pacific/Palau"
MAJURO: Final = "Pacific/Majuro"

#: First digits of ZIP codes, single or as ranges; the longest prefix that fits decides. Military mail (090-098, 340,
#: 962-966) is left out: it says nothing about where its reader is.
ZIP_PREFIXES: Final[dict[str, str]] = {
    EASTERN: "005 010-089 100-149 150-212 214-268 270-299 300-323 324 326-339 341 342 344 346 347 349 373 374 376-379 "
    "398 399 400-418 425-427 430-459 460-462 463 465-475 478 479 480-499 569",
    CENTRAL: "324 325 350-352 354-369 370-372 373 375 377 380-397 401 420-424 426 427 463-465 469 475-477 479 498 499 "
    "500-516 520-528 530-532 534 535 537-551 553-567 570-576 580-588 600-620 622-631 633-641 644-658 660-662 664-681 "
    "683-692 700 701 703-708 710-714 716-731 733-741 743-770 772-798",
    MOUNTAIN: "575-577 585 586 590-599 677 678 690-693 798-816 820-831 832-837 840-847 860 865 870 871 873-885 979 "
    "89883",
    ARIZONA: "850-853 855-857 859 860 863-865",
    PACIFIC: "835 838 889-891 893-895 897 898 89883 900-908 910-928 930-961 970-986 988-994",
    ALASKA: "995-999",
    ALEUTIANS: "99546 99547",
    HAWAII: "967 968",
    PUERTO_RICO: "006-009",
    GUAM: "9691-9693 96950-96952",
    SAMOA: "96799",
    PALAU: "96939 96940",
    MAJURO: "96960 96970",
}

#: Area codes with their overlays.
AREA_CODES: Final[dict[str, str]] = {
    EASTERN: "201 202 203 207 212 215 216 219 220 223 227 229 231 234 239 240 248 252 260 267 269 270 272 276 283 301 "
    "302 304 305 313 315 317 321 324 326 329 330 332 336 339 347 351 352 363 364 380 386 401 404 407 410 412 413 419 "
    "423 434 436 440 443 445 448 463 470 472 475 478 484 502 508 513 516 517 518 540 551 561 567 570 571 574 582 585 "
    "586 603 606 607 609 610 614 616 617 624 631 640 645 646 656 667 678 679 680 681 686 689 703 704 706 716 717 718 "
    "724 727 728 732 734 740 743 754 757 762 765 770 771 772 774 781 786 802 803 804 810 812 813 814 821 826 828 835 "
    "838 839 843 845 848 850 854 856 857 859 860 862 863 864 865 878 904 906 908 910 912 914 917 919 929 930 934 937 "
    "941 943 947 948 954 959 973 978 980 984 989",
    CENTRAL: "205 210 214 217 218 219 224 225 228 235 251 254 256 262 270 274 281 308 309 312 314 316 318 319 320 325 "
    "327 331 334 337 346 353 361 364 402 405 409 414 417 423 430 432 447 448 457 464 469 471 479 501 504 507 512 515 "
    "531 534 539 557 563 572 573 574 580 601 605 606 608 612 615 618 620 621 629 630 636 641 651 659 660 662 682 701 "
    "708 712 713 715 726 730 731 737 763 769 773 779 785 806 812 815 816 817 830 832 847 850 861 870 872 901 903 906 "
    "913 918 920 924 930 931 936 938 940 945 952 956 972 975 979 985",
    MOUNTAIN: "208 303 307 308 385 406 435 458 505 541 575 605 620 701 719 720 748 775 785 801 915 928 970 983 986",
    ARIZONA: "480 520 602 623 928",
    PACIFIC: "206 208 209 213 253 279 310 323 341 350 357 360 369 408 415 424 425 442 458 503 509 510 530 541 559 562 "
    "564 619 626 628 650 657 661 669 702 707 714 725 738 747 760 775 805 818 820 831 837 840 858 909 916 925 949 951 "
    "971 986",
    ALASKA: "907",
    HAWAII: "808",
    PUERTO_RICO: "340 787 939",
    GUAM: "670 671",
    SAMOA: "684",
}

_ZIP = re.compile(r"([0-9]{3,5})(?:-?[0-9]{4})?", re.ASCII)


def zones_of_zip(text: str) -> tuple[str, ...]:
    """Every zone a ZIP code may lie in; empty when it is none, or not in the table.

    Three and four digits are read as ZIP codes whose leading zeros a spreadsheet took.
    """
    match = _ZIP.fullmatch(text.strip())
    if match is None:
        return ()
    code = match[1].zfill(5)
    table = _zip_table()
    for length in (5, 4, 3):
        if code[:length] in table:
            return table[code[:length]]
    return ()


def zones_of_number(number: str) -> tuple[str, ...]:
    """Every zone the area code of an E.164 number (`+12075550148`) may lie in; empty for other countries' numbers,
    toll-free ones and codes that are not in the table.
    """
    if len(number) != 12 or not number.startswith("+1"):
        return ()
    return _area_table().get(number[2:5], ())


@cache
def _zip_table() -> dict[str, tuple[str, ...]]:
    return _turned(ZIP_PREFIXES)


@cache
def _area_table() -> dict[str, tuple[str, ...]]:
    return _turned(AREA_CODES)


def _turned(table: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Prefix to zones, ranges written out."""
    zones: dict[str, tuple[str, ...]] = {}
    for zone, ranges in table.items():
        for each in ranges.split():
            first, _, last = each.partition("-")
            for number in range(int(first), int(last or first) + 1):
                prefix = str(number).zfill(len(first))
                zones[prefix] = (*zones.get(prefix, ()), zone)
    return zones
