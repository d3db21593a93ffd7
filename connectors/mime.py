"""A message out of its bytes, however odd they are.

Mail in the wild breaks every rule: encoded words in places where none may be, 8-bit headers, charsets that do
not exist, boundaries that lie, dates of the year 3609. Nothing here raises for what stands in a message; what
cannot be decoded is shown with replacement characters, and what cannot be taken apart at all comes back with
`Flag.UNREADABLE` and the headers that could be read.
"""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email._policybase import Compat32  # its public name is an instance
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from inspect import signature
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from connectors.html_words import stripped
from connectors.records import Address, Attachment, Email, Flag, Participant, Party
from connectors.texts import storable, unarmoured

_HEADERS = {Party.FROM: "from", Party.TO: "to", Party.CC: "cc", Party.BCC: "bcc"}
# Newer patch releases of Python refuse doubtful address lists as a whole unless told not to.
_LENIENT: dict[str, Any] = {"strict": False} if "strict" in signature(email.utils.getaddresses).parameters else {}
# Senders name the smaller charset and use the letters of the larger one that grew out of it.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949"}
# It looks behind, so that a long word without “@” is read once and not from each of its letters.
_ADDRESS = re.compile(r"(?<![^\s<>,;:\"()@])[^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+")
_SEALED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_NAMELESS = {"message/rfc822": "message.eml", "text/calendar": "invite.ics", "text/rfc822-headers": "headers.txt"}
_TEXTS = ("text/plain", "text/html")
# The standard library takes time that grows with the square of a header's length, or with lines times depth. Nobody
# who writes to us may keep a worker busy with that, so it gets no more than a lifelike message needs.
LONGEST_WORDS, LONGEST_PARAMETERS, MOST_LINES_BY_DEPTH = 20_000, 4_000, 100_000_000
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]+)\s*>")
_SHOWN = re.compile(r"""\bcid:([^"'\s<>)]{1,500})""", re.IGNORECASE)
_EARLIEST, _LATEST = datetime(1700, 1, 1, tzinfo=UTC), datetime(4000, 1, 1, tzinfo=UTC)

if TYPE_CHECKING:
    RawMessage = Message[str, str]
else:
    RawMessage = Message


def parse(raw: bytes, *, received: datetime, thread: str = "", flags: Iterable[Flag] = ()) -> Email:
    """The message in `raw`. `received` (aware) stands in for a date that is missing or cannot be read."""
    try:
        message = _taken_apart(raw)
        text, html, attachments = _content(message)
    except Exception:  # noqa: BLE001 - whatever the standard library stumbles over is the sender's doing
        headers = _headers(BytesParser(policy=_BOUNDED).parsebytes(raw, headersonly=True), received)
        return Email(**headers, text="", thread=thread, flags=frozenset((*flags, Flag.UNREADABLE)))
    headers = _headers(message, received)
    own = [*flags, *_kinds(message)]
    if unarmoured(text, "") != text:
        own.append(Flag.SEALED)
    return Email(**headers, text=text, html=html, attachments=attachments, thread=thread, flags=frozenset(own))


