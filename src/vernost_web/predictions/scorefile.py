"""Scores of a model that waits: kept as a file of the data folder until it takes over, or a newer one is trained."""

from collections import Counter
from collections.abc import Iterator
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


def forget(model: UUID) -> None:
    """Keep the scores no longer."""
    path_of(model).unlink(missing_ok=True)


def path_of(model: UUID) -> Path:
    """Where they are."""
    return Path(settings.CONFIGURATION.data) / "predictions" / f"{model}.parquet"
