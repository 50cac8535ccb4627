#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""localize.py MANIFEST SOURCES FOLDER TREE: the manifest as it is built here, on standard output; what differs from the
public one is told on standard error.

What may differ is where archives come from, where the program itself is taken from, TREE, and how the largest libraries
are compiled: without optimisation. Debug information is thrown away. A library or a font that is taken as Debian built
it is put into FOLDER/built. Folders become archives, as a folder is built anew each time, and all that comes after it.
HEMOGRAM_FLATPAK_QUICK=1, for who works on the tests, takes those that are slow to build in this way too.
"""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys


MODULE = """
    buildsystem: simple
    build-commands:
      - mkdir -p /app/lib /app/include
      - cp -a lib include /app/
    sources:
{source}

"""
SOURCE = """\
      - type: archive
        path: {path}
        sha256: {digest}"""
WHERE = subprocess.check_output(["gcc", "-print-multiarch"], text=True).strip()
HEAVY = {
    "qpdf": ["libqpdf", "libqpdf.pc", "qpdf"],
    "poppler": ["libpoppler", "libpoppler-glib", "poppler.pc", "poppler-glib.pc", "poppler"],
}
FONTS = pathlib.Path("/usr/share/fonts/truetype/noto")
# In none of these is what Hemogram does itself, or what a test measures.
LARGE = ("tcl", "qpdf", "poppler")
STRIPPED = """
    build-options:
      strip: true"""
HASTE = f"""{STRIPPED}
      cflags: -O0 -g0
      cxxflags: -O0 -g0"""
RUNTIME = "maker/runtime/org.gnome.Platform/*/*/active/files/lib"


def packed(folder: pathlib.Path) -> str:
    """The folder as an archive that is the same for the same files."""
    path = folder.with_name(folder.name + ".tar")
    subprocess.run(["tar", "--sort=name", "--mtime=@1000000000", "--owner=0", "--group=0", "--numeric-owner", "-C",
                    folder.parent, "-cf", path, folder.name], check=True)
    return SOURCE.format(path=path, digest=hashlib.sha256(path.read_bytes()).hexdigest())


def needed_by(library: pathlib.Path) -> list:
    told = subprocess.check_output(["ldd", library], text=True)
    return [pathlib.Path(found) for found in re.findall(r"=> (/\S+)", told)]


def take_built(module: str, names: list, folder: pathlib.Path) -> str:
    """The module of libraries that Debian built, with what they need and the stand-in has not."""
    print(f"{module}: Debian's library, not built from the manifest's archive", file=sys.stderr)
    into = folder / "built" / module
    shutil.rmtree(into, ignore_errors=True)
    (into / "lib/pkgconfig").mkdir(parents=True)
    (into / "include").mkdir()
    system = pathlib.Path("/usr/lib", WHERE)
    there = {path.name for path in folder.glob(f"{RUNTIME}/{WHERE}/*.so*")}
    for name in names:
        headers = pathlib.Path("/usr/include", name)
        if headers.is_dir():
            shutil.copytree(headers, into / "include" / name)
        elif headers.exists():
            shutil.copy2(headers, into / "include")
        elif name.endswith(".pc"):
            text = (system / "pkgconfig" / name).read_text()
            text = text.replace(f"lib/{WHERE}", "lib").replace("=/usr", "=/app")
            (into / "lib/pkgconfig" / name).write_text(text)
        else:
            for path in system.glob(f"{name}.so*"):
                shutil.copy2(path, into / "lib", follow_symlinks=False)
                for other in needed_by(path):
                    if other.name not in there and not other.name.startswith("ld-") and not (into / "lib" / other.name).exists():
                        shutil.copy2(other.resolve(), into / "lib" / other.name)
    return MODULE.format(source=packed(into))


def take_fonts(module: str, family: str, folder: pathlib.Path) -> str:
    """The two weights as upstream's archive has them."""
    print(f"{module}: Debian's older version, not the manifest's archive", file=sys.stderr)
    into = folder / "built" / module
    shutil.rmtree(into, ignore_errors=True)
    (into / family / "unhinted/ttf").mkdir(parents=True)
    for weight in ("Regular", "Bold"):
        shutil.copy2(FONTS / f"{family}-{weight}.ttf", into / family / "unhinted/ttf")
    (into / "OFL.txt").write_text("The archive that the manifest names has the SIL Open Font License 1.1 here.\n")
    return packed(into)


def in_haste(module: str, body: str) -> str:
    """CMake puts the options of a type behind these; poppler puts these last, and knows no type without."""
    if module != "poppler":
        body = body.replace("CMAKE_BUILD_TYPE=RelWithDebInfo", "CMAKE_BUILD_TYPE=None")
    return HASTE + body


def main() -> None:
    manifest, sources, folder, tree = map(pathlib.Path, sys.argv[1:])
    text = manifest.read_text()
    ours = {}
    for line in sources.read_text().splitlines():
        if line and not line.startswith("#"):
            module, *where = line.split()
            ours[module] = where
    parts = re.split(r"(?m)^  - name: (\S+)$", text)
    built = [parts[0]]
    for module, body in zip(parts[1::2], parts[2::2]):
        if module in ours and ours[module][0] == "built":
            body = take_built(module, ours[module][1:], folder)
        elif module in HEAVY and os.environ.get("HEMOGRAM_FLATPAK_QUICK") == "1":
            body = take_built(module, HEAVY[module], folder)
        elif module in ours and ours[module][0] == "fonts":
            body = re.sub(r"(?s)      - type: archive\n.*", lambda _: take_fonts(module, ours[module][1], folder) + "\n\n", body)
        elif module in ours:
            pool, name, digest = ours[module]
            if digest not in body:
                print(f"{module}: Debian's archive, which is not byte for byte the published one", file=sys.stderr)
                body = re.sub(r"sha256: \S+", f"sha256: {digest}", body)
            body = re.sub(r"url: \S+", f"url: https://localhost/{name}", body)
            if module in LARGE:
                print(f"{module}: compiled without optimisation", file=sys.stderr)
                body = in_haste(module, body)
        if "type: dir" in body:
            body = STRIPPED + body
        body = re.sub(r"(?s)      - type: dir\n        path: \.\.\n.*", packed(tree) + "\n", body)
        built += [f"  - name: {module}", body]
    missing = [module for module, body in zip(parts[1::2], parts[2::2]) if "type: archive" in body and module not in ours]
    if missing:
        sys.exit(f"no archive is known for {', '.join(missing)}")
    sys.stdout.write("".join(built))


main()
