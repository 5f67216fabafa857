"""What a file of products says, line by line, and what is told of one that says nothing."""

import io
import json
from typing import Any

import pytest

from adapters.inbound.cli.catalogue.columns import COLUMNS, FileWrong, row
from adapters.inbound.cli.catalogue.lines import LINE_MAX, Format, Line, format_of, read_lines
from adapters.inbound.cli.catalogue.made_up import ATTRIBUTES, products


def lines(content: bytes | str, format: Format = Format.csv, currency: str = "USD") -> list[Line]:
    content = content.encode() if isinstance(content, str) else content
    return list(read_lines(io.BytesIO(content), format, currency=currency))


def ndjson(content: bytes) -> list[tuple[int, bytes]]:
    return [(line.number, line.product) for line in lines(content, Format.ndjson)]


def only(content: str, currency: str = "USD") -> Any:
    (line,) = lines(content, currency=currency)
    return json.loads(line.product)


def test_a_row_says_all_that_there_is_to_a_product() -> None:
    assert only(
        "attribute.colour,sku,name,description,category,tags,price,currency,stock,image,attribute.shoe size\n"
        'brown,BOOT-1,Böot,"For wet, steep paths.",Shoes,leather| winter|,4900,EUR,12,/a.jpg|/b.jpg,41\n'
    ) == {
        "sku": "BOOT-1",
        "name": "Böot",
        "description": "For wet, steep paths.",
        "category": "Shoes",
        "tags": ["leather", "winter"],
        "price": {"amount": 4900, "currency": "EUR"},
        "stock": 12,
        "images": [{"url": "/a.jpg"}, {"url": "/b.jpg"}],
        "attributes": {"colour": "brown", "shoe size": "41"},
    }


def test_an_empty_cell_says_nothing_and_a_price_is_in_the_shops_currency() -> None:
    told = only("sku,name,category,price,stock,tags,attribute.a\n A ,,Shoes,5,, ,\n", currency="SEK")
    assert told == {
        "sku": "A",
        "category": "Shoes",
        "price": {"amount": 5, "currency": "SEK"},
        "tags": [],
        "images": [],
        "attributes": {},
    }


@pytest.mark.parametrize("cell", ["49.00", "free", "1e3", "٣"])
def test_what_is_no_number_is_told_by_its_column(cell: str) -> None:
    first, second = lines(f"sku,name,category,price,stock\nA,B,C, {cell},{cell}\nB,B,C,1,\n")
    price = f'price: "{cell}" is not a whole number of minor units (1299 for 12.99)'
    assert first.fault == f'{price}; stock: "{cell}" is not a whole number'
    assert (first.sku, second.fault) == ("A", "")


def test_a_number_that_is_too_large_is_left_to_the_shop_to_refuse() -> None:
    assert only(f"sku,name,category,price\nA,B,C,{'9' * 30}\n")["price"]["amount"] == 10**30 - 1


def test_the_columns_names_are_trimmed_and_their_case_does_not_count() -> None:
    told = only(" SKU ,Name,CATEGORY, Price,Attribute. Shoe Size\nA,B,C,1,41\n")
    assert (told["sku"], told["attributes"]) == ("A", {"Shoe Size": "41"})


def test_lines_are_numbered_as_in_the_file_also_where_a_cell_goes_over_several() -> None:
    found = lines('sku,name,category,price,description\r\nA,A,A,1,"one\r\ntwo\r\n"\r\n\r\nB,B,B,1\r\nC,C,C,1,""\r\n')
    assert [(line.number, bool(line.fault)) for line in found] == [(2, False), (6, True), (7, False)]
    assert json.loads(found[0].product)["description"] == "one\r\ntwo"
    assert found[1].fault == "The row has 4 cells, and the header 5 columns."


