import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from grader.gradebooks.table import headings, parsed

ROWS = st.lists(st.lists(st.text(st.sampled_from('a1,;"\n ü')), min_size=1, max_size=4), min_size=1, max_size=5)


@given(ROWS, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.data())
def test_cells_are_pythons_and_a_changed_one_changes_nothing_else(
    rows: list[list[str]], delimiter: str, end: str, quoted: bool, data: st.DataObject
) -> None:
    rows = [["x", *row] for row in rows]  # a blank line is no record
    text = io.StringIO(newline="")
    csv.writer(
        text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    ).writerows(rows)
    table = parsed(Path("t.csv"), text.getvalue(), True, delimiter)
    assert [[table.value(n, m) for m in range(len(row))] for n, row in enumerate(table.records)] == rows
    assert headings(text.getvalue(), delimiter) == [cell.strip() for cell in rows[0]]
    assert table.with_cells({}) == b"\xef\xbb\xbf" + text.getvalue().encode()
    record = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[record]) - 1))
    rows[record][column] = "new,;"
    changed = table.with_cells({(record, column): "new,;"}).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(changed, newline=""), delimiter=delimiter)) == rows


def test_lines_are_counted_as_editors_do() -> None:
    table = parsed(Path("t.csv"), 'a,b\r\n\r\n,,\n"1\n2",3\r4,5\n', False, ",")
    assert [table.value(record, 0) for record in range(3)] == ["a", "1\n2", "4"]
    assert list(table.lines) == [1, 4, 6]
