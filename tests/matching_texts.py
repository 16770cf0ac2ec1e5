"""How payers write: names as banks carry them, numbers as people type them, in three languages.

Written apart from the matcher, from what statements look like; nothing here is taken from it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

STEMS = {
    "de": "Nordlicht Rheinau Sonnenhof Lindenberg Küstenwind Bergmühle Falkenstein Weißensee "
    "Grünwald Hafenblick Moorbach Ährenfeld Steinbrück Adlershof Fährhaus Köhlerberg",
    "nl": "Molenzicht Duinrand Zeewind Waterland Polderhof Kersenbloesem Noorderlicht Zonneveld "
    "Havenkant Rietveen Kasteelhof Lindenhof Bruggerhof Veenstee",
    "en": "Harbour Northgate Oakfield Riverside Millstone Kingfisher Foxglove Hillcrest Ironbridge "
    "Lakeview Saltmarsh Thornbury Westbrook Brookside",
}
TRADES = {
    "de": "Metallbau Logistik Druckerei Bäckerei Elektrotechnik Gartenbau Spedition Möbelwerk "
    "Tiefbau Großküchen Medizintechnik Fördertechnik Werkzeughandel",
    "nl": "Bakkerij Bouwbedrijf Transport Kwekerij Installatietechniek Drukkerij Groothandel "
    "Scheepswerf Timmerwerken Keukens",
    "en": "Tools Logistics Catering Printing Engineering Furniture Joinery Foods Plumbing Textiles",
}
FORMS = {
    "de": ("GmbH", "GmbH & Co. KG", "AG", "e.K.", "UG (haftungsbeschränkt)", "OHG", "KG"),
    "nl": ("B.V.", "N.V.", "V.O.F.", "BV"),
    "en": ("Ltd", "Limited", "plc", "LLP", "Ltd."),
}
SAYS = {
    "de": {
        "one": ("Rechnung {0}", "RE {0}", "Rg.Nr. {0}", "{0}", "Rechnungsnr. {0} vom {1}",
                "Zahlung {0} vielen Dank", "Kd-Nr {2} {0}", "RNR {0} {3} EUR"),
        "and": (" und ", ", ", " + ", "/", "; ", " "),
        "to": (" bis ", "-", " - "),
        "none": ("Zahlung", "Vielen Dank", "offene Rechnung", "Überweisung {1}", ""),
        "part": ("Teilzahlung {0}", "Abschlag Rechnung {0}", "1. Rate {0}"),
        "discount": ("Rechnung {0} abzgl. Skonto", "{0} ./. Skonto", "RE {0} abzgl. 2% Skonto"),
        "return": ("RETOURE SEPA-Lastschrift {0}", "Rücklastschrift {0}"),
        "private": ("Miete Stellplatz", "Einkauf {1}", "Rückzahlung Darlehen", "Spende",
                    "Vertrag 88123401 Beitrag", "Ticket 4471902"),
    },
    "nl": {
        "one": ("Factuur {0}", "factuurnr {0}", "{0}", "Betaling factuur {0} d.d. {1}",
                "klantnr {2} factuur {0}", "fact. {0}"),
        "and": (" en ", ", ", " + ", "/", " "),
        "to": (" t/m ", " tot ", "-"),
        "none": ("Betaling", "Openstaand bedrag", "dank u", ""),
        "part": ("Deelbetaling {0}", "Aanbetaling factuur {0}"),
        "discount": ("Factuur {0} minus korting", "{0} -/- betalingskorting"),
        "return": ("Storno incasso {0}", "Terugboeking {0}"),
        "private": ("Huur", "Contributie 2026", "Boeking 77120934", "Verzekering polis 5512093"),
    },
    "en": {
        "one": ("Invoice {0}", "INV {0}", "{0}", "Payment of invoice {0} dated {1}",
                "Cust no {2} invoice {0}", "your invoice no {0}"),
        "and": (" and ", ", ", " & ", "/", " "),
        "to": (" to ", "-", " - "),
        "none": ("Payment", "Account settlement", "Thank you", ""),
        "part": ("Part payment {0}", "On account of invoice {0}"),
        "discount": ("Invoice {0} less discount", "{0} less 2% cash discount"),
        "return": ("Returned debit {0}", "Unpaid {0}"),
        "private": ("Rent", "Booking 66120931", "Membership 2026", "Policy 4412093"),
    },
}  # fmt: skip

_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
_PLAIN = {"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U", "ß": "ss"}
_OCR = {"0": "O", "1": "I", "5": "S", "8": "B"}


def company(chance: random.Random, language: str) -> str:
    """Return a company's name."""
    stem = chance.choice(STEMS[language].split())
    trade = chance.choice(TRADES[language].split())
    form = chance.choice(FORMS[language])
    two = (stem, trade) if chance.random() < 0.5 else (trade, stem)
    return f"{two[0]} {two[1]} {form}"


