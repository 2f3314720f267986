"""Messages as words, and phrases among them."""

from workers.domain.leads.phrases import Found, Phrases, fold, sentence_keys, words_of

PHRASES = Phrases({"later": "(not|never) (right |)now", "no": "not", "thanks": "thank you (so (very |)much|)"})


def test_words_are_compared_without_case_accents_apostrophes_and_hyphens() -> None:
    assert [word.key for word in words_of("Don\u2019t e-mail José, Straße!")] == ["dont", "email", "jose", "strasse"]
    assert [word.text for word in words_of("Jean-Luc O'Brien मेरा 👍")] == ["Jean-Luc", "O'Brien", "मेरा", "👍"]
    assert fold("\u02bc") == "\u02bc"


def test_sentences_are_parted_and_numbers_are_not() -> None:
    assert sentence_keys(words_of("No. At 10.30!")) == [".", "no", ".", "at", "10", "30", "."]
    assert sentence_keys([]) == [".", "."]


def test_the_longest_phrase_is_found() -> None:
    assert list(PHRASES.find(["not", "right", "now", "not", "ever"])) == [Found(0, 3, "later"), Found(3, 4, "no")]
    assert [found.end for found in PHRASES.find(["thank", "you", "so", "very", "much"])] == [5]
    assert list(PHRASES.find(["thank"])) == []


def test_phrases_inside_others_are_found_where_that_is_asked_for() -> None:
    inner = Phrases({1: "a b c", 2: "b"})
    assert [found.means for found in inner.everywhere(["a", "b", "c"])] == [1, 2]
    assert [found.means for found in inner.find(["a", "b", "c"])] == [1]
