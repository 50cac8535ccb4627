# SPDX-License-Identifier: GPL-3.0-or-later
"""sandbox.py FOLDER WORK [PART...]: from the built Flatpak to a technician's day in its sandbox, and the next version;
or only the parts that are named, for who works on them, and those that they need.

FOLDER is what tests/flatpak/build left; WORK is thrown away. What runs was built and run against a stand-in made of
Debian 13 packages. Prints TAP.
"""
import contextlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from installed import CLINIC, DATA, FOLDER, HOME, ID, OWN, SHOTS, TOP, WORK, inside, maker, must, run, sign

import driver
import firstrun
import day
import fhirserver
import routine
import sync
import tongues
from clinic import Clinic
from driver import Window, result

STICK = WORK / "stick"
MEDIA = pathlib.Path("/run/media/tech")
PLAIN = pathlib.Path(os.environ["HEMOGRAM_PLAIN"])
PARTS = ("stick", "permissions", "plugged in later", "contents", "fonts", "first run", "camera", "the day", "sync",
         *(f"day in {code}" for code in tongues.LANGUAGES), "start", "update")


# The stick.
def make_stick() -> str:
    return must(TOP / "flatpak/make-stick", STICK, (FOLDER / "key/name").read_text().strip(),
                env={**os.environ, "FLATPAK_USER_DIR": str(FOLDER / "maker"), "GNUPGHOME": str(FOLDER / "key")})


def publish() -> None:
    """Whoever builds installs what was built, as the public would. What was built stays as it is, for the next time."""
    shutil.rmtree(FOLDER / "app-repo", ignore_errors=True)
    must("cp", "-a", FOLDER / "first/repo", FOLDER / "app-repo")
    run("flatpak", "uninstall", "--user", "--noninteractive", ID, env={**os.environ, "FLATPAK_USER_DIR": str(FOLDER / "maker")})
    run("flatpak", "remote-delete", "--user", "--force", "hemogram", env={**os.environ, "FLATPAK_USER_DIR": str(FOLDER / "maker")})
    maker("remote-add", "--user", f"--gpg-import={FOLDER / 'key/public.gpg'}", "--collection-id=org.hemogram.Stable",
          "hemogram", f"file://{FOLDER / 'app-repo'}")
    maker("install", "--user", "--noninteractive", "hemogram", ID)


def install_from_stick() -> subprocess.CompletedProcess:
    """As at a clinic: no network at all, and where it was built cannot be reached."""
    hidden = [FOLDER / "repo", FOLDER / "app-repo", FOLDER / "maker"]
    for folder in hidden:
        must("mount", "-t", "tmpfs", "tmpfs", folder)
    try:
        return run("unshare", "--net", "sh", STICK / "install-hemogram.sh")
    finally:
        for folder in hidden:
            must("umount", folder)


def stick() -> None:
    STICK.mkdir()
    publish()
    said = make_stick()
    print(f"# {said.strip().splitlines()[-1]}", flush=True)
    size = int(must("du", "-sm", STICK).split()[0])
    print(f"# the stick holds {size} MB", flush=True)
    how_to = run("pdftotext", STICK / "HOW-TO.pdf", "-").stdout
    result("sh install-hemogram.sh" in how_to and "sh install-hemogram.sh" in (STICK / "HOW-TO.txt").read_text(),
           "the stick says how to use it, as text and as PDF", how_to)
    done = install_from_stick()
    result(done.returncode == 0 and f"installed" in done.stdout, "it is installed from the stick without any network",
           done.stdout)
    print("# " + must("flatpak", "info", "--user", ID).strip().replace("\n", "\n# "), flush=True)


