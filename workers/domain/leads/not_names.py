"""Words that are no names: small words, what people say of themselves, and what visitors write about."""

# ruff: noqa: RUF001 - letters of other scripts may look like Latin ones

from typing import Final

from workers.domain.leads.phrases import word_set

# What never is a part of a name, even with a capital: the small words that go on with a sentence, and courtesies.
SMALL_ENGLISH: Final = """
    i i'm i've i'd i'll im ive id a the and or but nor if then than as at by for from in into of off on onto out
    over to up with about my mine we us our ours you your yours he his she her hers it it's its they them their
    that's this that these those there here who whom whose which what what's when where why how am is are was were
    be been being do does did doing done don't doesn't didn't have has had having can can't cannot could couldn't
    might must should shouldn't will won't would wouldn't not no yes yeah yep yup yea nope nah any some all both
    each every another other others also just only very too please pls plz tell let let's get got like want wanna
    need know say said ok okay okey alright hello hi hey hiya howdy greetings thanks thank thx ty much many so
    because since while although though until till before after again maybe perhaps actually sorry well sure um uh
    uhm hmm er oh ah someone somebody anyone anybody everyone everybody nobody none nothing something anything
    everything me myself yourself himself herself ourselves themselves one ones two three four five six seven eight
    nine ten morning afternoon evening night noon midnight today tomorrow tonight yesterday now later soon already
    ago good great fine perfect correct right wrong cool nice bye goodbye cheers regards kindly dear monday tuesday
    wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january february march
    july september october november december feb apr jun jul sept sep oct nov dec pm o'clock
"""
SMALL_SPANISH: Final = """
    el los las un una unos unas y o u pero si no sí de del al a en con por para sin sobre desde hasta yo tú él
    nosotros vosotros ustedes usted me te se nos os lo le les mi mis tu tus su sus que qué quién cuál cuando cuándo
    dónde donde cómo como cuánto cuánta es son era fue ser estoy está están estamos hay ha he puedo puede pueden
    alguien alguno alguna nadie todos luego pronto ahora después mañana tarde urgente
    podría quiero quisiera quería necesito tengo tiene busco también muy más ya hola gracias favor buenos buenas
    días tardes noches vale claro nada nadie ninguno aquí ahora hoy mañana soy somos lunes martes miércoles jueves
    viernes sábado domingo
"""
SMALL_GERMAN: Final = """
    der die das den dem des ein eine einen einem einer eines und oder aber wenn dann als wie an auf aus bei für mit
    nach von vor zu zum zur über um durch im ins am ich mich mir mein meine meinen wir uns unser du dich dir dein
    ihr ihnen sie es sein seine man dies diese dieser was wann wo warum wer welche bin bist ist sind war habe haben
    hat hätte kann können könnte darf muss soll will würde möchte möchten mag brauche suche nicht kein keine ja nein
    nee auch nur noch schon sehr hallo danke bitte gerne guten tag morgen abend grüß servus moin hier da jetzt heute
    gestern nichts niemand gut klar okay montag dienstag mittwoch donnerstag freitag samstag sonntag
"""
SMALL_FRENCH: Final = """
    le les un une des du et ou mais si ne n pas non oui à au aux en dans par pour sans sur sous avec chez je j il
    elle on nous vous ils elles moi toi lui leur leurs mon ma mes ton ta tes son sa ses notre nos votre vos ce cet
    cette ces ça cela qui que quoi où quand comment pourquoi combien quel quelle est c'est suis sont était être ai a
    avez ont peut peux puis pouvez veux voudrais souhaite cherche besoin aussi très plus bonjour bonsoir salut merci
    d'accord rien personne ici maintenant aujourd'hui hier demain lundi mardi mercredi jeudi vendredi samedi
    dimanche
"""

