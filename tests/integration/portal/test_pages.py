"""What the pages say, on a real database."""


def test_home_shows_the_projects_and_the_way_into_the_workspace(house):
    page = house.browser("author").get("/")

    assert page.status_code == 200
    assert "Pay and place" in page.text
    assert f"/hub/spawn/{house.name('author')}/{house.project_id}" in page.text
