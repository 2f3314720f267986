"""Names in scripts that set no space between words."""

import re
from typing import Final

HAN: Final = r"[\u4e00-\u9fff]"
# The family names of most people in China, which a given name of one or two characters follows.
FAMILY_NAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧"
)
NAMED: Final = "(?:です|と申します|と言います|といいます)"
INTRODUCED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"我(?:的名字)?(?:叫做?|名叫)\s*({HAN}{{2,4}}|{HAN}+\u00b7[{HAN[1:-1]}\u00b7]{{1,8}})(?!{HAN})",
        rf"(?:我的名字是|名字是|姓名[:\uff1a]?)\s*({HAN}{{2,4}})(?!{HAN})",
        rf"我是\s*([{FAMILY_NAMES}]{HAN}{{1,2}})(?!{HAN})",
        rf"(?:名前は|氏名は|名前[:\uff1a])\s*([\u3040-\u30ff\u4e00-\u9fff \u3000]{{2,16}}?)(?:{NAMED}|[。、\s]|$)",
        rf"(?:^|[はわ、。\s])([\u30a0-\u30ff\u4e00-\u9fff \u3000]{{2,12}}?)(?!です){NAMED}",
        r"(?:제\s?)?이름은\s*([\uac00-\ud7af]{2,5}(?: [\uac00-\ud7af]{1,4})?)(?:입니다|이에요|예요|이고|라고)",
        r"저는\s*([\uac00-\ud7af]{2,4})(?:라고 합니다|이라고 합니다)",
        r"(?:ผม|ดิฉัน|ฉัน|หนู)?ชื่อ\s*([\u0e01-\u0e4e]{2,20})(?=\s|$|ครับ|ค่ะ|คะ)",
    )
)
REPLY: Final = re.compile(
    r"\s*(?:我?(?:叫|是))?\s*(?P<name>[\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af\u30fb\u00b7 \u3000]{2,12}?)\s*"
    rf"(?:{NAMED}|입니다|이에요|예요|라고 합니다|이라고 합니다)?[\s。.!\uff01]*"
)
# Characters of sentences, hardly ever of names.
NOT_IN_NAMES: Final = re.compile(
    r"[的了吗呢吧么什怎哪谁不没您你请想要问谢再见好能可这那在有告诉个給给嗎麼誰沒請謝]|ません|ですか|ありがとう|はい|いいえ|なし"
    r"|아니|없|싫|네$|감사|안녕|주세요|합니까|나요"
)


def name_in_other_script(message: str, *, asked_for: bool) -> str | None:
    """Return the name in a message in Chinese, Japanese, Korean or Thai; None in any other."""
    if message.isascii():
        return None
    for pattern in INTRODUCED:
        if (found := pattern.search(message)) and not NOT_IN_NAMES.search(found[1]):
            return found[1].strip()
    reply = REPLY.fullmatch(message) if asked_for else None
    return reply["name"].strip() if reply and not NOT_IN_NAMES.search(reply["name"]) else None
