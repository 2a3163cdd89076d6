import pytest

from output_checker.application.ledger_search import export_ledger, search_ledger
from output_checker.application.queries import (
    my_links,
    my_requests,
    request_page,
    review_queue,
)
from output_checker.application.record_view import file_image, file_preview, open_review
from output_checker.application.release import release
from output_checker.application.request_views import Viewer
from output_checker.application.verify_ledger import verify_ledger
from output_checker.domain.errors import Forbidden, IntegrityLost, NotFound
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.ledger import LedgerFilter
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import (
    ADA,
    ADMIN,
    AUDITOR,
    BEN,
    CAT,
    CONTENT,
    EVERYTHING,
    MEMBER,
    MEMBER_WHO_CHECKS,
    REQUEST,
    STRANGER,
    a_file,
    a_request,
)

FILE = a_file().file_id
PICTURE = a_file(name="plot.png", previews=({"kind": "image"},))


def test_votes_are_hidden_from_the_other_checker_until_both_have_voted(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST, comment="fine by me")

    mine = request_page(house.uow(), REQUEST, BEN)
    other = request_page(house.uow(), REQUEST, CAT)
    assert [vote.checker for vote in mine.votes] == ["ben"]
    assert (other.votes, other.hidden_votes) == ((), 1)

    house.vote(CAT, request_id=REQUEST)
    page = request_page(house.uow(), REQUEST, CAT)
    assert {vote.checker for vote in page.votes} == {"ben", "cat"}


@pytest.mark.parametrize("actor", [ADA, AUDITOR], ids=lambda a: a.username)
def test_votes_are_hidden_from_author_and_auditor_while_they_are_cast(house, actor):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)

    assert request_page(house.uow(), REQUEST, actor).votes == ()


def test_the_author_reads_the_comments_of_a_returned_request(house):
    house.holds(a_request())
    house.give_back(BEN, comment="row 3")

    assert [v.comment for v in request_page(house.uow(), REQUEST, ADA).votes] == ["row 3"]


def test_members_see_the_state_only(house):
    house.holds(a_request())

    page = request_page(house.uow(), REQUEST, MEMBER)

    assert page.viewer is Viewer.MEMBER
    assert page.summary.state is State.SUBMITTED
    assert (page.files, page.groups, page.votes, page.links) == ((), (), (), ())


@pytest.mark.parametrize("actor", [STRANGER, ADMIN], ids=lambda a: a.username)
def test_others_find_nothing(house, actor):
    house.holds(a_request())

    with pytest.raises(NotFound):
        request_page(house.uow(), REQUEST, actor)


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (EVERYTHING, "their own"),
        (MEMBER_WHO_CHECKS, "Members"),
        (AUDITOR, "checker of the project"),
        (BEN, None),
    ],
    ids=["author", "member", "auditor", "checker"],
)
def test_the_page_says_why_one_cannot_vote(house, actor, words):
    house.holds(a_request())

    why = request_page(house.uow(), REQUEST, actor).why_not_vote

    assert why is None if words is None else words in why


def test_the_queue_holds_what_one_may_vote_on(house):
    house.holds(a_request())

    assert [one.request_id for one in review_queue(house.uow(), BEN)] == [REQUEST]
    for actor in (EVERYTHING, MEMBER_WHO_CHECKS, STRANGER, AUDITOR):
        assert review_queue(house.uow(), actor) == ()


def test_the_queue_says_what_one_has_voted_on(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)

    assert review_queue(house.uow(), BEN)[0].has_voted
    assert not review_queue(house.uow(), CAT)[0].has_voted


def test_my_requests_are_mine(house):
    house.holds(a_request())

    assert [one.request_id for one in my_requests(house.uow(), ADA)] == [REQUEST]
    assert my_requests(house.uow(), BEN) == ()


def test_who_looks_inside_is_in_the_ledger(house):
    house.holds(a_request())

    page = open_review(house.uow(), house.clock, request_id=REQUEST, actor=BEN)
    file_preview(house.uow(), house.clock, request_id=REQUEST, file_id=FILE, actor=BEN)

    assert page.files[0].previews[0]["rows"] == [["north", "120"]]
    assert [(e.event, e.actor) for e in house.world.ledger] == [
        ("request.viewed", "ben"),
        ("file.viewed", "ben"),
    ]


@pytest.mark.parametrize(
    "actor", [EVERYTHING, ADA, MEMBER, MEMBER_WHO_CHECKS, AUDITOR], ids=lambda a: a.username
)
def test_contents_are_for_checkers_only(house, actor):
    house.holds(a_request(), [PICTURE])
    house.world.images[FILE, 0] = CONTENT
    asked = {"request_id": REQUEST, "actor": actor}

    with pytest.raises(Forbidden):
        open_review(house.uow(), house.clock, **asked)
    with pytest.raises(Forbidden):
        file_preview(house.uow(), house.clock, file_id=FILE, **asked)
    with pytest.raises(Forbidden):
        file_image(house.uow(), house.clock, file_id=FILE, part=0, **asked)


