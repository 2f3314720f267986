"""`.env.example` names every setting, with the value that it has when nobody sets it."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Final

from dotenv import dotenv_values
from pydantic import SecretStr

from shared.settings import Settings

EXAMPLE: Final = Path(__file__).parents[2] / ".env.example"
ASSIGNMENT: Final = re.compile("[A-Z_]+=")


def settings_from(file: Path | None) -> Settings:
    return Settings(_env_file=file)


def test_every_setting_has_a_line_and_every_line_is_a_setting() -> None:
    assert list(dotenv_values(EXAMPLE)) == [name.upper() for name in Settings.model_fields]


def test_every_line_has_a_sentence_above_it() -> None:
    lines = EXAMPLE.read_text().splitlines()
    assert [line for above, line in pairwise(lines) if ASSIGNMENT.match(line) and not above.startswith("# ")] == []


def test_a_desk_set_up_from_the_example_is_the_desk_without_any_setting() -> None:
    assert settings_from(EXAMPLE) == settings_from(None)


def test_a_line_is_empty_only_where_nothing_is_the_default() -> None:
    defaults = settings_from(None)
    given = {name: bool(value) for name, value in dotenv_values(EXAMPLE).items()}
    nothing = (None, "", (), SecretStr(""))
    assert given == {name.upper(): getattr(defaults, name) not in nothing for name in Settings.model_fields}
