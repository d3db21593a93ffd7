"""Domains of addresses and of web sites: which can be a company's, and which a text of the CRM names. Pure.

A domain is compared in its ASCII form, so that `müller.example` is found as `xn--mller-kva.example` too. Where a CRM is
asked for people, `@customer.example` asks for the accounts of a domain.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
SIGN = "@"

_BEGINS = re.compile(r"([a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)  # an address that says so
_SEPARATORS = re.compile(r"[\s,;|]+")
# Where anybody may have a mailbox, by the names of the services and the ends that they have.
_SERVICES: dict[str, str] = {
    "gmail googlemail icloud me mac aim aol love ygm rocketmail ymail hey fastmail mail email usa inbox lycos": "com",
    "hotmail": "com be ca ch co.id co.il co.in co.jp co.kr co.nz co.th co.uk co.za com.ar com.au com.br com.tr cz de "
    "dk es fi fr gr hu it nl no pl pt rs se sk",
    "outlook": "com at be cl cz co.id co.il co.th com.ar com.au com.br com.gr com.tr com.vn de dk es fr hu ie in it jp "
    "kr lv my ph pt sa sg sk",
    "live": "com at be ca ch cl cn co.kr co.uk co.za com.ar com.au com.mx com.my com.pt com.sg de dk fi fr hk ie in it "
    "jp nl no ru se",
    "msn passport windowslive": "com",
    "yahoo": "com at be bg ca ch cl co.id co.il co.in co.jp co.kr co.nz co.th co.uk co.za com.ar com.au com.br com.cn "
    "com.co com.hk com.mx com.my com.pe com.ph com.sg com.tr com.tw com.ve com.vn cz de dk es fi fr gr hu ie in it nl "
    "no pl pt ro ru se",
    "aol": "co.uk de fr it",
    "gmx": "at biz ch co.uk com de es eu fr info li net org us",
    "yandex": "by com com.tr kz ru ua",
    "mail list bk inbox rambler": "ru",
    "protonmail": "ch com",
    "proton pm": "me",
    "tutanota tuta": "com de io",
    "zoho zohomail": "com eu in",
    "mailbox posteo disroot riseup": "net org",
    "posteo web t-online freenet arcor online email mail vodafone kabelmail onlinehome": "de",
    "qq 163 126 139 sina sohu foxmail aliyun naver hanmail": "com",
    "daum hanmail": "net",
    "rediffmail": "com in",
    "orange wanadoo free laposte sfr neuf club-internet bbox numericable": "fr",
    "laposte": "net",
    "libero virgilio alice tin tiscali inwind iol": "it",
    "comcast verizon att sbcglobal bellsouth cox charter earthlink optonline roadrunner windstream frontiernet": "net",
    "btinternet btopenworld virginmedia ntlworld talktalk sky juno netzero excite": "com",
    "blueyonder talktalk tiscali virgin": "co.uk",
    "bigpond optusnet iinet ozemail": "com com.au net.au",
    "xtra": "co.nz",
    "rogers telia": "com",
    "shaw sympatico videotron": "ca",
    "telus videotron": "net",
    "uol bol terra ig": "com.br",
    "wp o2 onet interia op poczta": "pl",
    "seznam centrum email post volny": "cz",
    "abv": "bg",
    "ukr": "net",
    "bluewin hispeed": "ch",
    "telenet skynet proximus scarlet": "be",
    "ziggo kpnmail planet xs4all home hetnet chello upcmail quicknet": "nl",
    "chello aon kabsi": "at",
    "freemail citromail": "hu",
    "walla": "co.il com",
}
FREE = frozenset(f"{name}.{end}" for names, ends in _SERVICES.items() for name in names.split() for end in ends.split())


def entry(domain: str) -> str:
    """What a CRM is asked by for the accounts of a domain."""
    return f"{SIGN}{domain}"


def canonical(domain: str) -> str:
    """A domain in lower case and in ASCII; "" for what is none."""
    try:
        found = domain.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return ""
    return found if DOMAIN.fullmatch(found) else ""


def of_company(domain: str) -> str:
    """The same in ASCII; "" where it is no domain, or one where anybody may have a mailbox."""
    found = canonical(domain)
    return "" if found in FREE else found


def spellings(domain: str) -> tuple[str, ...]:
    """How a domain in ASCII may stand in a text."""
    try:
        read = domain.encode().decode("idna")
    except UnicodeError:
        return (domain,)
    return tuple(dict.fromkeys((domain, read)))


def named(text: str) -> frozenset[str]:
    """The domains that a text names, as the addresses of sites or of people or by themselves, with and without `www.`.

    The host counts, and neither what is above it nor what is below.
    """
    hosts = {canonical(_host(word)) for word in _SEPARATORS.split(text)}
    bare = {canonical(host.removeprefix("www.")) for host in hosts}
    return frozenset(hosts | bare) - {""}


def _host(word: str) -> str:
    try:
        return urlsplit(word if _BEGINS.match(word) else f"//{word.removeprefix('mailto:')}").hostname or ""
    except ValueError:
        return ""
