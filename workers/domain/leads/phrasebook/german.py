"""What German phrases mean to the desk."""

from typing import Final

from workers.domain.leads.phrasebook.kinds import Remark, Sign

MOECHTE: Final = "will|möchte|möchten|wollen|brauche|brauchen|brauch|mag|benötige|würde"
DAS: Final = "das |es |ihn |sie |den |die |jetzt |lieber "
NICHT: Final = "nicht|kein|keine|keinen"
LATER: Final = """
    (jetzt nicht|gerade nicht|heute nicht|momentan nicht|im moment nicht|derzeit nicht|aktuell nicht|noch nicht)
    vorerst nicht
    nicht (jetzt|heute|im moment|im augenblick|momentan|gerade|sofort)
    (später|vielleicht später|eher später|ein andermal|ein anderes mal|nächstes mal|morgen vielleicht|irgendwann)
"""

SIGNS: Final = {
    Sign.YES: """
        (ja|jo|jep|jap|jawohl|jaa|joa|ja bitte|ja gerne|ja gern|ja klar|klar|na klar|aber klar|sicher|aber sicher|gerne)
        (gern|sehr gerne|sehr gern|natürlich|selbstverständlich|auf jeden fall|unbedingt|warum nicht|mit vergnügen|doch)
        (machen sie das|mach das|machen wir|mach mal|tun sie das|los|nur zu|bitte machen sie|ich bitte darum)
        (einverstanden|ich würde mich freuen|würde mich freuen|ich freue mich)
        das wäre (schön|toll|gut|super|prima|nett|lieb|perfekt|hilfreich)
        (ich habe interesse|bin interessiert|ich bin interessiert)
    """,
    Sign.WANTS: """
        (will|möchte|gern|gerne|bitte um) (einen |den |)(rückruf|anruf)
        (können sie (gerne |)machen|gute idee)
        (das möchte ich|möchte ich|will ich|hätte ich gern|hätte ich gerne|rufen sie mich|ruft mich|melden sie sich)
        (meldet euch|kontaktieren sie mich|schreiben sie mir|bitte .)
    """,
    Sign.NO: """
        (nein|nee|nö|ne|nein danke|nee danke|nö danke|nein nein|keineswegs|auf keinen fall|keinesfalls|niemals|negativ)
        (bitte|bloß|nur) nicht .
        danke nein
    """,
    Sign.REFUSES: f"""
        (ich|wir) ({MOECHTE}) ({DAS}|)({NICHT})
        ({MOECHTE}) ich ({DAS}|)({NICHT})
        ({NICHT}) (nötig|notwendig|erforderlich|interessiert|gewünscht|erwünscht|bedarf|interesse|rückruf|kontakt)
        (das ist|es ist|ist|wäre) nicht (nötig|notwendig|erforderlich)
        (lieber nicht|eher nicht|besser nicht|danke nicht|kein bedarf|kein interesse|ohne mich|nichts|muss nicht sein)
        (wollte|will|möchte) (mich |)nur (wissen|fragen|schauen|info|informieren|informationen)
        (nur (eine |)(frage|info|information)|schaue nur|gucke nur|schau nur)
    """,
    Sign.STOPS: """
        (stopp|stop|schluss|abbrechen|abbruch|vergessen sie es|vergiss es|lassen sie das|lass das)
        (hören sie auf|hör auf|lassen wir das|egal|kein interesse mehr)
    """,
    Sign.WITHDRAWS: """
        (kontaktieren|kontaktiert) (sie |)mich (bitte |)nicht
        (rufen sie|ruft) mich (bitte |)nicht (an|zurück|mehr)
        (melden sie sich|schreiben sie mir|meldet euch|schreibt mir) (bitte |)nicht
        (ich |)(möchte|will) (bitte |)(nicht|keinen|keine) (kontaktiert|angerufen|anruf|rückruf|werbung)
        (löschen sie|lösche|löscht) (bitte |)(meine (daten|angaben|kontaktdaten|e-mail|nummer)|alles)
        (meine daten|meine angaben|alles) (bitte |wieder |)löschen
        (lassen sie|lasst) mich in ruhe
    """,
    Sign.LATER: f"""
        {LATER}
        ich (muss|will|möchte) (noch |erst |es mir |mir das |das |)(noch |)(überlegen|nachdenken|prüfen|klären)
        (ich überlege (es mir|noch)|überlege ich mir|moment|einen moment|warten sie|warte|zuerst|erst mal|erstmal)
    """,
    Sign.GOOD: """
        (perfekt|korrekt|richtig|genau|exakt|stimmt|stimmt so|stimmt genau|das stimmt|so ist es|passt|passt so)
        das passt
        (alles (richtig|korrekt|gut|klar|bestens)|in ordnung|bestätigt|ich bestätige|bestätige|einwandfrei)
        ausgezeichnet
        (hervorragend|wunderbar|prima|toll|klasse|großartig|spitze|super|bestens|klingt (gut|super|toll|prima|perfekt))
        (hört sich gut an|kein problem|keine einwände|weiter so|fahren sie fort|trifft zu|sehr gut|ganz genau|jawoll)
    """,
    Sign.FINE: "(ok|okay|gut|schön|na gut|alles klar|danke|vielen dank|also gut|meinetwegen|von mir aus)",
    Sign.WRONG: """
        (leider nicht|nicht (mein|meine)|das ist nicht (mein|meine))
        (falsch|verkehrt|nicht (richtig|korrekt|ganz|ganz richtig|genau|gut)|fehler)
        (das |)(stimmt|passt) (so |leider |)nicht
        (tippfehler|inkorrekt|fast|das ist nicht|vertippt|verschrieben)
    """,
    Sign.CHANGE: """
        (ändern|ändere|ändern sie|korrigieren|korrigiere|korrigieren sie|anders|stattdessen|statt|sondern|lieber)
        (doch lieber|eigentlich|entschuldigung|sorry|ich meinte|meinte|ich meine|müsste|sollte|soll|es sind|aber|außer)
        (bis auf|vielmehr|machen sie|mach|nehmen sie|nimm|besser|tauschen|ersetzen)
    """,
    Sign.DONE: "(das ist alles|das war alles|das wars|das war's|mehr nicht|nichts weiter)",
    Sign.LEAVES: "(tschüss|auf wiedersehen)",
    Sign.UNSURE: """
        (weiß nicht|ich weiß nicht|weiss nicht|keine ahnung|nicht sicher|bin mir nicht sicher|bin nicht sicher)
        (vielleicht|kommt darauf an|kommt drauf an|mal sehen|mal schauen|eventuell|unsicher)
    """,
}

