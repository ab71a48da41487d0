"""Words by which sources write the choices of the log: what is a refund, what earns points, how often one pays."""

from collections.abc import Mapping
from types import MappingProxyType

from vernost.sources.staging import quote_text

CHOICES: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        ("orders", "kind"): {
            "refund": ("refund", "return", "credit", "chargeback", "cancel", "возврат", "сторно", "отмена"),
            "sale": ("sale", "purchase", "order", "продажа", "покупка", "заказ", "реализация", "приход"),
        },
        ("points", "kind"): {
            "reverse": ("reverse", "revers", "storno", "сторно", "отмена", "возврат"),
            "expire": ("expire", "expir", "сгор", "аннулир"),
            "burn": ("burn", "redeem", "spend", "spent", "debit", "списан", "расход", "оплата", "потрач"),
            "adjust": ("adjust", "correct", "manual", "коррек", "ручн"),
            "earn": ("earn", "accru", "credit", "bonus", "начислен", "приход", "подар"),
        },
        ("contacts", "variant"): {
            "control": ("control", "holdout", "no e-mail", "no email", "none", "контрол"),
            "treatment": ("treat", "test", "тест", "воздейств", "a", "b", "variant"),
        },
        ("spend", "purpose"): {
            "retention": ("retention", "retain", "loyal", "crm", "удерж", "лояльн", "повторн"),
            "acquisition": ("acqui", "new", "привлеч", "нов"),
        },
        ("answers", "kind"): {
            "nps": ("nps",),
            "csat": ("csat", "satisf", "удовлетвор"),
            "ces": ("ces", "effort", "усили"),
            "choices": ("choices", "multi", "нескольк", "checkbox"),
            "choice": ("choice", "single", "выбор", "radio"),
            "number": ("number", "число", "scale", "rating"),
            "text": ("text", "open", "текст", "comment"),
        },
    }
)
"""Place -> its choice -> beginnings of the words that mean it, tried in this order."""

REFUND_STATUSES = ("credit note", "chargeback", "сторно", "возвратная накладная")
"""Statuses that make a row a refund."""

RETURN_STATUSES = ("refund", "return", "возврат")
"""Statuses that name a refund where others name sales, and that say of a sale that it was given back elsewhere."""

REFUNDED_STATUSES = (
    *("refunded", "fully refunded", "fully_refunded", "returned", "возвращен", "возвращён", "возвращена", "возвращено"),
    *("полный возврат", "оформлен возврат", "товар возвращен", "товар возвращён", "деньги возвращены"),
)
"""Statuses of a sale that was given back in full."""

SALE_STATUSES = frozenset(("sale", "purchase", "receipt", "продажа", "покупка", "реализация", "приход", "чек"))
"""Statuses that name a row a sale, rather than saying how far it has come."""

_MONTHS_OF_INTERVAL = (
    (12.0, ("year", "yr", "annual", "год", "12 мес", "12 month", "p1y")),
    (6.0, ("half", "semi", "полгод", "6 мес", "6 month")),
    (3.0, ("quarter", "кварт", "3 мес", "3 month")),
    (12 / 52, ("week", "недел")),
    (12 / 365, ("day", "daily", "день", "дня", "ежедн")),
)


def choice_sql(text: str, place: tuple[str, str]) -> str:
    """SQL of the choice that a text means, null when it is none of them."""
    branches = [
        f"WHEN {_starts(text, (choice, *words))} THEN {quote_text(choice)}" for choice, words in CHOICES[place].items()
    ]
    return f"CASE {' '.join(branches)} END"


def is_one_of_sql(text: str, words: tuple[str, ...]) -> str:
    """SQL that tells a text which is one of these words, in large or small letters."""
    return f"COALESCE(lower({text}) IN ({', '.join(map(quote_text, words))}), FALSE)"


def months_sql(text: str) -> str:
    """SQL of the months that one payment covers, by the words for it; 1 when nothing is said."""
    branches = [
        f"WHEN {' OR '.join(f'contains(lower({text}), {quote_text(word)})' for word in words)} THEN {months!r}"
        for months, words in _MONTHS_OF_INTERVAL
    ]
    number = f"TRY_CAST({text} AS INTEGER)"
    counted = f"WHEN {number} > 0 THEN CAST({number} AS DOUBLE)"
    return f"CASE WHEN {text} IS NULL THEN 1.0 {counted} {' '.join(branches)} ELSE 1.0 END"


def _starts(text: str, words: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"starts_with(lower({text}), {quote_text(word)})" for word in words) + ")"
