# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of the house, read off the sources: who includes whom, where SQL and GTK stand."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
# What each folder may include besides itself.
MAY = {
    "app/model": [],
    "app/vault": ["app/model"],
    "app/imaging": ["app/model"],
    "app/fhir": ["app/model"],
    "app/report": ["app/model", "app/vault", "app/imaging", "app/fhir"],
    "app/store": ["app/model", "app/vault", "app/imaging", "app/fhir", "app/report"],
    "sync": ["app"],
    "ui": ["sync", "app", "ui", "resources"],
}
SQL = re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE|PRAGMA)\b[^"]*\b(FROM|INTO|SET|\(|=|;)')


def home(path: pathlib.Path) -> str:
    text = path.relative_to(ROOT).as_posix()
    return max((folder for folder in MAY if text.startswith(folder + "/")), key=len, default="")


def sources(folder: str):
    return sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in (".c", ".h"))


def main() -> int:
    headers = {p.name: p.relative_to(ROOT).as_posix() for top in ("app", "sync", "ui") for p in sources(top)
               if p.suffix == ".h"}
    wrong = []
    for top in ("app", "sync", "ui"):
        for path in sources(top):
            text = path.read_text()
            here = home(path)
            allowed = [here, *MAY[here]]
            for name in re.findall(r'#include "([^"]+)"', text):
                target = headers.get(name.split("/")[-1])
                if target and not any(target.startswith(folder + "/") for folder in allowed):
                    wrong.append(f"{path.relative_to(ROOT)} includes {target}")
            if top != "ui" and re.search(r"#include <(gtk/|adwaita|gdk/)", text):
                wrong.append(f"{path.relative_to(ROOT)} includes GTK")
            if top == "app" and re.search(r"#include <curl/", text):
                wrong.append(f"{path.relative_to(ROOT)} includes the network")
            if here != "app/store" and SQL.search(text):
                wrong.append(f"{path.relative_to(ROOT)} holds SQL")
    print("1..1")
    print("ok 1 layers" if not wrong else "not ok 1 layers")
    for line in wrong:
        print(f"# {line}")
    return 1 if wrong else 0


sys.exit(main())
