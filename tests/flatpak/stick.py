# SPDX-License-Identifier: GPL-3.0-or-later
"""The stick for clinics without internet: made, installed from without any network, updated from, damaged, forged; and
what it says in each language.

The runtime and the program on it are a few bytes each: it is about the way, which is the same for the real ones.
Prints TAP.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
HOW_TO, INSTALL = TOP / "flatpak/stick/how-to", TOP / "flatpak/stick/install"
LANGUAGES = re.sub("(?m)^#.*", "", (TOP / "po/LINGUAS").read_text()).split()
# Which letters of a PDF have to be in a font of their own.
FONTS = {"ar": "Arabic", "hi": "Devanagari"}
ID = "org.hemogram.Hemogram"
RUNTIME = "[Runtime]\nname={0}\nruntime={0}/x86_64/50\nsdk=org.hemogram.Tiny.Sdk/x86_64/50\n".format("org.hemogram.Tiny")
PROGRAM = (f"[Application]\nname={ID}\nruntime=org.hemogram.Tiny/x86_64/50\n"
           "sdk=org.hemogram.Tiny.Sdk/x86_64/50\ncommand=hemogram\n")
METAINFO = """<?xml version="1.0" encoding="UTF-8"?>
<components version="0.16"><component type="desktop-application"><id>org.hemogram.Hemogram</id>
<name>Hemogram</name><summary>Blood smears</summary>
<releases><release version="{0}" timestamp="1763700000"/></releases></component></components>
"""
count = failures = 0


def result(passed: bool, name: str, detail: object = "") -> None:
    global count, failures
    count += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {count} {name}", flush=True)
    for line in str(detail).splitlines()[-30:] if not passed else []:
        print(f"# {line}", flush=True)


class Place:
    """One computer: a home, and what is installed for its person."""

    def __init__(self, folder: pathlib.Path, name: str):
        self.home = folder / name
        self.home.mkdir()
        self.environment = {**os.environ, "HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home),
                            "FLATPAK_SYSTEM_DIR": str(folder / "system")}
        for variable in ("FLATPAK_USER_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            self.environment.pop(variable, None)

    def run(self, *command, **more) -> subprocess.CompletedProcess:
        return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env={**self.environment, **more})

    def must(self, *command, **more) -> str:
        done = self.run(*command, **more)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))}: {done.stdout}")
        return done.stdout

    def installed(self) -> str:
        done = self.run("flatpak", "info", "--user", "--show-location", ID)
        return (pathlib.Path(done.stdout.strip()) / "files/bin/hemogram").read_text() if done.returncode == 0 else ""


class Key:
    def __init__(self, place: Place, folder: pathlib.Path, whose: str):
        self.home = folder / f"key-{whose}"
        self.home.mkdir(mode=0o700)
        self.gpg = ["gpg", "--homedir", self.home, "--batch", "--quiet", "--yes", "--no-tty"]
        place.must(*self.gpg, "--passphrase", "", "--quick-gen-key", whose, "ed25519", "sign", "never")
        told = place.must(*self.gpg, "--with-colons", "--list-keys")
        self.name = next(line.split(":")[9] for line in told.splitlines() if line.startswith("fpr"))
        place.must(*self.gpg, "--output", self.home / "public.gpg", "--export", self.name)
        self.signing = [f"--gpg-sign={self.name}", f"--gpg-homedir={self.home}"]

    def close(self, place: Place) -> None:
        place.run("gpgconf", "--homedir", self.home, "--kill", "all")


class Maker(Place):
    """Builds, publishes, and makes sticks."""

    def __init__(self, folder: pathlib.Path):
        super().__init__(folder, "maker")
        self.folder, self.stick = folder, folder / "stick"
        self.stick.mkdir()
        self.key = Key(self, folder, "maker")
        for repository, collection in (("runtimes", "org.hemogram.TinyRuntimes"), ("programs", "org.hemogram.TinyPrograms")):
            self.must("ostree", "init", "--mode=archive", f"--collection-id={collection}", f"--repo={folder / repository}")
            self.must("flatpak", "remote-add", "--user", f"--gpg-import={self.key.home / 'public.gpg'}",
                      f"--collection-id={collection}", repository, f"file://{folder / repository}")
        tree = folder / "runtime"
        (tree / "files/lib").mkdir(parents=True)
        (tree / "files/lib/tiny").write_text("tiny")
        (tree / "metadata").write_text(RUNTIME)
        self.must("flatpak", "build-export", "--runtime", "--files=files", *self.key.signing, folder / "runtimes", tree, "50")
        self.must("flatpak", "build-update-repo", *self.key.signing, folder / "runtimes")

    def publish(self, version: str) -> None:
        tree = self.folder / "program"
        for name in ("files/bin", "files/share/app-info/xmls", "export"):
            (tree / name).mkdir(parents=True, exist_ok=True)
        (tree / "metadata").write_text(PROGRAM)
        (tree / "files/bin/hemogram").write_text(version)
        listed = tree / f"files/share/app-info/xmls/{ID}.xml"
        listed.write_text(METAINFO.format(version))
        self.must("gzip", "-nf", listed)
        shutil.rmtree(tree / "export")
        shutil.copytree(tree / "files/share/app-info", tree / "export/share/app-info")
        self.must("flatpak", "build-export", *self.key.signing, self.folder / "programs", tree, "stable")
        self.must("flatpak", "build-update-repo", *self.key.signing, self.folder / "programs")
        self.must("flatpak", "install", "--user", "--noninteractive", "--or-update", "programs", ID)

    def make_stick(self) -> str:
        return self.must(TOP / "flatpak/make-stick", self.stick, self.key.name, GNUPGHOME=str(self.key.home))


def install(clinic: Place, maker: Maker, **more) -> subprocess.CompletedProcess:
    """No network at all, and nothing of where it was made is there."""
    away = [(path, path.with_name(path.name + ".away")) for path in (maker.folder / "runtimes", maker.folder / "programs",
                                                                     maker.home)]
    for path, gone in away:
        path.rename(gone)
    try:
        return clinic.run("unshare", "--net", "sh", maker.stick / "install-hemogram.sh", **more)
    finally:
        for path, gone in away:
            gone.rename(path)


def refused(clinic: Place, maker: Maker, name: str, word: str) -> None:
    before = clinic.installed()
    done = install(clinic, maker)
    result(done.returncode != 0 and word in done.stdout and clinic.installed() == before, name, done.stdout)


def words_of_installer() -> dict:
    """What it says in each language, by the name of each sentence."""
    text = INSTALL.read_text()
    parts = {"en": text[:text.index("speak() {")], **dict(re.findall(r"(?ms)^    (\w\w)\)\n(.*?)^      ;;$", text))}
    return {code: dict(re.findall(r"(?ms)^ *([a-z_]+)='(.*?)'$", part)) for code, part in parts.items()}


def shape(code: str) -> list:
    """How each line of a how-to begins that begins something: headings, steps, what is to be typed."""
    lines = [line for line in (HOW_TO / f"{code}.txt").read_text().splitlines() if not line.startswith("#")]
    starts = [re.match(r"\S| \d\. | -  |        \S.*", line) for line in lines]
    return [found[0] if found[0].startswith(" ") else "heading" for found in starts if found]


def catalogue(code: str, text: str) -> str:
    """The program's own word for it, without the letter that is underlined."""
    found = re.search(rf'^msgid "{text}"\nmsgstr "(.*)"$', (TOP / f"po/{code}.po").read_text(), re.MULTILINE)
    return re.sub(r"\(_.\)|_", "", found[1])


