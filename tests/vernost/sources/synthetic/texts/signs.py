"""By which stems a reader knows what a text is about, and its mood: written apart from the grammar, to check it."""

import re

# Stems stand apart; an underscore is a space.
SIGNS = {
    "price": r"""
        цен дорог дорож дешев переплат за_такие_деньги выгодн price expensive cheap cost overpriced value
    """,
    "quality": r"""
        качеств брак слома связь связи интернет сбо[йеи] стабильн не_работа скорость авари вкусн кухн продукт
        холодн почин повар дефект изъян падает падают лежал висело ошибк quality defect fault broke connection
        signal internet outage stable errors not_work tasty delicious food bland cold chef kitchen crash hung
        was_down speed stability
    """,
    "support": r"поддержк обращение support",
    "staff": r"""
        персонал сотрудни менеджер администратор консультант официант продавцы staff manager employee waiter
    """,
    "wait": r"жд[аеёуи] очеред ожидани дозвон быстр долго ваше_время queue wait fast quick speed",
    "delivery": r"достав заказ_везли трек_ курьер посылк привез deliver courier parcel",
    "usability": r"""
        приложени сайт интерфейс кабинет удобн \bapp\b website interface easy developers разработчик
    """,
    "trust": r"""
        обман честн довер скрыт надёжн навяза списа снял услов без_согласия без_спроса trust reliable deceiv
        honest hidden scam cheat deceit consent terms charge
    """,
    "assortment": r"""
        ассортимент выбор в_наличи набор_функций функци тариф есть_из_чего_выбрать перестали_возить интеграц
        выгрузк choice choose integration export_to selection range stock menu features options
    """,
    "competitor": r"конкурент друг(?:ой|ом|ому|ого)_ competitor another_ other_",
    "spam": r"спам рекламн? рассыл spam newsletter \bads?\b emails",
    "no_need": r"""
        нуж нужд необходим надобн пригод не_пользу без_вас пользуюсь переезжаю переехал обойтись планы_меняются
        need used
    """,
    "refund": r"возвра верн refund money_back returned",
    "access": r"""
        филиал пункт располож добира далеко рядом парков близко офис центре расписани помещени branch location
        located parking pick-up near hours far_ too_far close
    """,
    "loyalty": r"балл бонус скид промокод лояльн points discount promo reward loyalty bonus",
}
PRAISE = r"""
    отличн прекрасн супер радует порадов на_высоте молодц удобно приятн вежлив довол(?:ен|ьна) вкусно быстрая
    честно\b excellent superb great lovely wonderful helpful friendly polite\b happy pleased delicious easy_to
"""
BLAME = r"""
    ужасн плох отврат хам груб бесполез никак(?:ой|ая|ое)\b неудобн тормоз сломал опозда достал скудн бедн
    невкусн awful terrible \bbad\b useless rude poor disaster confusing \bslow\b defect scam overpriced
    expensive
"""


def speaks_of(aspect: str, text: str) -> bool:
    """Whether a reader would find this aspect in the text."""
    return _has("(?:{})", SIGNS[aspect], text)


def praises(text: str) -> bool:
    """Whether a word of plain praise is in the text."""
    return _has(r"(?<!не )\b(?:{})", PRAISE, text)


def blames(text: str) -> bool:
    """Whether a word of plain blame is in the text."""
    return _has(r"\b(?:{})", BLAME, text)


def _has(frame: str, stems: str, text: str) -> bool:
    found = "|".join(stems.split()).replace("_", " ")
    return re.search(frame.format(found), text.lower()) is not None
