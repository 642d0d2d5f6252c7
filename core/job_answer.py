"""What a service says of a finished job, said of an export."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SUCCEEDED, FAILED, CANCELLED = "esriJobSucceeded", "esriJobFailed", "esriJobCancelled"
INFORMATION, WARNING, ERROR = "Informative", "Warning", "Error"
INDENTED = "pjson"


@dataclass(frozen=True)
class JobMessage:
    """A line of the log; `kind` is INFORMATION, WARNING or ERROR."""

    kind: str
    description: str


@dataclass(frozen=True)
class JobAnswer:
    """How a job ended, in the shape in which the service answers.

    `status` is SUCCEEDED, FAILED or CANCELLED; `folder` is the dataset's, empty if there is none.
    """

    job_id: str
    status: str
    messages: Sequence[JobMessage] = ()
    folder: str = ""

    def to_json(self, response_format: str = "json") -> str:
        """As text: `pjson` indents it, other formats give one line.

        >>> JobAnswer("j1", CANCELLED).to_json()
        '{"jobId": "j1", "jobStatus": "esriJobCancelled", "messages": [], "results": {}}'
        """
        indent = 2 if response_format == INDENTED else None
        return json.dumps(self._object(), ensure_ascii=False, indent=indent)

    def _object(self) -> dict[str, Any]:
        return {
            "jobId": self.job_id,
            "jobStatus": self.status,
            "messages": [
                {"type": f"esriJobMessageType{each.kind}", "description": each.description}
                for each in self.messages
            ],
            "results": {"outLocation": self._location()} if self.folder else {},
        }

    def _location(self) -> dict[str, Any]:
        value = {"uri": self.folder}
        return {"paramName": "outLocation", "dataType": "GPString", "value": value}
