"""What the desk says while it captures a lead, in the languages it speaks."""

from dataclasses import dataclass
from typing import Final

from workers.domain.words import language_of


@dataclass(frozen=True, slots=True)
class Wording:
    """The desk's questions and replies in one language; `{company}` and the like are filled in."""

    offer: str
    accepted: str
    ask_name: str
    ask_email: str
    ask_phone: str
    ask_suggestion: str
    confirm: str
    captured: str
    updated: str
    known: str
    declined: str
    discarded: str
    mistaken: str
    withdrawn: str
    unreachable: str
    bad_name: str
    bad_email: str
    bad_phone: str
    unread: str
    """What is told to whoever gives again what can't be read."""
    small_talk: str
    greeting: str
    welcome: str
    reaction: str
    farewell: str
    machine: str
    """What is told to whoever asks whether there is a person behind the desk."""
    purpose: str
    """What is told to whoever asks what a detail is needed for."""
    yes: str
    no: str
    skip: str
    joint: str
    """What stands between two ways to be reached."""


ENGLISH: Final = Wording(
    offer="Would you like someone at {company} to get in touch with you about this?",
    accepted="Happy to arrange that.",
    ask_name="What is your name?",
    ask_email="What email address can we reach you at?",
    ask_phone="Is there a phone number we may call, too? You can also skip this.",
    ask_suggestion="Did you mean {suggestion}?",
    confirm="May {company} contact you at {contact}?",
    captured="Thank you. Someone at {company} will get in touch with you.",
    updated="Thank you, I have noted that.",
    known="Your details have been passed on already. Someone at {company} will get in touch with you.",
    declined="No problem. Just say so if you change your mind.",
    discarded="All right, your details will not be passed on.",
    mistaken="Sorry, let's put that right.",
    withdrawn="All right, your details are being deleted.",
    unreachable="Without an email address or a phone number nobody can reach you. Just leave one here if you like.",
    bad_name="That looks like the name of a company. What is your own name?",
    bad_email="That doesn't look like a complete email address. It should look like name@example.com.",
    bad_phone="That doesn't look like a complete phone number. With its country code it works: +44 20 7946 0958.",
    unread="Sorry, I could not read that either.",
    small_talk="Happy to help. What would you like to know?",
    greeting="Hello! What would you like to know?",
    welcome="You're welcome. Is there anything else you would like to know?",
    reaction="Just ask if there is anything else you would like to know.",
    farewell="Goodbye, and thank you for your visit.",
    machine="I am an automatic desk, not a person: I answer with what {company}'s documents say.",
    purpose="So that someone at {company} can get back to you. You can leave it out; just say so.",
    yes="Yes",
    no="No",
    skip="Skip",
    joint=" or ",
)
WORDINGS: Final = {
    "en": ENGLISH,
    "es": Wording(
        offer="¿Quiere que alguien de {company} se ponga en contacto con usted sobre esto?",
        accepted="Con mucho gusto.",
        ask_name="¿Cómo se llama?",
        ask_email="¿En qué dirección de correo electrónico podemos localizarle?",
        ask_phone="¿Hay también un teléfono al que podamos llamar? Puede omitirlo.",
        ask_suggestion="¿Quería decir {suggestion}?",
        confirm="¿Puede {company} ponerse en contacto con usted en {contact}?",
        captured="Gracias. Alguien de {company} se pondrá en contacto con usted.",
        updated="Gracias, lo he anotado.",
        known="Sus datos ya se han transmitido. Alguien de {company} se pondrá en contacto con usted.",
        declined="De acuerdo. Si cambia de opinión, dígamelo.",
        discarded="De acuerdo, no transmitiré sus datos.",
        mistaken="Perdone, vamos a corregirlo.",
        withdrawn="De acuerdo, sus datos se están borrando.",
        unreachable="Sin correo ni teléfono nadie puede localizarle. Puede dejar uno aquí cuando quiera.",
        bad_name="Eso parece el nombre de una empresa. ¿Cómo se llama usted?",
        bad_email="Esa dirección no parece completa. Debería ser como nombre@example.com.",
        bad_phone="Ese número no parece completo. Con el prefijo del país siempre funciona: +34 912 34 56 78.",
        unread="Perdone, tampoco he podido leerlo.",
        small_talk="Con mucho gusto. ¿Qué desea saber?",
        greeting="¡Hola! ¿Qué desea saber?",
        welcome="De nada. ¿Desea saber algo más?",
        reaction="Si desea saber algo más, pregúnteme.",
        farewell="Hasta pronto, y gracias por su visita.",
        machine="Soy un servicio automático, no una persona: respondo con lo que dicen los documentos de {company}.",
        purpose="Para que alguien de {company} pueda responderle. Puede omitirlo; basta con que lo diga.",
        yes="Sí",
        no="No",
        skip="Omitir",
        joint=" o ",
    ),
    "de": Wording(
        offer="Möchten Sie, dass sich jemand von {company} dazu bei Ihnen meldet?",
        accepted="Gern.",
        ask_name="Wie heißen Sie?",
        ask_email="Unter welcher E-Mail-Adresse erreichen wir Sie?",
        ask_phone="Dürfen wir Sie auch anrufen? Dann nennen Sie mir Ihre Telefonnummer, oder überspringen Sie das.",
        ask_suggestion="Meinten Sie {suggestion}?",
        confirm="Darf {company} Sie unter {contact} kontaktieren?",
        captured="Danke. Jemand von {company} wird sich bei Ihnen melden.",
        updated="Danke, das habe ich notiert.",
        known="Ihre Angaben sind schon weitergegeben. Jemand von {company} wird sich bei Ihnen melden.",
        declined="Kein Problem. Sagen Sie einfach Bescheid, wenn Sie es sich anders überlegen.",
        discarded="Gut, Ihre Angaben werden nicht weitergegeben.",
        mistaken="Entschuldigung, dann noch einmal.",
        withdrawn="Gut, Ihre Angaben werden gelöscht.",
        unreachable="Ohne E-Mail-Adresse oder Telefonnummer kann Sie niemand erreichen. Sie können hier jederzeit eine "
        "hinterlassen.",
        bad_name="Das sieht nach dem Namen einer Firma aus. Wie heißen Sie selbst?",
        bad_email="Das sieht nicht nach einer vollständigen E-Mail-Adresse aus. Sie sollte aussehen wie "
        "name@example.com.",
        bad_phone="Das sieht nicht nach einer vollständigen Telefonnummer aus. Mit Ländervorwahl klappt es immer: "
        "+49 30 123456.",
        unread="Das konnte ich leider auch nicht lesen.",
        small_talk="Gern. Was möchten Sie wissen?",
        greeting="Guten Tag! Was möchten Sie wissen?",
        welcome="Gern geschehen. Möchten Sie noch etwas wissen?",
        reaction="Fragen Sie einfach, wenn Sie noch etwas wissen möchten.",
        farewell="Auf Wiedersehen, und danke für Ihren Besuch.",
        machine="Ich bin eine automatische Auskunft, kein Mensch: Ich antworte mit dem, was in den Unterlagen von "
        "{company} steht.",
        purpose="Damit sich jemand von {company} bei Ihnen melden kann. Sie können es auslassen, sagen Sie es einfach.",
        yes="Ja",
        no="Nein",
        skip="Überspringen",
        joint=" oder ",
    ),
    "fr": Wording(
        offer="Souhaitez-vous que quelqu'un de {company} vous contacte à ce sujet ?",
        accepted="Avec plaisir.",
        ask_name="Quel est votre nom ?",
        ask_email="À quelle adresse e-mail pouvons-nous vous joindre ?",
        ask_phone="Y a-t-il aussi un numéro où vous appeler ? Vous pouvez passer cette question.",
        ask_suggestion="Vouliez-vous dire {suggestion} ?",
        confirm="{company} peut-elle vous contacter à l'adresse ou au numéro suivant : {contact} ?",
        captured="Merci. Quelqu'un de {company} vous contactera.",
        updated="Merci, c'est noté.",
        known="Vos coordonnées ont déjà été transmises. Quelqu'un de {company} vous contactera.",
        declined="Pas de souci. Dites-le-moi si vous changez d'avis.",
        discarded="Très bien, vos coordonnées ne seront pas transmises.",
        mistaken="Pardon, corrigeons cela.",
        withdrawn="Très bien, vos coordonnées sont en cours de suppression.",
        unreachable="Sans adresse e-mail ni numéro de téléphone, personne ne peut vous joindre. Vous pouvez en laisser "
        "un ici à tout moment.",
        bad_name="Cela ressemble au nom d'une société. Quel est votre propre nom ?",
        bad_email="Cette adresse ne semble pas complète. Elle devrait ressembler à nom@example.com.",
        bad_phone="Ce numéro ne semble pas complet. Avec l'indicatif du pays, cela marche : +33 1 23 45 67 89.",
        unread="Je n'ai pas pu lire cela non plus.",
        small_talk="Avec plaisir. Que souhaitez-vous savoir ?",
        greeting="Bonjour ! Que souhaitez-vous savoir ?",
        welcome="Je vous en prie. Souhaitez-vous savoir autre chose ?",
        reaction="N'hésitez pas si vous souhaitez savoir autre chose.",
        farewell="Au revoir, et merci de votre visite.",
        machine="Je suis un service automatique, pas une personne : je réponds avec ce que disent les documents de "
        "{company}.",
        purpose="Pour que quelqu'un de {company} puisse vous répondre. Vous pouvez l'omettre, dites-le simplement.",
        yes="Oui",
        no="Non",
        skip="Passer",
        joint=" ou ",
    ),
}


def wording_for(locale: str | None) -> Wording:
    """Return the wording of a locale's language, English where it is not spoken."""
    return WORDINGS.get(language_of(locale), ENGLISH)