def plain(text: str) -> str:
    return " ".join(text.split()).lower()


def check_languages() -> None:
    said = words_of_installer()
    result(set(said) == {"en", *LANGUAGES} == {path.stem for path in HOW_TO.iterdir()},
           "the installer and the how-to speak each language of the program", said.keys())
    for code in LANGUAGES:
        result(said[code].keys() == said["en"].keys() and shape(code) == shape("en")
               and all(said[code][name].count("%s") == said["en"][name].count("%s") for name in said["en"]),
               f"{code}: the installer says as much as in English, and the how-to has the same steps",
               f"{said[code].keys()}\n{shape(code)}")
        text = (HOW_TO / f"{code}.txt").read_text()
        quoted = [re.split(r"[.,;।] |[.।]$", said[code][name])[0]
                  for name in ("not_complete", "other_maker", "damaged", "not_installed")]
        named = [catalogue(code, "Safety"), catalogue(code, "_Back Up Now")]
        missing = [words for words in (*quoted, *named) if plain(words) not in plain(text)]
        result(not missing, f"{code}: the how-to calls things as the installer and the program do", missing)
        result(re.search("^# (Written by a machine: needs a native reader|Read by a native reader: )", text, re.MULTILINE),
               f"{code}: the how-to says who answers for its words")


def check_choice(folder: pathlib.Path) -> None:
    """With sh and nothing else: no gettext, no locale, and a flatpak that is only there."""
    programs = folder / "few"
    programs.mkdir()
    for name in ("dirname", "tr"):
        (programs / name).symlink_to(shutil.which(name))
    (programs / "flatpak").write_text("")
    (programs / "flatpak").chmod(0o755)
    (folder / "empty").mkdir()
    script = shutil.copy(INSTALL, folder / "empty")
    shell = shutil.which("dash") or shutil.which("sh")
    wrong = []
    for expected, settings in (
            *((code, {"LANG": f"{code}_XX.UTF-8"}) for code in LANGUAGES), ("en", {}), ("en", {"LANG": "de_DE.UTF-8"}),
            ("pt", {"LANG": "pt_BR.UTF-8@x"}), ("ar", {"LANG": "fr_FR.UTF-8", "LC_ALL": "ar_EG.UTF-8"}),
            ("sw", {"LANG": "en_GB.UTF-8", "LANGUAGE": "de:sw:fr"}), ("en", {"LANG": "C.UTF-8", "LANGUAGE": "fr"}),
            ("en", {"LANG": "hi_IN.UTF-8", "TERM": "linux"}), ("fr", {"LANG": "fr_FR.UTF-8", "TERM": "linux"})):
        done = subprocess.run([shell, script], env={"PATH": str(programs), **settings}, capture_output=True, text=True)
        if done.returncode != 1 or done.stdout.strip() != words_of_installer()[expected]["not_complete"]:
            wrong.append(f"{settings}: {done.stdout}{done.stderr}")
    result(not wrong, "the installer speaks the computer's language, and English where it has not", "\n".join(wrong))


