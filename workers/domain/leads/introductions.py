"""How people say who they are: the words before a name, and those behind it."""

# ruff: noqa: RUF001 - letters of other scripts may look like Latin ones

from enum import Enum, auto
from typing import Final

from workers.domain.leads.phrases import Phrases, word_set


class Cue(Enum):
    """What the words beside a name promise."""

    NAMED = auto()
    """A name, however it is typed: "my name is"."""
    FIRST = auto()
    """Its first part: "my first name is"."""
    LAST = auto()
    """Its last part: "my surname is"."""
    AM = auto()
    """A name, or much else: "I am", "this is"."""
    IT_IS = auto()
    """More often something else: "it's"."""
    PUT = auto()
    """A name where one was asked for: "just put"."""
    UNDER = auto()
    """A name if what was said is about a booking, as are the next three: "under"."""
    FOR = auto()
    HAS = auto()
    """Behind one: "… has a table"."""
    PARTY = auto()
    """Behind one: "the … party"."""
    NOT_THEIRS = auto()
    """The name of something or somebody else: "your name is"."""


BEFORE_A_NAME: Final = Phrases(
    {
        Cue.NAMED: """
            my (full |complete |real |own |)(name|names)(| is|'s| would be| will be)
            (and |)(the |)(name|names) (is|was|will be|would be|should be)
            (the |)name (is |)for (the|my|our|this) (reservation|booking|order|appointment) is
            (i|people|friends|they|you|my friends|most people|everyone|everybody) (all |)(call|calls) me
            (you can|you may|you could|please|just|can you|could you) (just |please |)call (call |)me
            call me
            (i'm|i am|im|i'm also|everybody) (called|named|known as)
            i go by
            (i |)(named|parents named|was named|mother named|have been named) me
            (register|sign|put|list|book|add|log|write|save|note) (me|it|this|us) (down |in |up |)(as|under)
            (under|in|on|by|with|for|to|use) (the |a |my |)(name|names) (of |is |as |being |)
            under my name (is |)
            (and|with|has|have) (the |a |)name of
            name of the (reservation|booking|order|appointment) is
            name on (the |my |our |)(reservation|booking|order|appointment|it) is
            (registered|signed|listed|booked|reserved|saved) (me |it |us |up |in |down |)as
            (reservation|booking) name (is |)
            me llamo
            mi nombre (completo |)es
            (el |)nombre (es|será)
            (me llaman|me dicen|puede llamarme|puedes llamarme|pueden llamarme|llámeme|llámame|llámenme|dime|dígame)
            (a|bajo) (el |)nombre de
            responde al nombre de
            ich (heiße|heisse|nenne mich)
            mein (voller |vollständiger |ganzer |)name (ist|lautet|wäre)
            (der |)name (ist|lautet|wäre)
            (nennen sie|nenn|nennt) mich
            (man|alle|sie|leute|freunde) (nennt|nennen) mich
            (sie können|du kannst|ihr könnt) mich
            (auf|unter) (den|dem|meinen|meinem) namen
            je (m'appelle|me nomme|me prénomme)
            (mon|le) nom (complet |)(est|c'est|serait)
            (mon nom est|appelez-moi|appelle-moi|nommez-moi)
            (vous pouvez|tu peux) m'appeler
            on m'appelle
            (au|sous le) nom de
            (mi chiamo|il mio nome è|a nome di|meu nome é|o meu nome é|me chamo|chamo-me|em nome de|ik heet)
            mijn naam is
            (nazywam się|mam na imię|benim adım|adım|jag heter|mitt namn är|jeg hedder|jeg heter|mit navn er)
            navnet mitt er
            (nimeni on|a nevem|numele meu este|mă numesc|jmenuji se|volám sa|zovem se|меня зовут|моё имя|мое имя)
            мене звати
            (моє ім'я|με λένε|ονομάζομαι|το όνομά μου είναι|اسمي|اسمي هو|انا اسمي|أنا اسمي|إسمي|שמי|השם שלי|השם שלי הוא)
            (קוראים לי|اسم من|نام من|میرا نام|मेरा नाम|मेरा नाम है)
        """,
        Cue.FIRST: """
            (my |the |and |)(first|given|christian|fore|middle) (name|names)(| is|'s| being| would be)
            (my |the |and |)(forename|firstname)(| is|'s| would be)
            (mi |el |)(primer nombre|nombre de pila)(| es)
            (mein |der |)(vorname|rufname)(| ist| lautet)
            (mon |le |)prénom(| est|, c'est)
        """,
        Cue.LAST: """
            (my |the |and |)(last|second|sur|family) (name|names)(| is|'s| being| would be)
            (my |the |and |)(surname|lastname)(| is|'s| would be)
            (mi |el |)(primer |segundo |)apellido(| es)
            (mis |los |)apellidos(| son)
            (mein |der |)(nachname|familienname|zuname)(| ist| lautet)
            (mon |le |)nom de famille(| est|, c'est)
        """,
        Cue.AM: """
            (i'm|i am|im|this is|here is|my self|myself|you're talking to|you are talking to|you're speaking with)
            (you are speaking with|you're chatting with|you are chatting with|signed|regards|cheers|sincerely|yours|soy)
            (yo soy|habla|le habla|les habla|te habla|aquí|le escribe|les escribe|te escribe|saludos|atentamente)
            ich bin
            (hier ist|hier spricht|hier schreibt|bin|ich bin der|ich bin die|gruß|grüße|viele grüße|mfg|je suis)
            moi c'est
            (moi, c'est|ici|cordialement|bien à vous|sono|eu sou|sou|ik ben|jag är|jeg er|jestem|я|אני|أنا|انا)
        """,
        Cue.IT_IS: """
            (it's|its|it is|it would be|it will be|it should be|that's|that is|that would be|name|es|sería|nombre)
            (the |)name's
            das ist
            (es ist|das wäre|c'est|ce serait|nom|nom et prénom)
        """,
        Cue.PUT: """
            (make it|make that|make it out to|put|use|try|write|just put|just use|ponga|pon|schreiben sie|mettez)
        """,
        Cue.UNDER: """
            under
            under i (think|believe|guess)
            (it's|it is|booked|listed|made|reserved|registered|filed|be|is|was) under
            (booking|reservation|table|it|booked|made|reserved|is|was|done) by
            (booking|reservation|table|appointment) of
        """,
        Cue.FOR: "(for|for i think|for i believe|para|für|pour)",
        Cue.NOT_THEIRS: """
            (my|the) (name|names) (isn't|is not|wasn't|was not)
            (your|his|her|their|our|its|whose|company|business|brand|domain|user|file|product) (name|names)(| is)
            (your|his|her|their) (first|last|sur|full|family|given) (name|names)(| is)
            (what|what's|which|whats) (is |was |)(the |my |a |)(name|names|surname|last name|first name)
            (restaurant|place|shop|store|hotel|bar|cafe|pub|company|product|model|bike|city|town) (called|named)
            (a|the|is) (name|names) (for|of) (the|a|an|your)
            (su|tu|vuestro|cuál es el) nombre(| es)
            (ihr|dein|euer|sein) (name|vorname|nachname)(| ist)
            (votre|ton|son|leur) (nom|prénom)(| est)
        """,
    }
)

