"""What the network that ships is held to on MNIST's test set, spoiled and as it is."""

from __future__ import annotations

import numpy as np

from benchmarks.corruptions import CORRUPTIONS, corrupt
from edge.session import DEFAULT_MODEL, open_session
from train.data import Images

FLOOR = 0.9970
SPOILED_MEAN, SPOILED_WORST = 0.98, 0.93
MOST_BYTES = 80_000


def test_the_int8_file_reads_mnist(mnist_test: Images) -> None:
    said = open_session().run(mnist_test.images)
    assert (said.labels == mnist_test.labels).mean() >= FLOOR


def test_the_int8_file_reads_what_a_camera_spoiled(mnist_test: Images) -> None:
    part = mnist_test.take(np.arange(0, len(mnist_test), 10))
    session = open_session()
    shares = {}
    for kind in CORRUPTIONS:
        spoiled = corrupt(kind, part.images, np.random.default_rng(0))
        shares[kind] = float((session.run(spoiled).labels == part.labels).mean())
    assert np.mean(list(shares.values())) >= SPOILED_MEAN, shares
    assert min(shares.values()) >= SPOILED_WORST, shares


def test_the_int8_file_is_small() -> None:
    assert DEFAULT_MODEL.stat().st_size <= MOST_BYTES
