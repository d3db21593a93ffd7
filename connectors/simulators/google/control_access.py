"""Verbs of the control door that give, break and mend access."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.simulators.google import jwt
from connectors.simulators.google.answers import PROJECT_NUMBER
from connectors.simulators.google.arguments import Arguments, Verb
from connectors.simulators.google.oauth import SUSPENDED, TROUBLES
from connectors.simulators.google.quota import ANSWERS, PROJECT_MINUTE, TARIFFS
from connectors.simulators.google.world import CLIENT_ID, Client, ServiceAccount, World

DEFAULT_SCOPES = (
    "openid",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/gmail.modify",
)
REVOKED_BY_USER = "revoked by the user"
PASSWORD_CHANGED = "password changed"
MAIL_SCOPES = ("https://mail.google.com/", "https://www.googleapis.com/auth/gmail.")


# -- Giving


def _account(world: World, given: Arguments) -> dict[str, str]:
    email = given.text("email")
    world.add_account(email, given.text("name", email.partition("@")[0].title()))
    return _tokens(world, email, given)


def _delete_account(world: World, given: Arguments) -> dict[str, Any]:
    account = world.account(given.text("account"))
    world.grants.end(account.email, "account removed")
    world.grants.expire_access(account.email)
    world.calendars.forget_account(account.email)
    world.address_books.forget_account(account.email)
    world.task_books.forget_account(account.email)
    del world.accounts[account.email]
    return {}


def _grant(world: World, given: Arguments) -> dict[str, str]:
    """What a consent on the page gives, without the page."""
    account = world.account(given.text("account"))
    account.consent(given.texts("scopes", DEFAULT_SCOPES))
    return _tokens(world, account.email, given)


def _tokens(world: World, email: str, given: Arguments) -> dict[str, str]:
    client = world.clients.get(given.text("client_id", CLIENT_ID))
    if client is None:
        raise ValueError("there is no such client")
    scopes = tuple(given.texts("scopes", DEFAULT_SCOPES))
    grant = world.grants.issue(client.id, email.lower(), scopes)
    access = world.grants.issue_access(email.lower(), scopes, client_id=client.id, grant=grant)
    return {
        "refresh_token": grant.refresh_token,
        "access_token": access.token,
        "client_id": client.id,
        "client_secret": client.secret,
        "token_uri": f"{world.base_url}/token",
    }


def _client(world: World, given: Arguments) -> dict[str, str]:
    """Makes a client or changes the one that has this id."""
    client_id = given.text("client_id", CLIENT_ID)
    client = world.clients.setdefault(client_id, Client(id=client_id, secret="GOCSPX-" + client_id[-8:]))
    client.secret = given.text("secret", client.secret)
    client.redirect_uris = given.texts("redirect_uris", client.redirect_uris)
    return {"client_id": client.id, "client_secret": client.secret}


def _service_account(world: World, given: Arguments) -> dict[str, str]:
    email = given.text("email", "robot@syncapp.iam.gserviceaccount.com")
    pem, made = given.text("public_key", ""), None
    if pem:
        jwt.public_key(pem)
    else:
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = jwt.pem(made.public_key())
    scopes = frozenset(given.texts("scopes"))
    world.service_accounts[email] = ServiceAccount(email=email, public_key=pem, delegated=scopes)
    return _key_file(world, email, made) if made else {"client_email": email}


def _key_file(world: World, email: str, key: rsa.RSAPrivateKey) -> dict[str, str]:
    """As Google's console hands it out: `google.oauth2.service_account` reads it."""
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "syncapp",
        "client_email": email,
        "client_id": PROJECT_NUMBER,
        "private_key": private.decode(),
        "token_uri": f"{world.base_url}/token",
    }


# -- Breaking and mending


def _revoke(world: World, given: Arguments) -> dict[str, int]:
    return {"ended": world.grants.end(world.account(given.text("account")).email, REVOKED_BY_USER)}


def _restore_access(world: World, given: Arguments) -> dict[str, int]:
    return {
        "revived": world.grants.revive(world.account(given.text("account")).email, (REVOKED_BY_USER, PASSWORD_CHANGED))
    }