# The sandbox.
def permissions() -> None:
    told = must("flatpak", "info", "--user", "--show-permissions", ID)
    print("# " + told.strip().replace("\n", "\n# "), flush=True)
    places = next((line for line in told.splitlines() if line.startswith("filesystems=")), "")
    result(set(filter(None, places.removeprefix("filesystems=").split(";"))) == {"/media", "/run/media"},
           "of all folders it may see sticks alone", told)
    result("devices=dri;" in told, "and of devices the graphics card alone", told)
    (HOME / "letter.txt").write_text("nobody's business")
    done = inside(f"cat {HOME}/letter.txt")
    result(done.returncode != 0 and "business" not in done.stdout, "a file at home cannot be read", done.stdout)
    inside(f"echo here > {HOME}/planted.txt")
    result(not (HOME / "planted.txt").exists(), "nor can one be put there")
    done = inside(f"cat {FOLDER}/made; cat /run/host{FOLDER}/made; ls /run/host/root {TOP}")
    result(done.returncode != 0 and (FOLDER / "made").read_text() not in done.stdout, "nor is the host seen", done.stdout)
    done = inside("echo here > '/run/media/tech/BLUE STICK/note.txt' && sync")
    result((MEDIA / "BLUE STICK/note.txt").exists(), "a stick can be written", done.stdout)


def plugged_in_later() -> None:
    """A stick that is put in while the program runs."""
    seen = subprocess.Popen(["flatpak", "run", "--user", "--command=sh", ID, "-c",
                             "for i in $(seq 300); do [ -e /run/media/late/here ] && exit 0; sleep 0.1; done; exit 1"])
    time.sleep(3)
    late = pathlib.Path("/run/media/late")
    late.mkdir()
    must("mount", "-t", "tmpfs", "tmpfs", late)
    (late / "here").write_text("here")
    result(seen.wait(60) == 0, "a stick that is plugged in later is seen")
    must("umount", late)


def contents() -> None:
    files = pathlib.Path(must("flatpak", "info", "--user", "--show-location", ID).strip()) / "files"
    listed = sorted(((path.stat().st_size, path.relative_to(files)) for path in files.rglob("*")
                     if path.is_file() and not path.is_symlink()), reverse=True)
    total = sum(size for size, path in listed)
    print(f"# installed: {total / 1e6:.1f} MB in {len(listed)} files; the largest:", flush=True)
    for size, path in listed[:25]:
        print(f"#   {size / 1e3:9.1f} kB  {path}", flush=True)
    needed = inside("for file in /app/bin/* /app/libexec/*; do ldd $file; done").stdout
    libraries = [path for size, path in listed if ".so" in path.name]
    unused = [str(path) for path in libraries if path.name.split(".so")[0] not in needed]
    result(not unused and len(libraries) >= 7, "each library in it is used by a program in it", f"{unused}\n{needed}")
    stray = [str(path) for path in (path.relative_to(files) for path in files.rglob("*"))
             if path.parts[0] in ("include", "src") or path.parts[:2] == ("share", "man")
             or path.suffix in (".a", ".la", ".pc", ".h") or path.match("lib/lib*.so")]
    result(not stray, "nothing in it is only of use for building", "\n".join(stray))
    result("not found" not in needed, "no library is missing",
           "\n".join(sorted({line for line in needed.splitlines() if "not found" in line})))


# The day.
class SandboxedRoutine(routine.Routine):
    """The same evening before; its settings lie where the sandbox looks, its stick where sticks are mounted."""

    def __init__(self, folder: pathlib.Path):
        super().__init__(folder)
        settings = HOME / ".var/app" / ID / "config/glib-2.0/settings"
        settings.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "config/glib-2.0/settings/keyfile", settings / "keyfile")
        self.sticks = MEDIA
        self.env = {"GSETTINGS_BACKEND": "keyfile", "HEMOGRAM_TEST_CAMERA": str(folder / "camera.jpg"),
                    "HEMOGRAM_STICKS": str(MEDIA)}


