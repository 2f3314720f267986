"""What is sent is taken for what it says: a number is neither yes nor no, nor a moment."""

import pytest
from pydantic import BaseModel, ValidationError

from api.admin_kb_schemas import BuildOrder
from api.admin_schemas import ModelView, SheetSync


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (BuildOrder, {"publish": 0}),
        (BuildOrder, {"strict": "yes"}),
        (ModelView, {"is_on": 1}),
        (ModelView, {"is_on": "off"}),
        (SheetSync, {"since": 1_767_225_600}),
        (SheetSync, {"since": "1767225600"}),
        (SheetSync, {"since": "-1767225600"}),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(body: type[BaseModel], sent: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        body.model_validate(sent)


def test_what_is_one_is_taken() -> None:
    assert not BuildOrder.model_validate({"publish": False}).publish
    assert not ModelView.model_validate({"is_on": False}).is_on
    assert SheetSync.model_validate({"since": "2026-11-28T09:30:00+01:00"}).since
    assert SheetSync.model_validate({"since": None}).since is None