IS_MY_NAME: Final = Phrases(
    {
        Cue.NAMED: """
            (that |this |)(is|are) (my|the) (full |complete |real |actual |)name
            is the (reservation|booking) name
            (is what|is how) (they|people|you|everyone|my friends) (can |)call me
            es mi nombre
            ist mein (voller |)name
            est mon nom
        """,
        Cue.FIRST: """
            is (my|the) (first|given|middle) name
            (is my forename|es mi nombre de pila|ist mein vorname|est mon prénom)
        """,
        Cue.LAST: """
            is (my|the) (last|second|family|sur) name
            is (my|the) surname
            (es mi apellido|ist mein nachname|est mon nom de famille)
        """,
        Cue.AM: """
            (here|speaking|on the line|on the phone|writing|calling|al habla|al aparato|por aquí|hier|am apparat)
            am telefon
            (à l'appareil|au téléphone|ici|is me|that's me|das bin ich|soy yo|c'est moi)
        """,
        Cue.HAS: """
            (has|have|had) (a|an|the|already|made|done|booked|reserved|my|our)
            (booked|reserved|made)
        """,
        Cue.PARTY: "(booking|reservation|table|appointment|party)",
    }
)

BOOKINGS: Final = word_set(
    """
    booking bookings booked reservation reservations reserved table appointment party lunch dinner
    book reserve reserving reserva reservado reservar mesa cita reservierung reserviert reservieren tisch termin gebucht
    buchen buchung réservation réservé réserver table rendez-vous
    """
)
# What is booked for its own sake: "two tickets for Anna" may be for a concert of hers.
SHOWS: Final = word_set("ticket tickets event events concert movie film bus train flight entradas karten billets")
BOOKING_WORDS: Final = BOOKINGS | word_set("listed cancel reschedule")
# Beside a name these announce it, and ask for nothing.
NAME_WORDS: Final = word_set(
    "name names first last second family given full surname lastname firstname forename called nombre apellido",
    "apellidos pila llamo nachname vorname familienname zuname heiße heisse nom prénom famille m'appelle",
)
# What goes on behind a name.
GOES_ON: Final = word_set("and but or y e et und from de aus here for at on today tonight tomorrow")
# Inside a name, and never in front of one.
PARTICLES: Final = word_set(
    """
    van von der den de del della delle delli dei degli di da das do dos du des la le las los el al bin bint ibn ben
    abu abd ter ten te zu zum zur af av vom op 't san st saint y
    """
)
HONORIFICS: Final = word_set(
    "mr mrs ms miss mister sir madam mme mlle monsieur madame mademoiselle herr frau señor señora señorita sra srta",
    "don doña",
)
TITLES: Final = word_set("dr prof professor dra rev st jr sr")
"""What stays with a name, unlike the honorifics."""
GREETINGS: Final = word_set(
    """
    hi hello hey hiya howdy yes yeah yep sure ok okay well oh ah um uh er good morning afternoon evening thanks thank
    you so and its it's also of course please probably perhaps maybe just simply hola buenas buenos días tardes sí claro
    hallo guten tag morgen abend moin ja gern gerne bonjour bonsoir salut oui ciao olá hej привет здравствуйте добрый
    день مرحبا
    """
)