def provide(picture: pathlib.Path) -> subprocess.Popen:
    """What lies under the microscope, as a camera of PipeWire: with noise, as a picture that never changes is taken for
    a frozen camera, and this one cannot be started again: GStreamer's sink ends with the first who leaves it."""
    pipeline = ("videotestsrc is-live=true pattern=snow ! video/x-raw,format=I420,width=1280,height=960,framerate=10/1 ! "
                f"gdkpixbufoverlay location={picture} overlay-width=1280 overlay-height=960 alpha=0.96 ! "
                "pipewiresink mode=provide stream-properties=properties,media.class=Video/Source,media.role=Camera,"
                "node.name=clinic-scope,node.description=clinic-scope")
    return subprocess.Popen(["gst-launch-1.0", "-q", *pipeline.split(" ")], stdout=subprocess.DEVNULL,
                            stderr=(WORK / "camera.log").open("w"))


def capture_one(window, field_in_words: str) -> None:
    """From the door to a field that the camera gave."""
    window.sign_in()
    time.sleep(1)
    window.scan(routine.PATIENT)
    window.wait("Results Over Time", 20)
    window.key("ctrl+Return")
    window.wait("What Is Asked", 20)
    window.key("ctrl+Return")
    window.wait("Open on the Bench", 20)
    window.key("Return")
    window.wait("Capture (Space)", 20)
    window.until(lambda: not window.says("No Camera"), "the camera", 30)
    window.until(lambda: window.says("clinic-scope"), "the camera's name", 30)
    time.sleep(2)
    window.key("shift+space")
    window.wait(field_in_words, 30)
    window.shot("sandboxed-camera")


@contextlib.contextmanager
def desktop():
    """PipeWire, and the portal that gives connections to it."""
    os.environ["PIPEWIRE_RUNTIME_DIR"] = os.environ["XDG_RUNTIME_DIR"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen(["pipewire"], **quiet)]
    time.sleep(0.5)
    started.append(subprocess.Popen(["wireplumber"], **quiet))
    time.sleep(1.5)
    started.append(subprocess.Popen([sys.executable, OWN / "gate.py", TOP / "tests/ui/camera-portal.py"],
                                    stdout=(WORK / "opened").open("w")))
    try:
        yield
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def camera(folder: pathlib.Path) -> None:
    """The microscope's camera is asked for at the portal, which gives a stream of PipeWire."""
    (folder / "camera").mkdir()
    there = SandboxedRoutine(folder / "camera")
    stage = routine.Stage(folder / "camera")
    del there.env["HEMOGRAM_TEST_CAMERA"]
    provider = provide(stage.path)
    time.sleep(2)
    try:
        with Window(there.clinic, env=there.env, name="sandboxed-camera") as window:
            capture_one(window, "Field 1")
            result("opened" in (WORK / "opened").read_text(), "a field is captured from the camera that the portal gave")
    finally:
        provider.kill()
        provider.wait()


def technicians_day(folder: pathlib.Path) -> None:
    (folder / "day").mkdir()
    evening_before = SandboxedRoutine(folder / "day")
    stage = routine.Stage(folder / "day")
    done = False
    with Window(evening_before.clinic, env=evening_before.env, name="sandboxed-day") as window:
        day.day(window, stage)
        done = True
    if done:
        evening_before.verify()


def sent(folder: pathlib.Path) -> None:
    sticks = pathlib.Path("/run/media/courier")
    sticks.mkdir()
    with fhirserver.Server() as server, \
            Window(driver.demo_clinic(folder), env={"HEMOGRAM_STICKS": str(sticks)}, name="sandboxed-sync") as window:
        window.sign_in()
        sync.set_up(window, server)
        sync.drain(window, server, sticks)


# The next version.
def next_version() -> None:
    """Published as the first was: a commit after it."""
    must("flatpak", "build-commit-from", *sign(), f"--src-repo={FOLDER / 'next/repo'}", FOLDER / "app-repo",
         must("flatpak", "info", "--user", "--show-ref", ID).strip())
    must("flatpak", "build-update-repo", *sign(), FOLDER / "app-repo")
    maker("update", "--user", "--noninteractive", ID)
    make_stick()


def newest_form() -> int:
    """Of the store, as the tree knows it; the version after it knows one more."""
    return len(list((TOP / "resources/migrations").glob("[0-9]*.sql")))