def test_a_byte_order_mark_and_a_missing_last_newline_are_fine() -> None:
    assert only("\ufeffsku,name,category,price\nA,B,C,1")["sku"] == "A"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "this is empty"),
        ("\n\n", "this is empty"),
        ("sku,name,category,price,color\n", "there is no column 'color'; there are sku, name, "),
        ("sku,name,category,price,attribute.\n", "there is no column 'attribute.'"),
        ("sku;name;category;price\n", "the columns seem to be separated by ';': save it with commas"),
        ("sku\tname\tcategory\tprice\n", "the columns seem to be separated by tabs: save it with commas"),
        ("sku,name,category,price,SKU\n", "the column 'sku' is there twice"),
        ("sku,name,category,price,\n", "there is no column ''"),
        ("sku,name,category,price,sku\n", "the column 'sku' is there twice"),
        ("sku,name\n", "these columns are missing: category, price"),
        ("A,B,C,1\n", "there is no column 'A'"),
        ("\u00ff", "there is no column"),
    ],
)
def test_a_wrong_header_is_told_at_once(content: str, sentence: str) -> None:
    with pytest.raises(FileWrong, match=f"^{sentence}"):
        read_lines(io.BytesIO(content.encode()), Format.csv, currency="USD")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (b'A,B,C,1\nB,"B,C,1\n', "line 3 is no CSV .* perhaps a quotation mark is missing$"),
        (b'A,"B"x,C,1\n', "line 2 is no CSV"),
        (b"A,B\xff,C,1\n", "line 2 is not in UTF-8; save the file as `CSV UTF-8`"),
        (b"A,B,C," + b"1" * 2**21, "line 2 is longer than 1048576 bytes"),
    ],
)
def test_what_is_no_csv_ends_in_one_clear_sentence(rows: bytes, sentence: str) -> None:
    with pytest.raises(FileWrong, match=f"^{sentence}"):
        lines(b"sku,name,category,price\n" + rows)


def test_a_line_of_ndjson_goes_to_the_shop_as_it_is() -> None:
    body = b'\xef\xbb\xbf{"sku": "A"}\r\n\r\n  \n{"sku": "B"\nnot json\n{"sku": "C"}'
    assert ndjson(body) == [(1, b'{"sku": "A"}'), (4, b'{"sku": "B"'), (5, b"not json"), (6, b'{"sku": "C"}')]


def test_a_line_of_ndjson_that_is_not_in_utf_8_stops_no_other() -> None:
    body = b'{"sku": "A"}\n{"sku": "Caf\xe9"}\n{"sku": "C"}\n'
    found = lines(body, Format.ndjson)
    assert [(line.number, line.sku) for line in found] == [(1, "A"), (2, ""), (3, "C")]
    assert b"\n".join(line.product for line in found) + b"\n" == body


@pytest.mark.parametrize("product", [b"", b"[]", b'{"sku": 5}', b"{}", b"[" * 60_000, b"no"])
def test_a_line_that_names_no_sku_has_none(product: bytes) -> None:
    assert Line(number=1, end=1, product=product).sku == ""


def test_a_line_of_ndjson_that_is_too_long_is_passed_over() -> None:
    body = b"\r\n".join([b"x" * LINE_MAX, b"y" * (LINE_MAX + 1), b"z" * 300_000, b"{}", b"x" * 70_000])
    found = lines(body, Format.ndjson)
    assert [(line.number, bool(line.fault)) for line in found] == [
        (1, False),
        (2, True),
        (3, True),
        (4, False),
        (5, True),
    ]
    assert found[1].fault == "The line is longer than 65536 bytes."


def test_a_json_array_is_told_from_ndjson() -> None:
    with pytest.raises(FileWrong, match=r"^this is one JSON array"):
        lines(b'[\n{"sku": "A"}\n]', Format.ndjson)


@pytest.mark.parametrize("format", Format)
def test_the_last_line_ends_where_the_file_ends(format: Format) -> None:
    made = list(products(300, 1))
    content = "".join(json.dumps(product) + "\n" for product in made)
    if format is Format.csv:
        content = "sku,name,category,price\n" + "".join(f"{product['sku']},Ä,C,1\n" for product in made)
    found = lines(content, format)
    assert (len(found), found[-1].end) == (300, len(content.encode()))
    assert [line.end for line in found] == sorted({line.end for line in found})


def test_a_product_is_the_same_after_a_way_through_csv() -> None:
    columns = [*COLUMNS, *(f"attribute.{name}" for name in ATTRIBUTES)]
    for product in products(200, 1):
        cells = row(product, ATTRIBUTES)
        assert list(cells) == columns
        text = ",".join(columns) + "\n" + ",".join('"' + cells[name].replace('"', '""') + '"' for name in columns)
        assert only(text, currency="XXX") == product


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.csv", "csv"),
        ("A.CSV", "csv"),
        ("a.ndjson", "ndjson"),
        ("a.jsonl", "ndjson"),
        ("a.json", None),
        ("csv", None),
    ],
)
def test_the_format_is_told_by_the_files_ending(name: str, format: str | None) -> None:
    assert format_of(name) == format