# What people are, feel and do: "I am …" goes on like this more often than with a name.
PEOPLE_ARE: Final = """
    able absolutely accountant accurate actor admin administrator afraid agent agnostic agree allergic almost alone
    also alternatively always amazed american angry annoyed anonymous anxious anytime arab architect argentinian
    artist asap asian assistant attorney australian austrian author available average aware away awesome back bad
    baker basque bavarian belgian best better black blind bored both brazilian british broke buddhist bulgarian busy
    buyer calling catalan catholic celiac certain chef chilean chinese christian client close coach coeliac cold
    colombian comfortable company concerned confused considering consultant contractor corp croatian curious current
    currently customer cyclist czech danish deaf dentist designer desperate developer diabetic director disabled
    disappointed doctor done driver dutch eager early east editor egyptian electrician employee employer engineer
    english european excited exhausted expecting extremely familiar father feeling female filipino fine finished
    finnish first flexible founder free freelancer french frustrated full fully gardener german glad gluten
    gluten-free gmbh going gone gonna good greek guest gutted halal half happy hard head here higher hindu home
    honestly hoping house hungarian hungry ideally ill immediately in inc incorrect indian indifferent indonesian
    inside instead interested intolerant iranian iraqi irish israeli italian jain japanese jewish journalist just
    kenyan korean kosher lactose landlord late latin latino lawyer lebanese lecturer left less llc looking lost
    lower ltd mad malaysian male manager married mechanic member mexican moroccan mother musician muslim nearby
    neighbor neighbour nervous new newbie newcomer nigerian non normally north norwegian not now nurse off ok okay
    old open out outside over owner painter pakistani parent part partner pensioner person pescatarian pharmacist
    photographer physician pilot pleased plumber polish poor portuguese positive prefer pregnant pretty probably
    prospect proud psychologist quite ready really recruiter renter researcher reseller resident retired
    romanian running russian sad safe salesman salesperson sarl satisfied scared scientist scottish secretary seeing
    senior serbian serious sick sikh single slovak slovenian sober software sold somewhat sorry south spanish staff
    still stuck student subscriber super supervisor supplier sure surprised swedish swiss taiwanese tall teacher
    technician tenant thai thankful therapist thinking tired too totally tourist trainee trainer translator
    traveling travelling trying turkish ukrainian unable unavailable under unemployed unfortunately unhappy unsure
    unwell upset urgent used user usually vegan vegetarian veggie vendor very vietnamese visiting visitor volunteer
    waiter waiting waitress welcome welsh west whatever whenever willing wondering worker worried writer wrong young
"""
PERSONAS_SON: Final = """
    abogada abogado alemana alemán alérgica alérgico argentina argentino autónoma autónomo bien bienvenido celíaca
    celíaco chilena chileno cliente colombiana colombiano correcto diabética diabético dueña dueño español española
    estudiante francesa francés importante imposible ingeniera ingeniero inglesa inglés interesada interesado
    italiana italiano jubilada jubilado mayor menor mexicana mexicano médica médico nueva nuevo particular perfecto
    peruana peruano posible preferiría prefiero profesor profesora propietaria propietario segura seguro socia socio
    soltera soltero todo urgente vegana vegano vegetariana vegetariano venezolana venezolano verdad
"""
LEUTE_SIND: Final = """
    allergisch alles amerikaner anwalt anwältin arzt begeistert bereit berliner beruflich besitzer besitzerin
    deutsch deutsche deutscher diabetiker dringend egal engländer enttäuscht falsch fertig franzose französin frau
    freiberufler froh gast geschlossen geschäftsführer geschäftsführerin gespannt glücklich grieche herr hungrig
    ingenieur ingenieurin inhaber inhaberin interessent interessentin interessiert italiener italienerin kein krank
    kunde kundin lehrer lehrerin leider lieber mieter mitglied mutter möglich müde neu neugierig neukunde neukundin
    pole polin rentner rentnerin richtig russe russin schade schwanger schweizer schüler schülerin selbstständig
    selbständig sicher spanier student studentin studierende super traurig türke türkin unsicher unternehmer
    unterwegs unzufrieden vater vegan veganer veganerin vegetarier vegetarierin verheiratet vermieter verwirrt weg
    wieder zufrieden zuhause zurück ärztin österreicher
"""
LES_GENS_SONT: Final = """
    allemand allemande allergique américain américaine anglais anglaise artisan avocat avocate belge bien bloqué
    bloquée bon canadien canadienne certain certaine client cliente coeliaque confus content contente curieuse
    curieux diabétique disponible dommage désolé désolée déçu déçue enceinte enseignant enseignante espagnol
    espagnole faux fermé français française gérant gérante heureuse heureux impossible infirmier infirmière
    ingénieur ingénieure inquiet inquiète intolérant intolérante intéressé intéressée italien italienne locataire
    malade mécontent médecin noté nouveau nouvelle nul occupé occupée ouvert parfait parfaite particulier perdu
    perdue possible pressé pressée professeur propriétaire préfère préférerais prêt prête retraité retraitée
    satisfait satisfaite seul seule suisse super sûr sûre toujours urgent vrai végane végétarien végétarienne
    étudiant étudiante
"""

