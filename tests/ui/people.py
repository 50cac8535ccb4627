# SPDX-License-Identifier: GPL-3.0-or-later
"""A patient's way through the window with the keyboard alone: registered, accepted, labelled, found, scanned."""
import ctypes
import pathlib
import re
import subprocess
import tempfile
import time

import driver
import reader
from driver import Window, result

NUMBER = re.compile(r"[0-9A-Z]{4}-\d{5}-[0-9A-Z]")


def fill_in(window, given: str, family: str, age: str) -> None:
    window.wait("Given names")
    time.sleep(0.4)
    window.type(given)
    window.key("Return")
    window.type(family)
    window.key("Return", "f", "Return")
    window.type(age)


def register(window) -> None:
    window.key("ctrl+n")
    fill_in(window, "Amina", "Odhiambo", "34y")
    # Before it was looked for others.
    window.key("ctrl+Return")
    window.wait("Somebody like this is known")
    window.wait("About 34 years")
    window.wait("1 Person Is Likely the Same")
    window.wait("Agrees: name")
    window.shot("people-registration-duplicate")
    result(window.find("button", "Save") is not None, "a likely duplicate is not registered by the first Ctrl+Enter")
    window.key("ctrl+Return")
    window.wait("What Is Asked")
    window.wait("Amina Odhiambo")


def spoken(window, name: str) -> str:
    """What the entry of this name says that it holds, and not the one inside it."""
    node = window.find("text", name)
    return node.text() if node is not None else ""


def refuse_nonsense(window) -> None:
    window.key("ctrl+n")
    window.wait("Given names")
    time.sleep(0.4)
    window.key("ctrl+Return")
    window.wait("A given name or a family name is needed")
    window.type("Zawadi")
    window.until(lambda: spoken(window, "Given names") == "Zawadi", "what is typed, for who listens")
    result(True, "an entry tells what stands in it under its own name")
    window.key("Return", "Return", "Return")
    window.type("340y")
    window.key("ctrl+Return")
    time.sleep(0.5)
    result(window.find("button", "Save") is not None and not window.says("What Is Asked"),
           "an age that nobody has is refused at its field")
    window.shot("people-registration-error")
    window.key("alt+Left")
    window.wait("Urgency")
    window.key("ctrl+n")
    window.wait("It is here again")
    result("Zawadi" in window.entries(), "what was left is there again")
    window.key("alt+d")
    window.until(lambda: window.entries() and not any(window.entries()), "empty fields")
    window.key("alt+Left")
    window.wait("Urgency")


def accept(window) -> str:
    before = window.inputs
    window.shot("people-acceptance")
    window.key("ctrl+Return")
    window.wait("Accepted and Saved")
    number = next(text for text in window.texts() if NUMBER.fullmatch(text))
    result(window.inputs - before == 1, "the routine is accepted with one input, its label is one more")
    window.shot("people-accepted")
    return number


def file_name(window):
    node = window.focused()
    return node if node is not None and reader.EDITABLE in node.interfaces else None


def save_label(window, folder: pathlib.Path, number: str) -> None:
    path = folder / "label.pdf"
    window.key("ctrl+s")
    window.until(lambda: subprocess.run(["xdotool", "search", "--name", "^Save Label$"],
                                        capture_output=True, check=False).stdout, "the file dialog")
    time.sleep(0.5)
    found = subprocess.run(["xdotool", "search", "--name", "^Save Label$"], capture_output=True, text=True, check=True)
    subprocess.run(["xdotool", "windowfocus", found.stdout.split()[0]], check=True)
    time.sleep(0.3)
    # At once: letter by letter GTK would list every folder on the way, and it stumbles over files that come and
    # go in those meanwhile.
    entry = window.until(lambda: file_name(window), "the field of the file's name")
    entry.write(str(path))
    window.key("Return")
    window.until(path.exists, "the label's file")
    window.wait("The label was saved")
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    result(number in text and "Amina Odhiambo" in text, "the label has the number and the name", text)
    main = subprocess.run(["xdotool", "search", "--name", "^Hemogram$"], capture_output=True, text=True, check=False)
    for identity in main.stdout.split():
        subprocess.run(["xdotool", "windowfocus", identity], check=False)


def search(window) -> None:
    for typed, name in (("ra", "Rajesh Venkataraghavan"), ("सी", "सीता शर्मा"), ("أم", "أمينة المنصوري")):
        window.type(typed)
        window.wait("New Patient “")
        window.until(lambda: window.find(None, name), name)
        result(True, f"two letters find {name}")
        window.shot(f"people-search-{len(name)}")
        window.key("Escape")
        window.wait_gone("New Patient “")
    window.key("ctrl+f")
    window.type("xyzzy")
    window.wait("Nobody Found")
    window.shot("people-search-nobody")
    window.key("Escape")
    window.wait_gone("Nobody Found")


