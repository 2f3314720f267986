"""Reading a visitor's message: the details it gives, and what it says to what the desk has just asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from shared.vocabulary import Detail
from workers.domain.leads.asked import DETAILS, YES_OR_NO, Asked
from workers.domain.leads.decisions import NOT_SO, Decision, in_passing, is_about, on_confirmation, on_offer, signs_in
from workers.domain.leads.details import Details, details_in
from workers.domain.leads.email_typos import suggestion
from workers.domain.leads.introductions import BOOKING_WORDS, NAME_WORDS
from workers.domain.leads.not_names import SMALL_WORDS_ANYWHERE
from workers.domain.leads.phrasebook import REMARKS, Remark, Sign
from workers.domain.leads.phrases import sentence_keys, word_set, words_of

__all__ = ["Asked", "Decision", "Reading", "read"]

QUESTION_MARK: Final = re.compile(r"[?\uff1f\u061f\u037e]")
FEWEST_WORDS: Final = 3  # "ok?" is no question for the desk
# Asking for a price is asking for a person, too, but one that the documents may spare the visitor.
PRICE_WORDS: Final = word_set(
    "much expensive price prices pricing cost costs estimate cuánto cuánta cuesta cuestan precio precios tarifa",
    "tarifas kostet kosten teuer preis preise viel wieviel combien coûte coûtent prix tarif tarifs",
)
# "not Anna but Hanna", "Hanna, not Anna"
NOT_BUT: Final = re.compile(
    r"\b(?:not|nicht|no|pas)\b[^.?!]{1,90}\b(?:but|sondern|sino|mais)\b|,\s(?:and |und |y |et )?(?:not|nicht|no|pas)\s",
    re.IGNORECASE,
)
NOT: Final = frozenset(("not", "no", "nicht", "pas"))
NUMBER_WORDS: Final = word_set(
    "one two three four five six seven eight nine ten twelve uno una dos tres cuatro cinco seis ein eine zwei drei",
    "vier fünf sechs un une deux trois quatre cinq",
)
NO_MORE: Final = ([Sign.NO], [Sign.DONE])  # "no", "that's all"
UNWANTED: Final = frozenset((Sign.REFUSES, Sign.STOPS, Sign.WITHDRAWS, Sign.LATER))
TAKES_BACK: Final = frozenset((Remark.CORRECTS, Remark.MAY_CORRECT))
NAMES_OF_DETAILS: Final = {
    Detail.EMAIL: word_set(
        "email mail address adresse mailadresse emailadresse correo dirección courriel d'email d'adresse d'e-mail"
    ),
    Detail.PHONE: word_set(
        "phone number mobile telephone calls telefon nummer telefonnummer handy handynummer teléfono número móvil",
        "téléphone numéro portable",
    ),
}
HAS_NONE: Final = word_set("no not don't haven't without sin kein keine ohne pas sans")
"""Of what is withheld in a phrase with these, there is none, or none for the desk: "no email", unlike "email only"."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message holds."""

    name: str | None = None
    is_surname: bool = False
    """Whether that is all there is of the name: "my surname is"."""
    email: str | None = None
    phone: str | None = None
    """In E.164."""
    decision: Decision | None = None
    """OTHER only where the desk asked for a yes or no. A correction of what was to be confirmed is a DECLINE."""
    asks: bool = False
    """Holds a question, or says something that the documents may have an answer to."""
    wants_contact: bool = False
    """Asks for a person, a demo or a call."""
    wants_price: bool = False
    corrects: bool = False
    """Takes back what was said before."""
    withholds: bool = False
    """Won't give what was asked for; together with DECLINE, it was a plain no."""
    refuses: frozenset[Detail] = frozenset()
    """What is withheld by its name, asked for or not: "no email"."""
    bad_name: bool = False
    """Where a name was asked for there is a company's, and nothing else."""
    bad_email: bool = False
    """Something is meant as an address that can't be one."""
    bad_phone: bool = False
    """Something is meant as a phone number that can't be one."""
    withdraws: bool = False
    """Does not want to be contacted, or wants what was given to be forgotten."""
    mistaken: frozenset[Detail] = frozenset()
    """What was to be confirmed and is wrong, as far as that is all that is said against it."""
    suggestion: str | None = None
    """The email with its likely typo put right."""


