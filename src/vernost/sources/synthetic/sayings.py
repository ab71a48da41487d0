"""What customers said, in words: tickets, reviews, answers, cancellations, each with what its text is about."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vernost.sources.synthetic.arrow import coded, constant, instants, missing, numbered_ids
from vernost.sources.synthetic.columns import Array, Columns, numbered
from vernost.sources.synthetic.labels import label
from vernost.sources.synthetic.piece import Piece
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.tables import tickets_table
from vernost.sources.synthetic.texts import Kind
from vernost.sources.synthetic.voices import (
    ASPECTS,
    BAD,
    CSAT,
    LEAVING,
    NOTHING,
    NPS,
    TOLD,
    Sides,
    sides_of,
)
from vernost.sources.synthetic.wording import spoken

if TYPE_CHECKING:
    import pyarrow as pa

CHANNELS = ("email", "chat", "phone")
QUESTION_TOPIC = "question"
ASKED = ("access", "delivery", "assortment", "refund", "usability")
"""What plain questions to support are about."""
BASE_ASPECTS = {"moved": "no_need", "circumstances": "price", "payment_failed": "price", "closed": "no_need"}
"""What is spoken of when somebody leaves without a cause in the company."""
QUIET_REVIEWS = 0.15
"""Share of reviews that are stars alone."""


@dataclass
class Sayings:
    """Everything said in one chunk.

    Attributes:
        tables: of the log.
        cancel_texts: of the stretches of contracts, row by row.
        truth: what each text is about: table, id, aspects as JSON, sentiment, whether it is sarcastic.
    """

    tables: "dict[str, pa.Table]"
    cancel_texts: "pa.Array | None"
    truth: "pa.Table"


class Speaker:
    """Puts what is said in one chunk into words, and keeps what is true of them."""

    def __init__(self, setting: Setting, piece: Piece, ids: "pa.Array", is_woman: Array, products: list[str]) -> None:
        self.setting, self.piece, self.ids, self.is_woman, self.products = setting, piece, ids, is_woman, products
        self._truth: list[pa.Table] = []

    def all(self) -> Sayings:
        """Everything that is said."""
        import pyarrow as pa

        tables = {"tickets": self._tickets(), "reviews": self._reviews(), "answers": self._answers()}
        cancellations = self._cancellations() if "stretches" in self.piece.facts else None
        return Sayings(tables, cancellations, pa.concat_tables(self._truth))

    def _draws(self, purpose: str) -> np.random.Generator:
        return self.setting.chance.of(f"words of {purpose}", self.piece.chunk)

    def _texts(
        self,
        table: str,
        kind: Kind,
        sides: Sides,
        ids: "pa.Array",
        *,
        owner: Array,
        said: Array,
        rivals: Array | None = None,
    ) -> "pa.Array":
        """Texts of the rows in which their owner says something; null in the others."""
        import pyarrow as pa

        rows = np.flatnonzero(said)
        lists = Sides(*(part[rows] for part in sides.parts)).lists()
        writers = self.is_woman[owner[rows]].tolist()
        draws = self._draws(f"{table} {kind}")
        words = spoken(kind, lists, self.setting, draws, women=writers, rivals=self._rivals(rivals, rows))
        moods = [sum(mood for _, mood in each) for each in lists]
        self._truth.append(
            pa.table(
                {
                    "table": constant(table, rows.size),
                    "id": ids.take(pa.array(rows)),
                    "aspects": pa.array([json.dumps(dict(each)) for each in lists], pa.string()),
                    "sentiment": pa.array(np.sign(moods).astype(np.int64)),
                    "is_sarcastic": pa.array(words.is_sarcastic, pa.bool_()),
                }
            )
        )
        places = np.full(said.size, -1)
        places[rows] = np.arange(rows.size)
        return pa.array(words.texts, pa.string()).take(pa.array(np.maximum(places, 0), mask=places < 0))

    def _rivals(self, rivals: Array | None, rows: Array) -> list[str | None]:
        """Names of rivals by place; None for -1."""
        if rivals is None:
            return [None] * rows.size
        names = [*(rival.name.of(self.setting.language) for rival in self.setting.preset.competitors), None]
        return [names[place] for place in rivals[rows].tolist()]

    def _tickets(self) -> "pa.Table":
        tickets, experiences = self.piece.facts["tickets"], self.piece.facts["experiences"]
        draws = self._draws("tickets")
        size, told = tickets["at"].size, tickets["experience"]
        slots = experiences["slot"][told] if experiences["at"].size else told
        sides = self._with_questions(draws, np.where(told >= 0, slots, NOTHING))
        ids = numbered_ids(self.ids, tickets["customer"], numbered(tickets["customer"]), "t")
        topics = [label("topics", code, self.setting.language) for code in (QUESTION_TOPIC, *ASPECTS)]
        said = {
            "channel": coded(draws.choice(len(CHANNELS), size, p=[0.4, 0.4, 0.2]), CHANNELS),
            "topic": coded(np.where(told >= 0, sides.first + 1, 0), topics),
            "text": self._texts("tickets", "ticket", sides, ids, owner=tickets["customer"], said=np.ones(size, bool)),
            "score": self._ticket_scores(size),
        }
        return tickets_table(self.setting, tickets, self.ids, ids, said)

    def _ticket_scores(self, size: int) -> "pa.Array":
        """Satisfaction with the help, from the answers to the survey after it."""
        import pyarrow as pa

        answers = self.piece.facts["answers"]
        rows = answers["question"] == CSAT
        scores = np.full(size, np.nan)
        scores[answers["row"][rows]] = answers["score"][rows]
        return pa.array(scores, mask=np.isnan(scores))

    def _with_questions(self, draws: np.random.Generator, slots: Array) -> Sides:
        """What tickets are about: an experience, or a plain question without a mood."""
        sides = sides_of(self.setting.preset, draws, slots)
        asked = np.array([ASPECTS.index(aspect) for aspect in ASKED])[draws.integers(0, len(ASKED), slots.size)]
        plain = slots == NOTHING
        return Sides(
            np.where(plain, asked, sides.first),
            np.where(plain, 0, sides.mood),
            np.where(plain, NOTHING, sides.second),
            np.where(plain, 0, sides.second_mood),
        )

    def _reviews(self) -> "pa.Table":
        import pyarrow as pa

        reviews, start = self.piece.facts["reviews"], self.setting.start
        draws, size = self._draws("reviews"), reviews["at"].size
        sides = sides_of(self.setting.preset, draws, reviews["slot"])
        ids = numbered_ids(self.ids, reviews["customer"], numbered(reviews["customer"]), "r")
        said = draws.random(size) >= QUIET_REVIEWS
        is_replied = ~np.isnan(reviews["replied"])
        return pa.table(
            {
                "review_id": ids,
                "customer_id": self.ids.take(pa.array(reviews["customer"])),
                "posted_at": instants(start, reviews["at"]),
                "platform": coded(reviews["platform"], self.setting.preset.words.platforms),
                "rating": pa.array(reviews["rating"].astype(float)),
                "text": self._texts("reviews", "review", sides, ids, owner=reviews["customer"], said=said),
                "product_id": self._products(reviews["order"]),
                "store": self._stores(reviews["order"]),
                "replied_at": instants(start, reviews["replied"]),
                "reply": self._texts("replies", "reply", sides, ids, owner=reviews["customer"], said=is_replied),
            }
        )

    def _products(self, order: Array) -> "pa.Array":
        """The first product of each order; null where a review is of no order."""
        lines = self.piece.facts["order_lines"]
        first = np.searchsorted(lines["order"], np.maximum(order, 0))
        product = lines["product"][first] if lines["order"].size else np.zeros(order.size, int)
        return coded(np.where(order >= 0, product, -1), self.products)

    def _stores(self, order: Array) -> "pa.Array":
        stores = [store.of(self.setting.language) for store in self.setting.preset.purchases.stores]
        if not stores:
            return missing(order.size)
        return coded(np.where(order >= 0, self.piece.facts["orders"]["store"][order], -1), stores)

    def _answers(self) -> "pa.Table":
        """Scores and, as answers of their own within the same response, words."""
        import pyarrow as pa

        answers = self.piece.facts["answers"]
        customer, question = answers["customer"], answers["question"]
        responses = numbered_ids(self.ids, customer, numbered(customer), "a")
        sides = self._sides_of_answers(answers)
        scored = self._answer_rows(answers, responses, np.ones(question.size, bool), is_text=False)
        said = answers["has_text"] | (question == LEAVING)
        words = self._answer_rows(answers, responses, said, is_text=True)
        rows = np.flatnonzero(said)
        part = Sides(*(each[rows] for each in sides.parts))
        leaves, owner = question[rows] == LEAVING, customer[rows]
        names = words["answer_id"].combine_chunks() if rows.size else pa.array([], pa.string())
        texts = self._texts("answers", "answer", part, names, owner=owner, said=~leaves)
        farewells = self._texts("answers", "cancel", part, names, owner=owner, said=leaves)
        words = words.set_column(words.schema.get_field_index("text"), "text", pa.compute.coalesce(texts, farewells))
        return pa.concat_tables([scored, words])

    def _sides_of_answers(self, answers: Columns) -> Sides:
        """What answers are about: the experience on the customer's mind; for leavers the cause."""
        sides = sides_of(self.setting.preset, self._draws("answers"), answers["slot"])
        return _about_causes(
            self.setting, sides, self.piece.departure.cause[answers["customer"]], answers["question"] == LEAVING
        )

    def _answer_rows(self, answers: Columns, responses: "pa.Array", kept: Array, *, is_text: bool) -> "pa.Table":
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = np.flatnonzero(kept)
        language, start = self.setting.language, self.setting.start
        code = np.where(answers["question"][rows] == TOLD, NPS, answers["question"][rows])
        surveys = [label("surveys", name, language) for name in ("order", "support", "support", "leaving")]
        asked = [label("questions", name, language) for name in ("nps", "csat", "ces", "leaving")]
        after = [label("questions", name, language) for name in ("why", "why", "why", "words")]
        response = responses.take(pa.array(rows))
        score = answers["score"][rows]
        cause = self.piece.departure.cause[answers["customer"][rows]]
        causes = [label("causes", name, language) for name in self.setting.preset.causes]
        size = rows.size
        return pa.table(
            {
                "answer_id": pc.binary_join_element_wise(response, "text" if is_text else "score", "-"),
                "response_id": response,
                "survey": coded(code, surveys).cast(pa.string()),
                "question": coded(code, after if is_text else asked).cast(pa.string()),
                "kind": (constant("text", size) if is_text else coded(code, ["nps", "csat", "ces", "choice"])).cast(
                    pa.string()
                ),
                "asked_at": instants(start, answers["asked"][rows]),
                "answered_at": instants(start, answers["at"][rows]),
                "customer_id": self.ids.take(pa.array(answers["customer"][rows])),
                "score": pa.array(score, mask=np.isnan(score) | is_text),
                "choice": coded(np.where((code == LEAVING) & (not is_text), cause, -1), causes).cast(pa.string()),
                "text": missing(size),
            }
        )

    def _cancellations(self) -> "pa.Array":
        stretches = self.piece.facts["stretches"]
        ids = numbered_ids(self.ids, stretches["customer"], stretches["place"], "s")
        nothing = np.full(stretches["at"].size, NOTHING)
        sides = sides_of(self.setting.preset, self._draws("cancellations"), nothing)
        everywhere = np.ones(nothing.size, bool)
        sides = _about_causes(self.setting, sides, self.piece.departure.cause[stretches["customer"]], everywhere)
        said, rivals = stretches["has_text"], stretches["rival"]
        owner = stretches["customer"]
        return self._texts("subscriptions", "cancel", sides, ids, owner=owner, said=said, rivals=rivals)


def _about_causes(setting: Setting, sides: Sides, cause: Array, where: Array) -> Sides:
    """What is said, replaced by the cause of leaving in some rows."""
    preset = setting.preset
    aspects = {base.cause: BASE_ASPECTS.get(base.cause, "no_need") for base in preset.leaving.base}
    aspects |= {each.kind: each.aspects[0] for each in preset.experiences}
    aspect = np.array([ASPECTS.index(aspects[name]) for name in preset.causes])[cause]
    return Sides(
        np.where(where, aspect, sides.first),
        np.where(where, BAD, sides.mood),
        np.where(where, NOTHING, sides.second),
        np.where(where, 0, sides.second_mood),
    )