def check_papers(maker: Maker) -> None:
    for code in ("en", *LANGUAGES):
        paper = next(maker.stick.glob("HOW-TO.pdf" if code == "en" else f"*.{code}.pdf"))
        words = (maker.must("pdftotext", "-layout", paper, "-"), paper.with_suffix(".txt").read_text())
        about = maker.must("pdfinfo", paper)
        fonts = maker.must("pdffonts", paper)
        result(all("sh install-hemogram.sh" in text and f".var/app/{ID}" in text and "native reader" not in text
                   for text in words) and "Pages:           1\n" in about and "(A4)" in about
               and FONTS.get(code, "") in fonts,
               f"{code}: the stick says how it is used, as text and on one page of A4", about + fonts + words[0])


def wrong_sticks(clinic: Place, maker: Maker, folder: pathlib.Path) -> None:
    commit = next(maker.stick.glob(".ostree/repo/objects/*/*.commit"))
    whole = commit.read_bytes()
    commit.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    refused(clinic, maker, "a stick with one bit that changed is refused", "damaged")
    commit.write_bytes(whole)
    planted = maker.stick / ".ostree/repo/planted"
    planted.write_text("here")
    refused(clinic, maker, "a stick with a file more is refused", "was put on this stick")
    planted.unlink()
    planted.symlink_to("/etc/passwd")
    refused(clinic, maker, "so is one with a link", "was put on this stick")
    planted.unlink()
    commit.unlink()
    refused(clinic, maker, "and one with a file less", "damaged")
    commit.write_bytes(whole)
    stranger = Key(maker, folder, "stranger")
    right = maker.stick / "hemogram/contents.sig"
    kept = right.read_bytes()
    maker.must(*stranger.gpg, "--output", right, "--detach-sign", maker.stick / "hemogram/contents")
    shutil.copy(stranger.home / "public.gpg", maker.stick / "hemogram/maker.gpg")
    refused(clinic, maker, "a stick that somebody else made is refused, though its key lies beside", "was not signed by who made")
    shutil.copy(maker.key.home / "public.gpg", maker.stick / "hemogram/maker.gpg")
    right.write_bytes(kept)
    stranger.close(maker)


def try_all(folder: pathlib.Path) -> None:
    (folder / "system").mkdir()
    maker, clinic = Maker(folder), Place(folder, "clinic")
    maker.publish("1.0")
    said = maker.make_stick()
    result("carries Hemogram 1.0" in said, "a stick is made by one command", said)
    check_papers(maker)
    done = install(clinic, maker)
    result(done.returncode == 0 and "Hemogram 1.0 is installed" in done.stdout and clinic.installed() == "1.0",
           "a computer without any network installs from it", done.stdout)
    data = clinic.home / f".var/app/{ID}/data/hemogram/clinic/store.db"
    data.parent.mkdir(parents=True)
    data.write_text("every patient")
    before = data.stat()
    maker.publish("1.1")
    said = maker.make_stick()
    result("carries Hemogram 1.1" in said, "the same stick is made anew for the next version", said)
    # Flatpak's own word for 'Version' is another in Spanish.
    maker.must("localedef", "-i", "es_ES", "-f", "UTF-8", "--no-archive", folder / "es_ES.UTF-8")
    done = install(clinic, maker, LC_ALL="es_ES.UTF-8", LOCPATH=str(folder))
    result(done.returncode == 0 and words_of_installer()["es"]["installed"] % "1.1" in done.stdout
           and clinic.installed() == "1.1", "the computer is updated from it, and told so in Spanish", done.stdout)
    result(data.read_text() == "every patient" and data.stat().st_mtime_ns == before.st_mtime_ns,
           "what lies in the program's folder stays as it was")
    done = install(clinic, maker)
    result(done.returncode == 0 and clinic.installed() == "1.1", "a second time changes nothing", done.stdout)
    wrong_sticks(clinic, maker, folder)
    done = install(clinic, maker)
    result(done.returncode == 0, "the stick as it was is taken again", done.stdout)
    maker.key.close(maker)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        try:
            check_languages()
            check_choice(pathlib.Path(folder))
            try_all(pathlib.Path(folder))
        except RuntimeError as error:
            result(False, "it ran to its end", error)
    print(f"1..{count}")
    return 1 if failures else 0


sys.exit(main())
