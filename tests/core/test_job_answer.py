"""Answers in the shape in which a service answers of a job."""

from __future__ import annotations

import json

import pytest

from chipwright.core.job_answer import (
    CANCELLED,
    ERROR,
    FAILED,
    INFORMATION,
    SUCCEEDED,
    WARNING,
    JobAnswer,
    JobMessage,
)


def test_a_job_that_succeeded_names_the_folder() -> None:
    answer = JobAnswer("j1", SUCCEEDED, [JobMessage(INFORMATION, "6 chips")], "/data/chips")
    assert json.loads(answer.to_json()) == {
        "jobId": "j1",
        "jobStatus": "esriJobSucceeded",
        "messages": [{"type": "esriJobMessageTypeInformative", "description": "6 chips"}],
        "results": {
            "outLocation": {
                "paramName": "outLocation",
                "dataType": "GPString",
                "value": {"uri": "/data/chips"},
            }
        },
    }


@pytest.mark.parametrize("status", [FAILED, CANCELLED])
def test_a_job_that_did_not_succeed_has_no_results(status: str) -> None:
    messages = [JobMessage(WARNING, "so so"), JobMessage(ERROR, "no")]
    answer = json.loads(JobAnswer("j1", status, messages).to_json())
    assert (answer["jobStatus"], answer["results"]) == (status, {})
    kinds = [each["type"].replace("esriJobMessageType", "") for each in answer["messages"]]
    assert kinds == ["Warning", "Error"]


@pytest.mark.parametrize(("response_format", "lines"), [("json", 1), ("html", 1), ("pjson", 6)])
def test_only_pjson_is_indented(response_format: str, lines: int) -> None:
    text = JobAnswer("j1", CANCELLED).to_json(response_format)
    assert len(text.splitlines()) == lines


def test_letters_of_every_language_stay_as_they_are() -> None:
    assert "/données/été" in JobAnswer("j1", SUCCEEDED, (), "/données/été").to_json()
