import json

from portal.api import describe
from portal.draw_api import DEFAULT, as_text

DESCRIPTION = describe()
OPERATIONS = {
    (method, path): operation
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
}


def test_the_page_shows_the_api_that_runs():
    assert as_text() == DEFAULT.read_text()


def test_every_operation_has_a_name_of_its_own_a_tag_and_words():
    names = [one["operationId"] for one in OPERATIONS.values()]

    assert len(set(names)) == len(names)
    assert all(one["tags"] and one["description"] for one in OPERATIONS.values())


def test_every_error_is_a_problem():
    for operation in OPERATIONS.values():
        for status, answer in operation["responses"].items():
            assert ("application/problem+json" in answer.get("content", {})) == (status >= "400")


def test_every_identifier_in_an_address_and_every_body_has_an_example():
    for operation in OPERATIONS.values():
        for parameter in operation.get("parameters", ()):
            assert parameter["in"] != "path" or parameter["schema"]["examples"]
        for media in operation.get("requestBody", {"content": {}})["content"].values():
            name = media["schema"]["$ref"].rpartition("/")[2]
            fields = DESCRIPTION["components"]["schemas"][name]["properties"].values()
            assert any("examples" in json.dumps(field) for field in fields)


def test_no_body_takes_a_field_that_is_not_named():
    bodies = [
        schema
        for name, schema in DESCRIPTION["components"]["schemas"].items()
        if name.endswith("Body")
    ]

    assert bodies
    assert all(body["additionalProperties"] is False for body in bodies)
