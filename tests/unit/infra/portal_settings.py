"""The portal's settings, read from variables as its container would."""

from portal.settings import Settings

SECRETS = (
    "hub_client_secret", "internal_token", "traffic_token", "session_secret",
    "second_factor_key", "store_access_key", "store_secret_key", "release_public_key",
)  # fmt: skip


def read(monkeypatch, folder, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for name in SECRETS:
        (folder / f"haven_{name}").write_text("x" * 40)
    (folder / "haven_database_url").write_text("postgresql://x/y")
    monkeypatch.setenv("HAVEN_PUBLIC_URL", "https://haven.example")
    return Settings(_secrets_dir=folder)
