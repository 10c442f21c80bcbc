"""Training on batches that are made anew each epoch."""

from __future__ import annotations

from typing import Any

from train.averaging import STATISTICS_BATCHES, gather_statistics
from train.backend import keras
from train.course import Course
from train.feed import AugmentedBatches
from train.varied_feed import VariedBatches


def fit_feed(
    model: Any,
    feed: AugmentedBatches | VariedBatches,
    validation: Any,
    course: Course,
) -> Any:
    """Trains on batches that are varied anew each epoch."""
    feed.start_at(course.first_epoch)  # Keras fetches ahead before it says which epoch begins
    turns = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, _: feed.start_at(epoch),
        on_train_end=lambda _: _settle(model, feed, course.epochs - 1),
    )
    return model.fit(
        feed,
        validation_data=validation,
        epochs=course.epochs,
        callbacks=[turns, *course.callbacks],
        shuffle=False,  # the feed has an order of its own for each epoch
        verbose=0,
    )


def _settle(model: Any, feed: AugmentedBatches | VariedBatches, last: int) -> None:
    """What averaged weights need at the end; Keras has given the model their average by now."""
    if model.optimizer.use_ema:
        feed.start_at(last)  # a training that was interrupted only now has shown no epoch
        batches = range(min(len(feed), STATISTICS_BATCHES))
        gather_statistics(model, (feed[batch][0] for batch in batches))
