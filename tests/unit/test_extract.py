"""What is quoted of the passages that were found: which sentences, and how much of a table."""

import pytest

from workers.adapters.offline_chat import answer_from
from workers.domain.extract import quotes_for
from workers.domain.passage import Passage
from workers.domain.prompt import Prompt
from workers.domain.texts import QUOTING

WEEK = (
    "| Day | Hours |\n|---|---|\n"
    "| Monday | 8:00 am to 6:00 pm |\n"
    "| Tuesday | 8:00 am to 8:00 pm |\n"
    "| Wednesday | 8:00 am to 8:00 pm |\n"
    "| Thursday | 8:00 am to 6:00 pm |\n"
    "| Friday | 8:00 am to 4:30 pm |\n"
    "| Saturday | 9:00 am to 1:00 pm |\n"
    "| Sunday | Closed |\n\n"
    "We are closed on bank holidays and from 24 December to 1 January."
)
PRICES = (
    "| Treatment | Length | Price |\n|---|---|---|\n"
    "| First appointment (assessment and treatment) | 45 minutes | £58 |\n"
    "| Follow-up appointment | 30 minutes | £44 |\n"
    "| Sports massage | 30 minutes | £36 |\n"
    "| Sports massage | 60 minutes | £60 |\n"
    "| Running assessment | 75 minutes | £95 |\n"
    "| Home visit | 45 minutes | £85 |\n"
    "| Hospital visit | 45 minutes | on request |"
)


def passage(text: str, heading: str = "", title: str = "Questions", score: float = 0.5) -> Passage:
    return Passage(f"{title}/{heading}", text, title, heading, f"docs/{title}.md", None, score)


PRICE_LIST = passage(PRICES, title="Prices")
PAYING = passage("You pay by card after each appointment.", "How to pay", "Prices", 0.45)
OPENING = passage(WEEK, "Opening hours", "Opening hours and finding us", 0.62)
PARKING = passage("There are three free spaces behind the house.", "Parking", "Opening hours and finding us", 0.48)
BUS = passage("The 93 bus stops right opposite.", "By bus", "Opening hours and finding us", 0.45)
ANIMALS = passage("No, we treat people only. A vet in Pickering treats dogs.", "Do you treat animals?")
HOME_VISITS = passage(
    "We visit people at home within eight miles. Home visits are on Thursdays.", "Home visits", "Care"
)


def told(question: str, *passages: Passage) -> list[str]:
    return [statement.text for quote in quotes_for(question, passages) for statement in quote.statements]


def answer(question: str, *passages: Passage, locale: str = "en") -> str:
    return "".join(answer_from(Prompt(question, passages, locale=locale)))


def days(texts: list[str]) -> list[str]:
    return [text.removeprefix("Day: ").partition(";")[0] for text in texts if text.startswith("Day: ")]


def test_what_is_said_in_the_documents_words_is_quoted_whatever_words_the_visitor_has() -> None:
    hours = passage("Nine to five, and later by appointment.", "What are your opening hours?", score=0.6)
    account = passage("You close an account with a form.", "Can I end a contract?", score=0.5)
    asked = "When do you close?"
    assert told(asked, hours, account)[0].startswith("You close an account")
    quotes = quotes_for(asked, [hours, account], worded="When do you close? opening hours")
    worded = [statement.text for quote in quotes for statement in quote.statements]
    assert worded[0].startswith("Nine to five")


def test_that_a_figure_is_asked_for_is_told_by_the_visitors_words() -> None:
    costs = passage("We paint bikes. A coat is 40 euros.", "Painting", score=0.5)
    quotes = quotes_for("Was kostet eine Lackierung?", [costs], worded="painting")
    assert any("40 euros" in statement.text for quote in quotes for statement in quote.statements)


def test_the_better_a_passage_fits_the_more_its_statements_count() -> None:
    fitting = passage("Sundays we are closed. Bikes are kept.", "Shop", score=0.8)
    chance = passage("On Sundays bikes are washed in the shop.", "Wash", score=0.3)
    assert told("sundays", fitting, chance)[0].startswith("Sundays we are closed")


def test_a_week_of_hours_is_told_to_its_last_day_with_what_is_said_below() -> None:
    texts = told("opening hours", OPENING)
    assert days(texts) == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    assert texts[-1].startswith("We are closed on bank holidays")


def test_of_a_week_the_day_that_is_asked_for_is_told() -> None:
    assert days(told("are you open on saturday?", OPENING)) == ["Saturday"]


def test_two_days_that_are_asked_for_are_both_told() -> None:
    assert days(told("are you open on saturday and sunday?", OPENING)) == ["Saturday", "Sunday"]


def test_a_price_list_is_told_whole_whatever_its_rows_share() -> None:
    assert len(told("what are your prices", PRICE_LIST)) == 7


def test_the_rows_that_match_a_question_alike_are_told_together() -> None:
    assert told("sports massage 1 hr price", PRICE_LIST) == [
        "Treatment: Sports massage; Length: 30 minutes; Price: £36",
        "Treatment: Sports massage; Length: 60 minutes; Price: £60",
    ]


def test_a_row_that_matches_all_of_a_question_is_told_alone() -> None:
    asked = "how much is a sports massage of 60 minutes?"
    assert told(asked, PRICE_LIST) == ["Treatment: Sports massage; Length: 60 minutes; Price: £60"]