class _Bounded(Compat32):
    """compat32 with the parameters of the headers that the parser itself looks at cut to a length that is harmless."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_PARAMETERS] if name.lower().startswith("content-") else value


_BOUNDED = _Bounded()


def _taken_apart(raw: bytes) -> RawMessage:
    """Raises ValueError for what would take minutes: a line is compared with the boundaries of all parts around it."""
    depth = min(raw.lower().count(b"multipart/"), 400)
    if raw.count(b"\n") * depth > MOST_LINES_BY_DEPTH:
        raise ValueError("parts within parts within parts")
    return BytesParser(policy=_BOUNDED).parsebytes(raw)


def from_headers(
    pairs: Iterable[tuple[str, str]], *, received: datetime, thread: str = "", flags: Iterable[Flag] = ()
) -> Email:
    """A message of which only the headers were read."""
    message: RawMessage = Message(policy=compat32)
    for name, value in pairs:
        message[name] = value
    own = frozenset((*flags, *_kinds(message)))
    return Email(**_headers(message, received), text="", thread=thread, flags=own)


def _kinds(message: RawMessage) -> Iterator[Flag]:
    """What the headers say of the kind of a message: RFC 3834 and 3464, RFC 8551 and 3156."""
    content_type = message.get_content_type()
    submitted = _raw(message, "auto-submitted").partition(";")[0].strip().lower()
    if content_type == "multipart/report" or submitted not in ("", "no"):
        yield Flag.AUTOMATIC
    if content_type in _SEALED:
        yield Flag.SEALED


def _headers(message: RawMessage, received: datetime) -> dict[str, Any]:
    """What of an `Email` stands in the headers."""
    return {
        "message_id": _first_id(_raw(message, "message-id")),
        "date": _date(_raw(message, "date")) or received.astimezone(UTC),
        "subject": " ".join(_decoded(_raw(message, "subject")).split()),
        "participants": tuple(_participants(message)),
        "references": tuple(_MESSAGE_ID.findall(_raw(message, "references") or _raw(message, "in-reply-to"))),
    }


def _raw(message: RawMessage, name: str) -> str:
    """The first header of this name with its line breaks folded; 8-bit bytes read as UTF-8, else as Latin-1."""
    value = message.get(name)
    return "" if value is None else _unfolded(value).strip()


def _unfolded(value: object) -> str:
    return re.sub(r"[\r\n]+[ \t]*", " ", storable(_eight_bit(str(value), value)))


def _eight_bit(text: str, value: object) -> str:
    """compat32 wraps a header with bad bytes in a `Header` of charset unknown-8bit; gets the bytes back out."""
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogateescape")
        return _text_of(data, "utf-8") if re.search("[\udc80-\udcff]", value) else text
    parts = [part for part, _ in getattr(value, "_chunks", [])]
    return _text_of("".join(parts).encode("utf-8", "surrogateescape"), "utf-8")


def _decoded(value: str) -> str:
    """A header with its encoded words (RFC 2047) decoded, also where they are malformed; at most its first part."""
    flat = " ".join(value[:LONGEST_WORDS].splitlines())
    # Each start of a word without an end would be followed to the end of the text, so what has no end is left out.
    words, end, rest = flat.rpartition("?=")
    try:
        parts = [*decode_header(words + end), (rest, None)]
    except Exception:  # noqa: BLE001 - bad base64 inside an encoded word raises half a dozen types
        return flat
    return storable("".join(p if isinstance(p, str) else _text_of(p, charset or "ascii") for p, charset in parts))


def _text_of(data: bytes, charset: str) -> str:
    """Bytes as text: as declared, else as UTF-8, else what of either is mostly right, else as Windows' Latin-1."""
    declared = _WIDER.get(charset.lower(), charset)
    texts = (_read(data, name, errors) for errors in ("strict", "replace") for name in (declared, "utf-8"))
    return storable(next((text for text in texts if text is not None), data.decode("cp1252", "replace")))


def _read(data: bytes, charset: str, errors: str) -> str | None:
    """None if the bytes are not of that charset, for the greater part of what is not plain ASCII."""
    try:
        text = data.decode(charset, errors)
    except (LookupError, UnicodeDecodeError, ValueError):
        return None
    wrong = text.count("\ufffd") if errors == "replace" else 0
    foreign = sum(letter > "\x7f" for letter in text)
    return text if foreign > 2 * wrong or not wrong else None


def _first_id(value: str) -> str:
    found = _MESSAGE_ID.search(value)
    return found[1] if found else value.split(maxsplit=1)[0].strip("<>") if value.split() else ""


