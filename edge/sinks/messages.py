"""What is said over MQTT: a reading, and how Home Assistant makes a sensor of a camera."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from edge.frames import Frame
from edge.reading import Reading
from edge.sinks.broker import plain


def reading_message(frame: Frame, reading: Reading) -> bytes:
    """One reading as JSON, with the time at which it was read."""
    document = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "frame": frame.index,
        "text": " | ".join(reading.lines),
        "lines": list(reading.lines),
        "numbers": [one.text for one in reading.numbers],
    }
    return json.dumps(document, allow_nan=False).encode()


def discovery(prefix: str, topic: str) -> tuple[str, dict[str, Any]]:
    """Topic and document by which Home Assistant makes a sensor of a camera.

    Args:
        prefix: under which Home Assistant looks, usually "homeassistant".
        topic: the camera's own.
    """
    identity = f"edge_digits_{plain(topic)}"
    return f"{prefix}/sensor/{identity}/text/config", {
        "name": "Digits",
        "unique_id": f"{identity}_text",
        "object_id": f"{identity}_text",
        "state_topic": f"{topic}/reading",
        # A state of Home Assistant holds 255 characters.
        "value_template": "{{ value_json.text[:255] }}",
        "json_attributes_topic": f"{topic}/reading",
        "availability_topic": f"{topic}/availability",
        "icon": "mdi:numeric",
        "device": {
            "identifiers": [identity],
            "name": f"edge-digits {topic}",
            "model": "edge-digits",
        },
    }
