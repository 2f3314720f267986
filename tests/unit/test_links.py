"""Links in answers lead where the company's documents or its operator say, however they are spelled or cut."""

import random
import time

import pytest

from workers.domain.links import LinkGuard
from workers.domain.passage import Passage
from workers.domain.prompt import Prompt

PASSAGE = Passage(
    "p",
    "Send it back with https://returns.example/label, or ask at www.help.example.",
    "Returns",
    "",
    "returns.md",
    "https://shop.example/returns",
)


def told(answer: str, link_hosts: tuple[str, ...] = (), *, size: int = 10_000) -> str:
    guard = LinkGuard.of(Prompt("Why?", [PASSAGE], link_hosts=link_hosts))
    pieces = [answer[start : start + size] for start in range(0, len(answer), size)]
    return "".join([*map(guard.pass_on, pieces), guard.rest()])


@pytest.mark.parametrize(
    "answer",
    [
        "See https://shop.example/returns.",
        "See [the label](https://returns.example/label?x=1#top) [1].",
        "(https://RETURNS.example:443) and **https://www.shop.example**, \u201chttps://help.example\u201d",
        "www.help.example!",
        "No link, with either/or, http and https: all fine. 1/2 and 3 // 4",
        "Write to help@shop.example or open C:/Users.",
        "",
    ],
)
@pytest.mark.parametrize("size", [1, 3, 7, 10_000])
def test_what_the_passages_name_and_plain_words_stay_as_they_are(answer: str, size: int) -> None:
    assert told(answer, size=size) == answer


@pytest.mark.parametrize(
    "attack",
    [
        "https://evil.example/x",
        "HTTPS://EVIL.EXAMPLE",
        "http://evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:\\\\evil.example",
        "//evil.example/x",
        "\\\\evil.example",
        "/\\evil.example",
        "ftp://evil.example",
        "www.evil.example",
        "xhttps://evil.example",
        "https://shop.example@evil.example/",
        "https://shop.example:pw@evil.example/",
        "https://evil.example\\@shop.example/",
        "https://evil.example'.shop.example",
        "https://shop.example{.evil.example",
        "https://shop.example.evil.example/returns",
        "https://evil.example#shop.example",
        "https://evil.example?https://shop.example",
        "https://evil.example\uff0fshop.example",
        "https://evil.example%2f.shop.example",
        "https://notshop.example",
        "https://sub.shop.example",
    ],
)
@pytest.mark.parametrize("around", ["%s", "Go to %s, now.", "[claim](%s)", "<%s>", '"%s"'])
def test_an_address_elsewhere_is_left_out(attack: str, around: str) -> None:
    for size in (1, 2, 5, 10_000):
        said = told(around % attack, size=size)
        assert "evil.example" not in said.casefold(), (size, said)
        assert "//" not in said


def test_an_operator_s_domains_are_all_that_is_linked_to_besides_the_documents() -> None:
    answer = "https://shop.example/a https://returns.example https://my.larkfield.example https://larkfield.example.org"
    assert (
        told(answer, ("www.Larkfield.example",)) == "https://shop.example/a \u2026 https://my.larkfield.example \u2026"
    )


def test_what_is_told_does_not_depend_on_where_it_is_cut() -> None:
    luck = random.Random(7)
    parts = [
        "https://",
        "http",
        ":",
        "//",
        "evil.example",
        "shop.example",
        " ",
        "www.",
        "[a](",
        ")",
        "\\",
        "h",
        "/",
        "@",
    ]
    for _ in range(500):
        answer = "".join(luck.choices(parts, k=12))
        for size in (1, 2, 3, 10_000):
            said = told(answer, size=size)
            assert "https://evil.example" not in said, answer
            assert "www.evil.example" not in said, answer


def test_an_address_without_end_is_not_waited_for() -> None:
    guard = LinkGuard.of(Prompt("Why?", [PASSAGE]))
    assert guard.pass_on("https://shop.example/" + "x" * 1_000) == ""
    assert guard.pass_on("x" * 2_000)


def test_a_piece_costs_next_to_nothing() -> None:
    guard = LinkGuard.of(Prompt("Why?", [PASSAGE]))
    pieces = ["Refunds ", "are ", "paid ", "with", "in ", "5 ", "days ", "[1]. "] * 100
    best = min(_seconds(guard, pieces) for _ in range(20)) / len(pieces)
    assert best < 0.00001


def _seconds(guard: LinkGuard, pieces: list[str]) -> float:
    start = time.perf_counter()
    for piece in pieces:
        guard.pass_on(piece)
    return time.perf_counter() - start
