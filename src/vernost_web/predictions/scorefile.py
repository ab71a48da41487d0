"""Scores of a model that waits: kept as a file of the data folder until it takes over, or a newer one is trained."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from vernost.errors import VernostError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa


def write(model: UUID, batches: "Iterable[pa.Table]") -> Counter[str]:
    """Keep scores, whole or not at all; how many customers are in each band."""
    from pyarrow import parquet

    path, counts, writer = path_of(model), Counter[str](), None
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    try:
        for batch in batches:
            writer = writer or parquet.ParquetWriter(draft, batch.schema)
            writer.write_table(batch.cast(writer.schema))
            counts.update({each["values"]: each["counts"] for each in batch["band"].value_counts().to_pylist()})
    finally:
        if writer is not None:
            writer.close()
    draft.replace(path)
    return counts


def read(model: UUID) -> "Iterator[pa.Table]":
    """Scores in batches."""
    import pyarrow as pa
    from pyarrow import parquet

    path = path_of(model)
    if not path.exists():
        raise VernostError("The scores of this model are not kept any more. Train a model anew.")
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches():
            yield pa.Table.from_batches([batch])


def of(batch: "pa.Table", customers: Sequence[str]) -> "pa.Table":
    """The scores of some customers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return batch.filter(pc.is_in(batch["customer_id"], pa.array(customers, pa.string())))


def rename(model: UUID, customers: Sequence[str], pseudonym: str) -> int:
    """Put a pseudonym in the place of customers, without the reasons of their scores; how many scores they have."""
    count = sum(of(batch, customers).num_rows for batch in read(model))
    if count:
        write(model, (_renamed(batch, customers, pseudonym) for batch in read(model)))
    return count


def _renamed(batch: "pa.Table", customers: Sequence[str], pseudonym: str) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    theirs = pc.is_in(batch["customer_id"], pa.array(customers, pa.string()))
    for name, value in (("customer_id", pseudonym), ("reasons", None)):
        column = pc.if_else(theirs, pa.scalar(value, batch.schema.field(name).type), batch[name])
        batch = batch.set_column(batch.column_names.index(name), name, column)
    return batch


def forget(model: UUID) -> None:
    """Keep the scores no longer."""
    path_of(model).unlink(missing_ok=True)


def path_of(model: UUID) -> Path:
    """Where they are."""
    return Path(settings.CONFIGURATION.data) / "predictions" / f"{model}.parquet"
