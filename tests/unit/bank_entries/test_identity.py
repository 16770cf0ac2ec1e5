"""What tells one entry from another, and what makes two readings of it the same."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from saldo.bank_entries.identity import identified, statement_id
from saldo.statements.model import Entry
from tests.statements_made import Bank, entry

ENTRIES = st.lists(
    st.builds(
        lambda minor, text, bank: entry(minor, text, bank=bank),
        st.sampled_from([100, 200]),
        st.sampled_from(["", "RE-1"]),
        st.sampled_from(["", "NONSENSE", "2026112000017", "2026112000018"]),
    ),
    max_size=8,
)


@given(ENTRIES)
def test_every_entry_of_a_statement_is_somebody_else(entries: list[Entry]) -> None:
    ids = [one.id() for one in identified(entries)]
    assert len(set(ids)) == len(ids)


@given(ENTRIES)
def test_reading_again_gives_the_same_ids(entries: list[Entry]) -> None:
    again = [replace(one, id=f"x{place}") for place, one in enumerate(entries)]
    assert [x.id() for x in identified(entries)] == [x.id() for x in identified(again)]


def test_the_banks_reference_outweighs_words_where_it_is_one_of_a_kind() -> None:
    (short,) = identified([entry(100, "RE-1", bank="2026112000017")])
    (long,) = identified([entry(100, "RE-1 and more", bank="2026112000017")])
    assert short.id() == long.id()


def test_a_reference_that_several_entries_share_says_nothing() -> None:
    both = [entry(100, "a", bank="2026112000017"), entry(100, "b", bank="2026112000017")]
    first, second = identified(both)
    (alone,) = identified([entry(100, "c", bank="2026112000017")])
    assert len({first.id(), second.id(), alone.id()}) == 3


def test_a_constant_is_no_reference() -> None:
    (one,) = identified([entry(100, "a", bank="POS")])
    (other,) = identified([entry(100, "b", bank="POS")])
    assert one.id() != other.id()


def test_a_statement_is_known_by_what_it_says_and_not_by_the_number_of_the_download() -> None:
    made = Bank().statement(entry(100, "a"))
    renamed = replace(made, head=replace(made.head, id="download-2"))
    assert statement_id(made) == statement_id(renamed)
    assert statement_id(made) != statement_id(Bank().statement(entry(100, "b")))
    assert statement_id(made).startswith("20261120-")
