"""Screenshots on the form: what is taken stands with the draft, what is not has its sentence, nothing typed is lost."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from issues import pictures
from issues.help_requests import HelpPicture, HelpRequest
from syncapp import help_forms
from tests.integration.help.conftest import ASK, PREVIEW, looks, shot, writes
from tests.integration.pages.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("supported", "issue")]


def upload(content: bytes, name: str = "screen.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def words_of(response: Any) -> str:
    return read(response, 422).words


def test_what_is_taken_is_shown_and_can_be_taken_out(mine: Client) -> None:
    assert writes(mine, "Look.", shot(), shot("b.png", "red")).status_code == 302
    first, second = HelpPicture.everywhere.order_by("pk")
    assert "Take out screenshot 2" in read(mine.get(ASK)).words
    writes(mine, "Look.", without=[first.pk])
    assert [each.pk for each in HelpPicture.everywhere.all()] == [second.pk]


def test_a_picture_is_kept_behind_a_seal(mine: Client) -> None:
    writes(mine, "Look.", shot())
    (stored,) = HelpPicture.everywhere.values_list("content", flat=True)
    assert "iVBOR" not in stored  # how a PNG begins in base64


def test_a_picture_is_served_so_that_no_browser_opens_it_as_a_page(mine: Client) -> None:
    writes(mine, "Look.", shot())
    response = mine.get(f"{ASK}pictures/{HelpPicture.everywhere.get().pk}/")
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert Image.open(BytesIO(response.content)).size == (320, 200)


NO_PICTURES = {
    "a page with the name of a picture": (b"<!doctype html><script>alert(1)</script>", pictures.NO_PICTURE),
    "a drawing with the name of a picture": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", pictures.NO_PICTURE),
    "half a picture": (b"\x89PNG\r\n\x1a\n", pictures.NO_PICTURE),
    "an empty file": (b"", pictures.NO_PICTURE),
    "too many bytes": (b"\x89PNG\r\n\x1a\n" + b"\0" * pictures.LARGEST, str(pictures.Unfit(pictures.TOO_HEAVY))),
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_has_its_sentence_beside_the_field(mine: Client, name: str) -> None:
    content, sentence = NO_PICTURES[name]
    response = writes(mine, "Typed at length.", upload(content), shot("good.png"))
    assert f"“screen.png”: {sentence}" in words_of(response)
    assert "Typed at length." in response.content.decode()
    assert HelpPicture.everywhere.count() == 1  # the good one is not lost either
    assert HelpRequest.everywhere.get().description == "Typed at length."


def test_a_fifth_picture_is_left_out_and_named(mine: Client) -> None:
    response = writes(mine, "Look.", *(shot(f"{n}.png") for n in range(5)))
    assert "“4.png” was left out: 4 pictures are the most." in words_of(response)
    assert HelpPicture.everywhere.count() == 4


def test_a_fifth_picture_that_comes_later_is_left_out_as_well(mine: Client) -> None:
    writes(mine, "Look.", *(shot(f"{n}.png") for n in range(4)))
    assert "“late.png” was left out" in words_of(writes(mine, "Look.", shot("late.png")))
    assert HelpPicture.everywhere.count() == 4


def test_one_that_is_taken_out_makes_room_for_another(mine: Client) -> None:
    writes(mine, "Look.", *(shot(f"{n}.png") for n in range(4)))
    first = HelpPicture.everywhere.order_by("pk").first()
    assert first is not None
    assert writes(mine, "Look.", shot("late.png"), without=[first.pk]).status_code == 302
    assert HelpPicture.everywhere.count() == 4


def test_a_description_is_asked_for(mine: Client) -> None:
    assert "Say in a sentence what you need" in words_of(writes(mine, " "))
    assert not HelpRequest.everywhere.exists()


def test_a_description_that_is_too_long_says_how_long_it_may_be(mine: Client) -> None:
    response = writes(mine, "x" * 5001)
    assert "Say it in 5,000 characters" in words_of(response)
    assert "x" * 5001 in response.content.decode()


@pytest.mark.parametrize("without", ["x", "-1", "1" * 30, "²", "0"])
def test_a_choice_that_makes_no_sense_takes_out_nothing(mine: Client, without: str) -> None:
    writes(mine, "Look.", shot())
    assert writes(mine, "Look.", without=without).status_code == 302
    assert HelpPicture.everywhere.count() == 1


def test_nobody_elses_picture_is_taken_out(mine: Client, admin: Any, signed: Any) -> None:
    writes(mine, "Look.", shot())
    writes(signed(admin), "Mine.", without=[HelpPicture.everywhere.get().pk])
    assert HelpPicture.everywhere.count() == 1


def test_a_body_beyond_all_measure_is_not_even_read(mine: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(help_forms.Bounded, "receive_data_chunk", lambda *_: pytest.fail("read"))
    response = mine.post(
        ASK,
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(help_forms.LARGEST_REQUEST + 1),
    )
    assert response.status_code == 413
    assert "Go back with your browser, where what you typed still stands" in read(response, 413).words


def test_of_a_file_no_more_is_held_than_shows_that_it_is_too_large() -> None:
    handler = help_forms.Bounded()
    handler.new_file("pictures", "a.png", "image/png", None)
    for _ in range(3):
        handler.receive_data_chunk(b"\0" * 4_000_000, 0)
    upload = handler.file_complete(12_000_000)
    assert (upload.size, len(upload.read())) == (12_000_000, pictures.LARGEST + 1)


HOSTILE_NAMES = ["../../etc/passwd", "<script>alert(1)</script>.png", "a\u202egnp.exe", "x" * 500, "\x07.png"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_the_name_of_a_file_decides_nothing(mine: Client, name: str) -> None:
    body = writes(mine, "Look.", shot(name)).content.decode()
    assert "<script>alert" not in body
    assert HelpPicture.everywhere.count() == 1
    assert name not in looks(mine).words


def test_the_name_of_a_refused_file_stays_words(mine: Client) -> None:
    response = writes(mine, "Look.", upload(b"no", "<img src=x onerror=alert(1)>.png"))
    assert "<img src=x" not in response.content.decode()
    assert "onerror=alert(1)>.png”" in words_of(response)


def test_where_a_photograph_was_taken_is_gone_in_what_is_sent(mine: Client) -> None:
    exif = Image.Exif()
    exif[0x010E] = "the house at 47.8095, 13.0550"
    buffer = BytesIO()
    Image.new("RGB", (30, 30)).save(buffer, "JPEG", exif=exif)
    assert b"47.8095" in buffer.getvalue()
    writes(mine, "Look.", upload(buffer.getvalue(), "photo.jpg"))
    sent = mine.get(PREVIEW).context["mail"].attachments
    assert [b"47.8095" in each.content for each in sent] == [False]