def test_a_picture_is_shown_as_it_would_be_released(house):
    house.holds(a_request(), [PICTURE])
    house.world.images[FILE, 0] = CONTENT
    asked = {"request_id": REQUEST, "file_id": FILE, "part": 0, "actor": BEN}

    assert file_image(house.uow(), house.clock, **asked) == (CONTENT, "image/png")

    house.world.images[FILE, 0] = b"another picture"
    with pytest.raises(IntegrityLost):
        file_image(house.uow(), house.clock, **asked)


def test_a_picture_within_a_file_is_shown_as_it_was_read(house):
    within = {"kind": "image", "media": "image/svg+xml", "sha256": sha256_hex(b"drawn")}
    house.holds(a_request(), [a_file(name="a.ipynb", previews=({"kind": "text"}, within))])
    house.world.images[FILE, 1] = b"drawn"
    asked = {"request_id": REQUEST, "file_id": FILE, "actor": BEN}

    assert file_image(house.uow(), house.clock, part=1, **asked) == (b"drawn", "image/svg+xml")
    for part in (-1, 0, 2):
        with pytest.raises(NotFound):
            file_image(house.uow(), house.clock, part=part, **asked)

    house.world.images[FILE, 1] = b"another picture"
    with pytest.raises(IntegrityLost):
        file_image(house.uow(), house.clock, part=1, **asked)


def test_what_says_that_it_is_a_page_is_no_picture(house):
    within = {"kind": "image", "media": "text/html", "sha256": sha256_hex(b"drawn")}
    house.holds(a_request(), [a_file(name="a.ipynb", previews=(within,))])
    house.world.images[FILE, 0] = b"drawn"

    with pytest.raises(NotFound):
        file_image(house.uow(), house.clock, request_id=REQUEST, file_id=FILE, part=0, actor=BEN)


def test_a_file_of_another_request_is_not_there(house):
    house.holds(a_request())

    with pytest.raises(NotFound):
        file_preview(house.uow(), house.clock, request_id=REQUEST, file_id="f" * 32, actor=BEN)


@pytest.mark.parametrize("actor", [ADA, BEN, MEMBER, STRANGER], ids=lambda a: a.username)
def test_the_ledger_is_for_auditors_and_admins(house, actor):
    with pytest.raises(Forbidden):
        search_ledger(house.uow(), actor)


def test_auditors_page_through_the_ledger_newest_first(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)
    house.vote(CAT, request_id=REQUEST)

    assert [entry.seq for entry in search_ledger(house.uow(), AUDITOR, size=2).entries] == [6, 5]
    assert [entry.seq for entry in search_ledger(house.uow(), ADMIN, before=2).entries] == [1]
    assert verify_ledger(house.uow()).broken_at is None


def test_the_ledger_is_searched_by_who_what_and_about_what(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)
    house.vote(CAT, request_id=REQUEST)

    def seqs(**wanted):
        wanted = LedgerFilter(**wanted)
        return [one.seq for one in search_ledger(house.uow(), AUDITOR, wanted=wanted).entries]

    whole = search_ledger(house.uow(), AUDITOR).entries
    assert seqs(actor=CAT.username) == [one.seq for one in whole if one.actor == CAT.username]
    assert len(seqs(event="review.recorded")) == 2
    assert {one.event for one in whole if one.seq in seqs(event="request.")} < {
        one.event for one in whole
    }
    assert seqs(subject=f"request:{REQUEST}") == [one.seq for one in whole]
    assert seqs(project="elsewhere") == []


def test_who_takes_the_ledger_along_is_in_it(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)

    taken = [*export_ledger(house.uow(), house.clock, AUDITOR)]

    assert [one.event for one in taken][-1] == "ledger.exported"
    assert [one.seq for one in taken] == [*range(1, len(taken) + 1)]
    assert (taken[-1].actor, taken[-1].details) == (AUDITOR.username, {"is_whole": True})


@pytest.mark.parametrize("actor", [ADA, BEN, MEMBER, STRANGER], ids=lambda a: a.username)
def test_nobody_else_takes_the_ledger_along(house, actor):
    with pytest.raises(Forbidden):
        export_ledger(house.uow(), house.clock, actor)

    assert house.world.ledger == []


def test_recipients_find_their_links(house):
    house.holds(a_request(recipients=("mel",)))
    house.vote(BEN, request_id=REQUEST)
    house.vote(CAT, request_id=REQUEST)
    release(house.releasing, request_id=REQUEST)

    assert [view.file_name for view in my_links(house.uow(), MEMBER)] == ["table0.csv"]
    assert my_links(house.uow(), ADA) == ()


def test_a_recipient_outside_the_project_sees_only_their_own_links(house):
    house.holds(a_request(recipients=("ada", "zed")))
    house.vote(BEN, request_id=REQUEST)
    house.vote(CAT, request_id=REQUEST)
    release(house.releasing, request_id=REQUEST)

    page = request_page(house.uow(), REQUEST, STRANGER)

    assert page.viewer is Viewer.RECIPIENT
    assert (page.files, page.groups, page.votes) == ((), (), ())
    assert [view.link.recipient for view in page.links] == ["zed"]


def test_a_table_has_no_picture(house):
    house.holds(a_request())

    with pytest.raises(NotFound):
        file_image(house.uow(), house.clock, request_id=REQUEST, file_id=FILE, part=0, actor=BEN)