REMARKS: Final = {
    Remark.ASKS: """
        . (was|wie|wo|wann|warum|wer|wieso|welche|welcher|welches|woher|wohin|kann|können|könnt|gibt|habt|haben)
        . (bieten|ist|sind|darf|muss|liefern|wieviel|weshalb)
        (ich (möchte|will|würde gerne|wollte) wissen|sagen sie mir)
    """,
    Remark.REQUESTS: """
        (können|könnten|würden) sie
        (kannst|könntest|würdest) du
    """,
    Remark.NEEDS: """
        (ich suche|ich brauche|habe eine frage|eine frage|mehr informationen|problem mit|suche)
    """,
    Remark.WANTS_CONTACT: """
        mit (einem menschen|einer person|jemandem|einem mitarbeiter|einer mitarbeiterin|einem berater|dem vertrieb)
        (echten menschen|mitarbeiter sprechen|menschen sprechen|rufen sie mich|ruft mich|rückruf|zurückrufen)
        (kontaktieren sie mich|kontaktiert mich|meldet euch|melden sie sich|angebot|kostenvoranschlag|vorführung)
        mich (bitte |jemand |jemand bitte |mal jemand |einer |)(anrufen|zurückrufen|kontaktieren|erreichen)
        (rufen sie|rufen sie mich|ruf mich|jemand) (bitte |)(an|zurück|anrufen|zurückrufen)
        (sich |)(jemand |)(bei mir melden|mit mir in verbindung setzen)
    """,
    Remark.WANTS_PRICE: """
        (was kostet|was kosten|wie viel kostet|wieviel kostet|wie teuer|preis|preise)
    """,
    Remark.CORRECTS: """
        (ich meinte|ich meine|vertippt|verschrieben|tippfehler|das war falsch|das ist falsch|korrektur|stimmt nicht)
        statt
    """,
    Remark.MAY_CORRECT: "(entschuldigung|entschuldige|ups|. nein|. falsch|moment|eigentlich|sondern|vielmehr)",
    Remark.WITHHOLDS: """
        (lieber nicht|möchte ich nicht (sagen|angeben|nennen)|möchte ich lieber nicht|kein handy)
        (will ich nicht (sagen|angeben|nennen)|sage ich nicht|keine angabe|geht sie nichts an|kein telefon)
        (keine (telefonnummer|nummer|e-mail|email|mail|mailadresse)|ohne (telefon|namen|telefonnummer|email|e-mail))
        (habe (kein|keine)|hab (kein|keine))
        nur (per |die |meine |mit |über |)(e-mail|email|mail|telefon)
        ((e-mail|email|mail|telefon) (reicht|genügt)|überspringen|weiter .|anonym .|das ist privat)
        ich (möchte|will) (meinen namen|meine nummer|meine telefonnummer|meine e-mail|meine email|das) (lieber |)nicht
        ich (möchte|will) anonym bleiben
    """,
    Remark.POSTPONES: LATER,
}
