"""What services answer, and the sentence that tells why it is of no use."""

from __future__ import annotations

import json

import pytest

from chipwright.core.errors import UnreadableSource
from chipwright.core.service_answers import (
    Answer,
    NothingThere,
    PassingTrouble,
    address_shown,
    checked_content,
    image_content,
    json_content,
    without_token,
)

URL = "https://ann:pw@host.example/rest/land/ImageServer?token=secret"
PAGE = b"<!DOCTYPE html><html><title>Sign in</title></html>"


def answer(
    content: bytes = b"{}", kind: str = "application/json", status: int | None = 200
) -> Answer:
    return Answer(URL, status, content, kind)


def error(code: int, message: str = "", details: object = ()) -> bytes:
    return json.dumps({"error": {"code": code, "message": message, "details": details}}).encode()


def test_an_object_is_what_was_sent() -> None:
    assert json_content(answer(b'{"a": 1}')) == {"a": 1}


def test_an_image_is_its_bytes() -> None:
    assert image_content(answer(b"II*\0", "image/tiff")) == b"II*\0"
    assert image_content(answer(b"\x89PNG", "application/octet-stream")) == b"\x89PNG"


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (answer(PAGE, "text/html"), "answered with a web page, probably to log in"),
        (answer(PAGE, "image/png"), "answered with a web page"),
        (answer(error(498, "Invalid token.")), r"does not let us in \(Invalid token\); choose an"),
        (answer(error(499, "Token Required")), "if its token has expired"),
        (answer(error(400, "Bad", ["size"])), "answered with an error: Bad; size"),
        (answer(b'{"error": "broken"}'), "answered with an error: broken"),
        (answer(b'{"error": {}, "a": 1}', status=401), "does not let us in"),
        (answer(b"", "", 403), "does not let us in"),
        (answer(b"", "", 418), "answered with the HTTP status 418"),
    ],
)
def test_errors_are_one_sentence(refused: Answer, sentence: str) -> None:
    for read in (json_content, image_content):
        with pytest.raises(UnreadableSource, match=sentence) as raised:
            read(refused)
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("refused", [answer(status=404), answer(error(404, "gone"))])
def test_nothing_there_is_told_apart(refused: Answer) -> None:
    with pytest.raises(NothingThere, match="there is nothing at 'https://host.example/rest"):
        json_content(refused)


@pytest.mark.parametrize(
    ("refused", "pause"),
    [
        (Answer(URL, 503, retry_after="7"), 7.0),
        (Answer(URL, 429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), None),
        (Answer(URL, None, reason="Connection refused"), None),
        (answer(error(504, "timeout")), None),
    ],
)
def test_trouble_that_may_pass_is_told_apart(refused: Answer, pause: float | None) -> None:
    with pytest.raises(PassingTrouble) as raised:
        json_content(refused)
    assert raised.value.pause == pause


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"hello", "text/plain", "no image .text/plain."),
        (b"", "image/tiff", "no image .image/tiff."),
        (b"{}", "application/json", "no image .application/json."),
        (b"<a><b>Layer 'x' is not known.</b></a>", "text/xml", "an error: Layer 'x' is not known."),
        (b"<a", "application/vnd.ogc.se_xml", "an error: no reason given"),
    ],
)
def test_what_is_no_image_is_told(content: bytes, kind: str, sentence: str) -> None:
    with pytest.raises(UnreadableSource, match=sentence):
        image_content(answer(content, kind))


def test_entities_of_an_exception_are_not_followed() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;no</a>'
    with pytest.raises(UnreadableSource) as raised:
        image_content(answer(bomb, "text/xml"))
    assert str(raised.value).endswith(("an error: no.", "an error: &x; no."))


@pytest.mark.parametrize("content", [b"hello", b"", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableSource, match="something else than JSON"):
        json_content(answer(content, "text/plain"))


def test_a_list_is_no_object() -> None:
    with pytest.raises(UnreadableSource, match="JSON that is no object"):
        json_content(answer(b"[1]"))


@pytest.mark.parametrize("status", [None, 200, 401, 404, 500])
def test_no_sentence_repeats_a_secret(status: int | None) -> None:
    with pytest.raises(UnreadableSource) as raised:
        json_content(Answer(URL, status, b"nothing"))
    assert not {"secret", "ann", "pw"} & set(str(raised.value).replace("'", " ").split())
    assert "secret" not in str(raised.value)


def test_any_file_is_taken_as_it_is() -> None:
    assert checked_content(answer(PAGE, "text/html")) == PAGE


def test_an_address_is_shown_without_what_is_secret() -> None:
    assert address_shown(URL) == "https://host.example/rest/land/ImageServer"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h/a?x=1&token=s&y=2", ("https://h/a?x=1&y=2", "s")),
        ("https://h/a?Token=s", ("https://h/a", "s")),
        ("https://h/a?x=%7Bz%7D", ("https://h/a?x=%7Bz%7D", "")),
        ("https://h/a", ("https://h/a", "")),
        ("https://[h/a?token=s", ("https://[h/a?token=s", "")),
    ],
)
def test_a_token_is_taken_out_of_a_url(url: str, expected: tuple[str, str]) -> None:
    assert without_token(url) == expected