class Said(NamedTuple):
    """What is left of a message beside its details, as its phrases mean."""

    keys: Sequence[str]
    content: Sequence[str]
    """The keys that are no small words."""
    remarks: frozenset[Remark]
    signs: Sequence[Sign]
    is_question: bool

    @property
    def seeks_information(self) -> bool:
        """Whether it asks for an answer, and not for something to be done."""
        return Remark.ASKS in self.remarks or (self.is_question and Remark.REQUESTS not in self.remarks)


def read(
    message: str,
    asked: Asked | None = None,
    *,
    prompt: str | None = None,
    region: str = "US",
    locale: str | None = None,
) -> Reading:
    """Return what a message holds.

    `prompt` is what the desk has just said; `region` the country of phone numbers without one; `locale` the visitor's,
    such as `de-AT`. The language is told by its words; where they don't tell, by the locale.
    """
    details = details_in(message, asked, (region, *_regions_of(locale)))
    said = _said(details, locale)
    decision = _decision(details, said, asked, prompt)
    withholds = _withholds(details, said, asked)
    return Reading(
        name=details.name,
        is_surname=details.is_surname,
        email=details.email,
        phone=details.phone,
        decision=decision,
        asks=_asks(details, said, asked, is_answer=withholds or decision not in (None, Decision.OTHER)),
        wants_contact=Remark.WANTS_CONTACT in said.remarks,
        wants_price=Remark.WANTS_PRICE in said.remarks,
        corrects=_corrects(details, said, asked, decision),
        withholds=withholds,
        refuses=_refuses(said) if asked in DETAILS else frozenset(),
        bad_name=details.bad_name and not (said.content or said.seeks_information),
        bad_email=details.bad_email,
        bad_phone=details.bad_phone,
        withdraws=_withdraws(details, said, asked),
        mistaken=_mistaken(said) if asked is Asked.CONFIRM else frozenset(),
        suggestion=suggestion(details.email) if details.email else None,
    )


def _said(details: Details, locale: str | None) -> Said:
    keys = sentence_keys(details.rest.words)
    found = [*REMARKS.everywhere(keys)]
    told = {key for one in found if one.means in TAKES_BACK for key in keys[one.start : one.end]} | {"."}
    if details.name or details.bad_name:
        told |= NAME_WORDS.union(word.key for word in words_of(details.name or ""))
    content = [key for key in keys if key not in SMALL_WORDS_ANYWHERE and key not in told]
    is_question = bool(QUESTION_MARK.search(details.rest.text)) and (bool(content) or len(keys) > FEWEST_WORDS)
    return Said(
        keys, content, frozenset(one.means for one in found), signs_in(_behind_question(keys), locale), is_question
    )


def _behind_question(keys: Sequence[str]) -> Sequence[str]:
    """Return what follows the question that a message opens with, if it opens with one; "why not" is none."""
    opening = REMARKS.at(keys, 0)
    if not opening or opening.means is not Remark.ASKS or keys[opening.end] in NOT:
        return keys
    return keys[keys.index(".", 1) :]


def _decision(details: Details, said: Said, asked: Asked | None, prompt: str | None) -> Decision | None:
    prompt_keys = sentence_keys(words_of(prompt or ""))
    if asked is Asked.OFFER:
        about = is_about(said.keys, prompt_keys) and not said.seeks_information
        takes_up = about or bool(details.email or details.phone)
        return on_offer(said.signs, wants_it=takes_up, asks=said.is_question)
    if asked is Asked.CONFIRM and (details.bad_email or details.bad_phone) and UNWANTED.isdisjoint(said.signs):
        return Decision.OTHER  # "no, my number is 12": what it is to be instead can't be told yet
    if asked is Asked.CONFIRM:
        says_otherwise = details.any or (not said.seeks_information and _tells(said, prompt_keys))
        return on_confirmation(said.signs, says_otherwise=says_otherwise, asks=said.is_question)
    if (details.any or _withholds_in_words(said, asked)) and said.signs[:1] != [Sign.STOPS]:
        return None
    if asked in DETAILS and _says_only(said, Remark.POSTPONES):
        return Decision.DECLINE
    return in_passing(said.signs)


