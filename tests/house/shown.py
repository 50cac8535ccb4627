# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desktop and a shop for programs show: valid, and true of what is here."""
import pathlib
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree

ROOT, DESKTOP, METAINFO = map(pathlib.Path, sys.argv[1:4])
VERSION = sys.argv[4]
ID = "org.hemogram.Hemogram"
failures = count = 0


def result(passed: bool, name: str, detail: str = "") -> None:
    global count, failures
    count += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {count} - {name}")
    for line in str(detail).splitlines() if not passed else []:
        print(f"# {line}")


def says_nothing(name: str, *command) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    result(done.returncode == 0, name, done.stdout)


def size(picture: pathlib.Path) -> tuple:
    return struct.unpack(">II", picture.read_bytes()[16:24])


def looks_at_the_manifest(text: str) -> None:
    """What it asks of a computer, and where it takes what it builds from."""
    section = re.search(r"^finish-args:\n(.*?)^\S", text, re.M | re.S)[1]
    asked = re.findall(r"^  - (\S+)$", section, re.M)
    wide = [word for word in asked if re.search(r"device=all|socket=(x11|session-bus|system-bus)|filesystem=(?!/run/media$|/media$)", word)]
    result(not wide and len(asked) > 4, "the Flatpak sees sticks, and no home, no host, no device of its own", str(wide))
    bare = re.findall(r"\A  - (\S+)|(?<=\n)\n  - (\S+)", section)
    told = re.findall(r"^  # .*\n(?:  #.*\n)*((?:  - \S+\n)+)", section, re.M)
    result(not bare and sum(lines.count("\n") for lines in told) == len(asked), "each permission has its reason", str(told))
    archives = re.findall(r"- type: archive\n +url: (\S+)\n +sha256: ([0-9a-f]{64})\n", text)
    result(len(archives) == text.count("type: archive") > 5 and all(url.startswith("https://") for url, digest in archives),
           "each archive is named with its SHA-256", str(archives))


def main() -> int:
    says_nothing("the desktop file is valid", "desktop-file-validate", "--warn-kde", DESKTOP)
    says_nothing("the metainfo is valid", "appstreamcli", "validate", "--no-net", "--strict", METAINFO)
    tree = xml.etree.ElementTree.parse(METAINFO).getroot()
    result(tree.findtext("launchable") == DESKTOP.name, "it launches that desktop file")
    wrong = []
    for image in tree.iter("image"):
        picture = ROOT / "resources/screenshots" / image.text.rsplit("/", 1)[1]
        stated = int(image.get("width")), int(image.get("height"))
        if not picture.exists() or size(picture) != stated:
            wrong.append(f"{picture.name} is not {stated}")
    result(not wrong and len(list(tree.iter("image"))) > 2, "its screenshots are here, as large as it says", "\n".join(wrong))
    newest = next(tree.iter("release")).get("version")
    result(newest == VERSION, "its newest release is this version", newest)
    for kind in ("scalable/apps/{}.svg", "symbolic/apps/{}-symbolic.svg"):
        icon = ROOT / "resources/icons/hicolor" / kind.format(ID)
        result(icon.exists() and re.search(f"^Icon={ID}$", DESKTOP.read_text(), re.M) is not None, f"its icon is here: {icon.name}")
    looks_at_the_manifest((ROOT / f"flatpak/{ID}.yml").read_text())
    print(f"1..{count}")
    return 1 if failures else 0


sys.exit(main())
