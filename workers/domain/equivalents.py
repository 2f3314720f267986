"""Words of customer service that say the same, in English, Spanish, German and French, and in everyday English."""

import unicodedata
from collections.abc import Callable
from typing import Final

from workers.domain.words import STOP_WORDS, WORD

# A line is one meaning, its plainest English word first. Only forms that visitors type are listed.
MEANINGS: Final = """
account cuenta cuentas konto konten kontos benutzerkonto compte comptes acct
accept aceptar aceptan aceptáis akzeptieren annehmen accepter acceptez
access acceso zugang zugriff accès
address dirección direcciones adresse adressen anschrift adresses
age edad alter alt âge
allow allowed permitir permitido permite erlauben erlaubt gestattet autorisé permis autoriser
answer respuesta responder antwort antworten réponse répondre
appointment cita termin rendez
authorities police autoridades policía behörden behörde polizei autorités
bank banco banque
battery batería akku batterie
bicycle bike bici bicicleta fahrrad rad vélo
bill invoice factura facturas rechnung rechnungen facture factures receipt recibo quittung beleg reçu
book reserve reservar reserva buchen reservieren reservierung réserver réservation
broken defective roto defectuoso kaputt defekt beschädigt cassé défectueux endommagé
buy purchase comprar compra kaufen gekauft kauf acheter achat
call llamar anrufen telefonisch appeler téléphoner
cancel terminate end quit cancelar cancelación anular stornieren kündigen kündigung annuler annulation résilier
card tarjeta karte kreditkarte carte
change cambiar cambio cambios ändern änderung wechseln umtauschen changer modifier changement
charge cobrar cobráis cobran berechnen verlangen facturer
child children niño niños hijo kinder enfant enfants kid kids
city ciudad stadt ville
close closed cerrar cerrado schließen geschlossen fermer fermé
company empresa firma unternehmen entreprise société
complaint queja reclamación beschwerde reklamation plainte réclamation
contact contactar contacto kontakt kontaktieren contacter
contract contrato vertrag contrat
copyright derechos autor urheberrecht auteur
cost price costar cuesta cuestan precio precios kosten kostet preis preise coûter coûte coûtent prix fee tarifa gebühr
country país land pays
create crear anlegen erstellen eröffnen créer register registrarse registrieren anmelden inscrire
customer client cliente clientes kunde kunden clients
damage daño schaden dommage
data datos daten données
date fecha datum
day days día días tage tagen jour jours
delete remove borrar eliminar suprimir löschen entfernen supprimer effacer
deliver delivery ship shipping entregar entrega envío envíos enviar liefern lieferung lieferzeit versand livrer
deposit fianza kaution anzahlung caution acompte
discount descuento rabatt ermäßigung nachlass réduction remise rebate
document documento dokument papiere
email mail correo courriel
employee empleado empleados mitarbeiter angestellte employé employés staff
event evento eventos veranstaltung veranstaltungen événement événements
exchange umtausch échange échanger
expire caducar caduca ablaufen läuft expirer expire
fine penalty multa strafe bußgeld amende
free gratis gratuito kostenlos umsonst gratuit gratuite gratuitement
gift regalo geschenk cadeau present
guarantee warranty garantía garantie gewährleistung
harassment harass acoso acosar belästigung belästigt harcèlement harcelé importuné importuner
height tall altura höhe hauteur
help ayuda hilfe aide
holiday holidays festivo festivos feiertag feiertage férié fériés vacaciones urlaub vacances
hour hours open opening hora horas horario abierto öffnungszeiten geöffnet offen stunde stunden heure heures horaires
insurance seguro versicherung assurance
law legal ley gesetz recht rechtlich loi légal
language idioma sprache langue
late tarde spät tard retard verspätet verspätung
license licence licencia lizenz
long dauer dauert durée dure
lost perdido perdí verloren perdu
member miembro mitglied membre
message mensaje nachricht
minimum least mínimo mínima mindestens mindest
money dinero geld argent
month meses mes monat monate monaten mois
name nombre
new nuevo nueva neu neue neuen nouveau nouvelle
number número nummer zahl nombre numéro
offer oferta angebot offre
order pedido pedidos pedir bestellung bestellen bestellt commande commander
owner dueño propietario besitzer eigentümer propriétaire
parking aparcar aparcamiento parken parkplatz garer
password contraseña passwort kennwort mot-de-passe passcode pw
pay payment pagar pago pagos zahlen bezahlen zahlung payer paiement payé
phone mobile handset smartphone telephone teléfono telefon téléphone handy portable
person persona personas leute personnes
photo picture foto imagen bild image snapshot pic pics
pick collect recoger abholen abholung récupérer retirer
privacy privacidad datenschutz confidentialité
private privado privada privat privé privée
problem problema problème issue
program programa programm programme
question pregunta preguntas frage fragen
refund reimburse reimbursement reembolso reembolsar devolución devolver erstattung erstatten rückerstattung rückzahlung
rent rental alquilar alquiler mieten leihen ausleihen verleih miete louer hire
repair reparar reparación reparatur reparieren réparer réparation fix mend
report denunciar melden signaler
request solicitud anfrage antrag demande
return returns retour retoure zurückgeben zurückschicken rückgabe retourner renvoyer rendre
rule rules regla reglas regel regeln règle règles
school escuela schule école
secret secreto secretos geheimnis geheim geheime secrète secrets
security seguridad sicherheit sécurité
sell vender verkaufen vendre
send enviar mandar schicken senden envoyer
service servicio dienst dienstleistung
shop store tienda geschäft laden filiale magasin boutique
sign firmar unterschreiben signer
size talla tamaño größe taille
sponsor patrocinador patrocinar unterstützen parrainer
stolen robado robaron gestohlen volé theft
student estudiante studenten schüler étudiant étudiants
subscription suscripción suscripciones abo abonnement
subscriber suscriptor suscriptores abonnent abonné abonnés
support soporte asistencia unterstützung assistance
tax impuesto impuestos steuer steuern taxe impôt tva iva mwst
terms conditions condiciones bedingungen agb
test probar prueba testen probe ausprobieren probefahrt essayer essai
ticket entrada billete eintrittskarte billet
time tiempo zeit temps frist plazo délai
username handle nickname benutzername nutzername name
urgent urgente dringend
use usar utilizar uso nutzen benutzen verwenden utiliser
video vídeo
visit visitar visita besuch besuchen visite
voucher vale gutschein bon coupon
wait esperar warten attendre
week semana semanas woche wochen semaine semaines
weekend wochenende finde
work trabajo trabajar arbeit arbeiten travail travailler
write escribir schreiben écrire
year años año jahr jahre jahren année années ans
"""

_GROUPS: Final = tuple(tuple(line.split()) for line in MEANINGS.strip().splitlines())


def _bare(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


_MEANINGS: Final = {_bare(word): group for group in reversed(_GROUPS) for word in group}
WORDS: Final = frozenset(word for group in _GROUPS for word in group)


def in_known_words(text: str, uses: Callable[[str], int]) -> str:
    """Return the text with each word that is not known replaced by a known one that says the same, if there is one.

    `uses` tells how often the documents use a word; of several that they know, the one they use most is taken. Unknown
    words without a meaning of their own, such as the articles of another language, are left out of a text that changes.
    """
    said = [word.casefold() for word in WORD.findall(text)]
    known = [word if word in STOP_WORDS or uses(word) else _equivalent(word, uses) for word in said]
    if known == said:
        return text
    return " ".join(word for word in known if word not in STOP_WORDS or uses(word))


def _equivalent(word: str, uses: Callable[[str], int]) -> str:
    used = max(_MEANINGS.get(_bare(word), (word,)), key=uses)  # of equals, the plainest
    return used if uses(used) else word
