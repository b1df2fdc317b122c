"""Units as the portals of GST know them: 45 codes, and what people write instead of them.

Table 12 of GSTR-1, the e-invoice and the e-way bill take a unit quantity code (UQC) and nothing else
(`gst.md` §10.4). What a line says is free text, so it is read generously: the code itself, a common
abbreviation, the word in singular or plural, in any case, with dots and spaces. The rest is "others".
"""

from typing import Final

OTHERS: Final = "OTH"
"""The code of every unit that has none."""

NOT_APPLICABLE: Final = "NA"
"""What a service has in place of a code, in Table 12."""

UNITS: Final = {
    "BAG": ("bags", ()),
    "BAL": ("bales", ()),
    "BDL": ("bundles", ("bdls",)),
    "BKL": ("buckles", ()),
    "BOU": ("billions of units", ("billion of units", "billion units")),
    "BOX": ("boxes", ("bx",)),
    "BTL": ("bottles", ("btls", "bot")),
    "BUN": ("bunches", ("bunch",)),
    "CAN": ("cans", ()),
    "CBM": ("cubic meters", ("cubic metre", "cum", "m3", "m³")),
    "CCM": ("cubic centimeters", ("cubic centimetre", "cc", "cm3", "cm³")),
    "CMS": ("centimeters", ("centimetre", "cm")),
    "CTN": ("cartons", ("ctns", "crtn")),
    "DOZ": ("dozens", ("dz", "dzn")),
    "DRM": ("drums", ()),
    "GGK": ("great gross", ("ggr",)),
    "GMS": ("grams", ("gramme", "gm", "g", "grm")),
    "GRS": ("gross", ()),
    "GYD": ("gross yards", ()),
    "KGS": ("kilograms", ("kilogramme", "kilo", "kg", "kgm")),
    "KLR": ("kiloliters", ("kilolitre", "kl")),
    "KME": ("kilometers", ("kilometre", "km", "kms")),
    "LTR": ("liters", ("litre", "lt", "l")),
    "MLT": ("milliliters", ("millilitre", "mililitre", "ml")),
    "MTR": ("meters", ("metre", "m", "rmt")),
    "MTS": ("metric tons", ("metric tonne", "mt")),
    "NOS": ("numbers", ("number", "no", "num", "nr", "each", "ea")),
    "PAC": ("packs", ("packet", "pkt", "pack", "pk")),
    "PCS": ("pieces", ("pc", "pce")),
    "PRS": ("pairs", ("pr",)),
    "QTL": ("quintals", ("q",)),
    "ROL": ("rolls", ("rll", "rls")),
    "SET": ("sets", ()),
    "SQF": ("square feet", ("square foot", "sqft", "sft", "ft2", "ft²")),
    "SQM": ("square meters", ("square metre", "sqmt", "sqmtr", "m2", "m²")),
    "SQY": ("square yards", ("sqyd",)),
    "TBS": ("tablets", ("tab", "tbl")),
    "TGM": ("ten gross", ()),
    "THD": ("thousands", ()),
    "TON": ("tonnes", ("ton", "tn")),
    "TUB": ("tubes", ()),
    "UGS": ("us gallons", ("gallon", "gal")),
    "UNT": ("units", ()),
    "YDS": ("yards", ("yd",)),
    OTHERS: ("others", ()),
}
"""The codes of the GST portal, each with its word and what else it is called (the offline tool's list)."""


def _plain(text: str) -> str:
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    return letters[:-1] if len(letters) > 2 and letters.endswith("s") else letters


_SPELLINGS: Final = {
    _plain(spelling): code for code, (word, others) in UNITS.items() for spelling in (code, word, *others)
}


def uqc(text: str | None) -> str:
    """The code of what a line says its unit is, `OTHERS` for what is no known unit and for nothing.

    >>> [uqc(text) for text in ("NOS", "kgs", "Sq. Ft.", "Litres", "crate", None)]
    ['NOS', 'KGS', 'SQF', 'LTR', 'OTH', 'OTH']
    """
    return _SPELLINGS.get(_plain(text or ""), OTHERS)


def is_service(hsn: str | None) -> bool:
    """Whether a code is of a service (SAC): those stand in chapter 99 of the tariff (`gst.md` §8.3).

    >>> is_service("998314"), is_service("9401"), is_service(None)
    (True, False, False)
    """
    return hsn is not None and hsn.startswith("99")
