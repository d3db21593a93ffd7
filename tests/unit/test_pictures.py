"""Screenshots: what is taken, what is not, and that nothing but pixels comes through."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from issues import pictures
from issues.pictures import LARGEST_KEPT, Unfit, redrawn

SECRET = "47.8095, 13.0550 of the house"


def drawn(
    kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: object = (200, 30, 30), **options: object
) -> bytes:
    buffer = BytesIO()
    Image.new("RGBA" if isinstance(colour, tuple) and len(colour) == 4 else "RGB", size, colour).save(  # type: ignore[arg-type]  # a colour
        buffer, kind, **options
    )
    return buffer.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def noise(size: tuple[int, int]) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(7).randbytes(size[0] * size[1] * 3))


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "green", "blue")]
    buffer = BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=100)
    return buffer.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def claims(width: int, height: int, *more: bytes) -> bytes:
    """A PNG whose header says how large it is, and which has next to nothing behind it."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(b"\0" * 4096)) + chunk(b"IEND", b"")
    )


def many_scans() -> bytes:
    whole = drawn("JPEG", progressive=True)
    at = whole.rindex(b"\xff\xda")
    return whole[:at] + whole[at:-2] * 200 + whole[-2:]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_screenshot_comes_out_as_it_is_seen(kind: str) -> None:
    picture = redrawn(drawn(kind))
    with opened(picture.content) as seen:
        assert (seen.format, seen.size, picture.kind) == ("PNG", (60, 40), "image/png")
        assert seen.convert("RGB").getpixel((30, 20)) == pytest.approx((200, 30, 30), abs=6)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    # 100 million pixels in a few hundred bytes
    "a bomb": (lambda: claims(10_000, 10_000), str(pictures.Unfit(pictures.TOO_WIDE))),
    # beyond twice the limit Pillow itself refuses
    "a larger bomb": (lambda: claims(60_000, 60_000), str(pictures.Unfit(pictures.TOO_WIDE))),
    "one pixel too many": (lambda: claims(5000, 5001), str(pictures.Unfit(pictures.TOO_WIDE))),
    "a side as long as can be": (lambda: claims(2**31 - 1, 1), str(pictures.Unfit(pictures.TOO_WIDE))),
    # a text that unpacks to 20 MB
    "a bomb beside the pixels": (
        lambda: claims(4, 4, chunk(b"zTXt", b"k\0\0" + zlib.compress(b"\0" * 20_000_000))),
        pictures.NO_PICTURE,
    ),
    "a drawing that runs programs": (
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        pictures.NO_PICTURE,
    ),
    "a page": (lambda: b"<!doctype html><script>alert(1)</script>", pictures.NO_PICTURE),
    "a page that begins like a picture": (lambda: b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", pictures.NO_PICTURE),
    "a format that is not asked for": (lambda: drawn("GIF"), pictures.NO_PICTURE),
    "another one": (lambda: drawn("TIFF"), pictures.NO_PICTURE),
    "a program for a printer": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", pictures.NO_PICTURE),
    "nothing": (lambda: b"", pictures.NO_PICTURE),
    "half of a PNG": (lambda: drawn(size=(400, 400), colour=(1, 2, 3))[:120], pictures.BROKEN),
    "half of a JPEG": (lambda: drawn("JPEG", size=(400, 400))[:700], pictures.BROKEN),
    "a JPEG that is drawn over and over": (many_scans, pictures.BROKEN),
    "a PNG that moves": (lambda: animated("PNG"), pictures.MOVES),
    "a WebP that moves": (lambda: animated("WEBP"), pictures.MOVES),
    "too many bytes": (lambda: drawn() + b"\0" * pictures.LARGEST, str(pictures.Unfit(pictures.TOO_HEAVY))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_still_picture_is_refused_with_what_to_do(name: str) -> None:
    make, sentence = HOSTILE[name]
    with pytest.raises(Unfit) as refused:
        redrawn(make())
    assert str(refused.value) == sentence


def test_no_pixel_is_decoded_of_what_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))
    with pytest.raises(Unfit):
        redrawn(claims(5000, 5001))


def test_where_it_was_taken_and_what_else_it_says_stays_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET  # what it shows
    exif.get_ifd(0x8825)[1] = "N"
    for whole in (
        drawn("JPEG", exif=exif, comment=SECRET.encode(), icc_profile=SECRET.encode()),
        drawn("PNG", exif=exif, icc_profile=SECRET.encode()),
        drawn("WEBP", exif=exif, xmp=SECRET.encode()),
    ):
        assert SECRET.encode() in whole
        picture = redrawn(whole)
        assert SECRET.encode() not in picture.content
        with opened(picture.content) as seen:
            assert (dict(seen.getexif()), seen.info) == ({}, {})


def test_a_file_behind_the_picture_stays_behind() -> None:
    assert b"PK\x03\x04" not in redrawn(drawn() + b"PK\x03\x04 and a program").content


def test_a_picture_that_was_turned_in_the_hand_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with opened(redrawn(drawn("JPEG", exif=exif)).content) as seen:
        assert seen.size == (40, 60)


def test_what_one_can_see_through_stays_so() -> None:
    with opened(redrawn(drawn(colour=(10, 20, 30, 0))).content) as seen:
        assert seen.mode == "RGBA"


def test_a_large_screenshot_gets_as_large_as_a_screen() -> None:
    with opened(redrawn(drawn(size=(5120, 2880))).content) as seen:
        assert seen.size == (2560, 1440)


@pytest.mark.parametrize("see_through", [False, True])
def test_what_is_full_of_colours_still_fits_in_a_mail(see_through: bool) -> None:
    image, buffer = noise((1200, 1000)), BytesIO()
    if see_through:
        image.putalpha(200)
    image.save(buffer, "PNG", compress_level=1)
    picture = redrawn(buffer.getvalue())
    assert (len(picture.content) <= LARGEST_KEPT, picture.kind) == (True, "image/jpeg")
    with opened(picture.content) as seen:
        assert (seen.format, seen.size) == ("JPEG", (1200, 1000))


def test_what_does_not_fit_even_so_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST", 2**30)
    buffer = BytesIO()
    noise((2000, 1700)).save(buffer, "PNG", compress_level=1)
    with opened(redrawn(buffer.getvalue()).content) as seen:
        assert max(seen.size) == pictures.SIDES[-1]
