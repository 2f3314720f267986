"""What French phrases mean to the desk."""

from typing import Final

from workers.domain.leads.phrasebook.kinds import Remark, Sign

LATER: Final = """
    pas (maintenant|tout de suite|pour le moment|pour l'instant|aujourd'hui|encore|ce soir|dans l'immédiat)
    (plus tard|peut-être plus tard|une autre fois|une prochaine fois|un autre jour|ultérieurement|demain peut-être)
    plus tard peut-être
"""

SIGNS: Final = {
    Sign.YES: """
        (oui|ouais|ouai|ouep|yep|oui oui|mais oui|oui merci|bien sûr|bien sur|évidemment|certainement|absolument)
        (tout à fait|volontiers|avec plaisir|pourquoi pas|d'accord|dac|entendu|allez-y|allez y|vas-y|vas y|faites)
        (faites-le|faites donc|je veux bien|j'aimerais bien|ça m'intéresse|cela m'intéresse)
        je suis intéressé
        (je suis intéressée|carrément)
        (ce serait|ça serait) (bien|super|parfait|génial|gentil|sympa|formidable|utile)
        (si . |sans problème)
        (sans souci|sans hésiter|j'accepte|avec grand plaisir)
    """,
    Sign.WANTS: """
        (j'aimerais|appelez-moi|rappelez-moi|contactez-moi|écrivez-moi|s'il vous plaît .|s'il te plaît .|svp .)
    """,
    Sign.NO: """
        (non|nan|nope|non merci|non non|pas du tout|certainement pas|surtout pas|jamais|merci mais non|non pas vraiment)
        négatif
    """,
    Sign.REFUSES: """
        (ça ira|ça va aller) (merci|comme ça|.)
        (je|nous|on) (ne |)(veux|souhaite|désire|voudrais|cherche|tiens|préfère|préférerais|vais) (pas|rien)
        (je|nous|on) (ne |)(voulons|souhaitons) pas
        (je n'ai|je n'en ai|j'ai|j'en ai) pas besoin
        (pas (besoin|nécessaire|intéressé|intéressée|la peine|utile|vraiment)|ce n'est pas (nécessaire|la peine|utile))
        (c'est pas (nécessaire|la peine|utile)|je préfère (pas|ne pas)|plutôt pas|inutile|sans façon|rien|aucun intérêt)
        (ça ne m'intéresse pas|cela ne m'intéresse pas|ça m'intéresse pas|je passe)
        (je voulais|je veux|c'est) (juste|seulement|simplement) (savoir|regarder|pour|une|des)
    """,
    Sign.STOPS: """
        (arrêtez|arrête|stop|laissez tomber|laisse tomber|oubliez|oublie|annuler|annulez|ça suffit)
        (peu importe|tant pis)
    """,
    Sign.WITHDRAWS: """
        (ne |)(m'appelez|me contactez|me rappelez|m'écrivez|me dérangez|m'appelle|me contacte) (pas|plus|jamais)
        (je |)(ne |)(veux|souhaite|voudrais) (pas|plus) être (contacté|contactée|appelé|appelée|rappelé|rappelée)
        (supprimez|supprimer|effacez|effacer|oubliez) (toutes |)(mes (données|coordonnées|informations)|tout)
        (supprimez|effacez) (mon (numéro|adresse|e-mail|email|nom)|ça|cela|les)
        (laissez-moi|laisse-moi) tranquille
    """,
    Sign.LATER: f"""
        {LATER}
        je (dois|vais|veux|préfère) (encore |d'abord |y |)(réfléchir|voir|vérifier|regarder|demander)
        laissez-moi (réfléchir|voir)
        (attendez|attends|un instant|un moment|d'abord|je vous dirai)
    """,
    Sign.GOOD: """
        bonne idée
        (parfait|exact|exactement|correct|c'est (ça|cela|bon|exact|correct|juste|parfait|bien ça|noté|super|très bien))
        (tout est (bon|correct|exact|juste|parfait|ok)|tout à fait exact|ça (marche|me va|me convient|roule|ira))
        (cela me convient|je confirme|confirmé|je valide|validé|impeccable|excellent|formidable|génial|nickel|super)
        (magnifique|ça joue|pas de (problème|problèmes|souci|soucis)|aucun (problème|souci)|très bien|continuez)
        (poursuivez|vous avez raison|juste)
    """,
    Sign.FINE: "(ok|okay|bien|bon|merci|merci beaucoup|c'est bien|soit|entendu)",
    Sign.WRONG: """
        (ce n'est pas|c'est pas) (mon|ma|mes)
        (faux|fausse|incorrect|incorrecte|erreur|faute)
        pas (exact|correct|juste|bon|ça|cela|exactement|tout à fait|bien)
        (ce n'est pas (ça|cela|bon|exact|correct|juste)|c'est pas (ça|cela|bon|exact|correct|juste)|presque)
    """,
    Sign.CHANGE: """
        (changez|changer|change|corrigez|corriger|corrige|modifiez|modifier|modifie|plutôt|au lieu de|en fait|pardon)
        (désolé|désolée|je voulais dire|je veux dire|ça devrait|il faut|mettez|mets|mais|sauf|à part|excusez-moi)
        finalement
    """,
    Sign.DONE: "(c'est tout|ce sera tout|rien d'autre|j'ai fini)",
    Sign.LEAVES: "(au revoir|bonne journée)",
    Sign.UNSURE: "(je ne sais pas|je sais pas|sais pas|aucune idée|pas sûr|pas sûre|peut-être|ça dépend|on verra|bof)",
}