def ask(clinic: pathlib.Path, *words):
    return Clinic(clinic, user="grace")(*words, secrets=(firstrun.WORDS,))


def knows(clinic: pathlib.Path, patient: str) -> bool:
    return [hit["uuid"] for hit in ask(clinic, "search", "Odhiambo")] == [patient]


def update() -> None:
    """The store is brought to the next form, and nothing of the clinic is lost; the version before takes it no more."""
    patient = ask(CLINIC, "patient", "add", "--given", "Amina", "--family", "Odhiambo", "--sex", "female", "--born", "34y")["uuid"]
    must("flatpak", "build-bundle", FOLDER / "app-repo", WORK / "first.flatpak", ID, "stable")
    before = picture_of(DATA)
    first = must("flatpak", "info", "--user", "--show-commit", ID).strip()
    next_version()
    done = install_from_stick()
    now = must("flatpak", "info", "--user", "--show-commit", ID).strip()
    result(done.returncode == 0 and now != first and "99.0" in done.stdout,
           "the next version is installed from the stick without any network", done.stdout)
    after = picture_of(DATA)
    result(before and before == after, "not a byte of the clinic changed with it",
           "\n".join(str(path) for path in before.keys() | after.keys() if before.get(path) != after.get(path)))
    with Window(None, name="after-the-update") as window:
        window.wait("Kisumu Lake Clinic", 30)
        window.sign_in(firstrun.WORDS)
        result(window.says("Grace Wanjiru"), "the next version opens the clinic that the first one made")
        window.shot("sandboxed-next-version")
    kept = sorted(path.name for path in CLINIC.glob("*.before-*"))
    result(kept == [f"hemogram.db.before-{newest_form() + 1}"], "the store as it was before is kept beside the new one", kept)
    result(knows(CLINIC, patient), "who was registered before is there after it")
    ask(CLINIC, "verify")
    result(True, "and the clinic is whole")
    go_back(patient)


def go_back(patient: str) -> None:
    must("flatpak", "uninstall", "--user", "--noninteractive", ID)
    must("flatpak", "install", "--user", "--noninteractive", "--bundle", WORK / "first.flatpak")
    before = picture_of(DATA)
    said = f"A newer version of Hemogram wrote this store (form {newest_form() + 1}, this one knows {newest_form()})"
    with Window(None, name="the-version-before") as window:
        window.wait("Passphrase", 30)
        time.sleep(0.3)
        window.type(firstrun.WORDS)
        window.key("Return")
        result(window.comes(said, 20), "the version before says that a newer one wrote the store, and what to do",
               " | ".join(window.texts()))
        window.shot("sandboxed-version-before")
    after = picture_of(DATA)
    changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    result("./clinic/hemogram.db" in before and "./clinic/hemogram.db" not in changed, "and changes nothing in it", "\n".join(changed))
    copied = DATA / "test/before"
    shutil.copytree(CLINIC, copied)
    for path in copied.glob("hemogram.db-*"):
        path.unlink()
    next(copied.glob("hemogram.db.before-*")).replace(copied / "hemogram.db")
    ask(copied, "accept-older", "grace")
    result(knows(copied, patient), "what was kept from before the update opens with it")


def picture_of(folder: pathlib.Path) -> dict:
    lines = must("sh", "-c", f"cd {folder}/hemogram && find . -type f -exec sha256sum {{}} +").splitlines()
    return {line[66:]: line[:64] for line in lines}


# What it costs.
def visible() -> bool:
    return run("xdotool", "search", "--onlyvisible", "--class", "hemogram").returncode == 0


