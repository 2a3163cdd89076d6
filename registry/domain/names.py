"""What a name may look like. Names become directory, server and container names."""

import re
from typing import Final

USERNAME: Final = r"^[a-z][a-z0-9-]{1,30}$"
# Also the name of the project's JupyterHub server, which is why `--` is refused: the hub joins
# user and server with it.
PROJECT_ID: Final = r"^(?!.*--)[a-z][a-z0-9-]{1,28}[a-z0-9]$"
VERSION: Final = r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$"
PROFILE: Final = r"^[a-z][a-z0-9-]{0,30}$"
ORGANISATION_ID: Final = r"^[a-z][a-z0-9-]{1,30}$"
COURSE: Final = r"^[a-z][a-z0-9-]{1,62}$"
POLICY: Final = r"^[a-z][a-z0-9-]{0,62}$"

# Less than the standard allows: no quotes, no comments, no other alphabets, nothing that could end
# a header of a mail or add a second address to it.
EMAIL: Final = (
    r"^(?=.{3,254}$)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
)

USERNAME_WORDS: Final = (
    "must be 2 to 31 lower-case letters, digits and hyphens, starting with a letter"
)
PROJECT_ID_WORDS: Final = (
    "must be 3 to 30 lower-case letters, digits and single hyphens, starting with a letter "
    "and ending with a letter or digit"
)
VERSION_WORDS: Final = "must be 1 to 32 letters, digits, dots, pluses and hyphens"
PROFILE_WORDS: Final = "must be up to 31 lower-case letters, digits and hyphens"
EMAIL_WORDS: Final = "must be one mail address such as ada@example.org, in plain letters"
ORGANISATION_ID_WORDS: Final = USERNAME_WORDS
COURSE_WORDS: Final = "must be 2 to 63 lower-case letters, digits and hyphens"
POLICY_WORDS: Final = "must be lower-case letters, digits and hyphens, starting with a letter"


# `fullmatch`, because `$` also matches before a final newline.
def is_username(name: str) -> bool:
    return re.fullmatch(USERNAME, name) is not None


def is_project_id(name: str) -> bool:
    return re.fullmatch(PROJECT_ID, name) is not None
