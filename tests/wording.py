"""Both languages everywhere: what the tests of the catalogues share."""

from __future__ import annotations

import re

from visualizer.spec import Text

CHINESE = re.compile("[\u4e00-\u9fff]")
HALF_WIDTH = re.compile("[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]")
# Names that are written the same in both languages, as the field does.
PROPER_NAMES = set(
    "Adam AdamW AdaGrad AdaDelta RMSProp AMSGrad Nadam SGD Adamax NAdamW SGDW AdaBound AMSBound SWATS RAdam AdaBelief "
    "Yogi Lion Signum LARS LAMB Adan Adafactor Muon Prodigy PAdam QHM QHAdam AdaMod AggMo SGLD Lookahead Rprop "
    "signSGD Sophia".split()
)


def assert_bilingual(*texts: Text, name: Text | None = None) -> None:
    """Every text has English without Chinese in it, and Chinese; ``name`` may be a proper name."""
    for text in texts:
        assert isinstance(text, Text)
        assert str(text).strip()
        assert text.zh.strip()
        assert not CHINESE.search(text), f"Chinese in the English text: {text}"
        assert not HALF_WIDTH.search(text.zh), f"Chinese takes punctuation of full width: {text.zh}"
        if text is name and text in PROPER_NAMES:
            continue
        assert CHINESE.search(text.zh), f"no Chinese in {text.zh!r}"