def start_once(shell: list, program: str, clinic: pathlib.Path) -> tuple:
    """Seconds until there is a window: from the command on, and from where the program itself begins, in the sandbox
    or out of it."""
    began = clinic.with_name("began")
    begin = time.time()
    process = subprocess.Popen([*shell, "-c", f"echo $EPOCHREALTIME >{began}; exec {program} --clinic {clinic}"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not visible() and time.time() - begin < 60:
        time.sleep(0.005)
    end = time.time()
    time.sleep(0.5)
    for _ in range(10):
        run("xdotool", "key", "ctrl+q")
        try:
            process.wait(2)
            break
        except subprocess.TimeoutExpired:
            continue
    else:
        process.kill()
        process.wait()
    return end - begin, end - float(began.read_text())


def forget_files() -> bool:
    """Nothing of a file is in memory that no program holds, as after the laptop was switched on."""
    os.sync()
    try:
        pathlib.Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return False
    return True


def start_ratio() -> None:
    """A ratio says something only of what began alike: first starts read everything from the disk."""
    def pair(first: bool) -> tuple:
        seconds = []
        for shell, program, clinic in ((["bash"], str(PLAIN), WORK / "none"),
                                       (["flatpak", "run", "--user", "--command=bash", ID], "hemogram", DATA / "none")):
            cold = first and forget_files()
            seconds.append(start_once(shell, program, clinic))
            if first and not cold:
                print("# files cannot be put out of memory here: what follows was no first start", flush=True)
        return tuple(seconds)

    def told(pairs: list, whole: int) -> str:
        outside, inside = (statistics.median(pair[which][whole] for pair in pairs) for which in (0, 1))
        return f"{inside:.2f} s in the sandbox, {outside:.2f} s the plain build, ratio {inside / outside:.2f}"

    firsts = [pair(True) for _ in range(3)]
    again = [pair(False) for _ in range(5)]
    print(f"# start until the window is there, the first since nothing was in memory: {told(firsts, 0)}", flush=True)
    print(f"# of it without what Flatpak takes before the program begins: {told(firsts, 1)}", flush=True)
    print(f"# again, with everything in memory: {told(again, 0)}; without Flatpak's: {told(again, 1)}", flush=True)


def wanted() -> set:
    """The parts that are named, or all."""
    named = set(sys.argv[3:])
    unknown = named - set(PARTS)
    if unknown:
        sys.exit(f"No part is called {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.")
    # It is installed by the first; what is updated is the clinic that the first run made.
    return named | {"stick"} | ({"first run"} if "update" in named else set()) if named else set(PARTS)


def part(name: str, function, *arguments):
    """One part that fails does not keep the others from being tried."""
    if name not in wanted():
        return None
    begin = time.monotonic()
    try:
        return function(*arguments)
    except Exception as error:  # noqa: BLE001
        result(False, name, f"{type(error).__name__}: {error}")
    finally:
        print(f"# {name}: {time.monotonic() - begin:.0f} s", flush=True)


def main() -> None:
    wanted()
    print("# built and run against a stand-in made of Debian 13 packages, not against the public runtime", flush=True)
    (MEDIA / "BLUE STICK").mkdir(parents=True)
    part("stick", stick)
    part("permissions", permissions)
    part("plugged in later", plugged_in_later)
    part("contents", contents)

    def first_run() -> None:
        with Window(None, name="sandboxed-first-run") as window:
            firstrun.set_up(window)
        result(CLINIC.is_dir(), "the clinic lies in the sandbox's own folder")
        anew = [path.name for path in (DATA.parent / "cache/fontconfig").glob("*.cache-*")]
        result(not anew, "the first start read no font that was read when it was built", " ".join(anew))

    part("fonts", tongues.fonts)
    part("first run", first_run)
    # A sandbox sees none of /tmp.
    folder = pathlib.Path(tempfile.mkdtemp(dir=DATA / "test"))
    with desktop():
        part("camera", camera, folder)
        part("the day", technicians_day, folder)
        part("sync", sent, folder)
    for code in tongues.LANGUAGES:
        part(f"day in {code}", tongues.speak, code)
    part("start", start_ratio)
    part("update", update)
    shots = pathlib.Path(os.environ["HEMOGRAM_KEEP_SHOTS"])
    shutil.rmtree(shots, ignore_errors=True)
    shutil.copytree(SHOTS, shots)
    driver.finish()


main()