# What visitors write about. Some of these are surnames, too: in lower case, the word is the likelier one.
TALKED_ABOUT: Final = """
    access accessories accessory account accounts address adult adults advice age amount answer answers app
    appointment appointments april area article assistance august bag bags balance bank bar basket bathroom beach
    bed bedroom beer bicycle bicycles big bike bikes bill billing birthday book booked booking bookings bottle box
    boy boys brake brakes brand breakfast brother budget building bus business buy cafe cake call callback cancel
    cancellation car card cards care cars case cash change changes charge charges cheap check checkout child
    children choice city class clothes coach code coffee color colour come comes company complaint computer confirm
    contact contract copy cost costs country coupon course credit cuisine cycling cyclist damage data date dates
    daughter day days deal dealer delay delete deliver delivery demo deposit dessert details device diet dinner
    dinners directions discount discounts dish dishes dog dogs door download drink drinks drive dvd e-mail electric
    email enquiry equipment error event events exchange expensive experience family faq fast faulty feature fee fees
    fish fitting flat flight flights floor food form found friend friends front game garden gear gift gifts girl
    girls give given glass goods group groups guarantee guess guest guests guide guy guys hair hall hand handle
    health hear helmet helmets help hire holiday home hospital hotel hotels hour hours house husband idea included
    indoor info information inquiry insurance internet invoice invoices issue item items jan job jobs june keep key
    keys kid kids kind kitchen language laptop last leave lesson lessons level light lights limit line link list
    live location locations lock locks login long longer look loyalty lunch machine mail main make manual map mar
    match may meal meals mean meant meat meet meeting member membership menu message minute minutes mistake model
    money month monthly months more most motorbike mountain move movie movies museum music name names near nearest
    neighborhood new news next nice number numbers occasion offer offers office online open opening option options
    order orders original outdoor package page paid paper parcel parcels parents park parking part participants
    parties parts party pass passes password patio pay payment payments people period permit person persons phone
    photo pick pickup picture place plan plans plate play point points policy pool possible post postage postcode
    pretty price prices pricing print prior private problem problems product products profile program project promo
    promotion proof public purchase quality quantity question questions quick quote quotes rain range rate rates
    rating read reason receipt recommend refund refunds region register registration regular remember rent rental
    rentals repair repairs reply report request reschedule reservation reservations reserve reserved rest restaurant
    restaurants return returned returns review reviews rice ride rides road room rooms route rule rules safety salad
    sale sales same school screen seat seating seats secret security see send service services set setup share ship
    shipping shop shops short show sign site size sizes small smoking soft son song spa space special speed stay
    step stock stop store stores story street stuff style subscription subtotal suit support system table tables
    take talk tax tea team teens terms terrace test text thing things think third ticket tickets time times tip tire
    tires toilet toilets top total tour tours toy toys track tracking train training transfer travel trip trips
    truck try tube type tyre tyres uk unknown unsubscribe update upgrade usa use vat vehicle version video view
    visit voucher wait walk wallet warranty watch water way wear weather web website wedding week weekend weeks
    weight wheel wheels whole wife wifi wine woman women work working works world year years zip zone
"""
HABLADO: Final = """
    alquiler anular apellido asunto bici bicicleta bicicletas cambio cancelar casa cita cliente coche comida compra
    correo cuenta cuota descuento devolución dinero dirección envío envíos factura fecha garantía gente hijos hora
    horario horarios información llamada mensaje mesa niño niños nombre número oferta pago pedido persona personas
    plazo precio precios pregunta presupuesto privado problema producto productos reserva reservar secreto servicio
    talla teléfono tiempo tienda tiendas trabajo vacaciones ver visita
"""
BESPROCHEN: Final = """
    abholung adresse anfrage angebot angebote anruf arbeit auftrag auto bestellung bezahlung fahrrad fahrradverleih
    fahrräder familie fehler filiale frage fragen geheim geld geschäft gutschein haus hilfe information
    informationen kinder konto kosten kündigung laden leute lieferung lieferzeit mail miete nachname nachricht name
    nummer ort person personen platz preis preise privat problem produkt produkte rabatt rechnung reparatur
    reservierung rückgabe rückruf rücksendung service stunden tage telefon termin tisch uhr umtausch urlaub versand
    versicherung vertrag vorname wagen woche wochen zahlung zeit zeiten öffnungszeiten
"""
DISCUTE: Final = """
    achat adresse aide annulation appel argent assurance boutique client code commande compte courriel date devis
    délai enfant enfants erreur facture famille frais garantie gens heure heures horaire horaires information
    informations jour jours livraison location loyer magasin magasins maison message nom nombre numéro offre
    paiement personne personnes place prix problème produit produits promotion prénom question questions rabais
    rappel remboursement rendez-vous retour retours réparation réservation réserver secret semaine semaines service
    taille tarif tarifs temps travail téléphone vacances visite voiture vélo vélos
"""
SMALL_ELSEWHERE: Final = """
    है हूँ और नहीं हाँ धन्यवाद هو و أريد اريد من في على هل لكن لا نعم شكرا لماذا ما אני רוצה של לא כן תודה למה и а
    но что как хочу мне вы у меня есть можно да нет не спасибо привет пожалуйста здравствуйте зачем почему ναι όχι
    ευχαριστώ evet hayır teşekkürler não obrigado obrigada sim grazie perché nee bedankt waarom tak nie dziękuję
    dlaczego en ik wil het een
"""
# How people reply who give no name.
NO_ANSWER: Final = """
    anon anonymous nobody none nope no nah skip pass n/a na null nil undefined test asdf qwerty abc xyz idk dunno
    private secret confidential whatever whoever guess nunya blah bro dude mate lol haha hahaha hehe wtf why never
    stop quit exit cancel end next continue help back menu start reset restart human agent operator representative
    robot bot chatbot anónimo nadie ninguno ninguna nada paso saltar anonym niemand keiner keine überspringen weiter
    abbrechen stopp anonyme personne aucun aucune passer suivant annuler egal geheim
"""

SMALL_NAMES: Final = word_set("an do so my he hi you in on will me see le la ha mi tu am ye")
"""Small words that are given names where a surname follows."""
SMALL_WORDS: Final = word_set(SMALL_ENGLISH, *(word for word in SMALL_ELSEWHERE.split() if not word.isascii()))
SMALL_WORDS_ANYWHERE: Final = word_set(SMALL_ENGLISH, SMALL_SPANISH, SMALL_GERMAN, SMALL_FRENCH, SMALL_ELSEWHERE)
SAID_OF_ONESELF: Final = word_set(PEOPLE_ARE, PERSONAS_SON, LEUTE_SIND, LES_GENS_SONT)
WORDS: Final = SMALL_WORDS_ANYWHERE | SAID_OF_ONESELF | word_set(TALKED_ABOUT, HABLADO, BESPROCHEN, DISCUTE, NO_ANSWER)
NO_REPLY: Final = word_set(NO_ANSWER)
