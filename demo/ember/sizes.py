"""The sizes Ember is made in: the model, and how long and on what lengths it is trained."""

from dataclasses import dataclass

from model import Config


@dataclass(frozen=True)
class Phase:
    """A stretch of training on rows of `tokens` tokens; longer conversations are left out."""

    tokens: int
    share: float  # of all steps


@dataclass(frozen=True)
class Size:
    model: Config
    steps: int
    batch_tokens: int
    muon_rate: float
    adam_rate: float
    phases: tuple
    workers: int = 0  # processes that generate text beside the one that trains
    warm_up: int = 100  # steps
    cool_down: float = 0.45  # share of the steps in which the rates fall to zero
    start: str | None = None  # the size whose finished model this one goes on from


GPU_MODEL = Config(vocabulary=2048, width=256, layers=12, heads=8, kv_heads=4, hidden=768)

SIZES = {
    "cpu": Size(
        Config(vocabulary=2048, width=256, layers=6, heads=4, kv_heads=2, hidden=512),
        steps=2640, batch_tokens=4096, muon_rate=0.02, adam_rate=0.004,
        phases=(Phase(128, 0.25), Phase(256, 0.5), Phase(512, 0.21), Phase(1024, 0.04)),
    ),
    "gpu": Size(
        GPU_MODEL,
        steps=9300, batch_tokens=65536, muon_rate=0.02, adam_rate=0.004, workers=14, cool_down=0.32,
        phases=(Phase(1024, 1.0),),  # blocks of other conversations cost nothing there, so long rows are as fast as short
    ),
    "tuned": Size(  # the large one, some hours more on two CPU cores
        GPU_MODEL,
        steps=420, batch_tokens=4096, muon_rate=0.004, adam_rate=0.0008, warm_up=20, cool_down=1.0, start="gpu",
        phases=(Phase(256, 0.8), Phase(512, 0.2)),
    ),
}
