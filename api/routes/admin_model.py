"""The chat model, for operators: whether it may be asked, and what it has cost."""

from datetime import UTC, datetime

from fastapi import APIRouter

from api.admin_schemas import ModelStatus, ModelView, SpentView
from api.dependencies import UseDatabase
from api.errors import responses
from api.operators import CODES, operators
from shared import log
from shared.db.spending import MILLION, periods
from shared.vocabulary import Scope

router = APIRouter(prefix="/v1/admin/model", tags=["operators: chat model"], dependencies=[operators(Scope.ALL)])


@router.get("", responses=responses(*CODES))
async def read_model(database: UseDatabase) -> ModelStatus:
    """Tell whether the model may be asked, and what was spent today and this month, in UTC, since there are budgets."""
    counted = periods(datetime.now(UTC))
    found = await database.read(lambda uow: uow.spending.of(counted))
    spent = {
        scope: SpentView(period=period, tokens=tokens, money=micros / MILLION)
        for scope, period in counted
        for tokens, micros in [found.get((scope, period), (0, 0))]
    }
    return ModelStatus(is_on=await database.read(lambda uow: uow.spending.model_is_on()), spent=spent)


@router.put("", responses=responses(*CODES))
async def switch_model(body: ModelView, database: UseDatabase) -> ModelView:
    """Switch the model off or on: within seconds every worker quotes the documents, or asks it again."""
    await database.write(lambda uow: uow.spending.switch_model(on=body.is_on))
    log.get().info("model_switched", on=body.is_on)
    return body
