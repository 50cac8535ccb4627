# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the cells of an OpenDocument sheet with the CSV that it was made from."""
import csv
import sys
import xml.etree.ElementTree as ET
import zipfile

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def text_of(node: ET.Element) -> str:
    """Text of a paragraph; runs of blanks and breaks are elements in OpenDocument."""
    parts = [node.text or ""]
    for child in node:
        if child.tag == TEXT + "s":
            parts.append(" " * int(child.get(TEXT + "c", "1")))
        elif child.tag == TEXT + "tab":
            parts.append("\t")
        elif child.tag == TEXT + "line-break":
            parts.append("\n")
        else:
            parts.append(text_of(child))
        parts.append(child.tail or "")
    return "".join(parts)


def value_of(cell: ET.Element):
    if cell.get(OFFICE + "value-type") == "float":
        return float(cell.get(OFFICE + "value"))
    return "\n".join(text_of(paragraph) for paragraph in cell.iter(TEXT + "p"))


def read_sheet(path: str) -> list:
    content = ET.fromstring(zipfile.ZipFile(path).read("content.xml"))
    tables = list(content.iter(TABLE + "table"))
    rows = []
    for row in tables[0].iter(TABLE + "table-row"):
        cells = []
        for cell in row.iter(TABLE + "table-cell"):
            repeated = min(int(cell.get(TABLE + "number-columns-repeated", "1")), 1024)
            cells += [value_of(cell)] * repeated
        while cells and cells[-1] == "":
            cells.pop()
        repeated = int(row.get(TABLE + "number-rows-repeated", "1"))
        rows += [cells] * (repeated if cells else min(repeated, 1))
    while rows and not rows[-1]:
        rows.pop()
    return rows


def same(shown, written: str) -> bool:
    if isinstance(shown, float):
        try:
            return shown == float(written)
        except ValueError:
            return False
    return shown == written.replace("\r\n", "\n")


def main() -> int:
    raw = open(sys.argv[1], "rb").read()
    if not raw.startswith(b"\xef\xbb\xbf"):
        print("the CSV has no byte order mark: spreadsheets would guess its encoding")
        return 1
    written = list(csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True), strict=True))
    shown = read_sheet(sys.argv[2])
    wanted = sys.argv[3].split(",") if sys.argv[3] else []
    if wanted and written[0] != wanted:
        print("the headings are not those that were asked for")
        return 1
    if len(shown) != len(written):
        print(f"{len(written)} rows written, {len(shown)} shown")
        return 1
    for number, (row, cells) in enumerate(zip(written, shown), 1):
        if len(row) != len(written[0]):
            print(f"row {number} has {len(row)} columns, the heading {len(written[0])}")
            return 1
        cells = cells + [""] * (len(row) - len(cells))
        for column, (text, cell) in enumerate(zip(row, cells), 1):
            if not same(cell, text):
                print(f"row {number}, column {column}: shown otherwise than written")
                return 1
        if len(cells) != len(row):
            print(f"row {number} is shown with {len(cells)} columns")
            return 1
    print(f"{len(written)} rows of {len(written[0])} columns as written")
    return 0


sys.exit(main())
