"""Finding runs of digits that could be phone numbers, and none of the many that are something else."""

import re
from itertools import islice
from typing import Final, NamedTuple

from shared.card_numbers import masked
from workers.domain.leads.phrases import Phrases, words_of

MOST_RUNS: Final = 20  # a message with more numbers in it is a list of something
WINDOW: Final = 60

DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
MONTH: Final = r"(?:0?[1-9]|1[0-2])"
YEAR: Final = r"(?:19|20)\d\d"
CURRENCY: Final = r"(?:[$\u20ac\u00a3\u00a5]|\b(?:USD|EUR|GBP|CHF|euros?|dollars?|pounds?)\b)"
NOT_PHONES: Final = re.compile(
    rf"(?<!\d)(?:{YEAR}[-/.]{MONTH}[-/.]{DAY}|{DAY}[-/.]{MONTH}[-/.]{YEAR}|{MONTH}[-/.]{DAY}[-/.]{YEAR})(?!\d)"
    r"(?:[T ]\d{1,2}(?=:))?"
    rf"|(?<![\d)])(?<![\d)] ){YEAR}\s?[-\u2013/]\s?{YEAR}(?!\d)"  # 2019-2023
    r"|(?<!\d)\d{1,2}[:h]\d\d(?::\d\d)?(?:\s?[-\u2013]\s?\d{1,2}[:h]\d\d)?"  # 10:30-12:00
    rf"|{CURRENCY}\s?\d{{1,12}}(?:[.,']\d{{3}}){{0,4}}(?:[.,]\d{{1,2}})?"
    rf"|(?<!\d)\d{{1,12}}(?:[ .,'\u00a0]\d{{3}}){{0,4}}(?:[.,]\d{{1,2}})?\s?{CURRENCY}"
    r"|(?<!\d)\d{1,12}(?:[.,]\d{1,9})?\s?%"
    r"|\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"  # an IBAN
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"  # an IP address
    r"|\b(?:https?://|www\.)\S+",
    re.IGNORECASE,
)
# Letters of scripts without spaces may touch a number; a Latin one makes it part of a code.
BETWEEN: Final = r"[\s().\-/\u2010-\u2015\u00a0]{0,3}"
RUN: Final = re.compile(
    rf"(?<![A-Za-z\u00c0-\u024f0-9_#/-])(?:[+\uff0b]\s?)?\(?\d(?:{BETWEEN}\d){{1,24}}+(?![A-WYZa-wyz\d_])"
)
DIGIT: Final = re.compile(r"\d")
BREAK: Final = re.compile(r"[|~\n,]|[.!?;](?=\s+[A-Z])")
MOST_WORDS_BETWEEN: Final = 6

# What the words before a number say that it is.
NAMED: Final = Phrases(
    {
        True: """
            (phone|telephone|tel|mobile|cell|cellphone|handy|whatsapp|sms|landline|number is|numbers|number at)
            contact number
            (call|ring|text|dial|reach|phone) (me|us|back|)
            (telefono|movil|celular|numero es|llamar|llamame|llamenme|fijo|telefon|telefonnummer|handynummer|mobil)
            (mobilnummer|festnetz|rufnummer|ruckruf|anrufen|erreichbar|nummer ist|telephone|portable|fixe|numero est)
            appelez
            (rappelez|joindre|appeler)
        """,
        False: """
            (order|orders|invoice|bill|booking|reservation|ticket|case|claim|tracking|parcel|shipment|reference|ref)
            account
            (customer|client|member|membership|policy|contract|serial|article|item|product|part|model|sku|receipt)
            (tax|vat)
            (iban|card|code|pin|postcode|zip|id|passport|licence|license|confirmation|transaction|payment|flight)
            (isbn|ean)
            (order|invoice|booking|ticket|case|customer|account|tracking|reference|serial|policy) (number|no|nr|num)
            (pedido|factura|reserva|referencia|cuenta|cliente|contrato|codigo|tarjeta|envio|seguimiento|ticket|dni)
            (bestellung|bestellnummer|rechnung|rechnungsnummer|auftrag|auftragsnummer|kundennummer|buchung)
            buchungsnummer
            (sendung|sendungsnummer|vorgang|vorgangsnummer|vertrag|vertragsnummer|seriennummer|artikelnummer|konto|plz)
            (kontonummer|steuernummer|kartennummer|aktenzeichen|commande|facture|reservation|dossier|compte|contrat)
            colis
            (suivi|carte|siret|siren|reference)
        """,
    }
)


class Number(NamedTuple):
    """A run of digits in a message."""

    start: int
    end: int
    text: str
    named: bool | None
    """Whether the words before it call it a phone number, or call it something else."""

    @property
    def digits(self) -> int:
        """How many digits it has."""
        return len(DIGIT.findall(self.text))

    @property
    def is_international(self) -> bool:
        """Whether it brings its country."""
        return self.text.lstrip("(").startswith(("+", "\uff0b", "00"))


def without_other_numbers(message: str) -> str:
    """Return a message with its dates, times, prices and the like blanked with `~`."""
    return NOT_PHONES.sub(lambda match: "~" * len(match[0]), message)


def numbers(message: str) -> list[Number]:
    """Return the runs of digits that could be phone numbers, in order."""
    shown = masked(message)
    if not DIGIT.search(shown):
        return []
    plain = without_other_numbers(shown)
    return [_number(plain, run) for run in islice(RUN.finditer(plain), MOST_RUNS)]


def _number(plain: str, run: re.Match[str]) -> Number:
    before = BREAK.split(plain[max(0, run.start() - WINDOW) : run.start()])[-1]
    keys = [word.key for word in words_of(before)][-MOST_WORDS_BETWEEN:]
    named = [found.means for found in NAMED.find(keys)]
    return Number(run.start(), run.end(), run[0], named[-1] if named else None)