def _tells(said: Said, prompt_keys: Sequence[str]) -> bool:
    """Whether a message tells something about what was to be confirmed: a number, or more of the same."""
    counts = any(key in NUMBER_WORDS or key[0].isdigit() for key in said.keys)
    new = [key for key in said.content if key not in BOOKING_WORDS]
    return counts or is_about(said.keys, prompt_keys) or (Sign.WANTS in said.signs and bool(new))


def _withholds(details: Details, said: Said, asked: Asked | None) -> bool:
    if asked is None or asked in YES_OR_NO or details.has(asked):
        return False
    return _withholds_in_words(said, asked) or (said.signs[:1] in NO_MORE and not details.any)


def _withholds_in_words(said: Said, asked: Asked | None) -> bool:
    return asked in DETAILS and Remark.WITHHOLDS in said.remarks


def _refuses(said: Said) -> frozenset[Detail]:
    phrases = [said.keys[one.start : one.end] for one in REMARKS.everywhere(said.keys) if one.means is Remark.WITHHOLDS]
    words = {key for phrase in phrases if not HAS_NONE.isdisjoint(phrase) for key in phrase}
    return frozenset(kind for kind, names in NAMES_OF_DETAILS.items() if not names.isdisjoint(words))


def _withdraws(details: Details, said: Said, asked: Asked | None) -> bool:
    if details.any or Remark.WITHHOLDS in said.remarks:  # "don't call me, write to x@y.com"
        return False
    return Sign.WITHDRAWS in said.signs or (asked in DETAILS and said.signs[:1] == [Sign.STOPS])


def _mistaken(said: Said) -> frozenset[Detail]:
    is_wrong = Sign.WRONG in said.signs or Remark.CORRECTS in said.remarks
    if not is_wrong or not UNWANTED.isdisjoint(said.signs):
        return frozenset()
    named = frozenset(kind for kind, words in NAMES_OF_DETAILS.items() if not words.isdisjoint(said.keys))
    return named or frozenset(NAMES_OF_DETAILS)


def _corrects(details: Details, said: Said, asked: Asked | None, decision: Decision | None) -> bool:
    if Remark.CORRECTS in said.remarks:
        return True
    if asked is Asked.CONFIRM and decision is Decision.DECLINE:
        return details.any or not NOT_SO.isdisjoint(said.signs)
    return details.any and (Remark.MAY_CORRECT in said.remarks or bool(NOT_BUT.search(details.rest.text)))


def _asks(details: Details, said: Said, asked: Asked | None, *, is_answer: bool) -> bool:
    if _wants_only_contact(said):
        return False
    if said.is_question or Remark.ASKS in said.remarks:
        return True
    if is_answer:
        return False
    # Another way to be reached is an answer as well; a name is none where something else was asked for.
    given = details.has(asked) or details.email or details.phone if asked in DETAILS else details.any
    is_broken = details.bad_email or details.bad_phone
    return Remark.NEEDS in said.remarks or (bool(said.content) and not given and not is_broken)


def _wants_only_contact(said: Said) -> bool:
    """Whether a message asks for a person and for nothing that documents could tell: "can someone call me?"."""
    return PRICE_WORDS.isdisjoint(said.keys) and _says_only(said, Remark.WANTS_CONTACT)


def _says_only(said: Said, remark: Remark) -> bool:
    """Whether a message makes a remark, and has no other words of a meaning."""
    made = [found for found in REMARKS.everywhere(said.keys) if found.means is remark]
    places = {place for found in made for place in range(found.start, found.end)}
    return bool(made) and all(place in places for place, key in enumerate(said.keys) if key in said.content)


def _regions_of(locale: str | None) -> Sequence[str]:
    """Return the country of a locale, `AT` of `de-AT`, if it names one."""
    country = (locale or "").replace("_", "-").partition("-")[2].upper()
    return (country,) if country.isascii() and country.isalpha() and len(country) == len("AT") else ()
