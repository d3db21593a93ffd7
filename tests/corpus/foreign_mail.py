"""Messages in other alphabets, and from programs with formats of their own."""

from __future__ import annotations

import base64

from tests.corpus.writing import in_base64, lines, message, multipart, numbered, part, people, plain, word


def quoted_printable_latin_1() -> bytes:
    return message(
        *people("=?iso-8859-1?Q?Ren=E9e_Lef=E8vre?= <renee@lefevre.example>"),
        "Subject: =?iso-8859-1?Q?Le_caf=E9_=26_le_th=E9?=",
        *numbered(21, "Tue, 03 Mar 2026 08:00:00 +0100"),
        "Content-Type: text/plain; charset=iso-8859-1",
        "Content-Transfer-Encoding: quoted-printable",
        body=lines("Nous avons re=E7u la commande no =3D 12, merci=", " beaucoup.=20", "=C0 bient=F4t"),
    )


def windows_1252() -> bytes:
    return message(
        *people(),
        "Subject: =?windows-1252?Q?=93Terms=94_=96_new?=",
        *numbered(22, "Tue, 03 Mar 2026 09:00:00 +0000"),
        "Content-Type: text/plain; charset=Windows-1252",
        "Content-Transfer-Encoding: 8bit",
        body=lines("“As agreed” – 12 € a crate…".encode("windows-1252")),
    )


def iso_2022_jp() -> bytes:
    return message(
        *people(f"{word('佐藤', 'iso-2022-jp')} <sato@hon.example>"),
        f"Subject: {word('お見積りの件', 'iso-2022-jp')}",
        *numbered(23, "Tue, 03 Mar 2026 18:00:00 +0900"),
        "Content-Type: text/plain; charset=ISO-2022-JP",
        "Content-Transfer-Encoding: 7bit",
        body=lines("お世話になっております。".encode("iso-2022-jp")),
    )


def gb18030() -> bytes:
    """㐀 takes four bytes, which GB2312 and GBK do not know."""
    return message(
        *people(f"{word('王芳', 'gb18030')} <wang@shu.example>"),
        f"Subject: {word('报价单㐀', 'gb18030')}",
        *numbered(24, "Tue, 03 Mar 2026 17:00:00 +0800"),
        "Content-Type: text/plain; charset=GB18030",
        "Content-Transfer-Encoding: 8bit",
        body=lines("您好,请看附件。㐀".encode("gb18030")),
    )


def koi8_r() -> bytes:
    return message(
        *people(f"{word('Анна', 'koi8-r')} <anna@kniga.example>"),
        f"Subject: {word('Счёт', 'koi8-r')} 12",
        *numbered(25, "Tue, 03 Mar 2026 12:00:00 +0300"),
        "Content-Type: text/plain; charset=koi8-r",
        "Content-Transfer-Encoding: 8bit",
        body=lines("Здравствуйте!".encode("koi8-r")),
    )


def split_in_a_character() -> bytes:
    """The ü of “für” lies half in one encoded word and half in the next."""
    text = "Angebot für Norden".encode()
    first, second = (base64.b64encode(piece).decode() for piece in (text[:10], text[10:]))
    return message(
        *people(),
        f"Subject: =?utf-8?B?{first}?=",
        f" =?utf-8?B?{second}?=",
        *numbered(26, "Tue, 03 Mar 2026 13:00:00 +0000"),
        "Content-Type: text/plain; charset=utf-8",
        body=lines("The offer."),
    )


def groups_and_quotes() -> bytes:
    return message(
        "From: Ines Prado <ines@prado-books.example>",
        "To: The team: Ole Lund <ole@lund.example>, mia@lund.example;, undisclosed-recipients:;",
        'Cc: "Smith, John" <john.smith@smith.example>, "john smith"@smith.example,',
        ' "O\'Hara \\"Mick\\"" <mick@hara.example>',
        "Subject: To all",
        *numbered(27, "Tue, 03 Mar 2026 14:00:00 +0000"),
        "Content-Type: text/plain; charset=utf-8",
        body=lines("Hello everybody."),
    )


def international_addresses() -> bytes:
    """SMTPUTF8 (RFC 6532): UTF-8 stands in the headers as it is."""
    return message(
        "From: Jörg Müller <jörg@bücher.example>",
        "To: Buchhandlung <info@xn--bcher-kva.example>, 例え <例@例え.example>",
        "Subject: Grüße aus Köln",
        *numbered(28, "Tue, 03 Mar 2026 15:00:00 +0000"),
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        body=lines("Bis bald!"),
    )


def winmail() -> bytes:
    tnef = bytes.fromhex("789f3e22010006900800040000000000010001000107900600")
    return message(
        *people(),
        "Subject: From Outlook",
        *numbered(29, "Tue, 03 Mar 2026 16:00:00 +0000"),
        'Content-Type: multipart/mixed; boundary="----=_NextPart_000"',
        body=multipart(
            "----=_NextPart_000",
            plain("The rest of this letter is in Outlook's own format."),
            part(
                'Content-Type: application/ms-tnef; name="winmail.dat"',
                'Content-Disposition: attachment; filename="winmail.dat"',
                "Content-Transfer-Encoding: base64",
                body=in_base64(tnef),
            ),
        ),
    )


def smime_signed() -> bytes:
    return message(
        *people(),
        "Subject: Signed contract",
        *numbered(30, "Tue, 03 Mar 2026 17:00:00 +0000"),
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="signed"',
        body=lines("This is an S/MIME signed message.", "")
        + multipart(
            "signed",
            plain("The contract holds from 1 April."),
            part(
                "Content-Type: application/pkcs7-signature; name=smime.p7s",
                "Content-Disposition: attachment; filename=smime.p7s",
                "Content-Transfer-Encoding: base64",
                body=in_base64(bytes(range(0x30, 0x60))),
            ),
        ),
    )


def pgp_encrypted() -> bytes:
    sealed = ("-----BEGIN PGP MESSAGE-----", "", "hQEMA0b1ynr0bODyAQf/Zm9vYmFy", "=abcd", "-----END PGP MESSAGE-----")
    return message(
        *people(),
        "Subject: ...",
        *numbered(31, "Tue, 03 Mar 2026 18:00:00 +0000"),
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="sealed"',
        body=multipart(
            "sealed",
            part("Content-Type: application/pgp-encrypted", body=lines("Version: 1")),
            part(
                'Content-Type: application/octet-stream; name="encrypted.asc"',
                'Content-Disposition: inline; filename="encrypted.asc"',
                body=lines(*sealed),
            ),
        ),
    )


def three_hundred_recipients() -> bytes:
    everybody = [f"reader{number:03}@readers.example" for number in range(1, 301)]
    return message(
        "From: Ines Prado <ines@prado-books.example>",
        "To: " + ",\r\n ".join(everybody),
        "Subject: To three hundred readers",
        *numbered(32, "Tue, 03 Mar 2026 19:00:00 +0000"),
        "Content-Type: text/plain; charset=utf-8",
        body=lines("The spring catalogue is out."),
    )


MESSAGES = (
    ("quoted-printable-latin-1", quoted_printable_latin_1),
    ("windows-1252", windows_1252),
    ("iso-2022-jp", iso_2022_jp),
    ("gb18030", gb18030),
    ("koi8-r", koi8_r),
    ("subject-split-in-a-character", split_in_a_character),
    ("groups-and-quotes", groups_and_quotes),
    ("idn-and-smtputf8", international_addresses),
    ("winmail", winmail),
    ("smime-signed", smime_signed),
    ("pgp-encrypted", pgp_encrypted),
    ("three-hundred-recipients", three_hundred_recipients),
)
