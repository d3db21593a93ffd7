"""The people of the made world, and what they write to each other. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "alpenrad.example"
COMPANY = "Alpenrad"


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody of ours with a mailbox. `user` is the login in Salesforce."""

    address: str
    name: str
    user: str


COLLEAGUES = (
    Colleague(address=f"anna.keller@{DOMAIN}", name="Anna Keller", user=f"anna@{DOMAIN}"),
    Colleague(address=f"jonas.brandt@{DOMAIN}", name="Jonas Brandt", user=f"jonas@{DOMAIN}"),
    Colleague(address=f"akira.tanaka@{DOMAIN}", name="田中 明", user=f"akira@{DOMAIN}"),
    Colleague(address=f"carlos.ruiz@{DOMAIN}", name="Carlos Ruiz", user=f"carlos@{DOMAIN}"),
    Colleague(address=f"support@{DOMAIN}", name="Alpenrad Support", user=f"support@{DOMAIN}"),
    Colleague(address=f"lena.hofer@{DOMAIN}", name="Lena Hofer", user=f"lena@{DOMAIN}"),
)
ANNA, JONAS, AKIRA, CARLOS, SUPPORT, LENA = COLLEAGUES


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A contact of an account in Salesforce."""

    first: str
    last: str
    account: str
    address: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


_ACCOUNTS = (
    ("Velo Union", "velounion.example"),
    ("Radhaus Wien", "radhaus-wien.example"),
    ("Ciclos del Norte", "ciclosnorte.example"),
    ("Fietsen De Boer", "deboer-fietsen.example"),
    ("Kobe Cycle Works", "kobecycle.example"),
    ("Nordic Bike Rental", "nordicbikes.example"),
    ("Bici & Co", "biciandco.example"),
    ("Pedal Post Couriers", "pedalpost.example"),
    ("Stadtwerke Linz", "stadtwerke-linz.example"),
    ("Hotel Seeblick", "seeblick.example"),
    ("Outdoor Larsen", "larsen-outdoor.example"),
    ("Campus Mobil", "campusmobil.example"),
)
_FIRST = ("Marta", "Felix", "Ingrid", "Paulo", "Yuki", "Sven", "Chiara", "Tom", "Eva", "Noah")
_LAST = ("Berger", "Sousa", "Lindqvist", "Moretti", "Sato", "de Boer", "Novak", "Fischer", "Larsen", "Costa")

ACCOUNTS = tuple(name for name, _ in _ACCOUNTS)
CUSTOMERS = tuple(
    Customer(
        first=_FIRST[(3 * a + p) % len(_FIRST)],
        last=_LAST[(7 * a + 3 * p) % len(_LAST)],
        account=account,
        address=f"{_FIRST[(3 * a + p) % len(_FIRST)].lower()}.{a}{p}@{domain}",
    )
    for a, (account, domain) in enumerate(_ACCOUNTS)
    for p in range(4)
)

TOPICS = (
    ("Delivery dates for spring", "When can we expect the first pallets?", "Two pallets leave on Monday."),
    ("Spare parts for cargo bikes", "We need eight brake sets.", "They are in stock and ship today."),
    ("Test ride next week", "Would Wednesday at ten suit you?", "Wednesday is fine, see you at the depot."),
    ("Invoice and order number", "The invoice lacks our order number.", "A corrected invoice is attached."),
    ("Rental fleet for the summer", "We plan with forty bikes from May.", "Forty bikes are reserved for you."),
    ("Feedback after the workshop", "Our mechanics learned a lot.", "Glad to hear that. The slides follow."),
    ("Frame colours", "Can we have the new green?", "The new green is available from week 14."),
    ("Change of contact person", "Eva takes over from March.", "Thank you, we have noted it."),
    ("Battery recall question", "Are our batteries concerned?", "No, your series is not part of it."),
    ("ご注文の確認", "納期を教えてください。", "来週の水曜日にお届けします。"),
)
