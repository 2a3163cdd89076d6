"""JupyterHub's settings, as the running hub reads them."""

import json
from typing import Any

from infra.compose import execute
from infra.doctor.check import Check, NotWell, Weight
from infra.instance import Instance

# The whole of what a person's own sign-in may do at the hub.
PERSON = frozenset({
    "access:services!service=portal", "access:servers!user", "servers!user",
    "read:users:name!user", "read:users:groups!user",
})  # fmt: skip
NEVER = ("admin", "shares", "tokens", "proxy", "list:", "read:hub")


def settings(instance: Instance) -> dict[str, Any]:
    """What the hub's configuration says, without any secret."""
    return dict(json.loads(execute(instance, "hub", "python", "-m", "hub.settings_shown")))


def sign_in(instance: Instance) -> str:
    found = settings(instance)
    if not found["oauth_require_pkce"]:
        raise NotWell("a sign-in is accepted without PKCE")
    if found["token_in_url"]:
        raise NotWell("JUPYTERHUB_ALLOW_TOKEN_IN_URL is set")
    return "with PKCE; no token in an address"


def admins(instance: Instance) -> str:
    found = settings(instance)
    if found["admin_access"] or found["admin_users"]:
        raise NotWell("an admin of the hub can enter a person's workspace")
    return "none can enter a workspace"


def scopes(instance: Instance) -> str:
    roles = {role["name"]: role for role in settings(instance)["roles"]}
    person = set(roles.get("user", {}).get("scopes", ["unset"]))
    if person - PERSON:
        raise NotWell(f"a person may also {', '.join(sorted(person - PERSON))}")
    wide = [f"{name}: {scope}" for name, role in roles.items() for scope in role["scopes"]
            if any(word in scope for word in NEVER)]  # fmt: skip
    if wide:
        raise NotWell("; ".join(wide))
    return f"{len(roles)} roles, each with what its work needs"


def cookies(instance: Instance) -> str:
    found = settings(instance)
    is_https = instance.public_url.startswith("https")
    if found["cookie_samesite"] not in ("Lax", "Strict"):
        raise NotWell("another site's pages can use a person's sign-in")
    if is_https and not (found["cookie_secure"] and found["cookie_host_prefix"]):
        raise NotWell("cookies could travel unencrypted, or be planted by a neighbouring address")
    return "SameSite, Secure and bound to the host" if is_https else "SameSite; plain http here"


def image(instance: Instance) -> str:
    found = settings(instance)
    if found["allowed_images"] or found["options_form"]:
        raise NotWell("a person can choose what is started")
    if not str(found["workspace_image"]).startswith("sha256:"):
        raise NotWell("the workspaces' image is not named by its content")
    return "one, named by its content; nothing is asked of a person"


CHECKS = (
    Check(
        check_id="H1",
        title="sign-in",
        means="A code or token that is seen on the way could be used by somebody else.",
        mend="Run the hub with this version's configuration.",
        weight=Weight.PROMISE,
        look=sign_in,
    ),
    Check(
        check_id="H2",
        title="hub's admins",
        means="Somebody could work as a researcher, on their data and in their name.",
        mend="Run the hub with this version's configuration.",
        weight=Weight.PROMISE,
        look=admins,
    ),
    Check(
        check_id="H3",
        title="hub's scopes",
        means="A person could make tokens, share a workspace, or see others.",
        mend="Run the hub with this version's configuration.",
        weight=Weight.PROMISE,
        look=scopes,
    ),
    Check(
        check_id="H4",
        title="cookies",
        means="Another site, or somebody on the network between, could act as a person.",
        mend="Set HAVEN_PUBLIC_URL to what people type, and run `haven up`.",
        weight=Weight.PROMISE,
        look=cookies,
    ),
    Check(
        check_id="H5",
        title="what is started",
        means="A person could start something that was not built and checked here.",
        mend="Run the hub with this version's configuration.",
        weight=Weight.PROMISE,
        look=image,
    ),
)