REMARKS: Final = {
    Remark.ASKS: """
        . (que|quel|quelle|quels|quelles|comment|où|quand|pourquoi|qui|combien|est-ce|avez-vous|pouvez-vous|puis-je)
        . (y a-t-il|peut-on|faites-vous|proposez-vous|qu'est-ce)
        (je (voudrais|veux|souhaite|aimerais) savoir|dites-moi)
    """,
    Remark.REQUESTS: "(pouvez-vous|pourriez-vous|tu peux|vous pouvez)",
    Remark.NEEDS: """
        (je cherche|j'ai besoin|j'ai une question|une question|plus d'informations|problème avec)
    """,
    Remark.WANTS_CONTACT: """
        (parler|discuter|échanger) (à|avec) (un|une|quelqu'un|votre|vos)
        (puis-je |pourrais-je |)parler (à|avec) (quelqu'un|un humain|une personne|un conseiller|une vraie personne)
        (rappelez-moi|appelez-moi|me rappeler|m'appeler|me contacter|contactez-moi|être rappelé|être rappelée)
        (être contacté|devis|une démo|démonstration)
    """,
    Remark.WANTS_PRICE: """
        (prix|tarif|tarifs|combien coûte|combien ça coûte|combien coûtent|c'est combien)
    """,
    Remark.CORRECTS: """
        (je voulais dire|je veux dire|je me suis trompé|je me suis trompée|c'est faux|faute de frappe|correction)
        au lieu de
    """,
    Remark.MAY_CORRECT: "(pardon|désolé|désolée|oups|. non|. faux|en fait|plutôt)",
    Remark.WITHHOLDS: """
        (je préfère (ne pas|pas|rester)|je préférerais (ne pas|pas)|plutôt pas|sans (téléphone|nom|email|mail|numéro))
        pas (de (téléphone|mail|email|numéro|portable)|d'email|d'e-mail|d'adresse)
        je ne (veux|souhaite) pas (le |la |vous |)(donner|dire|communiquer|laisser)
        (je n'ai pas|j'ai pas) (de|d'email|d'adresse|.)
        (juste|seulement|uniquement) (par |mon |le |un |)(mail|email|e-mail|courriel|téléphone)
        (passer .|passez|c'est privé|anonyme .|suivant .)
    """,
    Remark.POSTPONES: LATER,
}