def _date(value: str) -> datetime | None:
    """The moment in UTC; None if unreadable or outside what calendars and Salesforce can hold."""
    try:
        moment = email.utils.parsedate_to_datetime(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if _EARLIEST <= moment < _LATEST else None


def _participants(message: RawMessage) -> Iterator[Participant]:
    """Everybody whom the headers name, in their order, each address once for each part it plays."""
    seen: set[tuple[Party, str]] = set()
    for party, header in _HEADERS.items():
        for name, address in _addresses(message, header):
            if (party, address) not in seen:
                seen.add((party, address))
                yield Participant(party=party, address=Address(email=address, name=name))


def _addresses(message: RawMessage, header: str) -> Iterator[tuple[str, str]]:
    values = [_unfolded(value) for value in message.get_all(header, [])]
    run_together = False
    for name, address in _pairs(values):
        clean = _quoted(address.strip().lower().removesuffix("."))
        if clean.startswith("@"):  # several addresses without a comma between them
            run_together = True
        elif clean:
            yield " ".join(_decoded(name).split()).strip("\"'"), clean
    if run_together:
        yield from (("", found.lower()) for found in _ADDRESS.findall(" ".join(values)))


def _quoted(address: str) -> str:
    """A local part with blanks in it needs quotes, or it is no address."""
    local, at, domain = address.rpartition("@")
    return f'"{local}"@{domain}' if at and " " in local and not local.startswith('"') else address


def _pairs(values: list[str]) -> list[tuple[str, str]]:
    """(name, address) as RFC 5322 has them; from a header that nests too deeply, just what looks like an address."""
    try:
        return email.utils.getaddresses(values, **_LENIENT)
    except RecursionError:
        return [("", address) for value in values for address in _ADDRESS.findall(value)]


def _content(message: RawMessage) -> tuple[str, str, tuple[Attachment, ...]]:
    """(plain text, HTML, attachments). Without a plain part the text is taken out of the HTML."""
    texts: dict[str, list[str]] = {kind: [] for kind in _TEXTS}
    attachments: list[tuple[Attachment, str]] = []
    for part in _leaves(message):
        kind, name = _kind(part), _filename(part)
        if _is_text(part, kind, name):
            texts[kind].append(_part_text(part))
        else:
            found = Attachment(name=name or _nameless(kind), content_type=kind, size=len(_part_bytes(part)))
            attachments.append((found, _raw(part, "content-id").strip("<>")))
    html = "\n".join(texts["text/html"])
    plain = "\n".join(t for t in texts["text/plain"] if t.strip()) or stripped(html)
    shown = _shown(html)
    named = (replace(each, inline=_is_picture(each) and content_id in shown) for each, content_id in attachments)
    return plain.strip(), html.strip(), tuple(named)


def _is_text(part: RawMessage, kind: str, name: str) -> bool:
    """Whether a leaf is what the message says, and no attachment."""
    return kind in _TEXTS and not name and part.get_content_disposition() != "attachment"


def _shown(html: str) -> frozenset[str]:
    """The content ids that the HTML shows, as they stand in its addresses (RFC 2392)."""
    return frozenset(unquote(found) for found in _SHOWN.findall(html))


def _is_picture(attachment: Attachment) -> bool:
    return attachment.content_type.startswith("image/")


class Contents(Sequence[bytes]):
    """The bytes of a message's attachments, in the places that `parse` gives them; each is decoded when it is taken.

    There are none where the message cannot be taken apart.
    """

    def __init__(self, raw: bytes) -> None:
        try:
            leaves = list(_leaves(_taken_apart(raw)))
            self._parts = [part for part in leaves if not _is_text(part, _kind(part), _filename(part))]
        except Exception:  # noqa: BLE001 - as in `parse`
            self._parts = []

    def __len__(self) -> int:
        return len(self._parts)

    def __getitem__(self, place: Any) -> Any:
        return _part_bytes(self._parts[place])


def _leaves(message: RawMessage) -> Iterator[RawMessage]:
    """Parts that carry something; a message inside a message counts as one part."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message) and not _is_other_form(part, message):
            yield from _leaves(part)


def _is_other_form(part: RawMessage, whole: RawMessage) -> bool:
    """Whether a part only says once more, for other programs, what stands beside it: a calendar entry, AMP."""
    if whole.get_content_type() != "multipart/alternative" or part.get_content_maintype() != "text":
        return False
    is_file = part.get_content_disposition() == "attachment" or bool(_filename(part))
    return part.get_content_type() not in _TEXTS and not is_file


def _kind(part: RawMessage) -> str:
    """A leaf that calls itself multipart lied about its boundary: what it holds is shown as text."""
    return "text/plain" if part.get_content_maintype() == "multipart" else part.get_content_type()


def _part_bytes(part: RawMessage) -> bytes:
    if part.is_multipart():
        return b"".join(p.as_bytes() for p in part.get_payload() if isinstance(p, Message))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _part_text(part: RawMessage) -> str:
    charset = part.get_content_charset() or "utf-8"
    return _text_of(_part_bytes(part), charset).replace("\r\n", "\n")


def _filename(part: RawMessage) -> str:
    """The name in Content-Disposition or Content-Type, decoded from RFC 2231 or, as most senders do, RFC 2047."""
    clean: RawMessage = Message(policy=compat32)
    for header, value in part.raw_items():
        if header.lower() in ("content-disposition", "content-type"):
            clean[header] = _eight_bit(str(value), value)
    try:
        name = clean.get_filename("")
    except Exception:  # noqa: BLE001 - malformed RFC 2231 continuations
        return ""
    return " ".join(_decoded(name).split())


def _nameless(kind: str) -> str:
    return _NAMELESS.get(kind, "attachment")