def _change_password(world: World, given: Arguments) -> dict[str, int]:
    """Ends the grants that reach into mail, and no others."""
    email = world.account(given.text("account")).email
    ended = world.grants.end(email, PASSWORD_CHANGED, only=lambda g: any(s.startswith(MAIL_SCOPES) for s in g.scopes))
    return {"ended": ended}


def _expire_tokens(world: World, given: Arguments) -> dict[str, int]:
    email = given.text("account", "")
    return {"ended": world.grants.expire_access(world.account(email).email if email else "")}


def _token_trouble(world: World, given: Arguments) -> dict[str, Any]:
    world.account(given.text("account")).trouble = given.choice("kind", TROUBLES, "rapt")
    return {}


def _suspend(world: World, given: Arguments) -> dict[str, Any]:
    world.account(given.text("account")).suspended = given.choice("as", SUSPENDED, "disabled")
    return {}


def _switched(**values: object) -> Verb:
    """A verb that sets fields of the account."""

    def switch(world: World, given: Arguments) -> dict[str, Any]:
        account = world.account(given.text("account"))
        for name, value in values.items():
            setattr(account, name, value)
        return {}

    return switch


def _withdraw_scope(world: World, given: Arguments) -> dict[str, list[str]]:
    account = world.account(given.text("account"))
    account.withdrawn.add(given.text("scope"))
    return {"withdrawn": sorted(account.withdrawn)}


def _restore_scope(world: World, given: Arguments) -> dict[str, list[str]]:
    """One scope, or all without an argument."""
    account, scope = world.account(given.text("account")), given.text("scope", "")
    account.withdrawn = account.withdrawn - {scope} if scope else set()
    return {"withdrawn": sorted(account.withdrawn)}


def _api(*, on: bool) -> Verb:
    def switch(world: World, _: Arguments) -> dict[str, Any]:
        world.api_on = on
        return {}

    return switch


def _fill_quota(world: World, given: Arguments) -> dict[str, int]:
    email = given.text("account", "")
    who = world.account(email).email if email else ""
    if given.flag("until_mended"):
        world.quota.used_up[who] = given.choice("answer", ANSWERS, "user-minute" if who else "project-minute")
    limit = world.quota.tariff.user_minute if who else PROJECT_MINUTE
    world.quota.add(who, max(0, limit - world.quota.spent(who)))
    return {"spent": world.quota.spent(who)}


def _free_quota(world: World, given: Arguments) -> dict[str, Any]:
    email = given.text("account", "")
    world.quota.free(world.account(email).email if email else "")
    return {}


def _quota_age(world: World, given: Arguments) -> dict[str, Any]:
    world.quota.age = given.choice("age", TARIFFS, "new")
    return {}


def _minutes(world: World, given: Arguments) -> dict[str, Any]:
    """A granted quota is larger than the usual one; without any, a benchmark counts calls and no waits."""
    world.quota.minutes = given.choice("limits", ("usual", "none"), "usual") == "usual"
    return {}


def _concurrency(world: World, given: Arguments) -> dict[str, int]:
    world.concurrency = given.number("limit", 0) or 0
    return {"limit": world.concurrency}


VERBS: dict[str, Verb] = {
    "account": _account,
    "delete-account": _delete_account,
    "grant": _grant,
    "client": _client,
    "service-account": _service_account,
    "revoke": _revoke,
    "restore-access": _restore_access,
    "change-password": _change_password,
    "expire-tokens": _expire_tokens,
    "token-trouble": _token_trouble,
    "mend-token": _switched(trouble=""),
    "suspend": _suspend,
    "unsuspend": _switched(suspended=""),
    "withdraw-scope": _withdraw_scope,
    "restore-scope": _restore_scope,
    "mail-off": _switched(mail=False),
    "mail-on": _switched(mail=True),
    "block-domain": _switched(domain_allows=False),
    "allow-domain": _switched(domain_allows=True),
    "switch-off-api": _api(on=False),
    "switch-on-api": _api(on=True),
    "fill-quota": _fill_quota,
    "free-quota": _free_quota,
    "quota-age": _quota_age,
    "gmail-minutes": _minutes,
    "concurrency": _concurrency,
}
