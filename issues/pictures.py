"""Screenshots that people upload: looked at with suspicion, and drawn anew, so that nothing but what is seen is kept.

The file's own bytes decide what it is, not its name. Pixels are counted before any of them is decoded. What comes out
is a fresh PNG or JPEG without a word of what stood beside the pixels: no place, no camera, no second file behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps

from connectors.translation import gettext, gettext_noop

MOST = 4
LARGEST = 5 * 1024 * 1024  # bytes of a file that comes in
LARGEST_KEPT = 1_500_000  # bytes of a picture that goes out: four of them get through every mail server
PIXELS = 25_000_000  # two screens beside each other, 5K and 4K
SIDES = (2560, 1600)  # the longer side of what goes out; the smaller one where the larger one does not do
SCANS = 50  # of a JPEG: each of them goes over all the pixels once more
FORMATS = ("PNG", "JPEG", "WEBP")

Image.MAX_IMAGE_PIXELS = PIXELS
_one_at_a_time = Lock()  # a decoded picture takes up to 100 MB, and a web process has many threads

NO_PICTURE = gettext_noop(
    "This is no picture that can be sent. Save the screenshot as PNG, JPEG or WebP, then choose it again."
)
BROKEN = gettext_noop("This picture is damaged. Take the screenshot again, then choose the new file.")
MOVES = gettext_noop("This picture moves. Take a still screenshot of what matters in it.")
TOO_HEAVY = gettext_noop(
    "This file is larger than %(megabytes)s MB. Cut the screenshot to what matters, then choose it again."
)
TOO_WIDE = gettext_noop(
    "This picture has more than %(millions)s million pixels. Cut it to what matters, then choose it again."
)
_BOUNDS = {"megabytes": LARGEST // 1024**2, "millions": PIXELS // 1_000_000}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is kept and sent. `kind` is its media type."""

    content: bytes
    kind: str


class Unfit(ValueError):
    """A file that is not taken; the text says what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(gettext(why) % _BOUNDS)


def redrawn(data: bytes) -> Picture:
    """The picture in these bytes, drawn anew. Raises `Unfit`."""
    if len(data) > LARGEST:
        raise Unfit(TOO_HEAVY)
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > SCANS:
        raise Unfit(BROKEN)
    with _one_at_a_time, _opened(data) as image:
        if image.width * image.height > PIXELS:
            raise Unfit(TOO_WIDE)
        if image.format != "MPO" and getattr(image, "is_animated", False):
            raise Unfit(MOVES)
        return _smallest(_pixels(image))


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Whatever a decoder says of a hostile file comes to two sentences: it is no picture, or it is damaged."""
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit(TOO_WIDE) from error
    except Exception as error:
        raise Unfit(NO_PICTURE) from error
    with image:
        try:
            yield image
        except Unfit:
            raise
        except Exception as error:
            raise Unfit(BROKEN) from error


def _pixels(image: Image.Image) -> Image.Image:
    """The right way up, and nothing but pixels: what else the file said stays behind with the old picture."""
    image.load()
    upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    seen = upright.convert(mode)
    return Image.frombytes(mode, seen.size, seen.tobytes())


def _smallest(image: Image.Image) -> Picture:
    """Sharp where there is room for it, else smaller: first with fewer colours at edges, then with fewer pixels."""
    sharp = Picture(content=_encoded(_within(image, SIDES[0]), "PNG"), kind="image/png")
    if len(sharp.content) <= LARGEST_KEPT:
        return sharp
    for side in SIDES:
        softer = Picture(content=_encoded(_opaque(_within(image, side)), "JPEG"), kind="image/jpeg")
        if len(softer.content) <= LARGEST_KEPT:
            break
    return softer


def _within(image: Image.Image, side: int) -> Image.Image:
    fitting = image.copy()
    fitting.thumbnail((side, side))
    return fitting


def _opaque(image: Image.Image) -> Image.Image:
    """On white where one could see through it: JPEG knows no transparency."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _encoded(image: Image.Image, kind: str) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, quality=80) if kind == "JPEG" else image.save(buffer, kind)
    return buffer.getvalue()
