"""What Spanish phrases mean to the desk."""

from typing import Final

from workers.domain.leads.phrasebook.kinds import Remark, Sign

LATER: Final = """
    (ahora no|ahora mismo no|todavía no|aún no|de momento no|por ahora no|por el momento no|en este momento no)
    hoy no
    no (ahora|todavía|aún|por ahora|por el momento|en este momento|de momento)
    (más tarde|luego|más adelante|después|otro día|otra vez|en otro momento|en otra ocasión|mañana quizás)
    (tal vez más tarde|quizás luego)
"""

SIGNS: Final = {
    Sign.YES: """
        (sí|si|sip|sii|siii|claro|claro que sí|por supuesto|desde luego|cómo no|como no|adelante|dale|hágalo|hazlo)
        vamos
        (me encantaría|con gusto|con mucho gusto|venga|encantado|encantada|me interesa|estoy interesado)
        estoy interesada
        (de acuerdo|sí por favor|vale sí|ok sí|acepto)
        (sin duda)
    """,
    Sign.WANTS: """
        (me gustaría|por favor .|llámenme|llámame|contáctenme|quiero que me (llamen|contacten|escriban))
    """,
    Sign.NO: """
        (no|nop|nope|no gracias|no muchas gracias|no por favor|qué va|para nada|en absoluto|nada de eso|negativo)
    """,
    Sign.REFUSES: """
        no (quiero|necesito|deseo|me interesa|hace falta|es necesario|me apetece|quisiera|voy a)
        no estoy (interesado|interesada)
        (no me gustaría|prefiero no|mejor no|paso .|no por favor|gracias pero no|ya no|no será necesario|no es preciso)
        (solo|sólo) (quería|quiero|necesitaba|estoy) (información|saber|mirando|preguntar|preguntando)
    """,
    Sign.STOPS: """
        (basta|para ya|déjalo|déjelo|olvídalo|olvídelo|cancelar|cancela|cancele)
    """,
    Sign.WITHDRAWS: """
        no me (llamen|llame|llames|contacten|contacte|contactes|escriban|escriba|molesten|moleste)
        no (quiero|deseo) (que me (llamen|contacten|escriban|llame|contacte)|ser contactado|ser contactada)
        (borren|borre|borra|borrar|eliminen|elimine|elimina|eliminar) (todos |)(mis datos|mi información|todo)
        (borren|borre|borra|eliminen|elimine|elimina) (mi (número|correo|email|teléfono|nombre)|eso|esto)
        (déjame|déjeme|déjenme) en paz
    """,
    Sign.LATER: f"""
        {LATER}
        (tengo que|necesito|debo|déjame|déjeme) (pensarlo|pensar|consultarlo|mirarlo|ver)
        (lo pensaré|ya veré|me lo pienso|espera|espere|un momento)
    """,
    Sign.GOOD: """
        (buena idea|me vendría bien|me parece buena idea)
        (perfecto|correcto|exacto|exactamente|así es|eso es|está bien|está correcto|es correcto|todo bien|todo correcto)
        (genial|estupendo|excelente|fantástico|maravilloso|ideal|me parece (bien|perfecto|genial)|suena bien|confirmo)
        (confirmado|tal cual|cierto|eso mismo|no hay problema|sin problema|sin problemas|me va bien|me viene bien)
        (procede|proceda|continúe|continúa)
    """,
    Sign.FINE: "(vale|ok|okay|bien|bueno|muy bien|gracias|muchas gracias)",
    Sign.WRONG: """
        (no es (mi|mío|mía)|falta una letra)
        (incorrecto|incorrecta|equivocado|equivocada|mal|está mal|falso|error|hay un error|me equivoqué|no es correcto)
        (no está bien|no es así|no es eso|no exactamente|casi)
    """,
    Sign.CHANGE: """
        (cambia|cambie|cambiar|cámbialo|cámbielo|corrige|corrija|corregir|modificar|modifique|en vez de|en lugar de)
        (mejor|en realidad|perdón|perdona|quise decir|quería decir|debería ser|tiene que ser|sino|pero|excepto|salvo)
        (prefiero|me refería)
    """,
    Sign.DONE: "(eso es todo|nada más|es todo|ya está)",
    Sign.LEAVES: "(adiós|hasta luego)",
    Sign.UNSURE: """
        (no sé|no lo sé|no estoy seguro|no estoy segura|quizás|quizá|tal vez|a lo mejor|puede ser|depende|ni idea)
    """,
}

REMARKS: Final = {
    Remark.ASKS: """
        . (qué|cuál|cuáles|cómo|dónde|cuándo|cuánto|cuánta|cuántos|quién|por qué|puedo|pueden|puede|tienen|hay)
        . (se puede|es posible|hacen|ofrecen)
        (quiero saber|quisiera saber|me gustaría saber|dígame|dime)
    """,
    Remark.REQUESTS: "(puede|puedes|pueden|podría|podrías|podrían)",
    Remark.NEEDS: "(busco|necesito|tengo una pregunta|una pregunta|más información|problema con)",
    Remark.WANTS_CONTACT: """
        (hablar|contactar) con (una|un|alguien|alguna|algún|su|el|la)
        (hablar|contactar) con (una |un |)(persona|humano|agente|asesor|asesora|ser humano|operador|persona real)
        (que me (llamen|contacten|llame|escriban)|llámenme|llámame|llámeme|pueden llamarme|me pueden llamar)
        (puede llamarme|contáctenme|presupuesto|cotización)
        me (puede|puedes|pueden|podría|podrían) (llamar|contactar|escribir)
        alguien (me |que me |)(puede|pueda|podría|) (llamar|llame|contactar|contacte|llamarme|contactarme)
        (llamar|llamarme|contactarme) alguien
        (una demo|demostración)
    """,
    Remark.WANTS_PRICE: """
        (cuánto (cuesta|cuestan|vale|sale|cobran)|precio|precios|tarifa|tarifas)
    """,
    Remark.CORRECTS: """
        (quise decir|quería decir|me equivoqué|me he equivocado|está mal|corrección|en vez de|en lugar de|es incorrecto)
    """,
    Remark.MAY_CORRECT: "(perdón|perdona|perdone|en realidad|sino|. no|. incorrecto)",
    Remark.WITHHOLDS: """
        (prefiero no|preferiría no|mejor no|no quiero (dar|decir|darlo|decirlo|dejar|compartir))
        (sin (teléfono|correo|email|nombre)|no tengo (teléfono|correo|email|móvil|))
        (solo|sólo) (por |el |mi |)(correo|email|e-mail|teléfono|mail)
        (paso .|saltar|omitir|es privado|anónimo .|no doy mi)
    """,
    Remark.POSTPONES: LATER,
}
