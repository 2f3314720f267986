"""What a few words of other languages mean to the desk."""

# ruff: noqa: RUF001 - letters of other scripts may look like Latin ones

from typing import Final

from workers.domain.leads.phrasebook.kinds import Sign

SIGNS: Final = {
    Sign.YES: """
        (sì|certo|certamente|volentieri|sim|claro|com certeza|ja graag|graag|jazeker|tak|oczywiście|pewnie|proszę)
        (evet|tabii|vâng|có|da|ano|igen|joo|kyllä|да|конечно|хорошо|ага|так|ναι|βεβαίως|نعم|أجل|ايوه|أكيد|כן|בטח)
        (हाँ|हां|जी हाँ|ใช่|はい|お願いします|ぜひ|是|是的|好|好的|可以|行|对|네|예|좋아요)
    """,
    Sign.NO: """
        (no grazie|não|nao|não obrigado|não obrigada|nee|neen|nee bedankt|nie|nie dziękuję|hayır|hayır teşekkürler)
        (không|nu|ne|nem|ei|нет|не|нет спасибо|ні|όχι|لا|لا شكرا|كلا|לא|לא תודה|नहीं|जी नहीं|ไม่)
        (いいえ|結構です|大丈夫です|不|不用|不用了|不要|不是|不需要|没有|아니요|아니오|괜찮아요)
    """,
    Sign.GOOD: """
        (esatto|giusto|corretto|perfetto|va bene|correto|perfeito|isso mesmo|klopt|prima|juist|correct|zgadza się)
        (dobrze|doğru|верно|правильно|все верно|всё верно|точно|σωστά|صحيح|تمام|נכון|सही)
        (正しいです|合っています|正确|没错|没问题|맞아요|맞습니다)
    """,
    Sign.WRONG: """
        (sbagliato|errato|errado|incorreto|fout|onjuist|źle|yanlış|неверно|неправильно|λάθος|خطأ|غلط|לא נכון|गलत)
        (違います|错了|不对|틀려요)
    """,
    Sign.LATER: """
        (più tardi|non ora|mais tarde|agora não|later misschien|niet nu|później|nie teraz|sonra|позже|не сейчас|потом)
        (لاحقا|ليس الآن|אחר כך|बाद में|後で|以后|现在不|나중에)
    """,
}