def as_banks_write(chance: random.Random, name: str) -> str:
    """Return a name as it comes on a statement."""
    style = chance.random()
    if style < 0.25:
        return name
    swap = _UMLAUTS if chance.random() < 0.7 else _PLAIN
    name = "".join(swap.get(each, each) for each in name)
    if style < 0.5:
        name = name.upper()
    elif style < 0.65:
        name = re.sub(r" (GmbH|AG|e\.K\.|OHG|KG|UG|B\.?V\.?|N\.V\.|Ltd|Limited|plc).*", "", name)
    elif style < 0.75:
        name = name.replace(".", "").replace("&", "u.")
    elif style < 0.8:
        at = chance.randrange(1, len(name) - 1)
        name = name[:at] + name[at + 1 :]
    return name[: chance.choice((27, 35, 70, 70))].strip()


def as_people_type(chance: random.Random, number: str) -> str:  # noqa: PLR0911 - one per style
    """Return an invoice's number in one of the spellings that people use."""
    style = chance.random()
    if style < 0.45:
        return number
    if style < 0.55:
        return re.sub(r"[-/. ]", " ", number)
    if style < 0.65:
        return re.sub(r"[-/. ]", "", number)
    if style < 0.75:
        return re.sub(r"[-/. ]", chance.choice("-/."), number).lower()
    bare = re.sub(r"^[A-Z]+[-/ ]?", "", number)
    if style < 0.87:
        return bare
    if style < 0.95:
        return re.sub(r"(^|[-/])0+", r"\1", bare)
    return re.split(r"[-/]", number)[-1].lstrip("0")


BESIDE = {
    "de": ("Bestellung {0}", "Lieferschein {0}", "Auftrag {0}", "Tel. 0221/{0}", "Mandat {0}"),
    "nl": ("bestelling {0}", "pakbon {0}", "order {0}", "tel 020-{0}"),
    "en": ("PO {0}", "order {0}", "delivery note {0}", "phone 0161 {0}"),
}


def beside(chance: random.Random, language: str) -> str:
    """Return another number that payers write besides, such as an order's."""
    number = str(chance.randrange(1000, 10 ** chance.randrange(4, 8)) + 1000)
    return chance.choice(BESIDE[language]).format(number)


def mistyped(chance: random.Random, number: str) -> str:
    """Return a number with a slip in its digits: one wrong, one missing, or two exchanged."""
    places = [at for at, each in enumerate(number) if each.isdigit()][-5:]
    at = chance.choice(places)
    style = chance.random()
    if style < 0.4 and at + 1 < len(number) and number[at + 1].isdigit():
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if style < 0.6:
        return number[:at] + number[at + 1 :]
    return number[:at] + chance.choice("0123456789".replace(number[at], "")) + number[at + 1 :]


def scanned(chance: random.Random, number: str) -> str:
    """Return a number as a scanner reads it, with letters for some digits."""
    return "".join(_OCR[e] if e in _OCR and chance.random() < 0.6 else e for e in number)


def torn(chance: random.Random, text: str, number: str) -> str:
    """Return the text with its number torn by the end of a line of field 86."""
    at = text.find(number)
    if at < 0 or len(number) < 4:
        return text
    cut = at + chance.randrange(2, len(number) - 1)
    return text[:cut] + chance.choice(("\n", " ")) + text[cut:]


def listed(chance: random.Random, numbers: Sequence[str], language: str) -> str:
    """Return several numbers in one text: all, a range, or the first and the last digits."""
    says = SAYS[language]
    tails = [re.search(r"\d+$", each) for each in numbers]
    digits = [int(each[0]) for each in tails if each]
    is_run = len(digits) == len(numbers) and digits == list(
        range(digits[0], digits[0] + len(digits))
    )
    if is_run and len(numbers) > 2 and chance.random() < 0.7:
        return numbers[0] + chance.choice(says["to"]) + numbers[-1]
    same = {each[:-2] for each in numbers}
    if len(same) == 1 and chance.random() < 0.4:
        return numbers[0] + "".join("/" + each[-2:] for each in numbers[1:])
    mark = chance.choice(says["and"])
    return mark.join(numbers)
