# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields from other programs: dropped, pasted as files and as a picture; the light evened out by a blank one; and none
while the disk has no room."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import desktop
import driver
from clinic import Clinic
from driver import Window, result
from routine import as_technician, drawn_pictures

SOURCE = os.environ["HEMOGRAM_PICTURE_SOURCE"]


class Source:
    """The other program, out of the way in a corner."""

    def __init__(self, what: str, *files):
        self.process = subprocess.Popen([SOURCE, what, *map(str, files)], stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        window = subprocess.run(["xdotool", "search", "--name", "picture-source"], capture_output=True, text=True,
                                check=True).stdout.split()[-1]
        subprocess.run(["xdotool", "windowmove", "--sync", window, "1200", "630"], check=False)
        main = subprocess.run(["xdotool", "search", "--name", "^Hemogram$"], capture_output=True, text=True,
                              check=False).stdout.split()
        for window in main:
            subprocess.run(["xdotool", "windowfocus", window], check=False)
        time.sleep(0.3)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()


def drop(x: int, y: int) -> None:
    """As a hand drags: press, a little way until it is a drag, on to the place, let go."""
    steps = [["mousemove", 1240, 660], ["mousedown", 1]]
    steps += [["mousemove", 1240 + (x - 1240) * i // 12, 660 + (y - 660) * i // 12] for i in range(1, 13)]
    for step in steps + [["mousemove", x + 3, y], ["mousemove", x, y]]:
        subprocess.run(["xdotool", *map(str, step)], check=True)
        time.sleep(0.12)
    time.sleep(0.5)
    subprocess.run(["xdotool", "mouseup", "1"], check=True)


def chosen(folder: pathlib.Path, scope: pathlib.Path) -> dict:
    """Settings in which this folder is watched, and what is sent goes on without the window."""
    keyfile = folder / "config" / "glib-2.0" / "settings" / "keyfile"
    keyfile.parent.mkdir(parents=True, exist_ok=True)
    partial = keyfile.with_name("partial")
    partial.write_text(f"[org/hemogram/Hemogram]\nwatch-folder='{scope}'\nsend-in-background=true\n")
    os.replace(partial, keyfile)
    return {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(folder / "config")}


def open_bench(window, number: str) -> None:
    window.sign_in()
    window.wait(number)
    window.click(None, number)
    window.key("Return")
    window.wait("Open Files…")
    time.sleep(0.5)


def stored(window, n: int, name: str) -> None:
    """On the film, and no more on its way."""
    window.until(lambda: window.says(f"Field {n}") and not window.says("Being saved"), f"{name}: field {n}", 20)
    result(not window.says(f"Field {n + 1}"), name)


def left_behind(window, number: str) -> None:
    """What could not be saved is nobody's but who captured it, and outlives the bench."""
    window.key("alt+Left")
    window.wait("Search or Scan", 20)
    window.key("F10")
    time.sleep(1)
    window.key("s")
    window.wait("Sign Out Without Saving?", 20)
    window.shot("bring-sign-out")
    result(window.says("1 field that you captured is not saved"), "who signs out is told what is not saved")
    window.key("Escape")
    window.wait_gone("Sign Out Without Saving?")
    window.click(None, number)
    window.key("Return")
    window.wait("Differential", 20)
    window.key("F2")
    window.wait("1 field is not saved", 20)
    result(window.says("Try Again") and window.says("Field 8"), "and a field that is not saved outlives its bench")
    time.sleep(0.5)


def bring(window, number: str, pictures: list, folder: pathlib.Path) -> None:
    with Source("drag", *pictures[:3]):
        drop(400, 300)
        stored(window, 3, "three files are dropped on the page")
    window.shot("bring-dropped")
    with Source("files", pictures[3], pictures[4]):
        subprocess.run(["xdotool", "mousemove", "400", "300"], check=True)
        window.key("ctrl+v")
        stored(window, 5, "two files are pasted")
    with Source("picture", pictures[5]):
        subprocess.run(["xdotool", "mousemove", "400", "300"], check=True)
        window.click("button", "Paste")
        stored(window, 6, "a picture is pasted by the mouse")
    png = folder / "picture.png"
    # Longer than one piece of X11's clipboard.
    subprocess.run(["convert", str(pictures[6]), "-resize", "640x", str(png)], check=True)
    with Source("picture", png):
        subprocess.run(["xdotool", "mousemove", "400", "300"], check=True)
        window.click("button", "Paste")
        stored(window, 7, "a large picture is pasted")
    with Source("text", "-"):
        window.key("ctrl+v")
        window.wait("There is no picture in the clipboard")
        result(True, "text in the clipboard is no picture")
    with Source("drag", pictures[0], folder / "gone.jpg"):
        drop(400, 300)
        window.wait("1 field is not saved", 20)
        result(window.says("Try Again"), "a file that is gone is said, and can be tried again")
        window.shot("bring-failed")
        left_behind(window, number)
        shutil.copy(pictures[7], folder / "gone.jpg")
        window.click("button", "Try Again")
        window.wait_gone("1 field is not saved", 20)
        window.until(lambda: not window.says("Being saved"), "it to be saved", 20)
        result(True, "it is saved once it is there; the same picture twice is not")


def watched(window, number: str, pictures: list, folder: pathlib.Path) -> None:
    """A folder that was chosen another day: what comes into it comes onto the film, what was there does not."""
    shutil.copy(pictures[8], folder / "before.jpg")
    open_bench(window, number)
    time.sleep(3)
    shutil.copy(pictures[9], folder / "after.jpg")
    stored(window, 1, "a picture that the microscope's own program saves is taken in")


def refused(window, pictures: list, folder: pathlib.Path) -> None:
    """What is not taken in is told by name, each with its reason."""
    (folder / "stack.tif").write_bytes(b"II*")
    (folder / "scan.bmp").write_bytes(b"BM")
    window.wait("2 pictures were not taken in:", 20)
    text = next(text for text in window.texts() if "2 pictures were not taken in:" in text)
    result("stack.tif: Only JPEG and PNG" in text and "scan.bmp: Only JPEG and PNG" in text, "two that are refused are both named", text)
    window.shot("bring-refused")


def locked(window, pictures: list, folder: pathlib.Path, clinic: pathlib.Path) -> None:
    """What comes while the screen is locked may be of another slide: it is asked about, again after another lock."""
    ahead = time.time() + 400 * 86400
    os.utime(clinic / "hemogram.db", (ahead, ahead))
    window.key("ctrl+l")
    window.wait("PIN or passphrase", 20)
    shutil.copy(pictures[10], folder / "locked.jpg")
    time.sleep(1)
    result(not window.says("cannot be right"), "the date of the store's file says nothing about the clock once the store is open")
    unlock(window)
    window.shot("bring-late")
    window.key("Return", "space", "Return", "space")
    time.sleep(1)
    result(window.says("1 picture came while") and not window.says("Pictures of This Case?"),
           "keys that were meant for something else answer nothing", window.texts())
    stored(window, 1, "nothing that came while the screen was locked is taken unasked")
    window.key("ctrl+l")
    unlock(window)
    result(window.says("1 picture came"), "a lock is no answer: it is asked again")
    window.key("alt+h")
    window.wait("Pictures of This Case?")
    window.shot("bring-late-asked")
    window.key("alt+b")
    window.wait_gone("Pictures of This Case?")
    window.wait_gone("1 picture came while")
    stored(window, 2, "what a person says is of this case is brought in")
    window.key("ctrl+l")
    window.wait("PIN or passphrase", 20)
    shutil.copy(pictures[7], folder / "other.jpg")
    unlock(window)
    window.key("alt+h")
    window.wait("Pictures of This Case?")
    time.sleep(0.3)
    window.key("Escape")
    window.wait("They stay in the folder", 20)
    time.sleep(3)
    stored(window, 2, "what is not of this case stays in the folder")


def come_late(window, picture: pathlib.Path, folder: pathlib.Path, name: str) -> None:
    window.key("ctrl+l")
    window.wait("PIN or passphrase", 20)
    shutil.copy(picture, folder / name)
    unlock(window)


def kept(window, pictures: list, folder: pathlib.Path, other: pathlib.Path) -> None:
    """What is asked about stays so while another page lies over the bench, and what is given up is said."""
    come_late(window, pictures[11], folder, "covered.jpg")
    window.key("ctrl+n")
    window.wait("Given names", 20)
    time.sleep(0.5)
    window.key("alt+Left")
    window.wait("1 picture came while", 20)
    time.sleep(0.5)
    window.key("alt+h")
    window.wait("Pictures of This Case?")
    window.key("alt+b")
    window.wait_gone("Pictures of This Case?")
    stored(window, 3, "what came late is brought in, though another page lay over the bench meanwhile")
    come_late(window, pictures[1], folder, "given-up.jpg")
    window.key("alt+h")
    window.wait("Pictures of This Case?")
    chosen(folder.parent, other)
    window.wait("1 picture stays in the folder scope; it belongs to no case.", 20)
    window.shot("bring-late-left")
    window.until(lambda: not window.says("Pictures of This Case?"), "no question", 20)
    result(not window.says("1 picture came while"), "when another folder is watched nothing is asked any more, and that is said")
    time.sleep(1)


def left(window, number: str, pictures: list, other: pathlib.Path) -> None:
    """The case goes from the bench before it was said whose the pictures are."""
    come_late(window, pictures[2], other, "first.jpg")
    window.key("alt+Left")
    window.wait("1 picture stays in the folder other; it belongs to no case.", 20)
    window.shot("bring-late-gone")
    result(window.says("Search or Scan"), "who leaves the bench is told of what was not answered")
    window.until(lambda: window.find(None, number), number, 20)
    window.click(None, number)
    window.key("Return")
    window.wait("Differential", 20)
    time.sleep(3)


def hidden(window, pictures: list, other: pathlib.Path, clinic: pathlib.Path) -> None:
    """A window that goes to the background is no answer."""
    desktop.Desktop()
    come_late(window, pictures[3], other, "second.jpg")
    # It is small, and places are told without the shadow of the window.
    box = window.find("button", "Close").box()
    window.click_at(box.x + box.width - 4, box.y + box.height - 4)
    window.until(lambda: not window.nodes(), "no window", 20)
    subprocess.run([driver.HEMOGRAM, "--clinic", str(clinic)], check=True, timeout=30)
    window.wait("Passphrase", 20)
    window.shot("bring-late-hidden")
    result(window.says("1 picture stays in the folder other"), "who comes back to a hidden window is told at the door", window.texts())


def unlock(window) -> None:
    window.wait("PIN or passphrase", 20)
    time.sleep(0.5)
    window.type(driver.PASSPHRASE)
    window.key("Return")
    window.wait("came while the screen was locked", 30)
    time.sleep(0.5)


def light(window, camera: pathlib.Path) -> None:
    """Of a lamp that lights the middle more than the edge."""
    window.wait("Off: no blank field was taken")
    window.click("button", "Blank Field")
    window.wait("there are cells in the field", 20)
    result(window.says("Off: no blank field was taken"), "a field with cells in it is no blank field")
    blank = camera.with_name("blank.jpg")
    subprocess.run(["convert", "-size", "800x600", "radial-gradient:#e8e0dc-#a8a29e", "-quality", "92", str(blank)],
                   check=True)
    os.replace(blank, camera)
    time.sleep(1)
    window.click("button", "Blank Field")
    window.wait("On: the edge is", 20)
    window.shot("bring-light")
    result(not window.says("there are cells in the field"), "an empty field evens out the light")
    window.click(None, "Objective")
    window.key("Home", "Return")
    window.wait("Off: no blank field was taken")
    window.click(None, "Objective")
    window.key("End", "Return")
    window.wait("On: the edge is")
    result(True, "that of another objective is another")
    window.click("button", "Turn Off")
    window.wait("Off: no blank field was taken")
    result(True, "and it can be shown as it comes again")


def no_room(window, pictures: list) -> None:
    window.key("space")
    window.wait("are free on this computer's disk", 20)
    window.shot("bring-no-room")
    result(not window.says("Field 10"), "nothing is captured when the disk has no room, and it is said")
    with Source("files", pictures[8]):
        subprocess.run(["xdotool", "mousemove", "400", "300"], check=True)
        window.key("ctrl+v")
        time.sleep(2)
    result(not window.says("not saved") and not window.says("Field 10"), "nor brought in: nothing was begun")
    window.key("F3")
    window.wait("0 of 100", 20)
    window.type("qqw", delay=150)
    window.wait("3 of 100")
    time.sleep(1.5)
    result(not window.says("not saved"), "counting goes on")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        demo = driver.demo_clinic(folder)
        clinic = as_technician(demo)
        patient = clinic("patient", "add", "--given", "Zawadi", "--family", "Otieno", "--sex", "female", "--born",
                         "31y", "--new-person")["uuid"]
        number = clinic("specimen", "accept", patient, "--urgency", "stat", "--tests", "diff")["accession"]
        pictures = drawn_pictures(folder)
        # GDK frees nothing of a read from a clipboard whose owner has gone meanwhile.
        with Window(demo, name="bring", leaks=False) as window:
            open_bench(window, number)
            bring(window, number, pictures, folder)
        scope = folder / "scope"
        scope.mkdir()
        elsewhere = folder / "other"
        elsewhere.mkdir()
        Clinic(demo, user="admin")("sync", "configure", "fhir", "https://fhir.example", secrets=(driver.PASSPHRASE,))
        other = clinic("specimen", "accept", patient, "--urgency", "stat", "--tests", "diff")["accession"]
        with Window(demo, env=chosen(folder, scope), name="bring-watched") as window:
            watched(window, other, pictures, scope)
            locked(window, pictures, scope, demo)
            refused(window, pictures, scope)
            kept(window, pictures, scope, elsewhere)
            left(window, other, pictures, elsewhere)
            hidden(window, pictures, elsewhere, demo)
        images = clinic("image", "list", number)
        result(len(images) == 8, "all eight are stored", images)
        out = folder / "out.jpg"
        clinic("image", "get", images[5]["uuid"], out)
        result(out.read_bytes() == pictures[5].read_bytes(), "byte for byte what was in the clipboard")
        camera = folder / "camera.jpg"
        shutil.copy(pictures[9], camera)
        live = {"HEMOGRAM_TEST_CAMERA": str(camera), "HEMOGRAM_RESERVE_BYTES": str(1 << 60)}
        with Window(demo, env=live, name="bring-full") as window:
            window.sign_in()
            window.wait(number)
            window.click(None, number)
            window.key("Return")
            window.wait("Differential")
            window.key("F2")
            window.wait("Capture (Space)", 20)
            window.until(lambda: not window.says("No Camera"), "the camera", 20)
            time.sleep(1)
            light(window, camera)
            shutil.copy(pictures[9], camera)
            time.sleep(1)
            no_room(window, pictures)
        result(len(clinic("image", "list", number)) == 8, "and nothing is stored")
        counts = clinic("count", "list", number)
        result([count["counted"] for count in counts] == [3], "and every cell is", counts)
    driver.finish()


if __name__ == "__main__":
    main()