def patients(window) -> None:
    window.key("ctrl+f")
    window.type("odhiambo")
    window.wait("New Patient “")
    window.key("Return")
    window.wait("Results Over Time")
    window.shot("people-patient")
    window.key("F2")
    window.wait("Change the Patient")
    time.sleep(0.5)
    window.key("alt+v")
    window.type(" Kisumu")
    window.key("ctrl+Return")
    window.wait_gone("Change the Patient")
    window.wait("Changed 1 time")
    result(True, "a change keeps what the record said before")
    window.shot("people-patient-changed")
    window.key("alt+Left")
    window.wait("Urgency")


def scan(window, number: str) -> None:
    window.scan(number)
    window.wait("Morphology")
    window.until(lambda: window.find(None, number), number)
    result(True, "a scan opens its case from the worklist")
    window.scan("266E-00003-K" if window.find(None, "266E-00003-K") is None else number)
    time.sleep(1)
    asks = window.says("Another Specimen Was Scanned")
    window.shot("people-scan-other")
    if asks:
        window.key("Escape")
        window.wait_gone("Another Specimen Was Scanned")
    result(window.find(None, number) is not None, "another label on the bench opens nothing by itself")


def cut_off(window) -> None:
    window.key("ctrl+n")
    window.wait("Given names")
    time.sleep(0.4)
    window.type("Zuhura")
    window.key("Return")
    window.type("Nyambura")
    time.sleep(1.5)
    window.kill()


def come_back(window) -> None:
    window.key("ctrl+n")
    window.wait("It is here again")
    texts = window.entries()
    result("Zuhura" in texts and "Nyambura" in texts, "what was typed before the power failed is there again", texts)
    window.shot("people-draft")


def set_dpi(dpi: int) -> None:
    """The resolution that fonts are drawn for, where the display keeps it; no tool here does it."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    text = f"Xft.dpi:\t{dpi}\n".encode()
    resource_manager, string, replace = 23, 31, 0
    x11.XChangeProperty(display, ctypes.c_ulong(x11.XDefaultRootWindow(display)), ctypes.c_ulong(resource_manager),
                        ctypes.c_ulong(string), 8, replace, text, len(text))
    x11.XCloseDisplay(display)


def looks(base: pathlib.Path) -> dict:
    """What the program is started with to be seen in other ways."""
    subprocess.run(["localedef", "-i", "ar_EG", "-f", "UTF-8", "--no-archive", base / "ar_EG.UTF-8"],
                   capture_output=True, check=False)
    return {
        "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"},
        "contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"},
        "200": {},
        "rtl": {"LC_ALL": "ar_EG.UTF-8", "LOCPATH": str(base)},
    }


def look(clinic: pathlib.Path, name: str, env: dict) -> None:
    """Each screen for the eye; that none complains is what the machine can say."""
    with Window(clinic, env=env, name=f"people-{name}", leaks=False) as window:
        window.sign_in()
        time.sleep(1)
        window.shot(f"people-{name}-worklist")
        window.type("a")
        time.sleep(1)
        window.shot(f"people-{name}-search")
        window.key("Escape")
        time.sleep(0.5)
        window.key("ctrl+n")
        time.sleep(0.8)
        if window.says("It is here again"):
            window.key("alt+d")
        fill_in(window, "Amina", "Odhiambo", "34y")
        time.sleep(1.2)
        window.shot(f"people-{name}-registration")
        window.key("alt+Left")
        time.sleep(0.5)
        window.key("ctrl+f")
        window.type("odhiambo")
        time.sleep(0.7)
        window.key("Return")
        time.sleep(1.2)
        window.shot(f"people-{name}-patient")
        window.key("ctrl+Return")
        time.sleep(1.2)
        window.shot(f"people-{name}-acceptance")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        clinic = driver.demo_clinic(base)
        number = ""
        # GTK's chooser of files lists a folder until after it is closed, and keeps what comes then.
        with Window(clinic, name="people", leaks=False) as window:
            window.sign_in()
            window.wait("Rajesh")
            window.shot("people-worklist")
            refuse_nonsense(window)
            register(window)
            number = accept(window)
            save_label(window, base, number)
            window.key("alt+Left")
            window.wait(number)
            result(True, "an accepted specimen is on the worklist")
            search(window)
            patients(window)
            scan(window, number)
        with Window(clinic, name="people-cut") as window:
            window.sign_in()
            cut_off(window)
        with Window(clinic, name="people-again") as window:
            window.sign_in()
            come_back(window)
        for name, env in looks(base).items() if driver.LOOKS else ():
            set_dpi(192 if name == "200" else 96)
            look(clinic, name, env)
    driver.finish()


main()
