"""What the hub asks."""

from datetime import timedelta

import pytest

from registry.domain.tier import Tier


def sign_in(house, internal, username, password):
    return house.browser().post(
        "/internal/sign-in", headers=internal, json={"username": username, "password": password}
    )


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x", "Bearer é"],
)
def test_only_the_token_opens_the_api(house, internal, header):
    token = internal["Authorization"].split()[1]

    answer = house.browser().get(
        "/internal/entitlements",
        headers={"Authorization": header.format(token=token).encode()},
    )

    assert answer.status_code == 401
    assert answer.json()["code"] == "http_401"


def test_a_signed_in_browser_is_no_token(house):
    assert house.browser("admin").get("/internal/entitlements").status_code == 401


def test_a_right_password_names_its_person(house, internal, password):
    answer = sign_in(house, internal, house.name("author"), password)

    assert answer.status_code == 200
    body = answer.json()
    assert len(body.pop("generation")) > 40
    assert body == {"username": house.name("author"), "display_name": "Author"}
    [line] = house.ledger(event="registry.signed_in")
    assert line.actor == house.name("author")


def test_wrong_passwords_and_unknown_names_get_the_same_words(house, internal, password):
    wrong = sign_in(house, internal, house.name("author"), f"{password}!")
    unknown = sign_in(house, internal, f"nobody-{house.tag}", password)
    without = sign_in(house, internal, house.name("member"), password)

    assert {answer.status_code for answer in (wrong, unknown, without)} == {401}
    assert wrong.json() == unknown.json() == without.json()


def test_neither_password_nor_unknown_name_is_in_the_ledger(house, internal):
    sign_in(house, internal, house.name("author"), "a-password-that-is-wrong")
    sign_in(house, internal, f"typed-the-password-here-{house.tag}", "x")

    lines = str(house.ledger())

    assert "registry.sign_in_refused" in lines
    assert "a-password-that-is-wrong" not in lines
    assert "typed-the-password-here" not in lines


def test_ten_wrong_passwords_lock_the_name_for_a_while(house, internal, password):
    for _ in range(10):
        assert sign_in(house, internal, house.name("author"), "wrong").status_code == 401

    locked = sign_in(house, internal, house.name("author"), password)
    other = sign_in(house, internal, house.name("checker1"), password)
    house.clock.advance(minutes=5, seconds=1)
    later = sign_in(house, internal, house.name("author"), password)

    assert locked.status_code == 401
    assert locked.json()["code"] == "too_many_attempts"
    assert other.status_code == 200
    assert later.status_code == 200


@pytest.mark.parametrize(
    "body",
    [{}, {"username": "a"}, {"username": 1, "password": "x"}, {"username": "a", "password": None},
     {"username": "a\ud800", "password": "secret-in-body"}, [], "x"],
)  # fmt: skip
def test_a_body_of_another_form_is_refused_without_quoting_it(house, internal, body):
    import json

    answer = house.browser().post(
        "/internal/sign-in",
        headers=internal | {"Content-Type": "application/json"},
        content=json.dumps(body),
    )

    assert answer.status_code in {401, 422}
    assert "secret-in-body" not in answer.text


def test_a_member_is_told_what_their_workspace_is_made_of(house, internal):
    answer = house.browser().get(
        f"/internal/workspaces/{house.name('member')}/{house.project_id}", headers=internal
    )

    assert answer.status_code == 200
    assert answer.json() == {
        "project": house.project_id,
        "title": "Pay and place",
        "ends_on": house.project.ends_on.isoformat(),
        "tier": "browser",
        "mounts": [
            {
                "dataset": f"jobs-{house.tag}",
                "source": f"jobs-{house.tag}/1.0.0",
                "target": f"/data/jobs-{house.tag}",
            }
        ],
        "profile": "standard",
        "memory_bytes": 4 * 1024**3,
        "cpus": 2.0,
        "disk_mib": 10240,
        "shared_mib": 20480,
        "files": 200000,
        "networks": [],
    }


def test_the_projects_tier_is_part_of_the_answer(house, internal):
    house.change_project(tier=Tier.PIXEL)

    answer = house.browser().get(
        f"/internal/workspaces/{house.name('member')}/{house.project_id}", headers=internal
    )

    assert answer.json()["tier"] == "pixel"


@pytest.mark.parametrize(
    ("role", "changes", "days", "code"),
    [
        ("checker1", {}, 0, "not_a_member"),
        ("outsider", {}, 0, "not_a_member"),
        ("member", {"members": frozenset()}, 0, "not_a_member"),
        ("member", {"is_closed": True}, 0, "project_closed"),
        ("member", {}, 201, "project_ended"),
    ],
)
def test_a_workspace_is_refused_with_a_reason(*, house, internal, role, changes, days, code):
    if changes:
        house.change_project(**changes)
    house.clock.advance(days=days)

    answer = house.browser().get(
        f"/internal/workspaces/{house.name(role)}/{house.project_id}", headers=internal
    )
    entitled = house.browser().get("/internal/entitlements", headers=internal).json()["entitled"]

    assert answer.status_code == 403
    assert answer.json()["code"] == code
    assert [house.name(role), house.project_id] not in entitled


def test_the_last_day_of_a_project_is_still_a_day_of_work(house, internal):
    house.clock.at = house.clock.at.replace(hour=23, minute=59)
    house.change_project(ends_on=(house.clock.now() + timedelta(days=1)).date())
    house.clock.advance(days=1)
    address = f"/internal/workspaces/{house.name('member')}/{house.project_id}"

    on_the_day = house.browser().get(address, headers=internal)
    house.clock.advance(minutes=2)
    after = house.browser().get(address, headers=internal)

    assert (on_the_day.status_code, after.status_code) == (200, 403)


def test_entitlements_name_every_member_of_an_open_project(house, internal):
    answer = house.browser().get("/internal/entitlements", headers=internal)

    mine = [pair for pair in answer.json()["entitled"] if house.tag in pair[1]]
    assert mine == [
        [house.name("author"), house.project_id],
        [house.name("member"), house.project_id],
        [house.name("outsider"), house.other_id],
    ]