def test_rows_of_two_tables_that_differ_in_a_figure_only_are_both_told() -> None:
    mill = passage("| Day | Hours |\n|---|---|\n| Monday | 9:00 am to 6:00 pm |", "Mill Street", "Opening hours")
    quay = passage("| Day | Hours |\n|---|---|\n| Monday | 9:00 am to 4:00 pm |", "Riverside", "Opening hours")
    assert len(told("opening hours on monday", mill, quay)) == 2


def test_a_row_that_stands_in_a_table_twice_is_told_once() -> None:
    assert days(told("opening hours", passage(WEEK.replace("Tuesday", "Monday"), "Opening hours"))).count("Monday") == 2
    twice = WEEK.replace("| Tuesday | 8:00 am to 8:00 pm |", "| Monday | 8:00 am to 6:00 pm |")
    assert days(told("opening hours", passage(twice, "Opening hours"))).count("Monday") == 1


def test_a_long_table_says_that_there_is_more_of_it() -> None:
    rows = "".join(f"| Model {number} | ${number}00 |\n" for number in range(1, 31))
    said = answer("what are your prices", passage(f"| Bike | Price |\n|---|---|\n{rows}\nTax is extra.", "Prices"))
    assert said.count("\n- Bike: ") == 12
    assert "- Bike: Model 12; Price: $1200 [1]\n- \u2026 " + QUOTING["en"].more in said


def test_a_short_table_says_nothing_of_more() -> None:
    assert "\u2026" not in answer("what are your prices", PRICE_LIST)
    assert "\u2026" not in answer("opening hours", OPENING)


@pytest.mark.parametrize("locale", ["en", "es", "de", "fr"])
def test_that_there_is_more_is_said_in_the_visitors_language(locale: str) -> None:
    rows = "".join(f"| Ox {number} | ${number}00 |\n" for number in range(1, 31))
    table = passage(f"| Bike | Price |\n|---|---|\n{rows}", "Price Precio Preis Prix")
    assert QUOTING[locale].more in answer("price precio preis prix", table, locale=locale)


def test_sections_under_a_title_that_is_asked_for_give_way_to_the_one_with_that_heading() -> None:
    texts = told("opening hours", OPENING, PARKING, BUS)
    assert not [text for text in texts if "spaces" in text or "bus" in text]


def test_sections_give_way_to_what_stands_right_below_the_title_that_is_asked_for() -> None:
    texts = told("what are your prices", PRICE_LIST, PAYING)
    assert not [text for text in texts if "card" in text]


def test_a_title_that_is_asked_for_answers_where_no_heading_does() -> None:
    condition = passage("Goods come back unused.", "Condition", "Returns")
    period = passage("You have 30 days.", "Period", "Returns")
    assert told("returns?", condition, period) == ["Goods come back unused.", "You have 30 days."]


@pytest.mark.parametrize(
    ("question", "heading", "text"),
    [
        ("do you have a pool", "Do you have a pool?", "No. The nearest is at the hospital."),
        ("can you treat me if I'm pregnant?", "Can you treat me if I'm pregnant?", "Yes. Priya treats women."),
        ("can I bring a friend", "Can I bring someone with me?", "Yes. You may bring a friend or a partner."),
        ("do you ship abroad", "Do you ship abroad?", "Yes.\n\nParcels to Canada take a week."),
    ],
)
def test_a_yes_or_no_comes_with_what_follows(question: str, heading: str, text: str) -> None:
    assert told(question, passage(text, heading)) == [text.replace("\n\n", " ")]


def test_a_sentence_of_an_answer_comes_after_the_yes_or_no_that_opens_it() -> None:
    assert told("do you treat dogs", ANIMALS) == ["No, we treat people only.", "A vet in Pickering treats dogs."]


@pytest.mark.parametrize("first", ["No. 5 is our oldest shop.", "No-shows pay in full.", "Non-members are welcome."])
def test_what_only_looks_like_a_no_opens_nothing(first: str) -> None:
    shops = passage(f"{first} Batteries are sold at the harbour.", "Shops")
    assert told("where are batteries sold", shops) == ["Batteries are sold at the harbour."]


@pytest.mark.parametrize(
    "question",
    [
        "how much is a home visit?",
        "what do you charge for a home visit?",
        "home visit: how much",
        "price of home visits",
    ],
)
def test_an_amount_that_is_asked_for_is_told_first(question: str) -> None:
    assert told(question, HOME_VISITS, PRICE_LIST)[0] == "Treatment: Home visit; Length: 45 minutes; Price: £85"


def test_an_amount_without_a_sign_is_known_from_its_column() -> None:
    fees = passage("| Course | Fee |\n|---|---|\n| Pottery | 85 |\n| Glazing | 60 |", title="Rates")
    about = passage("Pottery is taught on Mondays. It takes 3 hours.", "Pottery", "Courses", 0.6)
    assert told("how much is pottery?", about, fees)[0] == "Course: Pottery; Fee: 85"


def test_where_no_amount_is_asked_for_none_is_preferred() -> None:
    assert told("do you do home visits?", HOME_VISITS, PRICE_LIST)[0].startswith("We visit people at home")
