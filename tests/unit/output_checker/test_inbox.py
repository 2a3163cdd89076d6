from itertools import pairwise

import pytest

from output_checker.adapters.worker.inbox import AT_ONCE, AT_ONCE_A_PROJECT, Inbox
from output_checker.adapters.workspaces.manifests import ManifestPlace


def a_place(username="ada", name="1.json", project="labour", stamp=(1,)):
    return ManifestPlace(project=project, username=username, name=name, stamp=stamp)


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


@pytest.fixture
def answered():
    return []


def an_inbox(places, answered, time=None):
    return Inbox(lambda: places, answered.append, now=time or Time())


def one_round(inbox):
    chosen = inbox.next_places()
    for place in chosen:
        inbox.serve(place)
    return chosen


def test_each_manifest_is_answered_once(answered):
    inbox = an_inbox([a_place(), a_place(name="2.json")], answered)

    for _ in range(5):
        one_round(inbox)

    assert [place.name for place in answered] == ["1.json", "2.json"]


def test_a_changed_manifest_is_answered_again(answered):
    places = [a_place()]
    inbox = an_inbox(places, answered)
    one_round(inbox)
    places[:] = [a_place(stamp=(2,))]
    one_round(inbox)

    assert len(answered) == 2


def test_somebodys_thousand_manifests_do_not_keep_another_waiting(answered):
    flood = [a_place(name=f"{number}.json") for number in range(1000)]
    inbox = an_inbox(flood, answered)
    one_round(inbox)
    flood.append(a_place("bob", project="other"))

    one_round(inbox)

    assert "bob" in {place.username for place in answered}
    assert len(answered) <= 1 + AT_ONCE


def test_a_workspace_has_one_at_a_time(answered):
    inbox = an_inbox([a_place(name=f"{n}.json") for n in range(9)], answered)

    assert len(inbox.next_places()) == 1
    assert inbox.next_places() == []


def test_a_project_cannot_take_all_places(answered):
    people = [a_place(username=f"user{n}") for n in range(9)]
    inbox = an_inbox(people, answered)

    assert len(inbox.next_places()) == AT_ONCE_A_PROJECT


def test_no_more_than_a_few_are_begun_at_once(answered):
    inbox = an_inbox([a_place(project=f"p{n}") for n in range(30)], answered)

    assert len(inbox.next_places()) == AT_ONCE


def test_who_was_served_longest_ago_comes_first(answered):
    places = [a_place(project=f"p{n:02}", name=f"{m}.json") for n in range(10) for m in range(5)]
    inbox = an_inbox(places, answered)

    for _ in range(5):
        one_round(inbox)

    served = {place.project for place in answered}
    assert len(served) == 10


def test_one_that_fails_is_tried_again_later_and_stops_nobody():
    time, tried = Time(), []

    def answer(place):
        tried.append(place.username)
        if place.username == "eve":
            raise RuntimeError("a value that must not be logged")

    inbox = Inbox(lambda: [a_place("eve"), a_place("bob", project="other")], answer, now=time)
    one_round(inbox)
    one_round(inbox)
    assert tried == ["eve", "bob"]

    time.now += 1
    one_round(inbox)
    assert tried == ["eve", "bob", "eve"]


def test_the_wait_between_tries_grows_and_stays_bounded():
    time, tried = Time(), []

    def answer(place):
        tried.append(time.now)
        raise RuntimeError

    inbox = Inbox(lambda: [a_place()], answer, now=time)
    for _ in range(2000):
        time.now += 0.3
        one_round(inbox)

    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert waits[0] < 1
    assert 29 < max(waits) < 32


def test_workspaces_that_cannot_be_listed_are_looked_at_again():
    def look():
        raise OSError

    inbox = Inbox(look, print)

    assert inbox.next_places() == []


def test_what_has_gone_is_forgotten(answered):
    places = [a_place()]
    inbox = an_inbox(places, answered)
    one_round(inbox)
    places.clear()
    one_round(inbox)
    places.append(a_place())
    one_round(inbox)

    assert len(answered) == 2
